/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Reading: one address, the next run of pages, or every entry. Readers change nothing and take no
 * lock. They see each entry as it was at one moment.
 */
#ifndef PAGE_TABLE64_WALK_H
#define PAGE_TABLE64_WALK_H

#include "path.h"
#include "run.h"
#include "tour.h"

/** A page, a mark or a link, as name_walk shows it. */
struct pt64_visit {
    unsigned level;           /**< 0 for the smallest pages */
    bool after;               /**< second visit of a link, after everything below it */
    enum pt64_kind kind;      /**< PT64_LEAF, PT64_HIDDEN, PT64_MARKED_SLOT or PT64_LINK */
    pt64_entry_t entry;       /**< as the walk read it */
    struct pt64_mapping slot; /**< `paddr` is that of the page or node; a link has no `flags` */
};

/** What a visitor wants next. */
enum pt64_walk {
    PT64_WALK_ON,   /**< go on, after a link with what is below it */
    PT64_WALK_SKIP, /**< go on, but not below this link; its second visit comes too */
    PT64_WALK_STOP, /**< end the walk: it is no error */
};

/** Called by name_walk for a page or a link, with the `arg` that was passed to name_walk. */
typedef enum pt64_walk (*pt64_visitor_t)(void *arg, const struct pt64_visit *visit);

/** Called for each page that a call reports, with the `arg` that was passed to the call. */
typedef void (*pt64_report_t)(void *arg, const struct pt64_mapping *page);

/** @cond engine */

/** Describes the page of the leaf `entry` in the slot of `vaddr`, as a whole. */
PT64_INLINE void pt64_describe(const struct pt64_traits *traits, pt64_entry_t entry, unsigned level,
                               pt64_vaddr_t vaddr, struct pt64_mapping *page)
{
    page->vaddr = pt64_slot_start(traits->meta, vaddr, level);
    page->paddr = traits->pte->leaf_address(entry, level);
    page->size = pt64_slot_size(traits->meta, level);
    page->flags = traits->pte->decode(entry, level);
}

/** Describes the page, hidden or not, or the mark that `entry` in the slot of `vaddr` is. */
PT64_INLINE void pt64_describe_told(const struct pt64_traits *traits, pt64_entry_t entry,
                                    enum pt64_kind kind, unsigned level, pt64_vaddr_t vaddr,
                                    struct pt64_mapping *page)
{
    pt64_describe(traits, kind == PT64_HIDDEN ? traits->pte->show(entry, level) : entry, level,
                  vaddr, page);
    if (kind == PT64_HIDDEN)
        page->flags &= ~PT64_ACCESS;
    if (kind == PT64_MARKED_SLOT) {
        page->flags = PT64_MARK;
        (void)traits->pte->mark_of(entry, level, &page->paddr);
    }
}

/** The same, inline for a leaf. */
PT64_INLINE void pt64_describe_any(const struct pt64_traits *traits, pt64_entry_t entry,
                                   enum pt64_kind kind, unsigned level, pt64_vaddr_t vaddr,
                                   struct pt64_mapping *page)
{
    if (kind == PT64_LEAF)
        pt64_describe(traits, entry, level, vaddr, page);
    else
        traits->ops->describe_told(entry, kind, level, vaddr, page);
}

/**
 * The same. What is described out of line is in a record of its own: `*page` may then be
 * registers.
 */
PT64_INLINE void pt64_describe_apart(const struct pt64_traits *traits, pt64_entry_t entry,
                                     enum pt64_kind kind, unsigned level, pt64_vaddr_t vaddr,
                                     struct pt64_mapping *page)
{
    PT64_UNSET struct pt64_mapping told;

    if (kind == PT64_LEAF) {
        pt64_describe(traits, entry, level, vaddr, page);
        return;
    }
    traits->ops->describe_told(entry, kind, level, vaddr, &told);
    page->vaddr = told.vaddr;
    page->paddr = told.paddr;
    page->size = told.size;
    page->flags = told.flags;
}

/**
 * Describes what an entry that is not present stands for. A broken one stands for its leaf: a page
 * that is being changed. PT64_MARKED if it is a mark.
 */
