/* SPDX-License-Identifier: MIT */
/* With CR4.LA57 clear, four levels reach 48 bits; with it set, five reach 57. */
#include "expect.h"
#include "levels.h"

#define CR4_LA57     UINT64_C(0x1000)
#define CR4_PAE      UINT64_C(0x20)
#define HIGH_ADDRESS UINT64_C(0xff00000000000000)
#define LOW_ADDRESS  UINT64_C(0xffff800000000000)
#define FLAGS        (PT64_READ | PT64_WRITE)

int main(void)
{
    struct kernel_space four_levels, five_levels;
    pt64_paddr_t paddr = 0;

    boot();
    EXPECT_OK(kernel_create(&four_levels, CR4_PAE));
    EXPECT_OK(kernel_create(&five_levels, CR4_PAE | CR4_LA57));
    EXPECT(kernel_map(&four_levels, HIGH_ADDRESS, 0, PT64_SIZE_4K, FLAGS) == PT64_BAD_ADDRESS);
    EXPECT_OK(kernel_map(&four_levels, LOW_ADDRESS, 0x1000, PT64_SIZE_4K, FLAGS));
    EXPECT_OK(kernel_map(&five_levels, HIGH_ADDRESS, 0x2000, PT64_SIZE_4K, FLAGS));
    EXPECT_OK(four_translate(&four_levels.four, LOW_ADDRESS, &paddr));
    EXPECT(paddr == 0x1000);
    EXPECT_OK(five_translate(&five_levels.five, HIGH_ADDRESS, &paddr));
    EXPECT(paddr == 0x2000);
    return 0;
}
