/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Splitting: a node of smaller leaves that map the same takes the place of a huge leaf, so that a
 * part of it can change.
 */
#ifndef PAGE_TABLE64_SPLIT_H
#define PAGE_TABLE64_SPLIT_H

#include "break.h"
#include "walk.h"

/** @cond engine */

struct pt64_update;

/** A range, and the huge pages that its edges may cut. */
struct pt64_edged_range {
    pt64_vaddr_t vaddr;
    uint64_t bytes;       /**< not 0 */
    unsigned lower_level; /**< of the huge page at the lower edge; 0 if none is to be split */
    unsigned upper_level; /**< the same for the upper edge */
    const struct pt64_update *update; /**< what the leaves become; NULL to unmap them */
};

/**
 * The number of splits that it takes until a slot boundary is at each edge. A split that serves
 * both edges counts once.
 */
PT64_INLINE size_t pt64_count_splits(const struct pt64_traits *traits,
                                     const struct pt64_guard *guard,
                                     const struct pt64_edged_range *range)
{
    const struct pt64_meta *meta = traits->meta;
    pt64_vaddr_t end = range->vaddr + range->bytes;
    size_t splits = 0;

    for (unsigned level = 1; level < pt64_limits_of(traits, guard->table)->leaf_levels; level++) {
        bool lower =
            level <= range->lower_level && !pt64_is_slot_aligned(meta, range->vaddr, level);
        bool upper = level <= range->upper_level && !pt64_is_slot_aligned(meta, end, level);

        splits += lower ? 1 : 0;
        splits += upper ? 1 : 0;
        if (lower && upper &&
            pt64_slot_start(meta, range->vaddr, level) == pt64_slot_start(meta, end, level))
            splits--;
    }
    return splits;
}

/** The flags that hardware sets. */
#define PT64_HISTORY (PT64_ACCESSED | PT64_DIRTY)

/**
 * An update: what leaves become. A change of flags keeps the memory type, and every bit that the
 * flags that it names do not decide. Other updates encode all of the leaf but the sticky flags
 * anew.
 */
struct pt64_update {
    pt64_flags_t set;   /**< what they gain */
    pt64_flags_t clear; /**< what they lose, unless it is in `set` */
    bool changes;       /**< it is a change of flags, by name_change_region */
    bool moves;         /**< the page moves to the frame at `paddr` */
    pt64_paddr_t paddr;
};

/** Makes it the update to `flags`, permissions and memory type. */
PT64_INLINE void pt64_update_to(const struct pt64_pte *pte, struct pt64_update *update,
                                pt64_flags_t flags)
{
    update->set = flags;
    update->clear = ~pt64_sticky_flags(pte, flags);
    update->changes = false;
    update->moves = false;
    update->paddr = 0;
}

/** Makes it the change that sets and clears flags. */
PT64_INLINE void pt64_update_by(struct pt64_update *update, pt64_flags_t set, pt64_flags_t clear)
{
    update->set = set;
    update->clear = clear;
    update->changes = true;
    update->moves = false;
    update->paddr = 0;
}

PT64_INLINE pt64_flags_t pt64_updated_flags(const struct pt64_update *update, pt64_flags_t flags)
{
    return (flags & ~update->clear) | update->set;
}

/**
 * The bits that the software flags in `soft` are in a page of ordinary memory. Where they share
 * bits with a memory type, no page has both. The permissions are constants, so that leaf() folds.
 */
PT64_INLINE pt64_entry_t pt64_soft_bits(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_flags_t soft,
                                        unsigned level)
{
    const pt64_flags_t some = PT64_READ | PT64_EXECUTE;

    return pt64_leaf(traits, table, some | soft, level) ^ pt64_leaf(traits, table, some, level);
}

/**
 * The page `old` after a change of flags. Its leaf is made in three steps, each of which touches
 * only the bits of its flags: a page that has the flags already keeps every bit, and a page that
 * gains a software flag keeps its permissions, however they are encoded.
 */
PT64_INLINE pt64_entry_t pt64_changed(const struct pt64_traits *traits,
                                      const struct pt64_table *table,
                                      const struct pt64_update *update, pt64_entry_t old,
                                      unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_flags_t flags = pt64_page_flags(pte, old, level);
    pt64_flags_t now = pt64_updated_flags(update, flags);
    pt64_flags_t cleaned = flags & ~now & PT64_HISTORY;
    pt64_flags_t soft = (flags ^ now) & (PT64_SOFT0 | PT64_SOFT1 | pte->sticky);
    pt64_entry_t leaf = pt64_clean(pte, pt64_shown(pte, old, level), cleaned, level);

    if (flags == now)
        return old;
    if (soft != 0)
        leaf ^= pt64_soft_bits(traits, table, soft, level);
    if ((flags ^ now) != (cleaned | soft))
        leaf = pt64_permit(pte, leaf, pt64_leaf(traits, table, now, level), level);
    return pt64_page_entry(pte, leaf, now, level);
}

