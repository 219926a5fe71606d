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

PT64_INLINE void pt64_harvest_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_spot *spot, pt64_vaddr_t vaddr,
                                   pt64_flags_t flag, pt64_report_t report, void *arg)
{
    struct pt64_mapping page;
    pt64_entry_t entry;

    if (!(traits->pte->decode(spot->entry, spot->level) & flag))
        return;
    entry = pt64_take_flag(traits->pte, spot->slot, spot->entry, spot->level, flag);
    pt64_gather(traits, guard, PT64_TIGHTENED, vaddr, 1, spot->level);
    page = pt64_mapping_of(traits, entry, spot->level, vaddr);
    report(arg, &page);
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
    status = pt64_check_change(traits, guard, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    for (;;) {
        struct pt64_spot spot = traits->ops->seek(guard, vaddr, 0);
        uint64_t rest = pt64_slot_rest(traits->meta, vaddr, spot.level);

        if (spot.kind == PT64_LEAF)
            pt64_harvest_page(traits, guard, &spot, vaddr, flag, report, arg);
        if (rest >= bytes)
            break;
        vaddr += rest;
        bytes -= rest;
    }
    return PT64_OK;
}

/** @endcond */

#endif
