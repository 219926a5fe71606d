/* SPDX-License-Identifier: MIT */
/* A table type with reports, as a kernel has it. */
#include <page_table64.h>
#include HEADER
#include <page_table64/dump.h>
#include TERMS_HEADER

#include "handler.h"

PAGE_TABLE64_DECLARE(space);
PAGE_TABLE64_DECLARE_DUMP(space);

PAGE_TABLE64_IMPLEMENT(space, META, PTE, handler);
PAGE_TABLE64_IMPLEMENT_DUMP(space, TERMS);