PT64_INLINE pt64_entry_t pt64_updated(const struct pt64_traits *traits,
                                      const struct pt64_table *table,
                                      const struct pt64_update *update, pt64_entry_t old,
                                      unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t leaf;

    if (update->changes)
        return traits->ops->changed(table, update, old, level);
    old = pt64_shown(pte, old, level);
    leaf = pte->protect(old, pt64_leaf(traits, table, update->set, level), level);
    if (update->moves)
        leaf +=
            pte->address(update->paddr, level) - pte->address(pte->leaf_address(old, level), level);
    return pt64_page_entry(pte, leaf, update->set, level);
}

/** The bits in which two leaves at `level` differ if only their addresses differ. */
PT64_INLINE pt64_entry_t pt64_address_mask(const struct pt64_traits *traits,
                                           const struct pt64_table *table, unsigned level)
{
    pt64_paddr_t all = pt64_shift_left(1, pt64_limits_of(traits, table)->paddr_bits) - 1;

    return traits->pte->address(pt64_align_down(all, pt64_slot_size(traits->meta, level)), level);
}

/**
 * Whether the format can encode the page `old` as updated. A page whose flags stay as they are is
 * not encoded: other software may have made one that the format would not.
 */
PT64_INLINE bool pt64_can_update(const struct pt64_traits *traits, const struct pt64_table *table,
                                 const struct pt64_update *update, pt64_entry_t old, unsigned level)
{
    pt64_flags_t flags = pt64_page_flags(traits->pte, old, level);
    pt64_flags_t now = pt64_updated_flags(update, flags);

    if (update->changes && now == flags)
        return true;
    return pt64_can_encode_at(traits, table, now, level) &&
           (update->moves ||
            pt64_is_page_range(traits, table, pt64_page_address(traits->pte, old, level),
                               pt64_slot_size(traits->meta, level), now));
}

/**
 * The bytes from `vaddr` to the end of the page that `cursor` found there, and of pages alike. It
 * reads no slot beyond the `bytes` from `vaddr` on: they may be another guard's.
 */
PT64_INLINE uint64_t pt64_alike_rest(const struct pt64_traits *traits,
                                     const struct pt64_table *table,
                                     const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,
                                     uint64_t bytes)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = cursor->level;
    size_t more = pt64_slots_left(meta, pt64_limits_of(traits, table), vaddr, level) - 1;
    uint64_t fit = pt64_slots_in(meta, bytes - 1, level);
    size_t alike;

    if (fit < more)
        more = (size_t)fit;
    alike = pt64_count_alike(meta, pt64_slot_at(meta, cursor->slot, 1), more, cursor->entry,
                             pt64_address_mask(traits, table, level));
    return pt64_slot_rest(meta, vaddr, level) + pt64_slots_bytes(meta, alike, level);
}

/** Whether it depends on the address of the page `old` if the format can encode it as updated. */
PT64_INLINE bool pt64_depends_on_address(const struct pt64_pte *pte,
                                         const struct pt64_update *update, pt64_entry_t old,
                                         unsigned level)
{
    return pte->hidden_bits != 0 &&
           pt64_is_hidden_by(pte, pt64_updated_flags(update, pt64_page_flags(pte, old, level)));
}

/** Checks that the format can encode every page of the region as updated. */
PT64_INLINE pt64_status_t pt64_check_updates(const struct pt64_traits *traits,
                                             struct pt64_guard *guard,
                                             const struct pt64_update *update, pt64_vaddr_t vaddr,
                                             uint64_t bytes)
{
    if (!update->changes && !pt64_limits_hiding(traits->pte, update->set) &&
        pt64_can_encode(traits, guard->table, update->set | (traits->pte->flags & ~update->clear)))
        return PT64_OK;
    for (;;) {
        PT64_UNSET struct pt64_cursor cursor;
        uint64_t rest;

        traits->ops->seek(guard, vaddr, 0, &cursor);
        rest = pt64_slot_rest(traits->meta, vaddr, cursor.level);
        if (pt64_is_page(cursor.kind)) {
            if (!pt64_can_update(traits, guard->table, update, cursor.entry, cursor.level))
                return pt64_fail(guard, vaddr, PT64_BAD_FLAGS);
            if (!pt64_depends_on_address(traits->pte, update, cursor.entry, cursor.level))
                rest = pt64_alike_rest(traits, guard->table, &cursor, vaddr, bytes);
        }
        if (rest >= bytes)
            return PT64_OK;
        vaddr += rest;
        bytes -= rest;
    }
}

