/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Runs: entries side by side that differ only in their address. Several are dealt with at a time,
 * for these loops are where the time of a region call goes.
 */
#ifndef PAGE_TABLE64_RUN_H
#define PAGE_TABLE64_RUN_H

#include "entry.h"

PT64_INLINE void pt64_store_four_steps(pt64_entry_t *slots, pt64_entry_t entry, pt64_entry_t step)
{
    pt64_store(&slots[0], entry);
    pt64_store(&slots[1], entry + step);
    pt64_store(&slots[2], entry + 2 * step);
    pt64_store(&slots[3], entry + 3 * step);
}

/** Writes `entry` and what follows it. */
PT64_INLINE void pt64_write_steps(pt64_entry_t *slots, size_t count, pt64_entry_t entry,
                                  pt64_entry_t step)
{
    for (; count >= 4; count -= 4, slots += 4, entry += 4 * step)
        pt64_store_four_steps(slots, entry, step);
    for (; count > 0; count--, slots++, entry += step)
        pt64_store(slots, entry);
}

/** How many of the slots hold `entry` and what follows it. */
PT64_INLINE size_t pt64_count_steps(const pt64_entry_t *slots, size_t count, pt64_entry_t entry,
                                    pt64_entry_t step)
{
    size_t i = 0;

    for (; i + 8 <= count; i += 8, entry += 8 * step) {
        PT64_UNROLL
        for (size_t k = 0; k < 8; k++)
            if (pt64_load(&slots[i + k]) != entry + k * step)
                return i + k;
    }
    while (i < count && pt64_load(&slots[i]) == entry) {
        entry += step;
        i++;
    }
    return i;
}

/** Whether the four slots hold `like` but for the bits of `mask`. */
PT64_INLINE bool pt64_are_four_alike(const pt64_entry_t *slots, pt64_entry_t like,
                                     pt64_entry_t mask)
{
    return (((pt64_load(&slots[0]) ^ like) | (pt64_load(&slots[1]) ^ like) |
             (pt64_load(&slots[2]) ^ like) | (pt64_load(&slots[3]) ^ like)) &
            ~mask) == 0;
}

/** How many of the slots hold `like` but for the bits of `mask`. */
PT64_INLINE size_t pt64_count_alike(const pt64_entry_t *slots, size_t count, pt64_entry_t like,
                                    pt64_entry_t mask)
{
    size_t i = 0;

    while (i + 4 <= count && pt64_are_four_alike(&slots[i], like, mask))
        i += 4;
    while (i < count && ((pt64_load(&slots[i]) ^ like) & ~mask) == 0)
        i++;
    return i;
}

/** Flips the bits of `flip`, none of them in `mask`, in the slots that pt64_count_alike counts. */
PT64_INLINE size_t pt64_flip_alike(pt64_entry_t *slots, size_t count, pt64_entry_t like,
                                   pt64_entry_t mask, pt64_entry_t flip)
{
    size_t i = 0;

    for (; i + 4 <= count && pt64_are_four_alike(&slots[i], like, mask); i += 4) {
        PT64_UNROLL
        for (size_t k = i; k < i + 4; k++)
            pt64_store(&slots[k], pt64_load(&slots[k]) ^ flip);
    }
    for (; i < count && ((pt64_load(&slots[i]) ^ like) & ~mask) == 0; i++)
        pt64_store(&slots[i], pt64_load(&slots[i]) ^ flip);
    return i;
}

#endif
