/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a handler needs of the frames: its functions without a context.
 */
#ifndef KERNEL_FRAMES_HANDLER_H
#define KERNEL_FRAMES_HANDLER_H

#include "frames.h"

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

#endif
