/* SPDX-License-Identifier: MIT */
/* The tables that early.c has made, taken over by the kernel's own type. Frames are where this
 * program has them. */
#include <stdint.h>

#include "expect.h"
#include "take_over.h"

#define VADDR UINT64_C(0xffff800000000000)
#define PADDR UINT64_C(0x40000000)

pt64_paddr_t early_map_kernel(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes);

int main(void)
{
    pt64_paddr_t root = early_map_kernel(VADDR, PADDR, PT64_SIZE_2M + PT64_SIZE_4K);
    struct pt64_mapping page;
    kernel_t kernel;
    kernel_guard_t guard;

    EXPECT(root != PT64_NO_FRAME);
    EXPECT_OK(take_over(&kernel, root));
    EXPECT_OK(kernel_query(&kernel, VADDR, &page));
    EXPECT(page.paddr == PADDR && page.size == PT64_SIZE_2M);
    EXPECT(page.flags == (PT64_READ | PT64_EXECUTE | PT64_ACCESSED));
    EXPECT_OK(kernel_query(&kernel, VADDR + PT64_SIZE_2M, &page));
    EXPECT(page.paddr == PADDR + PT64_SIZE_2M && page.size == PT64_SIZE_4K);

    kernel_begin(&guard, &kernel);
    EXPECT_OK(kernel_unmap_region(&guard, VADDR, PT64_SIZE_2M + PT64_SIZE_4K));
    kernel_commit(&guard);
    EXPECT(count_free() == 3); /* all but the root node */
    return 0;
}
