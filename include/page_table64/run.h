/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Runs: entries side by side that differ only in their address. A region call spends its time in
 * these loops. So they handle several entries at a time.
 */
#ifndef PAGE_TABLE64_RUN_H
#define PAGE_TABLE64_RUN_H

#include "entry.h"

/** @cond engine */

/** The number of entries that are handled at a time. */
#define PT64_BLOCK 8

/** Writes `count` entries, `step` apart, from `entry` on. */
PT64_ONCE void pt64_write_steps(pt64_entry_t *slots, size_t count, pt64_entry_t entry,
                                pt64_entry_t step)
{
    for (; count >= PT64_BLOCK; count -= PT64_BLOCK, slots += PT64_BLOCK) {
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_store(&slots[k], entry + k * step);
        entry += PT64_BLOCK * step;
    }
    for (; count > 0; count--, slots++, entry += step)
        pt64_store(slots, entry);
}

PT64_INLINE void pt64_fill(pt64_entry_t *slots, size_t count, pt64_entry_t entry)
{
    if (count > 0)
        pt64_write_steps(slots, count, entry, 0);
}

/** The number of slots, from the first on, that hold entries `step` apart, from `entry` on. */
PT64_ONCE size_t pt64_count_steps(const pt64_entry_t *slots, size_t count, pt64_entry_t entry,
                                  pt64_entry_t step)
{
    size_t i = 0;

    for (; i + PT64_BLOCK <= count; i += PT64_BLOCK) {
        pt64_entry_t differences = 0;

        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            differences |= pt64_load(&slots[i + k]) ^ (entry + (i + k) * step);
        if (differences != 0)
            break;
    }
    while (i < count && pt64_load(&slots[i]) == entry + i * step)
        i++;
    return i;
}

/** The number of slots, from the first on, that hold `like`, whatever their bits of `mask`. */
PT64_ONCE size_t pt64_count_alike(const pt64_entry_t *slots, size_t count, pt64_entry_t like,
                                  pt64_entry_t mask)
{
    size_t i = 0;

    while (i < count && ((pt64_load(&slots[i]) ^ like) & ~mask) == 0)
        i++;
    return i;
}

/**
 * Stores the bits in which each slot of a block differs from `like`. Returns all of these bits
 * together.
 */
PT64_INLINE pt64_entry_t pt64_differences(const pt64_entry_t *slots, pt64_entry_t like,
                                          pt64_entry_t *differences)
{
    pt64_entry_t all = 0;

    PT64_UNROLL
    for (size_t k = 0; k < PT64_BLOCK; k++) {
        differences[k] = pt64_load(&slots[k]) ^ like;
        all |= differences[k];
    }
    return all;
}

/**
 * Replaces `like` by `now` in the slots that pt64_count_alike counts, and returns their number.
 * Each slot keeps its bits of `mask`, in which `like` and `now` do not differ.
 */
PT64_ONCE size_t pt64_change_alike(pt64_entry_t *slots, size_t count, pt64_entry_t like,
                                   pt64_entry_t mask, pt64_entry_t now)
{
    PT64_UNSET pt64_entry_t differences[PT64_BLOCK];
    size_t left = count;

    for (; left >= PT64_BLOCK; left -= PT64_BLOCK, slots += PT64_BLOCK) {
        if ((pt64_differences(slots, like, differences) & ~mask) != 0)
            break;
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_store(&slots[k], differences[k] ^ now);
    }
    for (; left > 0 && ((pt64_load(slots) ^ like) & ~mask) == 0; left--, slots++)
        pt64_store(slots, pt64_load(slots) ^ like ^ now);
    return count - left;
}

/** @endcond */

#endif
