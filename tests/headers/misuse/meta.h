/* SPDX-License-Identifier: MIT */
/* A geometry with these numbers, and the call that makes a table of it. */
#ifndef TESTS_HEADERS_MISUSE_META_H
#define TESTS_HEADERS_MISUSE_META_H

#include "codegen/handler.h"

#ifndef OWN_BREAK_TO_MOVE
#define OWN_BREAK_TO_MOVE false
#endif
#ifndef OWN_ENTRY_BYTES
#define OWN_ENTRY_BYTES 8
#endif

#ifndef OWN_META_FLUSH
#define OWN_META_FLUSH own_flush
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
    .entry_bytes = OWN_ENTRY_BYTES,
    .page_shift = 12,
    .index_bits = 9,
    .limits = {.levels = OWN_LEVELS,
               .vaddr_bits = OWN_VADDR_BITS,
               .leaf_levels = OWN_LEAF_LEVELS,
               .paddr_bits = 52,
               .no_execute = true,
               .by_range = false,
               .split = PT64_RESIZE_AT_ONCE,
               .grow = PT64_RESIZE_AT_ONCE,
               .flush_limit = 32},
    .space = PT64_SPACE_LOWER,
    .needs_sink = false,
    .break_to_move = OWN_BREAK_TO_MOVE,
    .root_is_held = false,
    .root_paddr_bits = 0,
    .needs = {PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_LEAF,
              PT64_NEED_LEAF, PT64_NEED_LEAF, PT64_NEED_WALK},
    .flush = OWN_META_FLUSH,
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
