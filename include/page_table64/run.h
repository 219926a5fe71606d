/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Runs: entries side by side that differ only by a step of their address. Four are dealt with at a
 * time, for these loops are where the time of a region call goes.
 */
#ifndef PAGE_TABLE64_RUN_H
#define PAGE_TABLE64_RUN_H

#include "entry.h"

/** Whether the four slots hold `entry` and the three that follow it. */
PT64_INLINE bool pt64_are_four_steps(const pt64_entry_t *slots, pt64_entry_t entry,
                                     pt64_entry_t step)
{
    return ((pt64_load(&slots[0]) ^ entry) | (pt64_load(&slots[1]) ^ (entry + step)) |
            (pt64_load(&slots[2]) ^ (entry + 2 * step)) |
            (pt64_load(&slots[3]) ^ (entry + 3 * step))) == 0;
}

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

/**
 * Writes `revised` and what follows it over `entry` and what follows that, as far as the slots hold
 * it. Hardware writes none of these entries. Answers how many they were.
 */
PT64_INLINE size_t pt64_replace_steps(pt64_entry_t *slots, size_t count, pt64_entry_t entry,
                                      pt64_entry_t revised, pt64_entry_t step)
{
    size_t i = 0;

    while (i + 4 <= count && pt64_are_four_steps(&slots[i], entry, step)) {
        pt64_store_four_steps(&slots[i], revised, step);
        entry += 4 * step;
        revised += 4 * step;
        i += 4;
    }
    while (i < count && pt64_load(&slots[i]) == entry) {
        pt64_store(&slots[i], revised);
        entry += step;
        revised += step;
        i++;
    }
    return i;
}

#endif
