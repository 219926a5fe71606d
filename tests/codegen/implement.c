/* SPDX-License-Identifier: MIT */
/* Every function of a table type that other files use. */
#include "handler.h"

TABLE_DECLARE(space);
TABLE_IMPLEMENT(space, META, PTE, handler);
