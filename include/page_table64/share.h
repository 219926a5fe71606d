/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Sharing: a table borrows whole root slots of another, with all that is below them.
 *
 * Only pinned slots are lent. The table in one is never unlinked, so that a borrower's link to it
 * stays good whatever the owner unmaps; a page in one, of which a borrower has a copy, never
 * changes.
 */
#ifndef PAGE_TABLE64_SHARE_H
#define PAGE_TABLE64_SHARE_H

#include "unmap.h"

/** @cond engine */

/* ---- pinning ---- */

/** The entry in the root slot of `vaddr`, and what it is; slot NULL when the table has no root. */
PT64_INLINE struct pt64_spot pt64_root_spot(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_vaddr_t vaddr)
{
    unsigned root = pt64_root_level(traits->meta);
    pt64_entry_t *entries = pt64_root_entries(traits, table);
    struct pt64_spot spot = {NULL, 0, PT64_EMPTY, root};

    if (entries == NULL)
        return spot;
    spot.slot = &entries[pt64_index(traits->meta, vaddr, root)];
    spot.entry = pt64_load_link(spot.slot);
    spot.kind = pt64_kind_of(traits, table, spot.entry, root);
    if (spot.kind == PT64_TABLE && table->is_adopted && traits->is_shared(table, spot.slot, root))
        spot.kind = PT64_UNKNOWN;
    return spot;
}

/** The checks of a range of whole root slots. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_root_slots(const struct pt64_traits *traits,
                                                const struct pt64_table *table, pt64_vaddr_t vaddr,
                                                uint64_t bytes)
{
    if (!pt64_is_slot_aligned(traits->meta, vaddr | bytes, pt64_root_level(traits->meta)))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_vaddr_range(traits->meta, vaddr, bytes) ||
        pt64_root_entries(traits, table) == NULL)
        return PT64_BAD_ADDRESS;
    return PT64_OK;
}

/** A pt64_planner_t for a struct pt64_range of root slots. */
PT64_INLINE pt64_status_t pt64_plan_pin(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        const void *what, struct pt64_plan *plan)
{
    const struct pt64_range *range = (const struct pt64_range *)what;
    pt64_size_t slot = pt64_slot_size(traits->meta, pt64_root_level(traits->meta));

    for (uint64_t done = 0; done < range->bytes; done += slot) {
        pt64_vaddr_t vaddr = range->vaddr + done;
        struct pt64_spot spot = pt64_root_spot(traits, guard->table, vaddr);

        if (pt64_is_borrowed(traits, guard->table, vaddr))
            return PT64_BORROWED;
        if (spot.slot == NULL)
            return PT64_BAD_ADDRESS;
        if (spot.kind == PT64_UNKNOWN)
            return PT64_ALREADY_MAPPED;
        plan->frames += spot.kind == PT64_EMPTY ? 1 : 0;
    }
    return PT64_OK;
}

/** Pins the root slot of `vaddr`, by an empty table if nothing is in it. */
PT64_INLINE void pt64_pin_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                               struct pt64_reserve *reserve, pt64_vaddr_t vaddr)
{
    struct pt64_spot spot = pt64_root_spot(traits, guard->table, vaddr);
    pt64_paddr_t frame;

    pt64_mark_root(traits, guard->table->pinned, vaddr);
    if (spot.slot == NULL || spot.kind != PT64_EMPTY || pt64_is_spent(reserve))
        return;
    frame = pt64_reserve_take(traits, guard->table, reserve);
    pt64_fill(pt64_entries(traits, guard->table, frame),
              pt64_table_entries(traits->meta, spot.level - 1),
              pt64_empty_entry(traits, guard->table, spot.level - 1));
    pt64_store_link(spot.slot, pt64_link(traits, frame, spot.level));
    pt64_gather(traits, guard, PT64_LINKED, vaddr, 1, spot.level);
}

PT64_INLINE pt64_status_t pt64_pin(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_size_t slot = pt64_slot_size(traits->meta, pt64_root_level(traits->meta));
    struct pt64_reserve reserve = pt64_reserve_none();
    struct pt64_range range = {vaddr, bytes};
    struct pt64_plan plan;
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    if (traits->meta->levels == 1)
        return PT64_BAD_SIZE;
    status = pt64_check_root_slots(traits, guard->table, vaddr, bytes);
    if (status == PT64_OK)
        status = pt64_prepare(traits, guard, &reserve, pt64_plan_pin, &range, &plan);
    if (status != PT64_OK)
        return status;
    guard->table->is_global = true;
    pt64_path_forget(&guard->path);
    for (uint64_t done = 0; done < bytes; done += slot)
        pt64_pin_slot(traits, guard, &reserve, vaddr + done);
    pt64_reserve_drop(traits, guard->table, &reserve);
    return PT64_OK;
}

