/* SPDX-License-Identifier: MIT */
/* A table type whose frames come from functions of another language: here they are in C. */
#include <page_table64.h>
#include <page_table64/meta/x86_64.h>

PAGE_TABLE64_DECLARE(space);

#include "rust.h"

#define FRAMES 8

static char memory[FRAMES][4096] __attribute__((aligned(4096)));

pt64_paddr_t kernel_alloc_frame(void *ctx, size_t bytes)
{
    size_t *used = ctx;

    return bytes == PT64_SIZE_4K && *used < FRAMES ? (*used)++ * PT64_SIZE_4K : PT64_NO_FRAME;
}

void kernel_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx, (void)frame, (void)bytes;
}

void *kernel_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return frame < sizeof(memory) ? memory[frame / PT64_SIZE_4K] : NULL;
}

int main(void)
{
    size_t used = 0;
    pt64_paddr_t paddr = 0;
    pt64_status_t status;
    space_guard_t guard;
    space_t table;

    if (space_create(&table, &used) != PT64_OK)
        return 1;
    space_begin(&guard, &table);
    status = space_map(&guard, PT64_SIZE_1G, PT64_SIZE_2M, PT64_SIZE_2M, PT64_READ);
    space_commit(&guard);
    if (status != PT64_OK || space_translate(&table, PT64_SIZE_1G + 5, &paddr) != PT64_OK)
        return 1;
    space_destroy(&table);
    return paddr == PT64_SIZE_2M + 5 && used == 3 ? 0 : 1;
}
