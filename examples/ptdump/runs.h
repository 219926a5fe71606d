/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An address space as runs of pages: the list that most commands use.
 */
#ifndef PTDUMP_RUNS_H
#define PTDUMP_RUNS_H

#include "space.h"

/** Pages that are contiguous in both spaces, and alike in everything but accessed and dirty. */
struct run {
    const struct half *half;
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr;
    uint64_t bytes;
    pt64_flags_t flags;              /**< without accessed and dirty */
    pt64_flags_t every;              /**< accessed and dirty, if all pages have it */
    pt64_flags_t some;               /**< accessed and dirty, if any page has it */
    bool wrong;                      /**< reserved bits are set: the hardware faults */
    uint64_t pages[PT64_MAX_LEVELS]; /**< by level */
};

struct runs {
    struct run *list;
    size_t count;
    /** Whether runs may hold pages of several sizes. */
    bool mix_sizes;
    /** Whether runs may hold several pages. */
    bool merge;
};

/** All runs of the space, by ascending address. */
void runs_collect(struct runs *runs, struct space *space, bool merge, bool mix_sizes);
void runs_free(struct runs *runs);

pt64_vaddr_t run_last(const struct run *run);

/** Whether the address is in the half of the address space that kernels keep for themselves. */
bool is_kernel_address(pt64_vaddr_t vaddr);

/** Writes "4K", "62428K" or "1G" to `text`, and returns it. */
#define SIZE_TEXT 24
const char *size_text(uint64_t bytes, char text[SIZE_TEXT]);

/** "rwxu" */
#define PERMISSIONS_TEXT 5
const char *permissions_text(pt64_flags_t flags, char text[PERMISSIONS_TEXT]);

#endif
