/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Harvesting what hardware set: the accessed and dirty flags of a region.
 */
#ifndef PAGE_TABLE64_HARVEST_H
#define PAGE_TABLE64_HARVEST_H

#include "guard.h"
#include "walk.h"

/** Is told of each page that had the flag, with its flags as they were. */
typedef void (*pt64_report_t)(void *arg, const struct pt64_mapping *page);

/** @cond engine */

/** Takes `flag` from the leaf in `slot`, and answers the leaf as it was at that moment. */
PT64_INLINE pt64_entry_t pt64_take_flag(const struct pt64_pte *pte, pt64_entry_t *slot,
                                        pt64_entry_t entry, unsigned level, pt64_flags_t flag)
{
    if (!pt64_is_volatile(pte, entry, level)) {
        pt64_store(slot, pt64_clean(pte, entry, flag, level));
        return entry;
    }
    while (!pt64_compare_exchange(slot, &entry, pt64_clean(pte, entry, flag, level)))
        ;
    return entry;
}

/** Takes `flag` from the page in `cursor`; tells the page as it was if it had the flag. */
PT64_INLINE bool pt64_harvest_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,
                                   pt64_flags_t flag, struct pt64_mapping *page)
{
    pt64_entry_t entry;

    if (cursor->kind != PT64_LEAF || !(traits->pte->decode(cursor->entry, cursor->level) & flag))
        return false;
    entry = pt64_take_flag(traits->pte, cursor->slot, cursor->entry, cursor->level, flag);
    pt64_gather(traits, guard, PT64_TIGHTENED, vaddr, 1, cursor->level);
    *page = pt64_mapping_of(traits, entry, cursor->level, vaddr);
    return true;
}

/** Deals with the slot of `vaddr`, and answers the bytes from there to its end. `page->size` is 0
 * if there is nothing to report. */
PT64_INLINE uint64_t pt64_harvest_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, pt64_flags_t flag,
                                       struct pt64_mapping *page)
{
    struct pt64_cursor cursor = traits->ops->seek(guard, vaddr, 0);

    if (!pt64_harvest_page(traits, guard, &cursor, vaddr, flag, page))
        page->size = 0;
    return pt64_slot_rest(traits->meta, vaddr, cursor.level);
}

PT64_INLINE pt64_status_t pt64_harvest(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t flag,
                                       pt64_report_t report, void *arg)
{
    pt64_status_t status;

    if (!(traits->pte->flags & flag))
        return PT64_BAD_FLAGS;
    if (bytes == 0)
        return PT64_OK;
    status = traits->ops->check_change(guard, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    for (;;) {
        PT64_UNSET struct pt64_mapping page;
        uint64_t rest = traits->ops->harvest_slot(guard, vaddr, flag, &page);

        if (page.size != 0)
            report(arg, &page);
        if (rest >= bytes)
            break;
        vaddr += rest;
        bytes -= rest;
    }
    return PT64_OK;
}

/** @endcond */

#endif
