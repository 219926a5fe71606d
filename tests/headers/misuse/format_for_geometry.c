/* SPDX-License-Identifier: MIT */
/* Expected: incompatible pointer type */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, PTE, META, handler);
