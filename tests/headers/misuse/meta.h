/* SPDX-License-Identifier: MIT */
/* A geometry with these numbers, and the call that makes a table of it. */
#ifndef TESTS_HEADERS_MISUSE_META_H
#define TESTS_HEADERS_MISUSE_META_H

#include "codegen/handler.h"

#ifndef OWN_BREAK_TO_MOVE
#define OWN_BREAK_TO_MOVE false
#endif

static inline void own_flush(const struct pt64_flush *request)
{
    (void)request;
}

static inline void own_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    (void)id;
    (void)vaddr;
}

PT64_TRAITS_BEGIN
static const struct pt64_meta own_meta = {
    .architecture = 0,
    .levels = OWN_LEVELS,
    .page_shift = 12,
    .index_bits = 9,
    .root_index_bits = OWN_ROOT_INDEX_BITS,
    .leaf_levels = OWN_LEAF_LEVELS,
    .vaddr_bits = OWN_VADDR_BITS,
    .limits = {.paddr_bits = 52},
    .space = PT64_SPACE_LOWER,
    .needs_sink = false,
    .break_to_move = OWN_BREAK_TO_MOVE,
    .split = PT64_RESIZE_AT_ONCE,
    .grow = PT64_RESIZE_AT_ONCE,
    .needs = {PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF,
              PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_WALK},
    .flush_limit = 32,
    .counts_pages = false,
    .flush = own_flush,
    .fix_fault = own_fix_fault,
};
PT64_TRAITS_END

PAGE_TABLE64_DEFINE(space, own_meta, PTE, handler);

pt64_status_t create(space_t *table);
pt64_status_t create(space_t *table)
{
    return space_create(table, NULL);
}

#endif
