/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Collapsing: one huge page takes the place of the smaller pages that together map what it maps.
 * It is the inverse of splitting (split.h).
 */
#ifndef PAGE_TABLE64_COLLAPSE_H
#define PAGE_TABLE64_COLLAPSE_H

#include "mark.h"
#include "protect.h"

/** @cond engine */

/**
 * A huge page, and what is known of the smaller pages in its place. They may differ in
 * PT64_HISTORY, of which the huge page has what any of them has.
 */
struct pt64_collapse_plan {
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr;
    pt64_flags_t flags;
    unsigned level;
    bool differs; /**< a TLB may hold some of the smaller pages with less permissions */
};

/** The leaf at `level` that splitting the leaf of the huge page gives for `paddr`. */
PT64_INLINE pt64_entry_t pt64_piece(const struct pt64_traits *traits,
                                    const struct pt64_table *table,
                                    const struct pt64_collapse_plan *plan, pt64_paddr_t paddr,
                                    unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t leaf = pt64_leaf(traits, table, plan->flags, plan->level);

    for (unsigned at = plan->level; at > level; at--)
        leaf = pt64_demote(pte, leaf, at);
    return leaf + pte->address(paddr, level);
}

/* ---- first pass: nothing changes ---- */

/** Why a slot that holds no page cannot be a part of a huge page. */
PT64_INLINE pt64_status_t pt64_status_of_gap(const struct pt64_cursor *cursor)
{
    if (cursor->slot == NULL)
        return PT64_BAD_ADDRESS;
    if (cursor->kind == PT64_EMPTY)
        return PT64_NOT_MAPPED;
    return cursor->kind == PT64_MARKED_SLOT ? PT64_MARKED : PT64_ALREADY_MAPPED;
}

/** Checks that the huge page can have the frame and the flags of the first page. */
PT64_INLINE pt64_status_t pt64_begin_collapse(const struct pt64_traits *traits,
                                              const struct pt64_table *table,
                                              struct pt64_collapse_plan *plan,
                                              const struct pt64_cursor *first)
{
    pt64_size_t size = pt64_slot_size(traits->meta, plan->level);

    plan->paddr = pt64_page_address(traits->pte, first->entry, first->level);
    plan->flags = pt64_page_flags(traits->pte, first->entry, first->level);
    plan->differs = false;
    if (!pt64_is_aligned(plan->paddr, size))
        return PT64_NOT_ALIGNED;
    return pt64_can_encode_at(traits, table, plan->flags, plan->level) ? PT64_OK : PT64_BAD_FLAGS;
}

/**
 * Adds what hardware has set in a page. `leaf` is that of the page, and `piece` what the huge page
 * would be there without it.
 */
PT64_INLINE void pt64_gather_piece(const struct pt64_traits *traits, const struct pt64_table *table,
                                   struct pt64_collapse_plan *plan, pt64_entry_t leaf,
                                   pt64_entry_t piece, unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_paddr_t paddr = pte->leaf_address(leaf, level);
    pt64_entry_t now;

    plan->flags |= pte->decode(leaf, level) & PT64_HISTORY;
    now = pt64_piece(traits, table, plan, paddr, level);
    plan->differs |= pte->change(leaf, now, level) >= PT64_RELAXED ||
                     pte->change(piece, now, level) >= PT64_RELAXED;
}

/** Checks that the page in `cursor`, `offset` bytes from the first, is a piece of the huge page. */
PT64_INLINE pt64_status_t pt64_check_piece(const struct pt64_traits *traits,
                                           const struct pt64_table *table,
                                           struct pt64_collapse_plan *plan,
                                           const struct pt64_cursor *cursor, uint64_t offset)
{
    const struct pt64_pte *pte = traits->pte;
    unsigned level = cursor->level;
    pt64_entry_t leaf = pt64_shown(pte, cursor->entry, level);
    pt64_entry_t piece = pt64_piece(traits, table, plan, plan->paddr + offset, level);

    if (pte->leaf_address(leaf, level) != plan->paddr + offset)
        return PT64_NOT_ALIGNED;
    if ((cursor->kind == PT64_HIDDEN) != pt64_is_hidden_by(pte, plan->flags) ||
        pt64_clean(pte, leaf, PT64_HISTORY, level) != pt64_clean(pte, piece, PT64_HISTORY, level))
        return PT64_BAD_FLAGS;
    pt64_gather_piece(traits, table, plan, leaf, piece, level);
    return PT64_OK;
}

