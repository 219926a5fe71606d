/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Changing pages that are mapped: their flags, memory type or frame.
 *
 * A change keeps what it does not name: the sticky flags, the bits left to software, and whatever
 * hardware sets up to the moment of the change.
 */
#ifndef PAGE_TABLE64_PROTECT_H
#define PAGE_TABLE64_PROTECT_H

#include "unmap.h"

/** @cond engine */

/**
 * The change to gather for a page. A hidden one is not present. An accessed or dirty flag that a
 * leaf loses is a harvest's, which gathers PT64_TIGHTENED, also where a bit left to software stands
 * for the flag.
 */
PT64_INLINE enum pt64_change pt64_change_of(const struct pt64_traits *traits,
                                            const struct pt64_update *update, pt64_entry_t old,
                                            pt64_entry_t now, unsigned level)
{
    pt64_flags_t taken = update->clear & PT64_HISTORY;
    enum pt64_change change;

    if (pt64_is_hidden(traits->pte, now, level))
        return pt64_is_hidden(traits->pte, old, level) ? PT64_UNCHANGED : PT64_REMOVED;
    if (pt64_is_hidden(traits->pte, old, level))
        return PT64_CREATED;
    change = traits->pte->change(old, now, level);
    if (taken == 0 || change >= PT64_TIGHTENED || !(traits->pte->decode(old, level) & taken))
        return change;
    return PT64_TIGHTENED;
}

/** Whether the change needs break-before-make. */
PT64_INLINE bool pt64_is_broken_first(const struct pt64_meta *meta, enum pt64_change change)
{
    return meta->break_to_move && change == PT64_MOVED;
}

/**
 * Updates the page `entry` in the first slot, and pages after it that change alike. If the change
 * needs break-before-make, it only breaks the first leaf, to be made anew after a flush. Returns
 * the number of pages. `*change` becomes the change to gather for each of them.
 *
 * What hardware has set in a leaf since it was loaded is kept.
 */
PT64_INLINE size_t pt64_update_leaf(const struct pt64_traits *traits,
                                    const struct pt64_guard *guard,
                                    const struct pt64_update *update, pt64_slot_t *slots,
                                    size_t count, pt64_entry_t entry, unsigned level,
                                    enum pt64_change *change)
{
    pt64_entry_t mask = pt64_address_mask(traits, guard->table, level);
    pt64_slot_t *next = pt64_slot_at(traits->meta, slots, 1);
    pt64_entry_t updated;

    do {
        updated = pt64_updated(traits, guard->table, update, entry, level);
        *change = PT64_UNCHANGED;
        if (entry == updated)
            return 1 + pt64_count_alike(traits->meta, next, count - 1, entry, mask);
        *change = pt64_change_of(traits, update, entry, updated, level);
        if (pt64_is_broken_first(traits->meta, *change)) {
            pt64_break_leaf(traits, guard->table, slots, entry, level);
            return 1;
        }
        if (pt64_is_hidden(traits->pte, entry, level) ||
            !pt64_is_volatile(traits->pte, entry, level)) {
            pt64_put_leaf(traits, guard->table, slots, updated);
            return 1 + pt64_put_alike(traits, guard->table, next, next, count - 1, entry, mask,
                                      updated);
        }
    } while (!pt64_put_instead(traits, guard->table, slots, &entry, updated));
    return 1;
}

/** Makes the leaf in `slot` anew, updated, if it is broken. Returns whether it was. */
PT64_INLINE bool pt64_make_updated(const struct pt64_traits *traits, const struct pt64_table *table,
                                   const struct pt64_update *update, pt64_slot_t *slot,
                                   unsigned level)
{
    pt64_entry_t leaf = pt64_broken_leaf(traits, table, slot, level);

    if (leaf != 0)
        pt64_put_leaf(traits, table, slot, pt64_updated(traits, table, update, leaf, level));
    return leaf != 0;
}

/* ---- one page ---- */

