/* SPDX-License-Identifier: MIT */
/*
 * What a kernel without the library would write to ask where an address leads: a walk for one
 * geometry with its loop written out and the smallest pages apart, which checks and decodes as much
 * as a query does.
 *
 * HAND names the header of the architecture, which has the meaning of an entry:
 *     hand_is_vaddr      whether an address belongs to the table
 *     hand_is_table      whether an entry above level 0 leads to a table; level 0 has the smallest
 *                        pages
 *     hand_is_leaf       whether an entry that does not is a page
 *     hand_table, hand_page   the physical address in either
 *     hand_flags         of a page
 */
#ifndef TESTS_BENCH_HAND_H
#define TESTS_BENCH_HAND_H

#include "raw.h"
#include "subject.h"

#define HAND_INLINE static inline __attribute__((always_inline))

#define HAND_BIT(number) ((uint64_t)1 << (number))

#include HAND

struct hand_place {
    const raw_word_t *words;
    uint64_t entry;
    unsigned level;
};

HAND_INLINE unsigned hand_shift(unsigned level)
{
    return META.page_shift + level * META.index_bits;
}

/* Reads the entry at `level`. If there is a node below it, returns true, with the words of that
 * node in `place`. */
HAND_INLINE bool hand_step(struct hand_place *place, uint64_t vaddr, unsigned level)
{
    unsigned bits = level == META.limits.levels - 1 ? pt64_root_index_bits(&META, &META.limits)
                                                    : META.index_bits;
    uint64_t index = vaddr >> hand_shift(level) & (((uint64_t)1 << bits) - 1);

    place->entry = __atomic_load_n(&place->words[index], __ATOMIC_ACQUIRE);
    place->level = level;
    if (level == 0 || !hand_is_table(place->entry, level))
        return false;
    place->words = (const raw_word_t *)(uintptr_t)(hand_table(place->entry) + ARENA_OFFSET);
    return true;
}

/* Walks down to the node of smallest pages. Returns false if the walk ends above it. */
HAND_INLINE bool hand_walk(uint64_t root, uint64_t vaddr, struct hand_place *place)
{
    place->words = (const raw_word_t *)(uintptr_t)(root + ARENA_OFFSET);
    return (META.limits.levels < 6 || hand_step(place, vaddr, 5)) &&
           (META.limits.levels < 5 || hand_step(place, vaddr, 4)) &&
           (META.limits.levels < 4 || hand_step(place, vaddr, 3)) &&
           (META.limits.levels < 3 || hand_step(place, vaddr, 2)) && hand_step(place, vaddr, 1);
}

HAND_INLINE pt64_status_t hand_tell_page(const struct hand_place *place, uint64_t vaddr,
                                         unsigned level, struct pt64_mapping *page)
{
    uint64_t size = (uint64_t)1 << hand_shift(level);

    if (!hand_is_leaf(place->entry, level) || level >= META.limits.leaf_levels)
        return PT64_NOT_MAPPED;
    page->vaddr = vaddr & ~(size - 1);
    page->paddr = hand_page(place->entry, level);
    page->size = size;
    page->flags = hand_flags(place->entry, level);
    return PT64_OK;
}

HAND_INLINE pt64_status_t hand_query(uint64_t root, uint64_t vaddr, struct pt64_mapping *page)
{
    struct hand_place place;

    if (!hand_is_vaddr(vaddr))
        return PT64_BAD_ADDRESS;
    if (!hand_walk(root, vaddr, &place))
        return hand_tell_page(&place, vaddr, place.level, page);
    hand_step(&place, vaddr, 0);
    return hand_tell_page(&place, vaddr, 0, page);
}

HAND_INLINE pt64_status_t hand_tell_address(const struct hand_place *place, uint64_t vaddr,
                                            unsigned level, uint64_t *paddr)
{
    uint64_t size = (uint64_t)1 << hand_shift(level);

    if (!hand_is_leaf(place->entry, level) || level >= META.limits.leaf_levels)
        return PT64_NOT_MAPPED;
    *paddr = hand_page(place->entry, level) | (vaddr & (size - 1));
    return PT64_OK;
}

HAND_INLINE pt64_status_t hand_translate(uint64_t root, uint64_t vaddr, uint64_t *paddr)
{
    struct hand_place place;

    if (!hand_is_vaddr(vaddr))
        return PT64_BAD_ADDRESS;
    if (!hand_walk(root, vaddr, &place))
        return hand_tell_address(&place, vaddr, place.level, paddr);
    hand_step(&place, vaddr, 0);
    return hand_tell_address(&place, vaddr, 0, paddr);
}

#endif