/** Checks that the node in the slot holds what the huge page maps, in smaller pages. */
PT64_INLINE pt64_status_t pt64_plan_collapse(const struct pt64_traits *traits,
                                             struct pt64_guard *guard,
                                             struct pt64_collapse_plan *plan)
{
    uint64_t size = pt64_slot_size(traits->meta, plan->level);
    PT64_UNSET struct pt64_cursor cursor;

    for (uint64_t offset = 0; offset < size; offset += pt64_slot_size(traits->meta, cursor.level)) {
        pt64_status_t status;

        traits->ops->seek(guard, plan->vaddr + offset, 0, &cursor);
        if (!pt64_is_page(cursor.kind))
            status = pt64_status_of_gap(&cursor);
        else if (offset == 0)
            status = pt64_begin_collapse(traits, guard->table, plan, &cursor);
        else
            status = PT64_OK;
        if (status == PT64_OK)
            status = pt64_check_piece(traits, guard->table, plan, &cursor, offset);
        if (status != PT64_OK)
            return pt64_fail(guard, plan->vaddr + offset, status);
    }
    return PT64_OK;
}

/* ---- second pass ---- */

/** The leaf of the huge page. */
PT64_INLINE pt64_entry_t pt64_whole(const struct pt64_traits *traits,
                                    const struct pt64_table *table,
                                    const struct pt64_collapse_plan *plan)
{
    return pt64_piece(traits, table, plan, plan->paddr, plan->level);
}

/** The entry of the huge page. */
PT64_INLINE pt64_entry_t pt64_collapsed(const struct pt64_traits *traits,
                                        const struct pt64_table *table,
                                        const struct pt64_collapse_plan *plan)
{
    return pt64_page_entry(traits->pte, pt64_whole(traits, table, plan), plan->flags, plan->level);
}

/**
 * Whether the huge page may not directly take the place of the smaller ones. Hidden ones are in no
 * TLB, unless it holds invalid entries. With PT64_RESIZE_FLUSH it may only if it has no permission
 * that one of them has not: a leaf that is not dirty may be one that refuses stores.
 */
PT64_INLINE bool pt64_is_collapse_broken(const struct pt64_traits *traits,
                                         const struct pt64_limits *limits,
                                         const struct pt64_collapse_plan *plan)
{
    if (pt64_is_hidden_by(traits->pte, plan->flags))
        return pt64_is_cached(limits, PT64_HIDDEN, plan->level);
    return limits->grow >= PT64_RESIZE_BREAK ||
           (limits->grow == PT64_RESIZE_FLUSH && plan->differs);
}

/** What the slot holds until the huge page is written. */
PT64_INLINE pt64_entry_t pt64_collapse_place(const struct pt64_traits *traits,
                                             const struct pt64_table *table,
                                             const struct pt64_collapse_plan *plan)
{
    pt64_entry_t leaf = pt64_whole(traits, table, plan);

    return pt64_is_hidden_by(traits->pte, plan->flags)
               ? pt64_vacant_entry(traits, table, leaf, plan->level)
               : pt64_absent(traits, table, leaf, plan->level);
}

/**
 * Adds the flags that hardware had set in the smaller pages up to the flush. `link` led to their
 * node, which the table does not link any more. The guard's path leads into it meanwhile.
 */
PT64_INLINE void pt64_gather_flags(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   struct pt64_collapse_plan *plan, pt64_entry_t link)
{
    uint64_t size = pt64_slot_size(traits->meta, plan->level);
    PT64_UNSET struct pt64_cursor cursor;

    pt64_path_enter(traits, guard->table, &guard->path, plan->vaddr, link, plan->level);
    for (uint64_t offset = 0; offset < size; offset += pt64_slot_size(traits->meta, cursor.level)) {
        traits->ops->seek(guard, plan->vaddr + offset, 0, &cursor);
        plan->flags |= pt64_page_flags(traits->pte, cursor.entry, cursor.level) & PT64_HISTORY;
    }
}

