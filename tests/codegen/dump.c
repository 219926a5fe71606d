/* SPDX-License-Identifier: MIT */
/* Reports on a table. They are for people, and slow: but they too need nothing that is not here. */
#include "handler.h"

#include "page_table64/dump.h"
#include WORDS_HEADER

PAGE_TABLE64_DECLARE(space);
PAGE_TABLE64_DECLARE_DUMP(space);
PAGE_TABLE64_IMPLEMENT(space, META, PTE, handler);
PAGE_TABLE64_IMPLEMENT_DUMP(space, WORDS);
