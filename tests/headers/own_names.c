/* SPDX-License-Identifier: MIT */
/* A program's own names may be words of the library too. The compiler must not mind. */
#include <page_table64.h>
#include <page_table64/dump.h>

#include HEADER
#include TERMS_HEADER

extern int arg, bytes, chunk, count, ctx, flags, guard, level, range, slot, status, table, vaddr;
extern const struct pt64_handler frames;

TABLE_DEFINE(space, META, PTE, frames);
PAGE_TABLE64_DEFINE_DUMP(space, TERMS);
TABLE_DECLARE(shared);
TABLE_IMPLEMENT(shared, META, PTE, frames);
