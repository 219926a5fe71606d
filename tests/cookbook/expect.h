/* SPDX-License-Identifier: MIT */
/* What the programs share: frames in memory of their own, and expectations. */
#ifndef COOKBOOK_EXPECT_H
#define COOKBOOK_EXPECT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"

#define MEMORY_BYTES (8 * PT64_SIZE_2M)
/* Frames from here on are free. Those below are for what is mapped. */
#define FREE_FRAMES (2 * PT64_SIZE_2M)

static char board[MEMORY_BYTES] __attribute__((aligned(1 << 21)));

#define EXPECT(condition) expect(condition, #condition, __FILE__, __LINE__)
#define EXPECT_OK(call)   EXPECT((call) == PT64_OK)

static inline void expect(bool condition, const char *text, const char *file, int line)
{
    if (condition)
        return;
    fprintf(stderr, "expected at %s:%d: %s\n", file, line, text);
    exit(1);
}

/* The boot loader has mapped the memory, and left most of it to the kernel. */
static inline void boot(void)
{
    linear_map = board;
    for (pt64_paddr_t frame = FREE_FRAMES; frame < MEMORY_BYTES; frame += PT64_SIZE_4K)
        free_frame(NULL, frame, PT64_SIZE_4K);
}

static inline size_t count_free(void)
{
    size_t count = 0;

    for (pt64_paddr_t frame = first_free; frame != PT64_NO_FRAME; count++)
        frame = *(pt64_paddr_t *)phys_to_virt(NULL, frame);
    return count;
}

static inline bool is_mapped(const space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                             pt64_size_t size, pt64_flags_t permissions)
{
    struct pt64_mapping page = {0, 0, 0, 0};

    return space_query(space, vaddr, &page) == PT64_OK && page.vaddr == vaddr &&
           page.paddr == paddr && page.size == size &&
           (page.flags & PT64_PERMISSIONS) == permissions;
}

static inline bool is_unmapped(const space_t *space, pt64_vaddr_t vaddr)
{
    struct pt64_mapping page;

    return space_query(space, vaddr, &page) == PT64_NOT_MAPPED;
}

static inline void map_user(space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                            pt64_flags_t flags)
{
    PT64_SCOPED_GUARD(space, guard, space);

    EXPECT_OK(
        space_map_region(&guard, vaddr, paddr, bytes, PT64_READ | PT64_USER | flags, PT64_SIZE_4K));
}

#endif
