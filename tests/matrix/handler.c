/* SPDX-License-Identifier: MIT */
/* A handler to link a table with. It is never run. */
#include <page_table64.h>

pt64_paddr_t handler_alloc_frame(void *ctx, size_t bytes);
pt64_paddr_t handler_alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    return PT64_NO_FRAME;
}

void handler_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void handler_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

void *handler_phys_to_virt(void *ctx, pt64_paddr_t frame);
void *handler_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    (void)frame;
    return NULL;
}
