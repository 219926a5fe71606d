/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of every geometry.
 */
#include <page_table64/tour.h>

#include "any_geometry.h"

#define ANY_GEOMETRY()                                \
    PT64_UNSET struct pt64_meta geometry;             \
    const struct pt64_meta *const meta = &geometry;   \
    const struct pt64_limits *limits = &meta->limits; \
                                                      \
    any_geometry(&geometry)

void proof_an_address_is_told(void)
{
    pt64_vaddr_t vaddr = nondet_u64();

    ANY_GEOMETRY();
    CLAIM(pt64_is_vaddr(meta, limits, vaddr) == is_address(meta, vaddr));
    END_OF_PROOF();
}

void proof_a_root_index_tells_an_address(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    unsigned root;
    uint64_t index;

    ANY_GEOMETRY();
    root = pt64_root_level(limits);
    index = pt64_root_index(meta, limits, vaddr);
    CLAIM((index < pt64_node_entries(meta, limits, root)) == is_address(meta, vaddr));
    if (is_address(meta, vaddr))
        CLAIM(index == pt64_index(meta, limits, vaddr, root));
    END_OF_PROOF();
}

/* All of the range is in the space and in one half; or an end is not, or a gap or the end of all
 * addresses is in between. */
void proof_a_range_is_told(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    uint64_t bytes = nondet_u64();
    uint64_t at = nondet_u64();
    pt64_vaddr_t last = vaddr + (bytes - 1);

    ANY_GEOMETRY();
    GIVEN(bytes > 0 && at < bytes);
    if (pt64_is_vaddr_range(meta, limits, vaddr, bytes))
        CLAIM(vaddr + at >= vaddr && is_address(meta, vaddr + at) &&
              (vaddr ^ (vaddr + at)) >> 63 == 0);
    else
        CLAIM(!is_address(meta, vaddr) || !is_address(meta, last) || last < vaddr ||
              (vaddr ^ last) >> 63 != 0);
    END_OF_PROOF();
}

void proof_a_physical_range_is_told(void)
{
    pt64_paddr_t paddr = nondet_u64();
    uint64_t bytes = nondet_u64();
    uint64_t at = nondet_u64();

    ANY_GEOMETRY();
    GIVEN(bytes > 0 && at < bytes);
    if (pt64_is_paddr_range(limits, paddr, bytes))
        CLAIM(paddr + at >= paddr && (paddr + at) >> limits->paddr_bits == 0);
    else
        CLAIM(paddr + (bytes - 1) < paddr || (paddr + (bytes - 1)) >> limits->paddr_bits != 0);
    END_OF_PROOF();
}

void proof_the_space_is_entered_at_its_next_address(void)
{
    pt64_vaddr_t from = nondet_u64();
    pt64_vaddr_t other = nondet_u64();
    pt64_vaddr_t vaddr = from;
    uint64_t at = nondet_u64();
    uint64_t rest = 0;

    ANY_GEOMETRY();
    if (!pt64_enter_space(meta, limits, &vaddr, &rest)) {
        CLAIM(other < from || !is_address(meta, other));
    } else {
        CLAIM(vaddr >= from && is_address(meta, vaddr) && rest > 0);
        CLAIM(other < from || other >= vaddr || !is_address(meta, other));
        CLAIM(vaddr + rest == 0 || !is_address(meta, vaddr + rest));
        if (at < rest)
            CLAIM(vaddr + at >= vaddr && is_address(meta, vaddr + at));
    }
    END_OF_PROOF();
}

void proof_a_slot_holds_its_addresses(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    unsigned level;
    pt64_vaddr_t start;
    pt64_size_t size;
    size_t index;

    ANY_GEOMETRY();
    level = any_level(limits);
    start = pt64_slot_start(meta, vaddr, level);
    size = pt64_slot_size(meta, level);
    index = pt64_index(meta, limits, vaddr, level);
    CLAIM(start <= vaddr && vaddr - start < size && pt64_is_slot_aligned(meta, start, level));
    CLAIM(pt64_slot_rest(meta, vaddr, level) == size - (vaddr - start));
    CLAIM(index < pt64_node_entries(meta, limits, level));
    CLAIM(index == pt64_index(meta, limits, start, level));
    CLAIM(pt64_slots_left(meta, limits, vaddr, level) ==
          pt64_node_entries(meta, limits, level) - index);
    END_OF_PROOF();
}

/* Two addresses of the space whose indices are the same at all levels are in one page. */
void proof_indices_tell_addresses(void)
{
    pt64_vaddr_t a = nondet_u64();
    pt64_vaddr_t b = nondet_u64();
    bool differ = false;

    ANY_GEOMETRY();
    GIVEN(is_address(meta, a) && is_address(meta, b));
    GIVEN(pt64_slot_start(meta, a, 0) != pt64_slot_start(meta, b, 0));
    for (unsigned level = 0; level < PT64_MAX_LEVELS; level++)
        differ |= level < limits->levels &&
                  pt64_index(meta, limits, a, level) != pt64_index(meta, limits, b, level);
    CLAIM(differ);
    END_OF_PROOF();
}

/* Tours count slots from the first of the root. */
void proof_an_offset_is_an_address(void)
{
    uint64_t offset = nondet_u64();
    pt64_vaddr_t vaddr;

    ANY_GEOMETRY();
    GIVEN(offset >> limits->vaddr_bits == 0);
    vaddr = pt64_vaddr_at(meta, limits, offset);
    CLAIM(is_address(meta, vaddr) && pt64_offset_of(limits, vaddr) == offset);
    END_OF_PROOF();
}

void proof_a_page_size_is_of_its_level(void)
{
    pt64_size_t size = nondet_u64();
    unsigned other;
    unsigned level;

    ANY_GEOMETRY();
    level = pt64_leaf_level(meta, limits, size);
    other = nondet_u32();
    CLAIM(level <= limits->leaf_levels);
    if (level < limits->leaf_levels)
        CLAIM(pt64_slot_size(meta, level) == size);
    else if (other < limits->leaf_levels)
        CLAIM(pt64_slot_size(meta, other) != size);
    END_OF_PROOF();
}

#include "all_proofs.h"
