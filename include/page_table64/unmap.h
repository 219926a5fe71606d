/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Unmapping: one page, or a region together with the nodes that become empty.
 */
#ifndef PAGE_TABLE64_UNMAP_H
#define PAGE_TABLE64_UNMAP_H

#include "batch.h"
#include "map.h"
#include "split.h"

/** @cond engine */

/** Finds the page or mark that a single-page call names by its first address. */
PT64_INLINE pt64_status_t pt64_pick_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, struct pt64_cursor *cursor)
{
    if (!pt64_is_aligned(vaddr, pt64_page_size(traits->meta)))
        return pt64_fail(guard, vaddr, PT64_NOT_ALIGNED);
    pt64_locate(traits, guard, vaddr, cursor);
    if (cursor->slot == NULL)
        return traits->ops->refusal(guard, vaddr);
    if (!pt64_is_told(cursor->kind))
        return pt64_fail(guard, vaddr, PT64_NOT_MAPPED);
    if (!pt64_is_slot_aligned(traits->meta, vaddr, cursor->level) ||
        !pt64_owns_slot(traits->meta, guard, vaddr, cursor->level))
        return pt64_fail(guard, vaddr, pt64_status_above(cursor->kind));
    return PT64_OK;
}

/**
 * Puts `replacement` into the slot of the page or mark `entry`. Returns what was there, with all
 * that hardware set in it until then.
 */
PT64_INLINE pt64_entry_t pt64_replace(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_slot_t *slot,
                                      pt64_entry_t entry, enum pt64_kind kind, unsigned level,
                                      pt64_entry_t replacement)
{
    if (kind == PT64_LEAF && pt64_is_volatile(traits->pte, entry, level))
        return pt64_put_exchange(traits, table, slot, replacement);
    pt64_put(traits, table, slot, replacement);
    return entry;
}

/** Puts `replacement`, an entry that is not present, into the slot of `cursor`. */
PT64_INLINE void pt64_remove(const struct pt64_traits *traits, struct pt64_guard *guard,
                             const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,
                             pt64_entry_t replacement, struct pt64_mapping *removed)
{
    pt64_entry_t entry = pt64_replace(traits, guard->table, cursor->slot, cursor->entry,
                                      cursor->kind, cursor->level, replacement);

    if (removed != NULL)
        pt64_describe_any(traits, entry, cursor->kind, cursor->level, vaddr, removed);
    if (pt64_is_cached(pt64_limits_of(traits, guard->table), cursor->kind, cursor->level))
        pt64_gather(traits, guard, PT64_REMOVED, vaddr, 1, cursor->level);
}

/**
 * Unmaps the smallest page at `vaddr`, if links lead to it. Otherwise it does nothing and returns
 * false.
 */
PT64_INLINE bool pt64_unmap_smallest_page(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                          struct pt64_mapping *removed)
{
    const struct pt64_table *table = guard->table;
    pt64_slot_t *entries = pt64_reach(traits, guard, vaddr);
    pt64_entry_t entry;
    pt64_slot_t *slot;

    if (entries == NULL)
        return false;
    slot = pt64_slot_of(traits, table, entries, vaddr, 0);
    entry = pt64_load(traits->meta, slot);
    if (pt64_walked_kind(traits, table, entry, 0) != PT64_LEAF)
        return false;
    entry =
        pt64_replace(traits, table, slot, entry, PT64_LEAF, 0, pt64_empty_entry(traits, table, 0));
    if (removed != NULL)
        pt64_describe(traits, entry, 0, vaddr, removed);
    pt64_note_loss(traits, guard, PT64_REMOVED, vaddr, entries);
    return true;
}

/** Unmaps a page of any size, whether or not its node is at hand. */
PT64_INLINE pt64_status_t pt64_unmap_anywhere(const struct pt64_traits *traits,
                                              struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                              struct pt64_mapping *removed)
{
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status = pt64_pick_page(traits, guard, vaddr, &cursor);

    if (status == PT64_OK)
        pt64_remove(traits, guard, &cursor, vaddr,
                    pt64_empty_entry(traits, guard->table, cursor.level), removed);
    return status;
}

/** Unmaps a page. It tries the usual case first: a smallest page, to which links lead. */
PT64_INLINE pt64_status_t pt64_unmap_quickly(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                             struct pt64_mapping *removed)
{
    if (PT64_HAS_SHORT_WAYS && pt64_is_aligned(vaddr, pt64_page_size(traits->meta)) &&
        pt64_unmap_smallest_page(traits, guard, vaddr, removed))
        return PT64_OK;
    return traits->ops->unmap(guard, vaddr, removed);
}

