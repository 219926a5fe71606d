/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a table needs from this kernel.
 */
#ifndef KERNEL_SPACE_HANDLER_H
#define KERNEL_SPACE_HANDLER_H

#include "frames.h"

#include "arch.h"

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
    .limits = ARCH_FINDS_LIMITS ? handler_limits : NULL,
};

/**
 * Accessed and dirty, as far as the format can encode them. A kernel that does not page out its own
 * memory sets both from the start. It then also runs on machines that leave them to software. What
 * no entry can refuse is set too.
 */
#define PRESET (PT64_ACCESSED | PT64_DIRTY | ARCH_GRANTS)

#endif
