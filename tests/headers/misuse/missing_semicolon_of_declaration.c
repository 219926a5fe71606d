/* SPDX-License-Identifier: MIT */
/* Languages: c11 c++17 */
/* Expected: expected ';' */
#include "codegen/handler.h"

PAGE_TABLE64_DECLARE(space)

static const int next_declaration = 1;