PT64_INLINE pt64_status_t pt64_unmap(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     pt64_vaddr_t vaddr, struct pt64_mapping *removed)
{
    PT64_UNSET struct pt64_cursor cursor;

    if (!pt64_is_aligned(vaddr, pt64_page_size(traits->meta)) ||
        !pt64_is_at_hand(traits, guard, vaddr))
        return PT64_HAS_SHORT_WAYS ? traits->ops->unmap_quickly(guard, vaddr, removed)
                                   : traits->ops->unmap(guard, vaddr, removed);
    cursor.slot = pt64_slot_at_hand(traits, guard, vaddr);
    cursor.entry = pt64_load(traits->meta, cursor.slot);
    cursor.kind = pt64_walked_kind(traits, guard->table, cursor.entry, 0);
    cursor.level = 0;
    if (PT64_RARELY(cursor.kind != PT64_LEAF))
        return traits->ops->unmap(guard, vaddr, removed);
    pt64_remove(traits, guard, &cursor, vaddr, pt64_empty_entry(traits, guard->table, 0), removed);
    return PT64_OK;
}

/* ---- regions ---- */

/**
 * The level of the largest slot that starts at `vaddr`, is not longer than `left`, and may be
 * emptied as a whole. In an adopted table it is 0. A node there is unlinked only once it is empty,
 * because what is in it may not belong to the table alone.
 */
PT64_INLINE unsigned pt64_whole_slot_level(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_vaddr_t vaddr,
                                           uint64_t left)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = table->is_adopted ? 0 : pt64_root_level(pt64_limits_of(traits, table));

    while (level > 0 &&
           (!pt64_is_slot_aligned(meta, vaddr, level) || pt64_slot_size(meta, level) > left ||
            pt64_is_kept(traits, table, vaddr, level)))
        level--;
    return level;
}

/**
 * Whether a slot holds a page, a mark, or an entry that stands for a page. That is a broken leaf,
 * which an adopted table may have brought along. Or it is the entry of a vacated slot whose huge
 * page was not written, because a callback did not return the same each time.
 */
PT64_INLINE bool pt64_is_page_or_its_place(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_entry_t entry,
                                           enum pt64_kind kind, unsigned level)
{
    if (kind != PT64_EMPTY)
        return pt64_is_told(kind);
    if (pt64_mended_leaf(traits, table, entry, level) != 0)
        return true;
    return pt64_limits_of(traits, table)->grow == PT64_RESIZE_BREAK_EMPTY && entry != 0 &&
           entry == pt64_absent(traits, table, entry, level);
}

/*
 * What is emptied may be put into a batch, to be reported. The functions below take NULL where it
 * is not.
 */

/**
 * Whether another page or node can be removed into the batch. No node that is to be reported may be
 * freed yet. So the guard keeps room for all nodes that pruning may unlink.
 */
PT64_INLINE bool pt64_can_hold(const struct pt64_traits *traits, const struct pt64_guard *guard,
                               const struct pt64_batch *batch)
{
    unsigned pruned = pt64_root_level(pt64_limits_of(traits, guard->table));

    return pt64_batch_has_room(batch) && pt64_retired_count(guard) + pruned < PT64_RETIRED;
}

/**
 * Whether the node in the slot of `vaddr` at `level` may be unlinked now, with all that is in it.
 */
PT64_INLINE bool pt64_may_unlink_whole(const struct pt64_traits *traits,
                                       const struct pt64_guard *guard,
                                       const struct pt64_batch *batch, pt64_vaddr_t vaddr,
                                       unsigned level)
{
    return !guard->table->is_adopted && !pt64_is_full(guard) &&
           (batch == NULL || pt64_can_hold(traits, guard, batch)) &&
           !pt64_is_kept(traits, guard->table, vaddr, level);
}

/**
 * Empties the slot of a page, of a mark, or of an entry that stands for a page, and puts it into
 * the batch.
 */
PT64_INLINE void pt64_clear_into(const struct pt64_traits *traits, const struct pt64_table *table,
                                 struct pt64_batch *batch, pt64_slot_t *slot, pt64_entry_t entry,
                                 enum pt64_kind kind, pt64_vaddr_t vaddr, unsigned level)
{
    pt64_entry_t leaf;

    if (kind != PT64_EMPTY) {
        leaf = pt64_replace(traits, table, slot, entry, kind, level,
                            pt64_empty_entry(traits, table, level));
    } else {
        leaf = pt64_mended_leaf(traits, table, entry, level);
        pt64_put(traits, table, slot, pt64_empty_entry(traits, table, level));
    }
    if (leaf != 0)
        pt64_batch_add(traits->meta, batch, leaf, vaddr, level);
}

