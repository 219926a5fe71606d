/* SPDX-License-Identifier: MIT */
/* A handler with frames for one table. Its ctx counts them. */
#ifndef TESTS_HEADERS_SHARED_FRAMES_H
#define TESTS_HEADERS_SHARED_FRAMES_H

#include "page_table64.h"

/* Frames for one table, at physical addresses from 0 on. */
#define FRAMES     8
#define FRAME_SIZE 16384

static unsigned char memory[FRAMES][FRAME_SIZE] __attribute__((aligned(FRAME_SIZE)));

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    unsigned *used = (unsigned *)ctx;

    if (*used == FRAMES || bytes > FRAME_SIZE)
        return PT64_NO_FRAME;
    return (pt64_paddr_t)(*used)++ * FRAME_SIZE;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return memory[frame / FRAME_SIZE];
}

static const struct pt64_handler handler = {alloc_frame, free_frame, phys_to_virt,
                                            NULL,        NULL,       NULL};

#endif
