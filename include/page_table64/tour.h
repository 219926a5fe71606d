/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A tour: a walk over every entry, from slot to slot, down into the node that a link leads to and
 * back.
 */
#ifndef PAGE_TABLE64_TOUR_H
#define PAGE_TABLE64_TOUR_H

#include "table.h"

/** @cond engine */

/** The address of the slot whose distance from the first slot of the root node is `offset`. */
PT64_INLINE pt64_vaddr_t pt64_vaddr_at(const struct pt64_meta *meta,
                                       const struct pt64_limits *limits, uint64_t offset)
{
    pt64_vaddr_t sign = pt64_shift_left(1, limits->vaddr_bits - 1);

    if (meta->space == PT64_SPACE_SIGN_EXTENDED)
        return (offset ^ sign) - sign;
    return pt64_first_vaddr(meta, limits) + offset;
}

/** The distance of `vaddr` from the first address of the root node: the inverse. */
PT64_INLINE uint64_t pt64_offset_of(const struct pt64_limits *limits, pt64_vaddr_t vaddr)
{
    return vaddr & (pt64_shift_left(1, limits->vaddr_bits) - 1);
}

/** Where a tour has got to. */
struct pt64_tour {
    unsigned level;
    uint64_t offset; /**< of the slot from the first one of the root node */
    pt64_entry_t entry;
    enum pt64_kind kind;
    pt64_slot_t *entries[PT64_MAX_LEVELS]; /**< the nodes it is in, by level */
    pt64_entry_t links[PT64_MAX_LEVELS];   /**< at each level, the link it went down by */
};

/** The slot that the tour is at. */
PT64_INLINE pt64_slot_t *pt64_tour_slot(const struct pt64_traits *traits,
                                        const struct pt64_table *table,
                                        const struct pt64_tour *tour)
{
    return pt64_slot_of(traits, table, tour->entries[tour->level], tour->offset, tour->level);
}

PT64_INLINE void pt64_tour_look(const struct pt64_traits *traits, const struct pt64_table *table,
                                struct pt64_tour *tour)
{
    tour->entry = pt64_load_link(traits->meta, pt64_tour_slot(traits, table, tour));
    tour->kind = pt64_kind_of(traits, table, tour->entry, tour->level);
}

/** The frame of the node that the tour is in. */
PT64_INLINE pt64_paddr_t pt64_tour_frame(const struct pt64_traits *traits,
                                         const struct pt64_table *table,
                                         const struct pt64_tour *tour)
{
    if (tour->level == pt64_root_level(pt64_limits_of(traits, table)))
        return pt64_root_of(table);
    return traits->pte->link_address(tour->links[tour->level + 1], tour->level + 1);
}

/** Goes to the first slot of the node that the entry links. False if it is not memory. */
PT64_INLINE bool pt64_tour_enter(const struct pt64_traits *traits, const struct pt64_table *table,
                                 struct pt64_tour *tour)
{
    pt64_slot_t *below =
        pt64_linked_entries(traits, table, traits->pte->link_address(tour->entry, tour->level));

    if (below == NULL)
        return false;
    tour->links[tour->level] = tour->entry;
    tour->entries[--tour->level] = below;
    return true;
}

PT64_INLINE bool pt64_tour_begin(const struct pt64_traits *traits, const struct pt64_table *table,
                                 struct pt64_tour *tour)
{
    tour->level = pt64_root_level(pt64_limits_of(traits, table));
    tour->offset = 0;
    tour->entries[tour->level] = pt64_root_entries(traits, table);
    return tour->entries[tour->level] != NULL;
}

/** Goes on to the slot of the node that holds the offset `first`, unless it is before the tour. */
PT64_INLINE void pt64_tour_skip_to(const struct pt64_meta *meta, struct pt64_tour *tour,
                                   uint64_t first)
{
    if (first > tour->offset)
        tour->offset = pt64_slot_start(meta, first, tour->level);
}

/** Whether the slot holds the offset `last` or follows it: none for UINT64_MAX, which folds. */
PT64_INLINE bool pt64_tour_is_at(const struct pt64_meta *meta, const struct pt64_tour *tour,
                                 uint64_t last)
{
    return last < tour->offset + pt64_slot_size(meta, tour->level);
}

/** Goes to the next slot of the node. False if there is none. */
PT64_INLINE bool pt64_tour_step(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                struct pt64_tour *tour)
{
    if (pt64_slots_left(meta, limits, tour->offset, tour->level) == 1)
        return false;
    tour->offset += pt64_slot_size(meta, tour->level);
    return true;
}

/** Goes back to the slot that links the node. False if the node is the root. */
PT64_INLINE bool pt64_tour_leave(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                 struct pt64_tour *tour)
{
    if (tour->level == pt64_root_level(limits))
        return false;
    tour->level++;
    tour->offset = pt64_slot_start(meta, tour->offset, tour->level);
    tour->entry = tour->links[tour->level];
    tour->kind = PT64_LINK;
    return true;
}

/** Goes to what follows the slot, and leaves each node that ends with it. False at the end. */
PT64_INLINE bool pt64_tour_advance(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                   struct pt64_tour *tour)
{
    while (!pt64_tour_step(meta, limits, tour))
        if (!pt64_tour_leave(meta, limits, tour))
            return false;
    return true;
}

/** @endcond */

#endif