/**
 * Empties the slots of smallest pages that are not hidden, up to `count` or to the first slot that
 * holds none. Returns their number.
 */
PT64_INLINE size_t pt64_clear_leaves(const struct pt64_traits *traits,
                                     const struct pt64_table *table, pt64_slot_t *slots,
                                     size_t count)
{
    pt64_entry_t empty = pt64_empty_entry(traits, table, 0);
    size_t i;

    for (i = 0; i < count; i++) {
        pt64_slot_t *slot = pt64_slot_at(traits->meta, slots, i);

        if (pt64_walked_kind(traits, table, pt64_load(traits->meta, slot), 0) != PT64_LEAF)
            break;
        pt64_put(traits, table, slot, empty);
    }
    return i;
}

/**
 * Empties `count` slots at `level`, with all that is below them. It stops at a node that must stay,
 * for which the guard has no room, or that may not be unlinked unread; and when the batch is full.
 * Returns the number of slots before that.
 */
PT64_INLINE size_t pt64_clear_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_batch *batch, pt64_slot_t *slots, size_t count,
                                    pt64_vaddr_t vaddr, unsigned level)
{
    pt64_entry_t empty = pt64_empty_entry(traits, guard->table, level);
    size_t removed = 0; /* leaves just before slot i, not gathered yet */
    size_t i;

    if (PT64_HAS_SHORT_WAYS && batch == NULL && level == 0)
        removed = pt64_clear_leaves(traits, guard->table, slots, count);
    for (i = removed; i < count && (batch == NULL || pt64_batch_has_room(batch)); i++) {
        pt64_entry_t entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, i));
        enum pt64_kind kind = pt64_kind_of(traits, guard->table, entry, level);
        pt64_vaddr_t at = vaddr + pt64_slots_bytes(traits->meta, i, level);
        bool clears = pt64_is_page_or_its_place(traits, guard->table, entry, kind, level);

        if (clears) {
            if (batch != NULL)
                pt64_clear_into(traits, guard->table, batch, pt64_slot_at(traits->meta, slots, i),
                                entry, kind, at, level);
            else
                pt64_put(traits, guard->table, pt64_slot_at(traits->meta, slots, i), empty);
        }
        if (clears && pt64_is_cached(pt64_limits_of(traits, guard->table), kind, level)) {
            removed++;
            continue;
        }
        if (removed > 0)
            traits->ops->gather(guard, PT64_REMOVED,
                                at - pt64_slots_bytes(traits->meta, removed, level), removed,
                                level);
        removed = 0;
        if (kind == PT64_LINK) {
            if (!pt64_may_unlink_whole(traits, guard, batch, at, level))
                break;
            pt64_put(traits, guard->table, pt64_slot_at(traits->meta, slots, i), empty);
            traits->ops->retire(guard, entry, at, level, 0);
            if (batch != NULL)
                pt64_batch_add(traits->meta, batch, entry, at, level);
        }
    }
    if (removed > 0)
        traits->ops->gather(guard, PT64_REMOVED,
                            vaddr + pt64_slots_bytes(traits->meta, i - removed, level), removed,
                            level);
    return i;
}

/** Whether the slots of a node from `first` up to `end` are empty. */
PT64_INLINE bool pt64_are_slots_empty(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_slot_t *entries,
                                      unsigned level, size_t first, size_t end)
{
    const struct pt64_meta *meta = traits->meta;
    pt64_entry_t empty = pt64_empty_entry(traits, table, level);

    while (first < end) {
        pt64_slot_t *slots = pt64_slot_at(meta, entries, first);
        pt64_entry_t entry = pt64_load(meta, slots);

        if (pt64_kind_of(traits, table, entry, level) != PT64_EMPTY)
            return false;
        first += entry == empty ? pt64_count_same(meta, slots, end - first, empty) : 1;
    }
    return true;
}

/**
 * Whether every slot of the node is empty. It reads the slots from `start` on first, then those
 * before.
 */
PT64_INLINE bool pt64_is_node_empty(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_slot_t *entries,
                                    unsigned level, size_t start)
{
    size_t count = pt64_node_entries(traits->meta, pt64_limits_of(traits, table), level);

    return pt64_are_slots_empty(traits, table, entries, level, start, count) &&
           pt64_are_slots_empty(traits, table, entries, level, 0, start);
}

/**
 * Unlinks the empty nodes on the guard's path, from the lowest up. It stops at a node that is not
 * empty, at one in a pinned slot, at one that is not all the guard's, and at one in which the range
 * continues: `vaddr + bytes` lies in it and is not the end of the range (`is_end`).
 */
