/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Sharing: a table borrows whole root slots of another, with all that is below them.
 *
 * A table lends only slots that it has pinned, or has borrowed itself. The node in a pinned slot is
 * never unlinked. So a borrower's link to it stays good, whatever the owner unmaps. A page in a
 * pinned slot never changes, because borrowers have a copy of its entry.
 */
#ifndef PAGE_TABLE64_SHARE_H
#define PAGE_TABLE64_SHARE_H

#include "unmap.h"

/** @cond engine */

/* ---- pinning ---- */

/** The root slot of `vaddr`; NULL if the table has no root. */
PT64_INLINE pt64_slot_t *pt64_root_slot(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_vaddr_t vaddr)
{
    pt64_slot_t *entries = pt64_root_entries(traits, table);

    if (entries == NULL)
        return NULL;
    return pt64_slot_at(traits->meta, entries,
                        pt64_index(traits->meta, pt64_limits_of(traits, table), vaddr,
                                   pt64_root_level(pt64_limits_of(traits, table))));
}

/**
 * What is in the root slot of `vaddr`, which is to be changed: `*slot` is that slot, or NULL if the
 * table has no root. It is PT64_UNKNOWN if the slot links a node that is linked twice: in an
 * adopted table this takes a search.
 */
PT64_INLINE enum pt64_kind pt64_root_kind(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_vaddr_t vaddr,
                                          pt64_slot_t **slot)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    enum pt64_kind kind;

    *slot = pt64_root_slot(traits, table, vaddr);
    if (*slot == NULL)
        return PT64_EMPTY;
    kind = pt64_kind_of(traits, table, pt64_load_link(traits->meta, *slot), root);
    if (kind == PT64_LINK && table->is_adopted && traits->ops->is_linked_twice(table, *slot, root))
        return PT64_UNKNOWN;
    return kind;
}

/** Checks a range of whole root slots of a table. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_root_slots(const struct pt64_traits *traits,
                                                const struct pt64_table *table, pt64_vaddr_t vaddr,
                                                uint64_t bytes)
{
    if (!pt64_is_slot_aligned(traits->meta, vaddr | bytes,
                              pt64_root_level(pt64_limits_of(traits, table))))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_vaddr_range(traits->meta, pt64_limits_of(traits, table), vaddr, bytes) ||
        pt64_root_entries(traits, table) == NULL)
        return PT64_BAD_ADDRESS;
    return PT64_OK;
}

/** Root slots that are to be pinned or borrowed. */
struct pt64_root_slots {
    pt64_vaddr_t vaddr;
    uint64_t bytes;                  /**< not 0 */
    const struct pt64_table *lender; /**< the table to borrow from; NULL to pin */
    bool needs_map;                  /**< the plan counts a frame for a map of shared slots */
    bool is_plain;                   /**< the plan found a plain loan */
};

/** Plans how to remember `more_runs` of shared slots: counts a frame if they need a map. */
PT64_INLINE void pt64_plan_shares(const struct pt64_table *table, struct pt64_root_slots *slots,
                                  size_t more_runs, size_t *frames)
{
    slots->needs_map = pt64_needs_share_map(table, more_runs);
    *frames += slots->needs_map ? 1 : 0;
}

/** Makes the map of shared slots, if the plan has one. */
PT64_INLINE void pt64_prepare_shares(const struct pt64_traits *traits, struct pt64_table *table,
                                     struct pt64_reserve *reserve,
                                     const struct pt64_root_slots *slots)
{
    if (slots->needs_map)
        pt64_make_share_map(traits, table, pt64_reserve_take(traits, table, reserve));
}

/** A pt64_planner_t that plans to pin a struct pt64_root_slots. */
PT64_INLINE pt64_status_t pt64_plan_pin(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        void *what, size_t *frames)
{
    struct pt64_root_slots *slots = (struct pt64_root_slots *)what;
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    size_t first =
        pt64_index(traits->meta, pt64_limits_of(traits, guard->table), slots->vaddr, root);

    for (uint64_t done = 0; done < slots->bytes; done += pt64_slot_size(traits->meta, root)) {
        pt64_vaddr_t vaddr = slots->vaddr + done;
        enum pt64_kind kind;
        pt64_slot_t *slot;

        if (pt64_is_borrowed(traits, guard->table, vaddr))
            return pt64_fail(guard, vaddr, PT64_BORROWED);
        kind = traits->ops->root_kind(guard->table, vaddr, &slot);
        if (slot == NULL)
            return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
        if (kind == PT64_UNKNOWN)
            return pt64_fail(guard, vaddr, PT64_ALREADY_MAPPED);
        *frames += kind == PT64_EMPTY ? 1 : 0;
    }
    /* Each slot but the first continues the run of the one before it. */
    pt64_plan_shares(guard->table, slots,
                     pt64_begins_run(traits, guard->table, first, PT64_SHARE_PINNED) ? 1 : 0,
                     frames);
    return PT64_OK;
}

