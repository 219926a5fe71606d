/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Unmapping a region, and reporting its pages once no CPU uses them.
 *
 * The region is emptied a batch at a time: as many pages and whole nodes as the batch and the guard
 * can hold. One flush serves a batch. Then its pages are reported, and only then are the nodes that
 * it unlinked freed, because their leaves are read for the reports.
 */
#ifndef PAGE_TABLE64_UNMAP_PAGES_H
#define PAGE_TABLE64_UNMAP_PAGES_H

#include "unmap.h"

/** @cond engine */

/**
 * Empties as much of a range as a batch can hold, and flushes if there is anything to report.
 * Returns the bytes that it has dealt with. No page crosses an edge of the range.
 *
 * Nothing is to be reported from the nodes that the guard holds at first: they may be freed.
 */
PT64_INLINE uint64_t pt64_remove_batch(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_batch *batch, pt64_vaddr_t vaddr, uint64_t bytes)
{
    uint64_t done = 0;

    pt64_batch_begin(batch);
    if (!pt64_can_hold(traits, guard, batch))
        traits->ops->commit(guard);
    while (done < bytes && pt64_can_hold(traits, guard, batch))
        done += pt64_empty_step(traits, guard, batch, vaddr + done, bytes - done);
    if (batch->count > 0)
        traits->ops->flush_pending(guard);
    return done;
}

/**
 * Walks to the slot of the batch's address in the node that `link` led to. The guard's path begins
 * in that node, which the table does not link any more. If a node on the way is not memory, the
 * cursor has the level of the slot that links it.
 */
PT64_INLINE void pt64_seek_retired(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_batch *batch, pt64_entry_t link,
                                   struct pt64_cursor *cursor)
{
    struct pt64_path *path = &guard->path;

    if (pt64_is_slot_aligned(traits->meta, batch->vaddr, batch->level) ||
        path->level >= PT64_MAX_LEVELS)
        pt64_path_enter(traits, guard->table, path, batch->vaddr, link, batch->level);
    traits->ops->seek(guard, batch->vaddr, 0, cursor);
    if (cursor->slot == NULL)
        cursor->level++;
}

/** Looks at the next slot to be reported: one of the batch, or one below a link of the batch. */
PT64_INLINE void pt64_look_at_removed(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      const struct pt64_batch *batch, struct pt64_cursor *cursor)
{
    cursor->entry = batch->words[batch->next];
    cursor->level = batch->level;
    cursor->kind = pt64_kind_of(traits, guard->table, cursor->entry, cursor->level);
    if (cursor->kind == PT64_LINK)
        pt64_seek_retired(traits, guard, batch, cursor->entry, cursor);
}

/**
 * Takes the next page out of a batch, if it is a smallest page that is not hidden. Otherwise it
 * does nothing and returns false. The level is a constant here.
 */
PT64_INLINE bool pt64_take_smallest_page(const struct pt64_traits *traits,
                                         const struct pt64_table *table, struct pt64_batch *batch,
                                         struct pt64_mapping *page)
{
    pt64_entry_t entry = batch->words[batch->next];

    if (batch->level > 0 || pt64_walked_kind(traits, table, entry, 0) != PT64_LEAF)
        return false;
    pt64_describe(traits, entry, 0, batch->vaddr, page);
    pt64_batch_pass(traits->meta, batch, 0);
    return true;
}

/** Takes the next page out of a batch, after the flush. False if there is none. */
PT64_INLINE bool pt64_take_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                struct pt64_batch *batch, struct pt64_mapping *page)
{
    while (pt64_batch_look(traits->meta, batch)) {
        PT64_UNSET struct pt64_cursor cursor;
        pt64_vaddr_t vaddr = batch->vaddr;

        if (PT64_HAS_SHORT_WAYS && pt64_take_smallest_page(traits, guard->table, batch, page))
            return true;
        pt64_look_at_removed(traits, guard, batch, &cursor);
        pt64_batch_pass(traits->meta, batch, cursor.level);
        if (pt64_is_told(cursor.kind)) {
            pt64_describe_any(traits, cursor.entry, cursor.kind, cursor.level, vaddr, page);
            return true;
        }
    }
    return false;
}

PT64_INLINE pt64_status_t pt64_unmap_pages(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           uint64_t bytes, pt64_report_t report, void *arg)
{
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_begin_unmap(traits, guard, vaddr, bytes);
    while (status == PT64_OK && bytes > 0) {
        PT64_UNSET struct pt64_batch batch;
        PT64_UNSET struct pt64_mapping page;
        uint64_t done = traits->ops->remove_batch(guard, &batch, vaddr, bytes);

        while (traits->ops->take_page(guard, &batch, &page))
            report(arg, &page);
        /* The flush has run: this frees the nodes, and the guard forgets its path into them. */
        if (batch.count > 0 && pt64_has_to_do(guard))
            traits->ops->commit(guard);
        vaddr += done;
        bytes -= done;
    }
    return status;
}

/** @endcond */

#endif
