/* SPDX-License-Identifier: MIT */
/* The count of users of each frame, which the kernel of the recipes keeps. */
#ifndef COOKBOOK_USERS_H
#define COOKBOOK_USERS_H

#include "expect.h"

static unsigned users[MEMORY_BYTES / PT64_SIZE_4K];

static inline void hold_frames(pt64_paddr_t first, uint64_t bytes)
{
    for (uint64_t offset = 0; offset < bytes; offset += PT64_SIZE_4K)
        users[(first + offset) / PT64_SIZE_4K]++;
}

static inline bool has_several_users(pt64_paddr_t frame)
{
    return users[frame / PT64_SIZE_4K] > 1;
}

static inline void drop_frames(pt64_paddr_t first, uint64_t bytes)
{
    for (uint64_t offset = 0; offset < bytes; offset += PT64_SIZE_4K)
        if (--users[(first + offset) / PT64_SIZE_4K] == 0)
            free_frame(NULL, first + offset, PT64_SIZE_4K);
}

#endif