PT64_INLINE pt64_status_t pt64_tell_absent(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_entry_t entry,
                                           unsigned level, pt64_vaddr_t vaddr,
                                           struct pt64_mapping *page)
{
    pt64_entry_t leaf = pt64_mended_leaf(traits, table, entry, level);
    enum pt64_kind kind = PT64_LEAF;

    if (leaf == 0) {
        leaf = entry;
        kind = pt64_absent_kind(traits, table, entry, level);
    }
    if (kind == PT64_MARKED_SLOT)
        return PT64_MARKED;
    if (!pt64_is_page(kind))
        return PT64_NOT_MAPPED;
    pt64_describe_told(traits, leaf, kind, level, vaddr, page);
    return PT64_OK;
}

/** Tells the page at which a walk ended, whether or not it is present. */
PT64_INLINE pt64_status_t pt64_answer(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_entry_t entry,
                                      enum pt64_kind kind, unsigned level, pt64_vaddr_t vaddr,
                                      struct pt64_mapping *page)
{
    if (kind == PT64_EMPTY && entry != pt64_nothing(traits, table, level))
        return traits->ops->tell_absent(table, entry, level, vaddr, page);
    if (kind != PT64_LEAF)
        return PT64_NOT_MAPPED;
    pt64_describe(traits, entry, level, vaddr, page);
    return PT64_OK;
}

/**
 * Walks to the leaf of `vaddr` and tells its page. It does so inside of the loop, where the level
 * is a constant.
 */
PT64_INLINE pt64_status_t pt64_find_page(const struct pt64_traits *traits,
                                         const struct pt64_table *table, pt64_vaddr_t vaddr,
                                         struct pt64_mapping *page)
{
    pt64_slot_t *entries;

    if (!pt64_is_vaddr(traits->meta, pt64_limits_of(traits, table), vaddr))
        return PT64_BAD_ADDRESS;
    entries = pt64_root_entries(traits, table);
    if (entries == NULL)
        return PT64_BAD_ADDRESS;
    PT64_UNROLL
    for (unsigned left = pt64_limits_of(traits, table)->levels; left > 0; left--) {
        unsigned level = left - 1;
        pt64_entry_t entry =
            pt64_load_link(traits->meta, pt64_slot_of(traits, table, entries, vaddr, level));
        enum pt64_kind kind = pt64_walked_kind(traits, table, entry, level);

        if (kind != PT64_LINK || level == 0)
            return pt64_answer(traits, table, entry, kind, level, vaddr, page);
        entries = pt64_linked_entries(traits, table, traits->pte->link_address(entry, level));
        if (entries == NULL)
            return PT64_BAD_ADDRESS;
    }
    return PT64_BAD_ADDRESS;
}

/**
 * The leaf of `vaddr`, if that is a smallest page to which links lead. 0 if not: it takes a closer
 * look. All that is rare ends alike here, so that the usual way is short.
 */
PT64_INLINE pt64_entry_t pt64_smallest_leaf(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_vaddr_t vaddr)
{
    pt64_slot_t *entries =
        pt64_walk_links(traits, table, pt64_root_entries(traits, table), vaddr, false);
    pt64_entry_t entry;

    if (entries == NULL)
        return 0;
    PT64_HIDE(entries);
    entry = pt64_load(traits->meta, pt64_slot_of(traits, table, entries, vaddr, 0));
    return pt64_walked_kind(traits, table, entry, 0) == PT64_LEAF ? entry : 0;
}

PT64_INLINE pt64_status_t pt64_query(const struct pt64_traits *traits,
                                     const struct pt64_table *table, pt64_vaddr_t vaddr,
                                     struct pt64_mapping *mapping)
{
    pt64_entry_t leaf = PT64_HAS_SHORT_WAYS ? pt64_smallest_leaf(traits, table, vaddr) : 0;

    if (leaf == 0)
        return traits->ops->find_page(table, vaddr, mapping);
    pt64_describe(traits, leaf, 0, vaddr, mapping);
    return PT64_OK;
}

/** Tells the address by the page, whatever its size. */
PT64_INLINE pt64_status_t pt64_find_address(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_vaddr_t vaddr,
                                            pt64_paddr_t *paddr)
{
    PT64_UNSET struct pt64_mapping page;
    pt64_status_t status = traits->ops->find_page(table, vaddr, &page);

    if (status == PT64_OK)
        *paddr = page.paddr + (vaddr - page.vaddr);
    return status;
}

