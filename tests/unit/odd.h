/* SPDX-License-Identifier: MIT */
/*
 * Geometries that no header has as constants, for the tests alone: roots narrower and wider than
 * the other nodes, other granules, and an address of two fields. They catch code that takes 512,
 * 4096, 9 or 12 for granted, or adds to an entry what carries out of a field. X(id, header, meta,
 * pte) as in formats.h.
 */
#ifndef TESTS_UNIT_ODD_H
#define TESTS_UNIT_ODD_H

#include <page_table64/meta/aarch64.h>

#include "split_address.h"

#define ODD_FORMATS(X)                                                                 \
    X(aarch64_4k39_tlbirange, aarch64, odd_aarch64_4k39_tlbirange, pt64_aarch64_pte)   \
    X(aarch64_4k42_upper_bbm2, aarch64, odd_aarch64_4k42_upper_bbm2, pt64_aarch64_pte) \
    X(aarch64_64k45, aarch64, odd_aarch64_64k45, pt64_aarch64_pte)                     \
    X(aarch64_4k48_lpa2, aarch64, odd_aarch64_4k48_lpa2, split_pte)                    \
    X(x86_64_la39_x4, x86_64, odd_x86_64_la39_x4, pt64_x86_64_pte)

static inline void odd_flush(const struct pt64_flush *request)
{
    (void)request;
}

static inline void odd_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    (void)id;
    (void)vaddr;
}

PT64_TRAITS_BEGIN
/* What a kernel may choose for pt64_aarch64_any. Blocks in the root, on a CPU with ranges; */
PT64_TRAIT struct pt64_meta odd_aarch64_4k39_tlbirange = PT64_AARCH64_GEOMETRY(
    PT64_AARCH64_4K, PT64_SPACE_LOWER, 39, PT64_RESIZE_BREAK, true, odd_flush);
/* a root of eight entries, on a CPU with FEAT_BBML2. */
PT64_TRAIT struct pt64_meta odd_aarch64_4k42_upper_bbm2 = PT64_AARCH64_GEOMETRY(
    PT64_AARCH64_4K, PT64_SPACE_UPPER, 42, PT64_RESIZE_FLUSH, false, odd_flush);

/* Arm ARM, D8.2.9: the 64 KiB granule, a root of eight entries, pages of 64K and 512M. */
PT64_TRAIT struct pt64_meta odd_aarch64_64k45 = {
    .entry_bytes = 8,
    .page_shift = 16,
    .index_bits = 13,
    .limits = {.levels = 3,
               .vaddr_bits = 45,
               .leaf_levels = 2,
               .paddr_bits = 48,
               .no_execute = true,
               .split = PT64_RESIZE_BREAK,
               .grow = PT64_RESIZE_BREAK,
               .flush_limit = 5},
    .space = PT64_SPACE_LOWER,
    .break_to_move = true,
    .needs =
        {
            .created = PT64_NEED_BARRIER,
            .linked = PT64_NEED_BARRIER,
            .relaxed = PT64_NEED_LEAF,
            .tightened = PT64_NEED_LEAF,
            .moved = PT64_NEED_LEAF,
            .resized = PT64_NEED_LEAF,
            .removed = PT64_NEED_LEAF,
            .unlinked = PT64_NEED_WALK,
        },
    .flush = odd_flush,
    .fix_fault = odd_fix_fault,
};

/* The 4 KiB granule with TCR_ELx.DS set: 52-bit physical addresses, of two fields, which the entry
 * format has in its own words. */
PT64_TRAIT struct pt64_meta odd_aarch64_4k48_lpa2 = {
    .architecture = PT64_AARCH64_ARCHITECTURE,
    .entry_bytes = 8,
    .page_shift = 12,
    .index_bits = 9,
    .limits = {.levels = 4,
               .vaddr_bits = 48,
               .leaf_levels = 4,
               .paddr_bits = 52,
               .no_execute = true,
               .split = PT64_RESIZE_BREAK,
               .grow = PT64_RESIZE_BREAK,
               .flush_limit = 5},
    .space = PT64_SPACE_LOWER,
    .break_to_move = true,
    .needs =
        {
            .created = PT64_NEED_BARRIER,
            .linked = PT64_NEED_BARRIER,
            .relaxed = PT64_NEED_LEAF,
            .tightened = PT64_NEED_LEAF,
            .moved = PT64_NEED_LEAF,
            .resized = PT64_NEED_LEAF,
            .removed = PT64_NEED_LEAF,
            .unlinked = PT64_NEED_WALK,
        },
    .flush = odd_flush,
    .fix_fault = odd_fix_fault,
};

/* x86 entries below a root node of four frames, like RISC-V's x4 roots. It can hold pages too. */
PT64_TRAIT struct pt64_meta odd_x86_64_la39_x4 = {
    .entry_bytes = 8,
    .page_shift = 12,
    .index_bits = 9,
    .limits = {.levels = 3,
               .vaddr_bits = 41,
               .leaf_levels = 3,
               .paddr_bits = 52,
               .no_execute = true,
               .split = PT64_RESIZE_FLUSH,
               .grow = PT64_RESIZE_BREAK,
               .flush_limit = 33},
    .space = PT64_SPACE_LOWER,
    .needs =
        {
            .created = PT64_NEED_NOTHING,
            .linked = PT64_NEED_NOTHING,
            .relaxed = PT64_NEED_LEAF,
            .tightened = PT64_NEED_LEAF,
            .moved = PT64_NEED_LEAF,
            .resized = PT64_NEED_LEAF,
            .removed = PT64_NEED_LEAF,
            .unlinked = PT64_NEED_WALK,
        },
    .flush = odd_flush,
    .fix_fault = odd_fix_fault,
};
PT64_TRAITS_END

#endif