/** Adds the flags to the huge page, which CPUs may be using. */
PT64_INLINE void pt64_add_gathered(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_collapse_plan *plan, pt64_slot_t *slot)
{
    PT64_UNSET struct pt64_update update;
    enum pt64_change change;

    pt64_update_by(&update, plan->flags & PT64_HISTORY, 0);
    (void)traits->ops->update_leaf(guard, &update, slot, 1, pt64_load(traits->meta, slot),
                                   plan->level, &change);
    traits->ops->gather(guard, change, plan->vaddr, 1, plan->level);
}

/** Makes the broken huge page. */
PT64_INLINE void pt64_make_collapsed(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     const struct pt64_collapse_plan *plan, pt64_slot_t *slot)
{
    pt64_put_leaf(traits, guard->table, slot, pt64_collapsed(traits, guard->table, plan));
    if (!pt64_is_hidden_by(traits->pte, plan->flags))
        traits->ops->gather(guard, PT64_CREATED, plan->vaddr, 1, plan->level);
}

/**
 * Puts the huge page in the place of the node in `slot`. Hardware may set accessed and dirty in
 * the smaller pages until the flush: they are read after it.
 */
PT64_INLINE void pt64_collapse_node(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_collapse_plan *plan, pt64_slot_t *slot)
{
    const struct pt64_table *table = guard->table;
    bool breaks = pt64_is_collapse_broken(traits, pt64_limits_of(traits, table), plan);
    pt64_entry_t link = pt64_load_link(traits->meta, slot);

    (void)pt64_make_room(traits, guard);
    pt64_make_way(traits, guard, plan->vaddr, pt64_slot_size(traits->meta, plan->level),
                  plan->level);
    pt64_put_link(traits, table, slot,
                  breaks ? pt64_collapse_place(traits, table, plan)
                         : pt64_collapsed(traits, table, plan));
    traits->ops->retire(guard, link, plan->vaddr, plan->level, 0);
    traits->ops->flush_pending(guard);
    if (traits->pte->flags & PT64_HISTORY)
        pt64_gather_flags(traits, guard, plan, link);
    /* It leads into the node. */
    pt64_path_forget(&guard->path);
    if (breaks)
        pt64_make_collapsed(traits, guard, plan, slot);
    else
        pt64_add_gathered(traits, guard, plan, slot);
}

/* ---- the call ---- */

/** Finds the slot of the huge page. It links a node, or holds the huge page already. */
PT64_INLINE pt64_status_t pt64_find_collapse(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                             unsigned level, struct pt64_cursor *cursor)
{
    const struct pt64_table *table = guard->table;
    pt64_status_t status = PT64_OK;

    if (level == 0 || level == pt64_limits_of(traits, table)->leaf_levels)
        status = PT64_BAD_SIZE;
    else if (table->is_adopted)
        status = PT64_BAD_FLAGS;
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = pt64_pick_slot(traits, guard, vaddr, level, level, cursor);
    if (status != PT64_OK)
        return status;
    if (cursor->kind == PT64_LINK && pt64_is_kept(traits, table, vaddr, level))
        status = PT64_BORROWED;
    else if (pt64_is_page(cursor->kind) && cursor->level > level)
        status = PT64_MAPPED_TO_HUGE_PAGE;
    else if (cursor->kind != PT64_LINK && !pt64_is_page(cursor->kind))
        status = pt64_status_of_gap(cursor);
    return status == PT64_OK ? PT64_OK : pt64_fail(guard, vaddr, status);
}

PT64_INLINE pt64_status_t pt64_collapse(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        pt64_vaddr_t vaddr, pt64_size_t size)
{
    PT64_UNSET struct pt64_collapse_plan plan;
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status;

    plan.vaddr = vaddr;
    plan.level = pt64_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), size);
    status = pt64_find_collapse(traits, guard, vaddr, plan.level, &cursor);
    if (status != PT64_OK || cursor.kind != PT64_LINK)
        return status;
    status = pt64_plan_collapse(traits, guard, &plan);
    if (status == PT64_OK)
        pt64_collapse_node(traits, guard, &plan, cursor.slot);
    return status;
}

/** @endcond */

#endif