/**
 * Finds the huge page of `vaddr`, which the edge at `cut` may cut. `*level` becomes its level, or 0
 * if there is none or the update changes nothing in it. A mark that is to be unmapped cannot be
 * cut.
 */
PT64_INLINE pt64_status_t pt64_find_edge(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, pt64_vaddr_t cut,
                                         const struct pt64_update *update, unsigned *level)
{
    PT64_UNSET struct pt64_cursor cursor;

    traits->ops->seek(guard, vaddr, 0, &cursor);
    if (cursor.kind == PT64_MARKED_SLOT && update == NULL &&
        !pt64_is_slot_aligned(traits->meta, cut, cursor.level))
        return pt64_fail(guard,
                         vaddr == cut ? cut : pt64_slot_start(traits->meta, vaddr, cursor.level),
                         PT64_MARKED);
    *level = pt64_is_page(cursor.kind) ? cursor.level : 0;
    if (*level > 0 && update != NULL &&
        pt64_updated(traits, guard->table, update, cursor.entry, cursor.level) == cursor.entry)
        *level = 0;
    return cursor.slot == NULL
               ? pt64_fail(guard, pt64_align_down(vaddr, pt64_page_size(traits->meta)),
                           PT64_BAD_ADDRESS)
               : PT64_OK;
}

/**
 * A pt64_planner_t for a struct pt64_edged_range. It finds the huge pages at both edges, and counts
 * the frames that their splits need.
 */
PT64_INLINE pt64_status_t pt64_plan_edges(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, void *what, size_t *frames)
{
    struct pt64_edged_range *range = (struct pt64_edged_range *)what;
    const struct pt64_update *update = range->update;
    pt64_vaddr_t end = range->vaddr + range->bytes;
    pt64_status_t status = PT64_OK;

    if (update != NULL)
        status = pt64_check_updates(traits, guard, update, range->vaddr, range->bytes);
    if (status == PT64_OK)
        status =
            traits->ops->find_edge(guard, range->vaddr, range->vaddr, update, &range->lower_level);
    if (status == PT64_OK)
        status = traits->ops->find_edge(guard, end - 1, end, update, &range->upper_level);
    if (status != PT64_OK)
        return status;
    if ((range->lower_level | range->upper_level) != 0)
        *frames = traits->ops->count_splits(guard, range);
    return PT64_OK;
}

/** Where a range failed whose splits could have only `had` frames. */
PT64_INLINE pt64_vaddr_t pt64_unsplit_at(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_edged_range *range, size_t had)
{
    pt64_vaddr_t upper =
        pt64_slot_start(traits->meta, range->vaddr + (range->bytes - 1), range->upper_level);

    range->upper_level = 0;
    return upper < range->vaddr || had < traits->ops->count_splits(guard, range) ? range->vaddr
                                                                                 : upper;
}

/** Plans the splits at the edges of a range, and reserves their frames. */
PT64_INLINE pt64_status_t pt64_prepare_edges(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, struct pt64_reserve *reserve,
                                             struct pt64_edged_range *range)
{
    pt64_status_t status = pt64_prepare(traits, guard, reserve, pt64_plan_edges, range);

    if (status == PT64_NO_MEMORY)
        guard->failed_at = pt64_unsplit_at(traits, guard, range, reserve->had);
    return status;
}

PT64_INLINE void pt64_fill_split(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_slot_t *entries, pt64_entry_t page, unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t entry = pt64_demote(pte, pt64_shown(pte, page, level), level);
    pt64_entry_t step;

    if (pt64_is_hidden(pte, page, level))
        entry = pte->hide(entry, level - 1);
    step = pt64_page_step(traits, entry, level - 1);

    pt64_put_steps(traits, table, entries,
                   pt64_node_entries(traits->meta, pt64_limits_of(traits, table), level - 1), entry,
                   step);
}

/** What the slot of a huge page holds while the page is split. */
PT64_INLINE pt64_entry_t pt64_split_entry(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_entry_t page,
                                          enum pt64_kind kind, unsigned level)
{
    return kind == PT64_HIDDEN ? pt64_empty_entry(traits, table, level)
                               : pt64_absent(traits, table, page, level);
}

/**
 * Replaces the huge page in `cursor` by a node one level lower. The reserve is not empty. A hidden
 * page needs no break, unless a TLB may hold it as an entry of its size.
 *
 * Hardware may set accessed or dirty in the leaf until it is broken or replaced. So the node is
 * filled anew until the exchange finds the leaf that it was filled from.
 */
