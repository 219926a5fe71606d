/* SPDX-License-Identifier: MIT */
/* A table type as a kernel has it that shares it between files, to measure the size of its code. */
#include "page_table64.h"
#include HEADER

#define LINEAR_MAP UINT64_C(0xffff800000000000)

pt64_paddr_t kernel_alloc_frame(void *ctx, size_t bytes);
void kernel_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void kernel_flush(void *ctx, const struct pt64_flush *request);

static inline void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return (void *)(uintptr_t)(frame + LINEAR_MAP);
}

static const struct pt64_handler handler = {
    kernel_alloc_frame, kernel_free_frame, phys_to_virt, kernel_flush, NULL, NULL};

TABLE_DECLARE(space);
TABLE_IMPLEMENT(space, META, PTE, handler);