/** Pins the root slot of `vaddr`. An empty slot gets an empty node. */
PT64_INLINE void pt64_pin_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                               struct pt64_reserve *reserve, pt64_vaddr_t vaddr)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    size_t index = pt64_index(traits->meta, pt64_limits_of(traits, guard->table), vaddr, root);
    pt64_slot_t *slot = pt64_root_slot(traits, guard->table, vaddr);
    pt64_paddr_t frame;

    if (traits->ops->find_share(guard->table, index) == PT64_SHARE_NONE)
        traits->ops->set_shares(guard->table, index, 1, PT64_SHARE_PINNED);
    if (slot == NULL || pt64_is_spent(reserve) ||
        pt64_kind_of(traits, guard->table, pt64_load_link(traits->meta, slot), root) != PT64_EMPTY)
        return;
    frame = pt64_reserve_take(traits, guard->table, reserve);
    pt64_fill_empty(traits, guard->table, frame, root - 1);
    pt64_put_link(traits, guard->table, slot, pt64_link(traits, guard->table, frame, root));
    pt64_gather(traits, guard, PT64_LINKED, vaddr, 1, root);
}

/** The slot at which a pin failed that could have only `had` frames. */
PT64_INLINE pt64_vaddr_t pt64_unpinned_at(const struct pt64_traits *traits,
                                          const struct pt64_guard *guard,
                                          const struct pt64_root_slots *slots, size_t had)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));

    for (uint64_t done = 0; done < slots->bytes; done += pt64_slot_size(traits->meta, root)) {
        pt64_slot_t *slot;

        if (traits->ops->root_kind(guard->table, slots->vaddr + done, &slot) == PT64_EMPTY &&
            had-- == 0)
            return slots->vaddr + done;
    }
    return slots->vaddr; /* the map of shared slots lacks its frame */
}

PT64_INLINE pt64_status_t pt64_pin(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_size_t slot =
        pt64_slot_size(traits->meta, pt64_root_level(pt64_limits_of(traits, guard->table)));
    PT64_UNSET struct pt64_root_slots slots = {vaddr, bytes, NULL, false, false};
    PT64_UNSET struct pt64_reserve reserve;
    pt64_status_t status;

    pt64_reserve_begin(&reserve);
    if (bytes == 0)
        return PT64_OK;
    if (pt64_is_ranged(guard))
        return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
    status = pt64_limits_of(traits, guard->table)->levels == 1
                 ? PT64_BAD_SIZE
                 : traits->ops->check_root_slots(guard->table, vaddr, bytes);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = pt64_prepare(traits, guard, &reserve, pt64_plan_pin, &slots);
    if (status == PT64_NO_MEMORY)
        guard->failed_at = pt64_unpinned_at(traits, guard, &slots, reserve.had);
    if (status != PT64_OK)
        return status;
    pt64_note_history(guard->table, PT64_ANY_ID);
    pt64_end_all_paths(guard);
    traits->ops->prepare_shares(guard->table, &reserve, &slots);
    for (uint64_t done = 0; done < bytes; done += slot)
        pt64_pin_slot(traits, guard, &reserve, vaddr + done);
    pt64_reserve_drop(traits, guard->table, &reserve);
    return PT64_OK;
}

/* ---- borrowing ---- */

/**
 * Whether the root slot of `vaddr` can be borrowed into: it is not shared, and no page is in it or
 * below it.
 */
PT64_INLINE bool pt64_can_borrow(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 pt64_vaddr_t vaddr)
{
    enum pt64_kind kind;
    pt64_slot_t *slot;

    if (pt64_share_of(traits, guard->table, vaddr) != PT64_SHARE_NONE)
        return false;
    kind = traits->ops->root_kind(guard->table, vaddr, &slot);
    return kind == PT64_EMPTY ||
           (kind == PT64_LINK &&
            traits->ops->is_subtree_empty(guard, vaddr,
                                          pt64_root_level(pt64_limits_of(traits, guard->table))));
}

/** Whether the lender has anything in the root slot of `vaddr`: `*entry` is that. */
PT64_INLINE bool pt64_is_lent(const struct pt64_traits *traits, const struct pt64_table *lender,
                              pt64_vaddr_t vaddr, pt64_entry_t *entry)
{
    pt64_slot_t *slot = pt64_root_slot(traits, lender, vaddr);

    if (slot == NULL)
        return false;
    *entry = pt64_load_link(traits->meta, slot);
    return pt64_kind_of(traits, lender, *entry, pt64_root_level(pt64_limits_of(traits, lender))) !=
           PT64_EMPTY;
}

