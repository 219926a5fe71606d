/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Harvesting: tests and clears the accessed or the dirty flags of a region, or only tests them.
 */
#ifndef PAGE_TABLE64_HARVEST_H
#define PAGE_TABLE64_HARVEST_H

#include "guard.h"
#include "walk.h"

/** @cond engine */

/**
 * Clears `flag` in the page in `slot`. False if the page does not have it. Otherwise `*entry` is
 * the page, and `*flags` are its flags, as they were just before.
 */
PT64_INLINE bool pt64_take_flag(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_slot_t *slot, pt64_entry_t *entry, unsigned level,
                                pt64_flags_t flag, pt64_flags_t *flags)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t clean;

    do {
        *flags = pt64_page_flags(pte, *entry, level);
        if (!(*flags & flag))
            return false;
        clean = pt64_page_entry(pte, pt64_clean(pte, pt64_shown(pte, *entry, level), flag, level),
                                *flags, level);
        if (pt64_is_hidden(pte, *entry, level) || !pt64_is_volatile(pte, *entry, level)) {
            pt64_put(traits, table, slot, clean);
            return true;
        }
    } while (!pt64_put_instead(traits, table, slot, entry, clean));
    return true;
}

/** Harvests the page `entry` in `slot`. `*page` becomes the page as it was, if it had the flag. */
PT64_INLINE void pt64_harvest_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   pt64_slot_t *slot, pt64_entry_t entry, enum pt64_kind kind,
                                   unsigned level, pt64_vaddr_t vaddr, pt64_flags_t flag,
                                   struct pt64_mapping *page)
{
    if (!pt64_take_flag(traits, guard->table, slot, &entry, level, flag, &page->flags))
        return;
    page->vaddr = pt64_slot_start(traits->meta, vaddr, level);
    page->paddr = pt64_page_address(traits->pte, entry, level);
    page->size = pt64_slot_size(traits->meta, level);
    if (kind == PT64_LEAF)
        traits->ops->gather(guard, PT64_TIGHTENED, vaddr, 1, level);
}

/** The same for a smallest page that is not hidden, if its slot is at hand. Otherwise false. */
PT64_INLINE bool pt64_harvest_quickly(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      pt64_vaddr_t vaddr, pt64_flags_t flag,
                                      struct pt64_mapping *page)
{
    pt64_slot_t *slot;
    pt64_entry_t entry;

    if (!pt64_is_at_hand(traits, guard, vaddr))
        return false;
    slot = pt64_slot_at_hand(traits, guard, vaddr);
    entry = pt64_load(traits->meta, slot);
    if (pt64_walked_kind(traits, guard->table, entry, 0) != PT64_LEAF)
        return false;
    pt64_harvest_page(traits, guard, slot, entry, PT64_LEAF, 0, vaddr, flag, page);
    return true;
}

/**
 * Harvests the slot of `vaddr`. Returns the bytes from there to the end of the slot. `*page`
 * becomes the page as it was, if it had the flag. Otherwise `page->size` stays as it is.
 */
PT64_INLINE uint64_t pt64_harvest_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, pt64_flags_t flag,
                                       struct pt64_mapping *page)
{
    PT64_UNSET struct pt64_cursor cursor;

    traits->ops->seek(guard, vaddr, 0, &cursor);
    if (pt64_is_page(cursor.kind))
        pt64_harvest_page(traits, guard, cursor.slot, cursor.entry, cursor.kind, cursor.level,
                          vaddr, flag, page);
    return pt64_slot_rest(traits->meta, vaddr, cursor.level);
}

PT64_INLINE pt64_status_t pt64_harvest(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t flag,
                                       pt64_report_t report, void *arg)
{
    pt64_status_t status;

    if (!(traits->pte->flags & flag))
        return pt64_fail(guard, vaddr, PT64_BAD_FLAGS);
    if (bytes == 0)
        return PT64_OK;
    status = traits->ops->check_change(guard, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    for (;;) {
        PT64_UNSET struct pt64_mapping page;
        uint64_t rest = pt64_slot_rest(traits->meta, vaddr, 0);

        page.size = 0;
        if (!PT64_HAS_SHORT_WAYS || !pt64_harvest_quickly(traits, guard, vaddr, flag, &page))
            rest = traits->ops->harvest_slot(guard, vaddr, flag, &page);
        if (page.size != 0)
            report(arg, &page);
        if (rest >= bytes)
            break;
        vaddr += rest;
        bytes -= rest;
    }
    return PT64_OK;
}

/**
 * Looks at the slot of `vaddr` as a reader does. Returns the bytes from there to the end of the
 * slot, or 0 if a node on the way is not memory. `*page` becomes the page, if it has the flag.
 * Otherwise `page->size` is 0.
 */
PT64_INLINE uint64_t pt64_look_for_flag(const struct pt64_traits *traits,
                                        const struct pt64_table *table, struct pt64_path *path,
                                        pt64_vaddr_t vaddr, pt64_flags_t flag,
                                        struct pt64_mapping *page)
{
    PT64_UNSET struct pt64_cursor cursor;

    (void)pt64_seek(traits, table, path, vaddr, 0, &cursor);
    page->size = 0;
    if (cursor.slot == NULL)
        return 0;
    if (pt64_is_page(cursor.kind) &&
        (pt64_page_flags(traits->pte, cursor.entry, cursor.level) & flag))
        pt64_describe_any(traits, cursor.entry, cursor.kind, cursor.level, vaddr, page);
    return pt64_slot_rest(traits->meta, vaddr, cursor.level);
}

/** Reports each page that overlaps the range and has the flag, and changes nothing. */
PT64_INLINE pt64_status_t pt64_test_flag(const struct pt64_traits *traits,
                                         const struct pt64_table *table, pt64_vaddr_t vaddr,
                                         uint64_t bytes, pt64_flags_t flag, pt64_report_t report,
                                         void *arg)
{
    PT64_UNSET struct pt64_path path;
    pt64_status_t status;

    if (!(traits->pte->flags & flag))
        return PT64_BAD_FLAGS;
    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_region(traits->meta, pt64_limits_of(traits, table), vaddr, bytes);
    if (status != PT64_OK)
        return status;
    pt64_path_forget(&path);
    for (;;) {
        PT64_UNSET struct pt64_mapping page;
        uint64_t rest = traits->ops->look_for_flag(table, &path, vaddr, flag, &page);

        if (rest == 0)
            return PT64_BAD_ADDRESS;
        if (page.size != 0)
            report(arg, &page);
        if (rest >= bytes)
            return PT64_OK;
        vaddr += rest;
        bytes -= rest;
    }
}

/** @endcond */

#endif
