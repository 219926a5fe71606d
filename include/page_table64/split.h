/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Splitting: a huge leaf becomes a table of smaller leaves that say the same, so that a part of it
 * can change.
 */
#ifndef PAGE_TABLE64_SPLIT_H
#define PAGE_TABLE64_SPLIT_H

#include "break.h"
#include "walk.h"

/** @cond engine */

/** What a call will do to the huge page at an edge of its range. */
struct pt64_edge {
    pt64_vaddr_t vaddr; /**< in the page that the edge cuts */
    pt64_vaddr_t cut;   /**< the first address on the upper side */
    unsigned level;     /**< of the page, 0 when nothing is to be split */
};

/** A range, and its edges by the plan. */
struct pt64_edged_range {
    pt64_vaddr_t vaddr;
    uint64_t bytes; /**< not 0 */
    struct pt64_edge lower;
    struct pt64_edge upper;
};

PT64_INLINE void pt64_no_edge(struct pt64_edge *edge)
{
    edge->vaddr = 0;
    edge->cut = 0;
    edge->level = 0;
}

/** A range that is not planned yet. */
PT64_INLINE void pt64_begin_range(struct pt64_edged_range *range, pt64_vaddr_t vaddr,
                                  uint64_t bytes)
{
    range->vaddr = vaddr;
    range->bytes = bytes;
    pt64_no_edge(&range->lower);
    pt64_no_edge(&range->upper);
}

/** Splits that it takes until a slot boundary stands at the cut. */
PT64_INLINE size_t pt64_count_splits(const struct pt64_meta *meta, const struct pt64_edge *edge)
{
    size_t splits = 0;

    for (unsigned level = 1; level <= edge->level; level++)
        if (!pt64_is_slot_aligned(meta, edge->cut, level))
            splits++;
    return splits;
}

/** The splits at `lower` that split the page of `upper` too, so that they are not made twice. */
PT64_INLINE size_t pt64_count_common_splits(const struct pt64_meta *meta,
                                            const struct pt64_edge *lower,
                                            const struct pt64_edge *upper)
{
    size_t shared = 0;

    for (unsigned level = 1; level <= lower->level && level <= upper->level; level++)
        if (!pt64_is_slot_aligned(meta, lower->cut, level) &&
            !pt64_is_slot_aligned(meta, upper->cut, level) &&
            pt64_slot_start(meta, lower->cut, level) == pt64_slot_start(meta, upper->cut, level))
            shared++;
    return shared;
}

PT64_INLINE size_t pt64_count_edge_splits(const struct pt64_meta *meta,
                                          const struct pt64_edged_range *range)
{
    return pt64_count_splits(meta, &range->lower) + pt64_count_splits(meta, &range->upper) -
           pt64_count_common_splits(meta, &range->lower, &range->upper);
}

/** What pages are to become. */
struct pt64_update {
    pt64_flags_t flags;
    bool moves; /**< to the frame at `paddr` */
    pt64_paddr_t paddr;
};

PT64_INLINE pt64_entry_t pt64_updated(const struct pt64_traits *traits,
                                      const struct pt64_update *update, pt64_entry_t old,
                                      unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t entry = pte->protect(old, pt64_leaf(traits, update->flags, level), level);

    if (update->moves)
        entry +=
            pte->address(update->paddr, level) - pte->address(pte->leaf_address(old, level), level);
    return entry;
}

/**
 * The edge at `cut` as it concerns the page of `vaddr`, next to it on the side of the range. A page
 * in which a revision changes nothing is not to be split.
 */
PT64_INLINE pt64_status_t pt64_find_edge(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, pt64_vaddr_t cut,
                                         const struct pt64_update *update, struct pt64_edge *edge)
{
    struct pt64_cursor cursor = traits->ops->seek(guard, vaddr, 0);

    edge->vaddr = vaddr;
    edge->cut = cut;
    edge->level = cursor.kind == PT64_LEAF ? cursor.level : 0;
    if (edge->level > 0 && update != NULL &&
        pt64_updated(traits, update, cursor.entry, cursor.level) == cursor.entry)
        edge->level = 0;
    return cursor.slot == NULL ? PT64_BAD_ADDRESS : PT64_OK;
}

/** Finds both edges of a range, and how many frames their splits take. `update` is NULL where the
 * pages go. */