PT64_INLINE pt64_status_t pt64_translate(const struct pt64_traits *traits,
                                         const struct pt64_table *table, pt64_vaddr_t vaddr,
                                         pt64_paddr_t *paddr)
{
    pt64_entry_t leaf = PT64_HAS_SHORT_WAYS ? pt64_smallest_leaf(traits, table, vaddr) : 0;

    if (leaf == 0)
        return traits->ops->find_address(table, vaddr, paddr);
    *paddr = traits->pte->leaf_address(leaf, 0) + (vaddr & (pt64_page_size(traits->meta) - 1));
    return PT64_OK;
}

/**
 * Moves `*vaddr` up to the next address of the space, unless it is one already. `*rest` becomes the
 * bytes from there to the end of its half, or up to `last` if that comes first. False if no address
 * up to `last` follows.
 */
PT64_INLINE bool pt64_enter_up_to(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                  pt64_vaddr_t last, pt64_vaddr_t *vaddr, uint64_t *rest)
{
    if (!pt64_enter_space(meta, limits, vaddr, rest) || *vaddr > last)
        return false;
    if (last - *vaddr < *rest - 1)
        *rest = last - *vaddr + 1;
    return true;
}

/**
 * Moves `*vaddr` up by `step`, and over the gap if the half ends there. False if that is beyond
 * `last`.
 */
PT64_INLINE bool pt64_step_over(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                pt64_vaddr_t last, pt64_vaddr_t *vaddr, uint64_t *rest,
                                uint64_t step)
{
    if (step > last - *vaddr)
        return false;
    *vaddr += step;
    *rest -= step;
    return *rest > 0 || pt64_enter_up_to(meta, limits, last, vaddr, rest);
}

/**
 * The bytes of the pages after `cursor`, in the same node, that continue its run: whole pages in
 * the next `rest` bytes. Nothing continues where a step would carry out of a field of the entry's
 * address.
 */
PT64_INLINE uint64_t pt64_run_in_node(const struct pt64_traits *traits,
                                      const struct pt64_table *table,
                                      const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,
                                      uint64_t rest)
{
    pt64_paddr_t first = pt64_page_address(traits->pte, cursor->entry, cursor->level);
    uint64_t more = pt64_last_additive(traits, table, first) - first;
    uint64_t pages = pt64_slots_in(traits->meta, more < rest ? more : rest, cursor->level);
    size_t slots =
        pt64_slots_left(traits->meta, pt64_limits_of(traits, table), vaddr, cursor->level) - 1;
    size_t left = pages < slots ? (size_t)pages : slots;
    pt64_entry_t step = pt64_page_step(traits, cursor->entry, cursor->level);

    if (cursor->kind == PT64_MARKED_SLOT)
        return 0;
    return pt64_slots_bytes(traits->meta,
                            pt64_count_steps(traits->meta,
                                             pt64_slot_at(traits->meta, cursor->slot, 1), left,
                                             cursor->entry + step, step),
                            cursor->level);
}

/**
 * The bytes from `vaddr` to the end of the slot in `cursor`. If the slot is empty, also those of
 * the empty slots after it, in the same node and in the next `left` bytes.
 */
PT64_INLINE uint64_t pt64_slot_or_hole(const struct pt64_traits *traits,
                                       const struct pt64_table *table,
                                       const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,
                                       uint64_t left)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = cursor->level;
    uint64_t rest = pt64_slot_rest(meta, vaddr, level);
    size_t slots = pt64_slots_left(meta, pt64_limits_of(traits, table), vaddr, level) - 1;
    uint64_t whole;

    if (rest >= left || cursor->slot == NULL || cursor->kind != PT64_EMPTY ||
        cursor->entry != pt64_empty_entry(traits, table, level))
        return rest;
    whole = pt64_slots_in(meta, left - rest, level);
    if (whole < slots)
        slots = (size_t)whole;
    slots = pt64_count_same(meta, pt64_slot_at(meta, cursor->slot, 1), slots, cursor->entry);
    return rest + pt64_slots_bytes(meta, slots, level);
}

/**
 * Adds the page in `cursor` to the run, which is empty or ends at `vaddr`. False if the page does
 * not continue the run. A mark is a run by itself.
 */