PT64_INLINE void pt64_split(const struct pt64_traits *traits, struct pt64_guard *guard,
                            struct pt64_reserve *reserve, const struct pt64_cursor *cursor,
                            pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = pt64_reserve_take(traits, guard->table, reserve);
    pt64_slot_t *entries = pt64_entries(traits, guard->table, frame);
    pt64_entry_t link = pt64_link(traits, guard->table, frame, cursor->level);
    pt64_entry_t leaf = cursor->entry;
    bool is_hidden = cursor->kind == PT64_HIDDEN;
    bool is_cached =
        pt64_is_cached(pt64_limits_of(traits, guard->table), cursor->kind, cursor->level);
    bool breaks = is_cached &&
                  (is_hidden || pt64_limits_of(traits, guard->table)->split == PT64_RESIZE_BREAK);

    /* A CPU may hold the page as it was before a change that is pending. */
    if (!breaks)
        pt64_make_way(traits, guard, pt64_slot_start(traits->meta, vaddr, cursor->level),
                      pt64_slot_size(traits->meta, cursor->level), cursor->level - 1);
    do
        pt64_fill_split(traits, guard->table, entries, leaf, cursor->level);
    while (!pt64_put_instead(
        traits, guard->table, cursor->slot, &leaf,
        breaks ? pt64_split_entry(traits, guard->table, leaf, cursor->kind, cursor->level) : link));
    traits->ops->gather(guard, is_cached ? PT64_RESIZED : PT64_LINKED, vaddr, 1, cursor->level);
    if (!breaks)
        return;
    traits->ops->flush_pending(guard);
    pt64_put_link(traits, guard->table, cursor->slot, link);
    traits->ops->gather(guard, PT64_LINKED, vaddr, 1, cursor->level);
    if (is_hidden)
        return;
    traits->ops->gather(
        guard, PT64_CREATED, vaddr,
        pt64_node_entries(traits->meta, pt64_limits_of(traits, guard->table), cursor->level - 1),
        cursor->level - 1);
}

/**
 * Splits the huge page of `vaddr`, level by level, until a slot boundary is at `cut`. Returns
 * whether it split anything.
 */
PT64_INLINE bool pt64_split_edge(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_reserve *reserve, pt64_vaddr_t vaddr, pt64_vaddr_t cut)
{
    bool was_split = false;

    while (!pt64_is_spent(reserve)) {
        PT64_UNSET struct pt64_cursor cursor;

        traits->ops->seek(guard, vaddr, 0, &cursor);
        if (!pt64_is_page(cursor.kind) || pt64_is_slot_aligned(traits->meta, cut, cursor.level))
            break;
        traits->ops->split(guard, reserve, &cursor, vaddr);
        was_split = true;
    }
    return was_split;
}

/**
 * Splits at both edges of a range. With PT64_RESIZE_FLUSH a flush must run before the smaller pages
 * change: one serves both edges.
 */
PT64_INLINE void pt64_split_edges(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  struct pt64_reserve *reserve,
                                  const struct pt64_edged_range *range)
{
    pt64_vaddr_t end = range->vaddr + range->bytes;
    bool was_split = false;

    if (range->lower_level > 0)
        was_split |= traits->ops->split_edge(guard, reserve, range->vaddr, range->vaddr);
    if (range->upper_level > 0)
        was_split |= traits->ops->split_edge(guard, reserve, end - 1, end);
    if (was_split && pt64_limits_of(traits, guard->table)->split == PT64_RESIZE_FLUSH)
        traits->ops->flush_pending(guard);
}

/**
 * Splits the huge pages that the edges of a range cut. Its pages can then be unmapped, or updated
 * if there is an `update`. If the format cannot encode the update of some page, it splits nothing:
 * PT64_BAD_FLAGS. `bytes` is not 0.
 */
PT64_INLINE pt64_status_t pt64_cut_edges(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, uint64_t bytes,
                                         const struct pt64_update *update)
{
    PT64_UNSET struct pt64_reserve reserve;
    PT64_UNSET struct pt64_edged_range range;
    pt64_status_t status;

    pt64_reserve_begin(&reserve);
    range.vaddr = vaddr;
    range.bytes = bytes;
    range.lower_level = 0;
    range.upper_level = 0;
    range.update = update;
    status = pt64_prepare_edges(traits, guard, &reserve, &range);
    if (status != PT64_OK)
        return status;
    pt64_split_edges(traits, guard, &reserve, &range);
    pt64_reserve_drop(traits, guard->table, &reserve);
    return PT64_OK;
}

/** @endcond */

#endif
