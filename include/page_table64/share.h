/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Sharing: a table borrows whole root slots of another, with all that is below them.
 */
#ifndef PAGE_TABLE64_SHARE_H
#define PAGE_TABLE64_SHARE_H

#include "map.h"

/** @cond engine */

/** Whether every root slot of the range can take a loan. */
PT64_INLINE pt64_status_t pt64_check_loan(const struct pt64_traits *traits,
                                          const struct pt64_table *table,
                                          const pt64_entry_t *entries, pt64_vaddr_t vaddr,
                                          uint64_t bytes)
{
    unsigned root = pt64_root_level(traits->meta);

    for (uint64_t done = 0; done < bytes; done += pt64_slot_size(traits->meta, root)) {
        pt64_vaddr_t at = vaddr + done;
        pt64_entry_t entry = pt64_load(&entries[pt64_index(traits->meta, at, root)]);
        enum pt64_kind kind = pt64_kind_of(traits, table, entry, root);

        if (kind == PT64_LEAF || pt64_is_borrowed(traits, table, at) ||
            (kind == PT64_TABLE && !pt64_is_subtree_empty(traits, table, at, root)))
            return PT64_ALREADY_MAPPED;
    }
    return PT64_OK;
}

/** Puts the lender's root entry into the slot of `vaddr`. The guard is not full. */
PT64_INLINE void pt64_borrow(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_entry_t *slot, pt64_entry_t entry, pt64_vaddr_t vaddr)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned root = pt64_root_level(meta);

    if (pt64_kind_of(traits, guard->table, pt64_load(slot), root) == PT64_TABLE)
        pt64_take_out(traits, guard, slot, vaddr, root, entry);
    else
        pt64_store_link(slot, entry);
    pt64_mark_borrowed(traits, guard->table, vaddr);
    pt64_gather(traits, guard, PT64_LINKED, vaddr, 1, root);
    pt64_gather(traits, guard, PT64_CREATED, vaddr, pt64_slot_size(meta, root) >> meta->page_shift,
                0);
}

PT64_INLINE pt64_status_t pt64_copy_from(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         const struct pt64_table *other, pt64_vaddr_t vaddr,
                                         uint64_t bytes)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned root = pt64_root_level(meta);
    const pt64_entry_t *theirs = pt64_root_entries(traits, other);
    pt64_entry_t *ours = pt64_root_entries(traits, guard->table);
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    if (!pt64_is_slot_aligned(meta, vaddr | bytes, root))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_vaddr_range(meta, vaddr, bytes) || theirs == NULL || ours == NULL)
        return PT64_BAD_ADDRESS;
    status = pt64_check_loan(traits, guard->table, ours, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    pt64_make_way(traits, guard, vaddr, bytes);
    pt64_claim(guard);
    __atomic_store_n(&guard->table->is_mixed, true, __ATOMIC_RELAXED);
    pt64_path_forget(&guard->path); /* it may lead through a table that gives way */
    for (uint64_t done = 0; done < bytes; done += pt64_slot_size(meta, root)) {
        size_t index = pt64_index(meta, vaddr + done, root);
        pt64_entry_t entry;

        /* What is freed may be a root, where somebody else linked it below itself. */
        if (pt64_make_room(traits, guard)) {
            ours = pt64_root_entries(traits, guard->table);
            theirs = pt64_root_entries(traits, other);
            if (ours == NULL || theirs == NULL)
                return PT64_BAD_ADDRESS;
        }
        entry = pt64_load_link(&theirs[index]);
        if (pt64_kind_of(traits, other, entry, root) != PT64_EMPTY)
            pt64_borrow(traits, guard, &ours[index], entry, vaddr + done);
    }
    return PT64_OK;
}

/** @endcond */

#endif
