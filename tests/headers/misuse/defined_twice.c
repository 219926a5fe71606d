/* SPDX-License-Identifier: MIT */
/* Languages: c11 c++17 */
/* Expected: redefinition of */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, META, PTE, handler);
PAGE_TABLE64_DEFINE(space, META, PTE, handler);