/** Checks that the page in `cursor` can be updated. */
PT64_INLINE pt64_status_t pt64_check_update(const struct pt64_traits *traits,
                                            const struct pt64_table *table,
                                            const struct pt64_update *update,
                                            const struct pt64_cursor *cursor)
{
    pt64_size_t size = pt64_slot_size(traits->meta, cursor->level);

    if (cursor->kind == PT64_MARKED_SLOT)
        return PT64_MARKED;
    if (update->moves && !pt64_is_aligned(update->paddr, size))
        return PT64_NOT_ALIGNED;
    if (update->moves && !pt64_is_page_range(traits, table, update->paddr, size, update->set))
        return PT64_BAD_ADDRESS;
    if (!pt64_can_encode_at(traits, table, update->set, cursor->level) ||
        !pt64_can_update(traits, table, update, cursor->entry, cursor->level))
        return PT64_BAD_FLAGS;
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_update_page(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           const struct pt64_update *update)
{
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status = pt64_pick_page(traits, guard, vaddr, &cursor);
    enum pt64_change change;

    if (status != PT64_OK)
        return status;
    status = pt64_check_update(traits, guard->table, update, &cursor);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    pt64_remember_global(guard->table, update->set);
    if (cursor.kind == PT64_HIDDEN)
        pt64_make_way(traits, guard, vaddr, pt64_slot_size(traits->meta, cursor.level),
                      cursor.level);
    (void)traits->ops->update_leaf(guard, update, cursor.slot, 1, cursor.entry, cursor.level,
                                   &change);
    traits->ops->gather(guard, change, vaddr, 1, cursor.level);
    if (pt64_is_broken_first(traits->meta, change)) {
        traits->ops->flush_pending(guard);
        (void)pt64_make_updated(traits, guard->table, update, cursor.slot, cursor.level);
        traits->ops->gather(guard, PT64_CREATED, vaddr, 1, cursor.level);
    }
    return PT64_OK;
}

/**
 * Gives the smallest page at `vaddr` common flags, if links lead to it and permissions are all that
 * changes. Otherwise it does nothing and returns false. What it knows of the flags folds.
 */
PT64_INLINE bool pt64_protect_smallest_page(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                            pt64_flags_t flags)
{
    const pt64_flags_t common = PT64_PERMISSIONS & traits->pte->flags;
    const struct pt64_table *table = guard->table;
    pt64_flags_t known = (flags & common) | PT64_READ;
    pt64_slot_t *entries;
    pt64_entry_t updated;
    pt64_entry_t entry;
    pt64_entry_t lost;
    pt64_slot_t *slot;

    if (!pt64_is_readable_and(flags, common))
        return false;
    entries = pt64_reach(traits, guard, vaddr);
    if (entries == NULL)
        return false;
    slot = pt64_slot_of(traits, table, entries, vaddr, 0);
    entry = pt64_load(traits->meta, slot);
    if (!pt64_grant(traits, table, entry, flags, &updated, &lost) ||
        !pt64_can_encode_at(
            traits, table,
            known | (traits->pte->decode(entry, 0) & pt64_sticky_flags(traits->pte, known)), 0))
        return false;
    if (!pt64_is_volatile(traits->pte, entry, 0))
        pt64_put_leaf(traits, table, slot, updated);
    else if (!pt64_put_instead(traits, table, slot, &entry, updated))
        return false;
    if (lost != 0)
        pt64_note_loss(traits, guard, PT64_TIGHTENED, vaddr, entries);
    else if (updated != entry)
        pt64_note_change(traits, guard, PT64_RELAXED, vaddr, entries);
    return true;
}

/** Protects a page of any size. */
PT64_INLINE pt64_status_t pt64_protect_anywhere(const struct pt64_traits *traits,
                                                struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                                pt64_flags_t flags)
{
    PT64_UNSET struct pt64_update update;

    pt64_update_to(traits->pte, &update, flags);
    return traits->ops->update_page(guard, vaddr, &update);
}

/** The same. It tries the usual case first: a smallest page, to which links lead. */
PT64_INLINE pt64_status_t pt64_protect_quickly(const struct pt64_traits *traits,
                                               struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                               pt64_flags_t flags)
{
    if (PT64_HAS_SHORT_WAYS && pt64_is_aligned(vaddr, pt64_page_size(traits->meta)) &&
        pt64_protect_smallest_page(traits, guard, vaddr, flags))
        return PT64_OK;
    return traits->ops->protect(guard, vaddr, flags);
}

PT64_INLINE pt64_status_t pt64_protect(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, pt64_flags_t flags)
{
    return PT64_HAS_SHORT_WAYS ? traits->ops->protect_quickly(guard, vaddr, flags)
                               : pt64_protect_anywhere(traits, guard, vaddr, flags);
}

PT64_INLINE pt64_status_t pt64_remap(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    PT64_UNSET struct pt64_update update;

    pt64_update_to(traits->pte, &update, flags);
    update.moves = true;
    update.paddr = paddr;
    return traits->ops->update_page(guard, vaddr, &update);
}

/* ---- a region ---- */

/** Leaves side by side that changed in the same way, not gathered yet. */
struct pt64_updated_run {
    enum pt64_change change;
    pt64_vaddr_t vaddr;
    size_t count;
    unsigned level;
};

PT64_INLINE void pt64_gather_run(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 const struct pt64_updated_run *run)
{
    traits->ops->gather(guard, run->change, run->vaddr, run->count, run->level);
}

/**
 * Adds `count` leaves to the run. If they changed in another way, it gathers the run first and
 * begins another.
 */
PT64_INLINE void pt64_extend_run(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_updated_run *run, enum pt64_change change,
                                 size_t count)
{
    if (change != run->change) {
        pt64_gather_run(traits, guard, run);
        run->vaddr += pt64_slots_bytes(traits->meta, run->count, run->level);
        run->change = change;
        run->count = 0;
    }
    run->count += count;
}

/**
 * Updates or breaks the pages from `slots` on, up to `count` or to the first slot that holds none.
 * Returns their number. `*breaks` becomes true if any of them is broken then. In an adopted table a
 * leaf may have been broken before.
 */
PT64_INLINE size_t pt64_update_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     const struct pt64_update *update, pt64_slot_t *slots,
                                     size_t count, pt64_vaddr_t vaddr, unsigned level, bool *breaks)
{
    struct pt64_updated_run run = {PT64_UNCHANGED, vaddr, 0, level};
    size_t i = 0;

    while (i < count) {
        pt64_entry_t entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, i));
        enum pt64_kind kind = pt64_kind_of(traits, guard->table, entry, level);
        enum pt64_change change = PT64_UNCHANGED;
        size_t updated = 1;

        /* A hidden page may become a leaf, as an empty slot may. */
        if (kind == PT64_HIDDEN)
            pt64_make_way(traits, guard, vaddr + pt64_slots_bytes(traits->meta, i, level),
                          pt64_slots_bytes(traits->meta, count - i, level), level);
        if (pt64_is_page(kind)) {
            updated = traits->ops->update_leaf(guard, update, pt64_slot_at(traits->meta, slots, i),
                                               count - i, entry, level, &change);
            *breaks |= pt64_is_broken_first(traits->meta, change);
        } else if (pt64_broken_leaf(traits, guard->table, pt64_slot_at(traits->meta, slots, i),
                                    level) != 0) {
            *breaks = true;
        } else {
            break;
        }
        pt64_extend_run(traits, guard, &run, change, updated);
        i += updated;
    }
    pt64_gather_run(traits, guard, &run);
    return i;
}

