/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Guards on ranges: several CPUs change one table at once, each its own addresses.
 *
 * A guard on a range changes the entries of slots that lie in its range, and no others. So each
 * guard has its slots to itself, but for those above that hold parts of several ranges: shared
 * slots. In a shared slot a guard does one thing: it links a node where the slot is empty, by a
 * compare-and-exchange. Who comes second goes on in the node of the first, and gathers the link as
 * if it were its own. A node in a shared slot stays until a guard on the table comes by, however
 * empty it is.
 *
 * So no path of an open guard ever goes bad by another's change, and nothing has to be written to
 * the `name_t`: the epoch (path.h) is for guards on the table.
 */
#ifndef PAGE_TABLE64_RANGE_H
#define PAGE_TABLE64_RANGE_H

#include "guard.h"

/** @cond engine */

/** Begins a guard on a range. Nothing is its own if the call is wrong. */
PT64_INLINE void pt64_begin_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  struct pt64_table *table, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_begin(guard, table);
    guard->state = PT64_RANGED;
    guard->first = vaddr;
    guard->bytes = bytes;
    if (PT64_RARELY(!pt64_is_aligned(vaddr | bytes, pt64_page_size(traits->meta)) ||
                    table->is_adopted))
        guard->bytes = 0;
}

/**
 * Checks that no page or mark that the range shares with addresses beyond the guard's lies across
 * `vaddr`, an end of the range: who owns less than a page owns none of it.
 */
PT64_INLINE pt64_status_t pt64_check_end(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr)
{
    PT64_UNSET struct pt64_cursor cursor;

    traits->ops->seek(guard, vaddr, 0, &cursor);
    if (cursor.slot == NULL || !pt64_is_told(cursor.kind) ||
        pt64_owns_slot(traits->meta, guard, vaddr, cursor.level))
        return PT64_OK;
    return pt64_fail(guard, vaddr, pt64_status_above(cursor.kind));
}

/** Checks that a guard on a range may change all of another range. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_owned(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           uint64_t bytes)
{
    pt64_status_t status;

    if (!pt64_owns(guard, vaddr, bytes))
        return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
    status = pt64_check_end(traits, guard, vaddr);
    return status == PT64_OK ? pt64_check_end(traits, guard, vaddr + (bytes - 1)) : status;
}

/**
 * Goes from the end of the guard's path, a node at `level` whose slot of `vaddr` is shared, to the
 * node below. If the slot is empty, it links a node of the reserve there, unless another guard does
 * so first, and the frame goes back to the reserve. False if the reserve is spent.
 */
PT64_INLINE bool pt64_enter_shared(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   struct pt64_reserve *reserve, pt64_vaddr_t vaddr)
{
    struct pt64_table *table = guard->table;
    unsigned level = guard->path.level;
    pt64_slot_t *slot = pt64_slot_of(traits, table, guard->path.nodes[level], vaddr, level);
    pt64_entry_t entry = pt64_load_link(traits->meta, slot);

    if (pt64_kind_of(traits, table, entry, level) == PT64_EMPTY) {
        pt64_paddr_t frame;
        pt64_entry_t link;

        if (pt64_is_spent(reserve))
            return false;
        frame = pt64_reserve_take(traits, table, reserve);
        pt64_fill_empty(traits, table, frame, level - 1);
        link = pt64_link(traits, table, frame, level);
        if (!pt64_put_instead(traits, table, slot, &entry, link))
            pt64_reserve_return(traits, table, reserve, frame);
        entry = pt64_load_link(traits->meta, slot);
    }
    guard->path.nodes[level - 1] =
        pt64_linked_entries(traits, table, traits->pte->link_address(entry, level));
    guard->path.level = level - 1;
    return true;
}

/**
 * Gathers the links in shared slots that lead to a range, at the end of a call whose plan found
 * nodes missing. Each is gathered, whether this guard has linked it or another did so meanwhile:
 * the plan saw the slot empty, and so may this CPU, which may hold that. The slots in between are
 * the guard's own. `bytes` is not 0.
 */
PT64_INLINE void pt64_gather_shared(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    pt64_vaddr_t vaddr, uint64_t bytes)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    pt64_vaddr_t last = vaddr + (bytes - 1);

    for (unsigned level = 1; level <= root; level++) {
        if (!pt64_owns_slot(meta, guard, vaddr, level))
            traits->ops->gather(guard, PT64_LINKED, vaddr, 1, level);
        if (pt64_slot_start(meta, vaddr, level) != pt64_slot_start(meta, last, level) &&
            !pt64_owns_slot(meta, guard, last, level))
            traits->ops->gather(guard, PT64_LINKED, last, 1, level);
    }
}

/** Publishes the links in shared slots on the way to `vaddr`. */
PT64_INLINE void pt64_publish_way(const struct pt64_traits *traits, const struct pt64_guard *guard,
                                  pt64_vaddr_t vaddr)
{
    const struct pt64_table *table = guard->table;
    pt64_slot_t *entries = pt64_root_entries(traits, table);
    unsigned level = pt64_root_level(pt64_limits_of(traits, table));

    while (entries != NULL && level > 0 && !pt64_owns_slot(traits->meta, guard, vaddr, level)) {
        pt64_slot_t *slot = pt64_slot_of(traits, table, entries, vaddr, level);
        pt64_entry_t entry = pt64_load_link(traits->meta, slot);

        if (pt64_kind_of(traits, table, entry, level) != PT64_LINK)
            return;
        pt64_publish_slots(traits, table, slot, 1);
        entries = pt64_linked_entries(traits, table, traits->pte->link_address(entry, level));
        level--;
    }
}

/**
 * Publishes the links in all shared slots that lead to the guard's range. Each holds an end of the
 * range. Another guard may have linked a node there, and not published the link yet, while this one
 * mapped pages below it.
 */
PT64_INLINE void pt64_publish_shared(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (guard->bytes == 0)
        return;
    pt64_publish_way(traits, guard, guard->first);
    pt64_publish_way(traits, guard, guard->first + (guard->bytes - 1));
}

/** @endcond */

#endif
