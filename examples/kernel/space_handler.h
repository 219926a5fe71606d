/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a table needs from this kernel.
 */
#ifndef KERNEL_SPACE_HANDLER_H
#define KERNEL_SPACE_HANDLER_H

#include "frames_handler.h"

#include "arch.h"
#include "shootdown.h"

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
