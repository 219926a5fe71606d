/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Marks: numbers that the caller keeps in slots without a page. Hardware sees an entry that is not
 * present.
 */
#ifndef PAGE_TABLE64_MARK_H
#define PAGE_TABLE64_MARK_H

#include "unmap.h"

/** @cond engine */

/** The entry of a mark; 0 if it has none, and in an adopted table, which holds others' marks. */
PT64_INLINE pt64_entry_t pt64_mark_entry(const struct pt64_traits *traits,
                                         const struct pt64_table *table, uint64_t mark,
                                         unsigned level)
{
    if (traits->pte->mark == NULL || table->is_adopted)
        return 0;
    return traits->pte->mark(pt64_limits_of(traits, table), mark, level);
}

/**
 * Walks to the slot of `vaddr` at level `stop`, for a call on a slot at `level`. The cursor may end
 * above it.
 */
PT64_INLINE pt64_status_t pt64_pick_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, unsigned level, unsigned stop,
                                         struct pt64_cursor *cursor)
{
    if (!pt64_is_slot_aligned(traits->meta, vaddr, level))
        return pt64_fail(guard, vaddr, PT64_NOT_ALIGNED);
    if (!pt64_owns_slot(traits->meta, guard, vaddr, level) ||
        !pt64_is_vaddr(traits->meta, pt64_limits_of(traits, guard->table), vaddr) ||
        pt64_is_fixed(traits, guard->table, vaddr))
        return traits->ops->refusal(guard, vaddr);
    traits->ops->seek(guard, vaddr, stop, cursor);
    return cursor->slot == NULL ? pt64_fail(guard, vaddr, PT64_BAD_ADDRESS) : PT64_OK;
}

PT64_INLINE pt64_status_t pt64_mark(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    pt64_vaddr_t vaddr, pt64_size_t size, uint64_t mark,
                                    struct pt64_mapping *removed)
{
    unsigned level = pt64_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), size);
    PT64_UNSET struct pt64_cursor cursor;
    pt64_entry_t entry;
    pt64_status_t status;

    if (level == pt64_limits_of(traits, guard->table)->leaf_levels)
        return pt64_fail(guard, vaddr, PT64_BAD_SIZE);
    entry = pt64_mark_entry(traits, guard->table, mark, level);
    if (entry == 0)
        return pt64_fail(guard, vaddr, PT64_BAD_FLAGS);
    status = pt64_pick_slot(traits, guard, vaddr, level, level, &cursor);
    if (status != PT64_OK)
        return status;
    if (cursor.level == level && pt64_is_told(cursor.kind)) {
        pt64_remove(traits, guard, &cursor, vaddr, entry, removed);
        return PT64_OK;
    }
    status = traits->ops->map_range(guard, vaddr, mark, size, PT64_MARK, level);
    if (status == PT64_OK && removed != NULL) {
        removed->vaddr = vaddr;
        removed->paddr = 0;
        removed->size = 0;
        removed->flags = 0;
    }
    return status;
}

/** Checks that the slot in `cursor` holds the mark that a page at `level` takes the place of. */
PT64_INLINE pt64_status_t pt64_check_mark(const struct pt64_traits *traits,
                                          const struct pt64_cursor *cursor, unsigned level,
                                          uint64_t expected)
{
    uint64_t mark;

    if (pt64_is_page(cursor->kind) || cursor->kind == PT64_UNKNOWN)
        return PT64_ALREADY_MAPPED;
    if (cursor->kind != PT64_MARKED_SLOT)
        return PT64_NOT_MAPPED;
    (void)traits->pte->mark_of(cursor->entry, cursor->level, &mark);
    return cursor->level == level && mark == expected ? PT64_OK : PT64_MARKED;
}

PT64_INLINE pt64_status_t pt64_map_marked(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                          pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags,
                                          uint64_t expected)
{
    unsigned level = pt64_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), size);
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status;

    status = pt64_check_page_args(traits, guard->table, paddr, paddr, size, flags, level);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = pt64_pick_slot(traits, guard, vaddr, level, 0, &cursor);
    if (status != PT64_OK)
        return status;
    status = pt64_check_mark(traits, &cursor, level, expected);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    pt64_make_way(traits, guard, vaddr, size, level);
    pt64_remember_global(guard->table, flags);
    pt64_put_leaf(traits, guard->table, cursor.slot,
                  pt64_entry_at(traits, guard->table, flags, paddr, level));
    if (!pt64_is_absent_by(traits->pte, flags))
        pt64_gather(traits, guard, PT64_CREATED, vaddr, 1, level);
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_mark_of(const struct pt64_traits *traits,
                                       const struct pt64_table *table, pt64_vaddr_t vaddr,
                                       uint64_t *mark)
{
    PT64_UNSET struct pt64_cursor cursor;
    PT64_UNSET struct pt64_path path;

    if (!pt64_is_vaddr(traits->meta, pt64_limits_of(traits, table), vaddr))
        return PT64_BAD_ADDRESS;
    path.vaddr = vaddr;
    pt64_path_forget(&path);
    (void)pt64_seek(traits, table, &path, vaddr, 0, &cursor);
    if (cursor.slot == NULL)
        return PT64_BAD_ADDRESS;
    if (pt64_is_page(cursor.kind))
        return PT64_ALREADY_MAPPED;
    if (cursor.kind != PT64_MARKED_SLOT)
        return PT64_NOT_MAPPED;
    (void)traits->pte->mark_of(cursor.entry, cursor.level, mark);
    return PT64_OK;
}

/** @endcond */

#endif
