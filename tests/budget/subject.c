/* SPDX-License-Identifier: MIT */
/* The table type that is measured: every function, as in a kernel whose files share the type. */
#include "subject.h"

TABLE_IMPLEMENT(space, META, PTE, handler);
