/* SPDX-License-Identifier: MIT */
/* The table type that is measured: every function, as a kernel shares it between its files. */
#include "subject.h"

PAGE_TABLE64_IMPLEMENT(space, META, PTE, handler);