PT64_INLINE bool pt64_join_run(const struct pt64_traits *traits, const struct pt64_cursor *cursor,
                               pt64_vaddr_t vaddr, struct pt64_mapping *run)
{
    PT64_UNSET struct pt64_mapping page;
    uint64_t before;

    pt64_describe_any(traits, cursor->entry, cursor->kind, cursor->level, vaddr, &page);
    before = vaddr - page.vaddr;
    if (run->size == 0) {
        run->vaddr = vaddr;
        run->paddr = page.flags & PT64_MARK ? page.paddr : page.paddr + before;
        run->flags = page.flags;
    } else if (page.paddr != run->paddr + run->size || page.flags != run->flags ||
               (page.flags & PT64_MARK) != 0) {
        return false;
    }
    run->size += page.size - before;
    return true;
}

PT64_INLINE pt64_status_t pt64_next(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_vaddr_t from,
                                    pt64_vaddr_t last, struct pt64_mapping *run)
{
    pt64_vaddr_t vaddr = pt64_align_down(from, pt64_page_size(traits->meta));
    PT64_UNSET struct pt64_mapping found;
    PT64_UNSET struct pt64_path path;
    PT64_UNSET struct pt64_cursor cursor;
    uint64_t rest;

    found.vaddr = 0;
    found.paddr = 0;
    found.size = 0;
    found.flags = 0;
    path.vaddr = vaddr;
    pt64_path_forget(&path);
    if (from > last)
        return PT64_NOT_MAPPED;
    last |= pt64_page_size(traits->meta) - 1;
    if (!pt64_enter_up_to(traits->meta, pt64_limits_of(traits, table), last, &vaddr, &rest))
        return PT64_NOT_MAPPED;
    while (found.size < rest) {
        (void)pt64_seek(traits, table, &path, vaddr, 0, &cursor);
        if (cursor.slot != NULL && pt64_is_told(cursor.kind)) {
            if (!pt64_join_run(traits, &cursor, vaddr, &found))
                break;
            if (found.size < rest)
                found.size += pt64_run_in_node(traits, table, &cursor, vaddr, rest - found.size);
            vaddr = found.vaddr + found.size;
        } else if (found.size > 0) {
            break;
        } else if (cursor.slot == NULL) {
            return PT64_BAD_ADDRESS;
        } else if (!pt64_step_over(traits->meta, pt64_limits_of(traits, table), last, &vaddr, &rest,
                                   traits->ops->slot_or_hole(table, &cursor, vaddr, rest))) {
            return PT64_NOT_MAPPED;
        }
    }
    run->vaddr = found.vaddr;
    run->paddr = found.paddr;
    run->size = found.size < rest ? found.size : rest;
    run->flags = found.flags;
    return PT64_OK;
}

/** Shows the page, mark or link in `cursor`, whose slot is at the offset. */
PT64_INLINE enum pt64_walk pt64_show(const struct pt64_traits *traits,
                                     const struct pt64_table *table,
                                     const struct pt64_cursor *cursor, uint64_t offset, bool after,
                                     pt64_visitor_t visit, void *arg)
{
    PT64_UNSET struct pt64_visit shown;
    pt64_vaddr_t vaddr = pt64_vaddr_at(traits->meta, pt64_limits_of(traits, table), offset);

    shown.level = cursor->level;
    shown.after = after;
    shown.kind = cursor->kind;
    shown.entry = cursor->entry;
    if (cursor->kind != PT64_LINK) {
        pt64_describe_apart(traits, cursor->entry, cursor->kind, cursor->level, vaddr, &shown.slot);
    } else {
        shown.slot.vaddr = vaddr;
        shown.slot.paddr = traits->pte->link_address(cursor->entry, cursor->level);
        shown.slot.size = pt64_slot_size(traits->meta, cursor->level);
        shown.slot.flags = 0;
    }
    return visit(arg, &shown);
}

/** Shows what the tour is at. */
PT64_INLINE enum pt64_walk pt64_tour_show(const struct pt64_traits *traits,
                                          const struct pt64_table *table,
                                          const struct pt64_tour *tour, bool after,
                                          pt64_visitor_t visit, void *arg)
{
    PT64_UNSET struct pt64_cursor cursor = {NULL, tour->entry, tour->kind, tour->level};

    return pt64_show(traits, table, &cursor, tour->offset, after, visit, arg);
}