/** Whether a page in the root may not come into an empty slot without break-before-make. */
PT64_INLINE bool pt64_breaks_for_loans(const struct pt64_traits *traits,
                                       const struct pt64_table *table)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);

    return limits->grow == PT64_RESIZE_BREAK_EMPTY && limits->leaf_levels > pt64_root_level(limits);
}

/**
 * Whether it is the usual loan: a table that shares nothing yet borrows into empty slots, all from
 * one run of the lender's. A slot that is pinned or borrowed is not empty.
 */
PT64_INLINE bool pt64_is_plain_loan(const struct pt64_traits *traits,
                                    const struct pt64_table *table,
                                    const struct pt64_root_slots *slots)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    size_t first = pt64_index(traits->meta, pt64_limits_of(traits, table), slots->vaddr, root);
    size_t count = (size_t)pt64_slots_in(traits->meta, slots->bytes, root);

    return !table->is_adopted && !pt64_shares(table) && !pt64_breaks_for_loans(traits, table) &&
           pt64_is_one_run(slots->lender, first, count) &&
           pt64_count_same(traits->meta, pt64_root_slot(traits, table, slots->vaddr), count,
                           pt64_empty_entry(traits, table, root)) == count;
}

/**
 * A pt64_planner_t that plans to borrow a struct pt64_root_slots. The lender lends what it has
 * pinned or borrowed.
 */
PT64_INLINE pt64_status_t pt64_plan_loan(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         void *what, size_t *frames)
{
    struct pt64_root_slots *slots = (struct pt64_root_slots *)what;
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    size_t first =
        pt64_index(traits->meta, pt64_limits_of(traits, guard->table), slots->vaddr, root);
    bool continues = !pt64_begins_run(traits, guard->table, first, PT64_SHARE_BORROWED);
    size_t runs = 0;

    slots->is_plain = PT64_HAS_SHORT_WAYS && pt64_is_plain_loan(traits, guard->table, slots);
    if (slots->is_plain) {
        pt64_plan_shares(guard->table, slots, 1, frames);
        return PT64_OK;
    }
    for (uint64_t done = 0; done < slots->bytes; done += pt64_slot_size(traits->meta, root)) {
        pt64_vaddr_t vaddr = slots->vaddr + done;
        pt64_entry_t entry;
        bool is_lent = pt64_is_lent(traits, slots->lender, vaddr, &entry);

        if (!pt64_can_borrow(traits, guard, vaddr))
            return pt64_fail(guard, vaddr, PT64_ALREADY_MAPPED);
        if (is_lent && pt64_share_of(traits, slots->lender, vaddr) == PT64_SHARE_NONE)
            return pt64_fail(guard, vaddr, PT64_BORROWED);
        runs += is_lent && !continues ? 1 : 0;
        continues = is_lent;
    }
    pt64_plan_shares(guard->table, slots, runs, frames);
    return PT64_OK;
}

/**
 * Makes way for the lender's `entry` in the slot of `vaddr`: takes out a node without pages, for
 * which the guard has room, and vacates the slot for a page. An empty slot takes a link as it is.
 */
PT64_INLINE void pt64_give_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_slot_t *slot, pt64_vaddr_t vaddr, pt64_entry_t entry,
                               bool is_link)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);
    unsigned level = pt64_root_level(limits);
    bool breaks = pt64_breaks_for_loans(traits, guard->table) &&
                  pt64_kind_of(traits, guard->table, entry, level) != PT64_LINK;
    pt64_entry_t vacant = breaks ? pt64_vacant_entry(traits, guard->table, entry, level)
                                 : pt64_empty_entry(traits, guard->table, level);

    if (!is_link && !breaks)
        return;
    pt64_vacate_slot(traits, guard, slot, vaddr, level, vacant, is_link);
    if (breaks)
        pt64_gather(traits, guard, PT64_REMOVED, vaddr,
                    pt64_slots_bytes(traits->meta, 1, level) >> traits->meta->page_shift, 0);
    if (limits->grow >= PT64_RESIZE_BREAK)
        traits->ops->flush_pending(guard);
}

/**
 * Stores the lender's root entry into the slot of `vaddr`, unless the entry is empty. Returns
 * whether it did. It does not if the table's root is gone: making room in the guard may free a root
 * that is linked below itself.
 */
PT64_INLINE bool pt64_borrow(const struct pt64_traits *traits, struct pt64_guard *guard,
                             const struct pt64_table *lender, pt64_vaddr_t vaddr)
{
    pt64_entry_t entry;
    pt64_slot_t *slot;
    enum pt64_kind kind;

    pt64_make_room(traits, guard);
    kind = traits->ops->root_kind(guard->table, vaddr, &slot);
    if (slot == NULL || !pt64_is_lent(traits, lender, vaddr, &entry))
        return false;
    pt64_give_way(traits, guard, slot, vaddr, entry, kind == PT64_LINK);
    pt64_put_link(traits, guard->table, slot, entry);
    return true;
}

