/* SPDX-License-Identifier: MIT */
/*
 * Every geometry that the library accepts (require.h): levels, widths, shifts and space are
 * anything. What an address of the space is, is said here by its bits.
 */
#ifndef TESTS_PROOF_ANY_GEOMETRY_H
#define TESTS_PROOF_ANY_GEOMETRY_H

#include <page_table64/require.h>

#include "proof.h"

static enum pt64_space any_space(void)
{
    return nondet_bool()   ? PT64_SPACE_LOWER
           : nondet_bool() ? PT64_SPACE_UPPER
                           : PT64_SPACE_SIGN_EXTENDED;
}

static void any_geometry(struct pt64_meta *meta)
{
    struct pt64_limits *limits = &meta->limits;

    meta->entry_bytes = nondet_bool() ? 4 : 8;
    meta->page_shift = nondet_u32();
    meta->index_bits = nondet_u32();
    meta->space = any_space();
    limits->levels = nondet_u32();
    limits->vaddr_bits = nondet_u32();
    limits->leaf_levels = nondet_u32();
    limits->paddr_bits = nondet_u32();
    GIVEN(meta->page_shift >= 10 && meta->page_shift <= 16);
    GIVEN(meta->index_bits >= 1 && meta->index_bits <= 13);
    GIVEN(limits->paddr_bits > meta->page_shift && limits->paddr_bits <= 57);
    GIVEN(limits->levels <= PT64_MAX_LEVELS && limits->vaddr_bits <= 64);
    GIVEN(pt64_is_geometry(meta, limits));
}

static bool is_address(const struct pt64_meta *meta, pt64_vaddr_t vaddr)
{
    pt64_vaddr_t above = ~(((pt64_vaddr_t)1 << meta->limits.vaddr_bits) - 1);
    bool is_top = (vaddr & ((pt64_vaddr_t)1 << (meta->limits.vaddr_bits - 1))) != 0;

    switch (meta->space) {
    case PT64_SPACE_LOWER:
        return (vaddr & above) == 0;
    case PT64_SPACE_UPPER:
        return (vaddr & above) == above;
    default:
        return (vaddr & above) == (is_top ? above : 0);
    }
}

static unsigned any_level(const struct pt64_limits *limits)
{
    unsigned level = nondet_u32();

    GIVEN(level < limits->levels);
    return level;
}

#endif
