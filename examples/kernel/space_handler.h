/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a table needs from this kernel.
 */
#ifndef KERNEL_SPACE_HANDLER_H
#define KERNEL_SPACE_HANDLER_H

#include "frames.h"

#include "arch.h"
#include "shootdown.h"

static pt64_paddr_t handler_alloc(void *ctx, size_t bytes)
{
    (void)ctx;
    return frames_alloc(bytes);
}

static void handler_free(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    frames_free(frame, bytes);
}

static void *handler_pointer(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return frame_pointer(frame);
}

static const struct pt64_limits *handler_limits(void *ctx)
{
    (void)ctx;
    return ARCH_LIMITS;
}

static const struct pt64_handler kernel_handler = {
    .alloc_frame = handler_alloc,
    .free_frame = handler_free,
    .phys_to_virt = handler_pointer,
    .flush = ARCH_FLUSHES_BY_INTERRUPT ? shootdown : NULL,
    .limits = ARCH_FINDS_LIMITS ? handler_limits : NULL,
};

#endif
