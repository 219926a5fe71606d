/* SPDX-License-Identifier: MIT */
/* A guard page is unmapped within a huge page of the linear map. An overflow is told from other
 * faults. */
#include "expect.h"
#include "guard_pages.h"

#define BASE  UINT64_C(0xffff800000000000)
#define STACK (BASE + PT64_SIZE_2M + 0x10000)
#define GUARD (STACK - PT64_SIZE_4K)
#define FLAGS (PT64_READ | PT64_WRITE)

int main(void)
{
    space_t kernel;

    boot();
    EXPECT_OK(space_create(&kernel, NULL));
    {
        PT64_SCOPED_GUARD(space, guard, &kernel);

        EXPECT_OK(space_map_region(&guard, BASE, 0, 2 * PT64_SIZE_2M, FLAGS, PT64_SIZE_ANY));
    }
    EXPECT(!is_stack_overflow(&kernel, STACK, STACK - 8));
    EXPECT_OK(make_guard_page(&kernel, GUARD));
    EXPECT(is_stack_overflow(&kernel, STACK, STACK - 8));
    EXPECT(is_stack_overflow(&kernel, STACK, GUARD));
    EXPECT(!is_stack_overflow(&kernel, STACK, STACK));
    EXPECT(!is_stack_overflow(&kernel, STACK, GUARD - 1));
    EXPECT(!is_stack_overflow(&kernel, STACK, BASE - PT64_SIZE_4K));
    EXPECT(!is_stack_overflow(&kernel, STACK, BASE + 3 * PT64_SIZE_2M));
    EXPECT_OK(make_guard_page(&kernel, BASE + PT64_SIZE_2M));
    EXPECT(!is_stack_overflow(&kernel, STACK, BASE + PT64_SIZE_2M));
    EXPECT(is_mapped(&kernel, BASE, 0, PT64_SIZE_2M, FLAGS));
    EXPECT(is_mapped(&kernel, STACK, PT64_SIZE_2M + 0x10000, PT64_SIZE_4K, FLAGS));
    return 0;
}
