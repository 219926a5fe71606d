/* SPDX-License-Identifier: MIT */
/* Both forms of a table type are compiled with this: the format that HEADER, META and PTE name, and
 * a handler whose functions are defined elsewhere. An object may leave only these undefined. Limits
 * are those of the geometry. The handler has them if they are found at boot (FOUND_LIMITS), or are
 * those of another geometry (GIVEN_LIMITS). */
#ifndef TESTS_CODEGEN_HANDLER_H
#define TESTS_CODEGEN_HANDLER_H

#include "page_table64.h"
#include HEADER

pt64_paddr_t handler_alloc_frame(void *ctx, size_t bytes);
void handler_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *handler_phys_to_virt(void *ctx, pt64_paddr_t frame);
void handler_flush(void *ctx, const struct pt64_flush *request);

#if defined(FOUND_LIMITS)
const struct pt64_limits *handler_limits(void *ctx);
#elif defined(GIVEN_LIMITS)
static inline const struct pt64_limits *handler_limits(void *ctx)
{
    (void)ctx;
    return &GIVEN_LIMITS.limits;
}
#else
#define handler_limits NULL
#endif

static const struct pt64_handler handler = {handler_alloc_frame,
                                            handler_free_frame,
                                            handler_phys_to_virt,
#ifdef OWN_FLUSH
                                            NULL,
#else
                                            handler_flush,
#endif
                                            handler_limits,
                                            NULL};

#endif