/**
 * Makes the broken leaves from `slots` on anew, up to `count` or to the first slot that links a
 * node. Returns the number of slots.
 */
PT64_INLINE size_t pt64_make_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_update *update, pt64_slot_t *slots,
                                   size_t count, pt64_vaddr_t vaddr, unsigned level)
{
    struct pt64_updated_run run = {PT64_UNCHANGED, vaddr, 0, level};
    size_t i;

    for (i = 0; i < count; i++) {
        bool made;

        if (pt64_kind_of(traits, guard->table,
                         pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, i)),
                         level) == PT64_LINK)
            break;
        made = pt64_make_updated(traits, guard->table, update, pt64_slot_at(traits->meta, slots, i),
                                 level);
        pt64_extend_run(traits, guard, &run, made ? PT64_CREATED : PT64_UNCHANGED, 1);
    }
    pt64_gather_run(traits, guard, &run);
    return i;
}

/** What a pass over a region does to its leaves. */
enum pt64_pass {
    PT64_PASS_UPDATE, /**< updates them, or breaks them */
    PT64_PASS_MAKE,   /**< makes the broken ones anew */
};

/**
 * Does the pass over as much from `vaddr` on as one step can. Returns the bytes that it has dealt
 * with.
 */
PT64_INLINE uint64_t pt64_update_step(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      const struct pt64_update *update, enum pt64_pass pass,
                                      pt64_vaddr_t vaddr, uint64_t left, bool *breaks)
{
    const struct pt64_meta *meta = traits->meta;
    PT64_UNSET struct pt64_cursor cursor;
    uint64_t rest;
    size_t slots;

    traits->ops->seek(guard, vaddr, 0, &cursor);
    rest = pt64_is_page(cursor.kind)
               ? pt64_slot_rest(meta, vaddr, cursor.level)
               : traits->ops->slot_or_hole(guard->table, &cursor, vaddr, left);
    /* A page that crosses an edge was not split, because nothing in it changes. */
    if (!pt64_is_page(cursor.kind) || rest > left || rest < pt64_slot_size(meta, cursor.level))
        return rest < left ? rest : left;
    slots = pt64_whole_slots(meta, pt64_limits_of(traits, guard->table), vaddr, left, cursor.level);
    slots = pass == PT64_PASS_UPDATE
                ? pt64_update_slots(traits, guard, update, cursor.slot, slots, vaddr, cursor.level,
                                    breaks)
                : pt64_make_slots(traits, guard, update, cursor.slot, slots, vaddr, cursor.level);
    return pt64_slots_bytes(meta, slots, cursor.level);
}