/**
 * Ends a run of `count` borrowed root slots, the last one just before `vaddr`. Remembers that they
 * are borrowed, and gathers what began there.
 */
PT64_INLINE void pt64_end_loan(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_vaddr_t vaddr, size_t count)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    uint64_t bytes = pt64_slots_bytes(meta, count, root);

    if (count == 0)
        return;
    traits->ops->set_shares(
        guard->table, pt64_index(meta, pt64_limits_of(traits, guard->table), vaddr - bytes, root),
        count, PT64_SHARE_BORROWED);
    pt64_gather(traits, guard, PT64_LINKED, vaddr - bytes, count, root);
    pt64_gather(traits, guard, PT64_CREATED, vaddr - bytes, bytes >> meta->page_shift, 0);
}

/** Borrows what is a plain loan. The lender's slots were written before they were pinned. */
PT64_INLINE void pt64_borrow_plainly(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     const struct pt64_root_slots *slots)
{
    const struct pt64_meta *meta = traits->meta;
    size_t count = (size_t)pt64_slots_in(meta, slots->bytes,
                                         pt64_root_level(pt64_limits_of(traits, guard->table)));

    pt64_order_stores();
    pt64_put_copy(traits, guard->table, pt64_root_slot(traits, guard->table, slots->vaddr),
                  pt64_root_slot(traits, slots->lender, slots->vaddr), count);
    pt64_end_loan(traits, guard, slots->vaddr + slots->bytes, count);
}

/** Borrows what was planned. */
PT64_INLINE void pt64_perform_loan(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_root_slots *slots)
{
    pt64_size_t slot =
        pt64_slot_size(traits->meta, pt64_root_level(pt64_limits_of(traits, guard->table)));
    size_t count = 0; /* slots borrowed just before this one, not remembered yet */

    pt64_note_history(guard->table, PT64_MIXED);
    pt64_end_all_paths(guard); /* may lead through a node that is taken out */
    if (PT64_HAS_SHORT_WAYS && slots->is_plain) {
        pt64_borrow_plainly(traits, guard, slots);
        return;
    }
    for (uint64_t done = 0; done <= slots->bytes; done += slot) {
        pt64_vaddr_t vaddr = slots->vaddr + done;

        if (done < slots->bytes && pt64_borrow(traits, guard, slots->lender, vaddr)) {
            count++;
            continue;
        }
        pt64_end_loan(traits, guard, vaddr, count);
        count = 0;
    }
}

/** Whether the limits of the tables differ. Those that a geometry has are the same for all. */
PT64_INLINE bool pt64_differ(const struct pt64_traits *traits, const struct pt64_table *a,
                             const struct pt64_table *b)
{
    const struct pt64_limits *x = pt64_limits_of(traits, a);
    const struct pt64_limits *y = pt64_limits_of(traits, b);

    return x->levels != y->levels || x->vaddr_bits != y->vaddr_bits ||
           x->leaf_levels != y->leaf_levels || x->paddr_bits != y->paddr_bits ||
           x->no_execute != y->no_execute || x->split != y->split || x->grow != y->grow;
}

PT64_INLINE pt64_status_t pt64_copy_from(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         const struct pt64_table *lender, pt64_vaddr_t vaddr,
                                         uint64_t bytes)
{
    PT64_UNSET struct pt64_root_slots slots = {vaddr, bytes, lender, false, false};
    PT64_UNSET struct pt64_reserve reserve;
    pt64_status_t status;

    pt64_reserve_begin(&reserve);
    if (bytes == 0)
        return PT64_OK;
    if (pt64_is_ranged(guard))
        return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
    status = pt64_differ(traits, guard->table, lender)
                 ? PT64_BAD_SIZE
                 : traits->ops->check_root_slots(guard->table, vaddr, bytes);
    if (status == PT64_OK)
        status = traits->ops->check_root_slots(lender, vaddr, bytes);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = pt64_prepare(traits, guard, &reserve, pt64_plan_loan, &slots);
    if (status == PT64_NO_MEMORY)
        guard->failed_at = vaddr; /* the map of shared slots lacks its frame */
    if (status != PT64_OK)
        return status;
    pt64_make_way(traits, guard, vaddr, bytes, 0);
    pt64_make_way(traits, guard, vaddr, bytes,
                  pt64_root_level(pt64_limits_of(traits, guard->table)));
    traits->ops->prepare_shares(guard->table, &reserve, &slots);
    pt64_perform_loan(traits, guard, &slots);
    pt64_reserve_drop(traits, guard->table, &reserve);
    return PT64_OK;
}

/** @endcond */

#endif