PT64_INLINE void pt64_prune(const struct pt64_traits *traits, struct pt64_guard *guard,
                            pt64_vaddr_t vaddr, uint64_t bytes, bool is_end)
{
    const struct pt64_meta *meta = traits->meta;
    struct pt64_path *path = &guard->path;

    while (path->level < pt64_root_level(pt64_limits_of(traits, guard->table))) {
        unsigned level = path->level;
        unsigned above = level + 1;
        pt64_slot_t *slot = pt64_slot_of(traits, guard->table, path->nodes[above], vaddr, above);
        PT64_UNSET struct pt64_cursor cursor;
        pt64_entry_t entry;

        if ((!is_end && bytes < pt64_slot_rest(meta, vaddr, above)) ||
            pt64_is_kept(traits, guard->table, vaddr, above) ||
            !pt64_owns_slot(meta, guard, vaddr, above))
            return;
        if (!pt64_is_node_empty(
                traits, guard->table, path->nodes[level], level,
                pt64_index(meta, pt64_limits_of(traits, guard->table), vaddr + bytes, level)))
            return;
        if (pt64_make_room(traits, guard)) {
            traits->ops->seek(guard, vaddr, 0, &cursor);
            continue;
        }
        entry = pt64_load(traits->meta, slot);
        /*
         * In an adopted table the emptied node may be the node above as well. Then the slot is
         * empty.
         */
        if (pt64_kind_of(traits, guard->table, entry, above) != PT64_LINK)
            return;
        pt64_put(traits, guard->table, slot, pt64_empty_entry(traits, guard->table, above));
        path->level = above;
        traits->ops->retire(guard, entry, vaddr, above, above);
    }
}

/**
 * Unmaps as much from `vaddr` on as one step can. Returns the bytes that it has dealt with. No page
 * crosses an edge of the region any more.
 */
PT64_INLINE uint64_t pt64_unmap_step(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     struct pt64_batch *batch, pt64_vaddr_t vaddr, uint64_t left)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = pt64_whole_slot_level(traits, guard->table, vaddr, left);
    PT64_UNSET struct pt64_cursor cursor;
    uint64_t rest;
    uint64_t whole;
    size_t slots;

    if (batch == NULL)
        pt64_make_room(traits, guard);
    traits->ops->seek(guard, vaddr, level, &cursor);
    whole = pt64_is_slot_aligned(meta, vaddr, cursor.level)
                ? pt64_slots_in(meta, left, cursor.level)
                : 0;
    slots = pt64_slots_left(meta, pt64_limits_of(traits, guard->table), vaddr, cursor.level);
    if (cursor.slot == NULL || whole == 0 ||
        (cursor.kind != PT64_LINK && !pt64_is_page_or_its_place(traits, guard->table, cursor.entry,
                                                                cursor.kind, cursor.level))) {
        rest = traits->ops->slot_or_hole(guard->table, &cursor, vaddr, left);
        return rest < left ? rest : left;
    }
    if (whole < slots)
        slots = (size_t)whole;
    slots = pt64_clear_slots(traits, guard, batch, cursor.slot, slots, vaddr, cursor.level);
    return pt64_slots_bytes(meta, slots, cursor.level);
}

/** The same, and unlinks the nodes that are empty then. */
PT64_INLINE uint64_t pt64_empty_step(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     struct pt64_batch *batch, pt64_vaddr_t vaddr, uint64_t left)
{
    uint64_t done = pt64_unmap_step(traits, guard, batch, vaddr, left);

    pt64_prune(traits, guard, vaddr, done, done == left);
    return done;
}

/** Unmaps all pages of a range. No page crosses an edge of the range. */
PT64_INLINE void pt64_empty_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  pt64_vaddr_t vaddr, uint64_t bytes)
{
    while (bytes > 0) {
        uint64_t done = pt64_empty_step(traits, guard, NULL, vaddr, bytes);

        vaddr += done;
        bytes -= done;
    }
}

/**
 * Checks that a range can be unmapped, and splits the pages that its edges cut. Nothing fails after
 * that. `bytes` is not 0.
 */
PT64_INLINE pt64_status_t pt64_begin_unmap(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           uint64_t bytes)
{
    pt64_status_t status = traits->ops->check_change(guard, vaddr, bytes);

    return status == PT64_OK ? traits->ops->cut_edges(guard, vaddr, bytes, NULL) : status;
}

PT64_INLINE pt64_status_t pt64_unmap_region(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                            uint64_t bytes)
{
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_begin_unmap(traits, guard, vaddr, bytes);
    if (status == PT64_OK)
        traits->ops->empty_range(guard, vaddr, bytes);
    return status;
}

/** @endcond */

#endif