/* ---- borrowing ---- */

/** Whether every root slot of the range can take what the other table has there, and the other
 * lends it: what is pinned, or was lent to it. */
PT64_INLINE pt64_status_t pt64_check_loan(const struct pt64_traits *traits,
                                          const struct pt64_table *table,
                                          const struct pt64_table *other, pt64_vaddr_t vaddr,
                                          uint64_t bytes)
{
    unsigned root = pt64_root_level(traits->meta);

    for (uint64_t done = 0; done < bytes; done += pt64_slot_size(traits->meta, root)) {
        pt64_vaddr_t at = vaddr + done;
        struct pt64_spot ours = pt64_root_spot(traits, table, at);

        if (ours.kind == PT64_LEAF || ours.kind == PT64_UNKNOWN ||
            pt64_is_borrowed(traits, table, at) || pt64_is_pinned(traits, table, at) ||
            (ours.kind == PT64_TABLE && !pt64_is_subtree_empty(traits, table, at, root)))
            return PT64_ALREADY_MAPPED;
        if (pt64_root_spot(traits, other, at).kind != PT64_EMPTY &&
            !pt64_is_pinned(traits, other, at) && !pt64_is_borrowed(traits, other, at))
            return PT64_BORROWED;
    }
    return PT64_OK;
}

/** Takes the empty table in the slot of `vaddr` out, for a loan. The guard is not full. */
PT64_INLINE void pt64_give_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_entry_t *slot, pt64_vaddr_t vaddr, unsigned level)
{
    pt64_take_out(traits, guard, slot, vaddr, level, pt64_empty_entry(traits, guard->table, level));
    if (traits->meta->grow >= PT64_RESIZE_BREAK)
        traits->settle(guard, false);
}

/** Puts the lender's root entry into the slot of `vaddr`. The guard is not full. */
PT64_INLINE void pt64_borrow(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_entry_t entry, pt64_vaddr_t vaddr)
{
    const struct pt64_meta *meta = traits->meta;
    struct pt64_spot spot = pt64_root_spot(traits, guard->table, vaddr);

    if (spot.slot == NULL)
        return;
    if (spot.kind == PT64_TABLE)
        pt64_give_way(traits, guard, spot.slot, vaddr, spot.level);
    pt64_store_link(spot.slot, entry);
    pt64_mark_root(traits, guard->table->borrowed, vaddr);
    pt64_gather(traits, guard, PT64_LINKED, vaddr, 1, spot.level);
    pt64_gather(traits, guard, PT64_CREATED, vaddr,
                pt64_slot_size(meta, spot.level) >> meta->page_shift, 0);
}

PT64_INLINE pt64_status_t pt64_copy_from(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         const struct pt64_table *other, pt64_vaddr_t vaddr,
                                         uint64_t bytes)
{
    unsigned root = pt64_root_level(traits->meta);
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_root_slots(traits, guard->table, vaddr, bytes);
    if (status == PT64_OK)
        status = pt64_check_root_slots(traits, other, vaddr, bytes);
    if (status == PT64_OK)
        status = pt64_check_loan(traits, guard->table, other, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    pt64_make_way(traits, guard, vaddr, bytes, 0);
    pt64_make_way(traits, guard, vaddr, bytes, root);
    pt64_claim(guard);
    __atomic_store_n(&guard->table->is_mixed, true, __ATOMIC_RELAXED);
    pt64_path_forget(&guard->path); /* it may lead through a table that gives way */
    for (uint64_t done = 0; done < bytes; done += pt64_slot_size(traits->meta, root)) {
        struct pt64_spot theirs;

        pt64_make_room(traits, guard);
        theirs = pt64_root_spot(traits, other, vaddr + done);
        if (theirs.kind != PT64_EMPTY)
            pt64_borrow(traits, guard, theirs.entry, vaddr + done);
    }
    return PT64_OK;
}

/** @endcond */

#endif
