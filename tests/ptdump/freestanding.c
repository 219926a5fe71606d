/* SPDX-License-Identifier: MIT */
/* A table type with reports, as a kernel has it. */
#include <page_table64.h>
#include HEADER
#include <page_table64/dump.h>
#include TERMS_HEADER

#include "handler.h"

PAGE_TABLE64_DECLARE(space);
PAGE_TABLE64_DECLARE_DUMP(space);

PT64_IMPLEMENT_DECLARED_(space, META, PTE, handler, 0);
PAGE_TABLE64_IMPLEMENT_DUMP(space, TERMS);
