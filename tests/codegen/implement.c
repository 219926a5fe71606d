/* SPDX-License-Identifier: MIT */
/* Every function of a table type that other files use. */
#include "handler.h"

PAGE_TABLE64_DECLARE(space);
PAGE_TABLE64_IMPLEMENT(space, META, PTE, handler);
