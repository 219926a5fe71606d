/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Writes to the slots of a table. Each is published at once: some walkers do not snoop the CPU's
 * caches, and read from memory only what the handler has cleaned from them. So whatever a link
 * leads to is in memory before the link is, and every entry before its invalidation.
 *
 * The functions are those of entry.h and run.h, and have the order of these. A node that no walker
 * reaches any more is written by those.
 */
#ifndef PAGE_TABLE64_PUT_H
#define PAGE_TABLE64_PUT_H

#include "run.h"
#include "table.h"

/** @cond engine */

/** Publishes `count` slots. Nothing, and no code, where the walker snoops. */
PT64_INLINE void pt64_publish_slots(const struct pt64_traits *traits,
                                    const struct pt64_table *table, const pt64_slot_t *slots,
                                    size_t count)
{
    if (traits->handler->publish != NULL && count > 0)
        traits->handler->publish(table->ctx, slots, count * traits->meta->entry_bytes);
}

PT64_INLINE void pt64_put(const struct pt64_traits *traits, const struct pt64_table *table,
                          pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store(traits->meta, slot, entry);
    pt64_publish_slots(traits, table, slot, 1);
}

PT64_INLINE void pt64_put_link(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store_link(traits->meta, slot, entry);
    pt64_publish_slots(traits, table, slot, 1);
}

PT64_INLINE void pt64_put_leaf(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store_leaf(traits->meta, slot, entry);
    pt64_publish_slots(traits, table, slot, 1);
}

PT64_INLINE pt64_entry_t pt64_put_exchange(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_slot_t *slot,
                                           pt64_entry_t entry)
{
    pt64_entry_t old = pt64_exchange(traits->meta, slot, entry);

    pt64_publish_slots(traits, table, slot, 1);
    return old;
}

/** pt64_compare_exchange: publishes what it stored, if it did. */
PT64_INLINE bool pt64_put_instead(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_slot_t *slot, pt64_entry_t *expected, pt64_entry_t entry)
{
    if (!pt64_compare_exchange(traits->meta, slot, expected, entry))
        return false;
    pt64_publish_slots(traits, table, slot, 1);
    return true;
}

PT64_INLINE void pt64_put_steps(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_slot_t *slots, size_t count, pt64_entry_t entry,
                                pt64_entry_t step)
{
    pt64_write_steps(traits->meta, slots, count, entry, step);
    pt64_publish_slots(traits, table, slots, count);
}

PT64_INLINE void pt64_put_fill(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_slot_t *slots, size_t count, pt64_entry_t entry)
{
    pt64_fill(traits->meta, slots, count, entry);
    pt64_publish_slots(traits, table, slots, count);
}

PT64_INLINE void pt64_put_copy(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_slot_t *to, pt64_slot_t *from, size_t count)
{
    pt64_copy(traits->meta, to, from, count);
    pt64_publish_slots(traits, table, to, count);
}

/** pt64_flip_and_copy: the slots from `from` on are those of `source`. */
PT64_INLINE void pt64_put_flipped(const struct pt64_traits *traits, const struct pt64_table *source,
                                  pt64_slot_t *from, const struct pt64_table *table,
                                  pt64_slot_t *to, size_t count, pt64_entry_t flip,
                                  pt64_entry_t apart)
{
    pt64_flip_and_copy(traits->meta, from, to, count, flip, apart);
    pt64_publish_slots(traits, source, from, count);
    pt64_publish_slots(traits, table, to, count);
}

PT64_INLINE size_t pt64_put_alike(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_slot_t *to, pt64_slot_t *from, size_t count,
                                  pt64_entry_t like, pt64_entry_t mask, pt64_entry_t now)
{
    size_t copied = pt64_copy_alike(traits->meta, to, from, count, like, mask, now);

    pt64_publish_slots(traits, table, to, copied);
    return copied;
}

/** @endcond */

#endif