PT64_INLINE pt64_status_t pt64_plan_edges(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, struct pt64_edged_range *range,
                                          const struct pt64_update *update, size_t *frames)
{
    pt64_vaddr_t vaddr = range->vaddr;
    pt64_vaddr_t cut = vaddr;
    struct pt64_edge *edge = &range->lower;

    for (;;) {
        pt64_status_t status = pt64_find_edge(traits, guard, vaddr, cut, update, edge);

        if (status != PT64_OK)
            return status;
        if (edge == &range->upper)
            break;
        edge = &range->upper;
        cut = range->vaddr + range->bytes;
        vaddr = cut - 1;
    }
    *frames = pt64_count_edge_splits(traits->meta, range);
    return PT64_OK;
}

PT64_INLINE void pt64_fill_split(const struct pt64_traits *traits, pt64_entry_t *entries,
                                 pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = pt64_demote(traits->pte, leaf, level);
    pt64_entry_t step = pt64_leaf_step(traits, level - 1);

    pt64_write_steps(entries, pt64_node_entries(traits->meta, level - 1), entry, step);
}

/**
 * Replaces the leaf in `cursor` by a table one level lower. The reserve is not empty. Hardware may
 * set accessed or dirty in the leaf until it is broken, or the table has taken its place; what the
 * table says by then is what it is filled with.
 */
PT64_INLINE void pt64_split(const struct pt64_traits *traits, struct pt64_guard *guard,
                            struct pt64_reserve *reserve, const struct pt64_cursor *cursor,
                            pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = pt64_reserve_take(traits, guard->table, reserve);
    pt64_entry_t *entries = pt64_entries(traits, guard->table, frame);
    pt64_entry_t link = pt64_link(traits, frame, cursor->level);
    pt64_entry_t leaf = cursor->entry;
    bool breaks = traits->meta->split == PT64_RESIZE_BREAK;

    /* What a CPU may hold of the page may say other things than the page does now. */
    if (!breaks)
        pt64_make_way(traits, guard, pt64_slot_start(traits->meta, vaddr, cursor->level),
                      pt64_slot_size(traits->meta, cursor->level), cursor->level - 1);
    do
        pt64_fill_split(traits, entries, leaf, cursor->level);
    while (!pt64_compare_exchange(cursor->slot, &leaf,
                                  breaks ? pt64_absent(traits, leaf, cursor->level) : link));
    pt64_gather(traits, guard, PT64_RESIZED, vaddr, 1, cursor->level);
    if (!breaks)
        return;
    traits->ops->flush_pending(guard);
    pt64_store_link(cursor->slot, link);
    pt64_gather(traits, guard, PT64_LINKED, vaddr, 1, cursor->level);
    pt64_gather(traits, guard, PT64_CREATED, vaddr,
                pt64_node_entries(traits->meta, cursor->level - 1), cursor->level - 1);
}

/** Splits the page of the edge until a slot boundary stands at its cut. Whether it was split. */
PT64_INLINE bool pt64_split_edge(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_reserve *reserve, const struct pt64_edge *edge)
{
    bool was_split = false;

    while (edge->level > 0 && !pt64_is_spent(reserve)) {
        struct pt64_cursor cursor = traits->ops->seek(guard, edge->vaddr, 0);

        if (cursor.kind != PT64_LEAF || pt64_is_slot_aligned(traits->meta, edge->cut, cursor.level))
            break;
        traits->ops->split(guard, reserve, &cursor, edge->vaddr);
        was_split = true;
    }
    return was_split;
}

/** Whether a page reaches over an edge of the range. */
PT64_INLINE bool pt64_has_edges(const struct pt64_edged_range *range)
{
    return range->lower.level > 0 || range->upper.level > 0;
}

/** Splits both edges of a range; where the smaller pages may not be cached beside the huge one once
 * they change, one flush then serves for both. */
PT64_INLINE void pt64_split_edges(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  struct pt64_reserve *reserve,
                                  const struct pt64_edged_range *range)
{
    bool was_split = pt64_split_edge(traits, guard, reserve, &range->lower);

    was_split |= pt64_split_edge(traits, guard, reserve, &range->upper);
    if (was_split && traits->meta->split == PT64_RESIZE_FLUSH)
        traits->ops->flush_pending(guard);
}

/** @endcond */

#endif
