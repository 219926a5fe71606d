/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Break-before-make. An entry that may not become another one directly is first made not present,
 * then flushed, and then made anew. Nothing but the flush comes between break and make: what the
 * new entry needs is computed and filled before.
 *
 * A broken leaf keeps what it maps, where the format can hold that. So one flush serves a whole
 * region, and a reader sees a page that is being changed, not a hole.
 */
#ifndef PAGE_TABLE64_BREAK_H
#define PAGE_TABLE64_BREAK_H

#include "guard.h"

/** @cond engine */

/** Breaks the leaf in `slot`, with all that hardware set in it until then. `entry` is the leaf as
 * it was loaded. */
PT64_INLINE void pt64_break_leaf(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_slot_t *slot, pt64_entry_t entry, unsigned level)
{
    while (!pt64_put_instead(traits, table, slot, &entry, pt64_absent(traits, table, entry, level)))
        ;
}

/** The leaf that the broken entry in `slot` stands for; 0 if it is not broken. */
PT64_INLINE pt64_entry_t pt64_broken_leaf(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_slot_t *slot,
                                          unsigned level)
{
    return pt64_mended_leaf(traits, table, pt64_load(traits->meta, slot), level);
}

/** What a vacated slot at `level` holds until the huge page of `leaf` is written. */
PT64_INLINE pt64_entry_t pt64_vacant_entry(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_entry_t leaf,
                                           unsigned level)
{
    return pt64_limits_of(traits, table)->grow == PT64_RESIZE_BREAK_EMPTY
               ? pt64_absent(traits, table, leaf, level)
               : pt64_empty_entry(traits, table, level);
}

/** @endcond */

#endif