/** Does a pass over the region. Returns whether any of its leaves is broken then. */
PT64_INLINE bool pt64_update_pass(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  const struct pt64_update *update, enum pt64_pass pass,
                                  pt64_vaddr_t vaddr, uint64_t bytes)
{
    bool breaks = false;

    for (uint64_t done = 0; done < bytes;)
        done += pt64_update_step(traits, guard, update, pass, vaddr + done, bytes - done, &breaks);
    return breaks;
}

/** Updates all pages of a range. No page that changes crosses an edge of it. */
PT64_INLINE void pt64_update_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_update *update, pt64_vaddr_t vaddr,
                                   uint64_t bytes)
{
    enum pt64_pass pass = PT64_PASS_UPDATE;

    while (pt64_update_pass(traits, guard, update, pass, vaddr, bytes)) {
        traits->ops->flush_pending(guard);
        pass = PT64_PASS_MAKE; /* breaks nothing: the loop ends */
    }
}

/** Whether the flags of an update of a region are right, whatever is mapped there. */
PT64_INLINE bool pt64_is_valid_update(const struct pt64_traits *traits,
                                      const struct pt64_table *table,
                                      const struct pt64_update *update)
{
    pt64_flags_t known = pt64_changeable_flags(traits->pte);

    if (!update->changes)
        return pt64_can_encode(traits, table, update->set);
    return ((update->set | update->clear) & ~known) == 0 && (update->set & update->clear) == 0;
}

/** Its parameters fit registers: the calls that share it need no stack of their own. */
PT64_INLINE pt64_status_t pt64_update_region(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                             uint64_t bytes, pt64_flags_t set, pt64_flags_t clear,
                                             bool changes)
{
    PT64_UNSET struct pt64_update update = {set, clear, changes, false, 0};
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_region(traits->meta, pt64_limits_of(traits, guard->table), vaddr, bytes);
    if (status == PT64_OK && !pt64_is_valid_update(traits, guard->table, &update))
        status = PT64_BAD_FLAGS;
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = traits->ops->check_fixed(guard, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    status = traits->ops->cut_edges(guard, vaddr, bytes, &update);
    if (status != PT64_OK)
        return status;
    pt64_remember_global(guard->table, set);
    traits->ops->update_range(guard, &update, vaddr, bytes);
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_protect_region(const struct pt64_traits *traits,
                                              struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                              uint64_t bytes, pt64_flags_t flags)
{
    return traits->ops->update_region(guard, vaddr, bytes, flags,
                                      ~pt64_sticky_flags(traits->pte, flags), false);
}

PT64_INLINE pt64_status_t pt64_change_region(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                             uint64_t bytes, pt64_flags_t set, pt64_flags_t clear)
{
    return traits->ops->update_region(guard, vaddr, bytes, set, clear, true);
}

/** @endcond */

#endif