/**
 * Shows the slots from that of the tour to the end of its node, which is at level 0, or up to the
 * offset `last`. Returns false if the visitor ends the walk. The level is a constant here, and what
 * changes with each slot is not in the tour, which is memory.
 */
PT64_INLINE bool pt64_walk_smallest(const struct pt64_traits *traits,
                                    const struct pt64_table *table, struct pt64_tour *tour,
                                    uint64_t last, pt64_visitor_t visit, void *arg)
{
    uint64_t offset = tour->offset;
    uint64_t after = pt64_slots_in(traits->meta, last - offset, 0);
    size_t left = pt64_slots_left(traits->meta, pt64_limits_of(traits, table), offset, 0);
    pt64_slot_t *slots = pt64_slot_of(traits, table, tour->entries[0], offset, 0);
    PT64_UNSET struct pt64_cursor cursor = {slots, 0, PT64_EMPTY, 0};

    if (after < left)
        left = (size_t)after + 1;
    for (size_t i = 0; i < left; i++) {
        cursor.entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, i));
        cursor.kind = pt64_kind_of(traits, table, cursor.entry, 0);
        if (pt64_is_told(cursor.kind) &&
            pt64_show(traits, table, &cursor, offset, false, visit, arg) == PT64_WALK_STOP)
            return false;
        offset += pt64_page_size(traits->meta);
    }
    tour->offset = offset - pt64_page_size(traits->meta); /* it is in the node still */
    return true;
}

/**
 * Shows the slots that overlap the offsets `first` to `last` from the first address of the root. A
 * walk of everything has constants, which fold.
 */
PT64_INLINE pt64_status_t pt64_walk_offsets(const struct pt64_traits *traits,
                                            const struct pt64_table *table, uint64_t first,
                                            uint64_t last, pt64_visitor_t visit, void *arg)
{
    pt64_status_t status = PT64_OK;
    PT64_UNSET struct pt64_tour tour;
    bool after = false; /* the node below the slot was left: the link is shown again */

    if (!pt64_tour_begin(traits, table, &tour))
        return PT64_BAD_ADDRESS;
    pt64_tour_skip_to(traits->meta, &tour, first);
    for (;;) {
        enum pt64_walk next = PT64_WALK_ON;

        if (!after)
            pt64_tour_look(traits, table, &tour);
        if (tour.kind == PT64_LINK || pt64_is_told(tour.kind))
            next = pt64_tour_show(traits, table, &tour, after, visit, arg);
        if (next == PT64_WALK_STOP)
            return status;
        if (tour.kind == PT64_LINK && !after) {
            after = true;
            if (next == PT64_WALK_SKIP)
                continue;
            if (pt64_tour_enter(traits, table, &tour)) {
                pt64_tour_skip_to(traits->meta, &tour, first);
                after = false;
                if (PT64_HAS_SHORT_WAYS && tour.level == 0) {
                    if (!pt64_walk_smallest(traits, table, &tour, last, visit, arg))
                        return status;
                    after = pt64_tour_leave(traits->meta, pt64_limits_of(traits, table), &tour);
                }
            } else {
                status = PT64_BAD_ADDRESS;
            }
            continue;
        }
        after = pt64_tour_is_at(traits->meta, &tour, last) ||
                !pt64_tour_step(traits->meta, pt64_limits_of(traits, table), &tour);
        if (after && !pt64_tour_leave(traits->meta, pt64_limits_of(traits, table), &tour))
            return status;
    }
}

PT64_INLINE pt64_status_t pt64_walk(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_visitor_t visit, void *arg)
{
    return pt64_walk_offsets(traits, table, 0, UINT64_MAX, visit, arg);
}

PT64_INLINE pt64_status_t pt64_walk_range(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_vaddr_t vaddr,
                                          uint64_t bytes, pt64_visitor_t visit, void *arg)
{
    pt64_status_t status;
    uint64_t first;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_region(traits->meta, pt64_limits_of(traits, table), vaddr, bytes);
    if (status != PT64_OK)
        return status;
    first = pt64_offset_of(pt64_limits_of(traits, table), vaddr);
    return pt64_walk_offsets(traits, table, first, first + (bytes - 1), visit, arg);
}

/** @endcond */

#endif
