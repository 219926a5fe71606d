/* SPDX-License-Identifier: MIT */
/* Maps usable memory, only whole pages of it, at the offset at which the loader had it. */
#include "expect.h"
#include "linear_map.h"

int main(void)
{
    static const struct memory usable[] = {
        {0x1100, 0x2000}, {0x9000, 0xf00}, {PT64_SIZE_2M, 3 * PT64_SIZE_2M}};
    pt64_vaddr_t offset = (uintptr_t)board;
    space_t kernel;
    space_guard_t guard;

    boot();
    EXPECT_OK(space_create(&kernel, NULL));
    space_begin(&guard, &kernel);
    EXPECT_OK(map_memory(&guard, offset, usable, 3));
    space_ignore(&guard);
    EXPECT(is_unmapped(&kernel, offset + 0x1000));
    EXPECT(is_mapped(&kernel, offset + 0x2000, 0x2000, PT64_SIZE_4K, PT64_READ | PT64_WRITE));
    EXPECT(is_unmapped(&kernel, offset + 0x3000));
    EXPECT(is_unmapped(&kernel, offset + 0x9000));
    for (unsigned i = 1; i <= 3; i++)
        EXPECT(is_mapped(&kernel, offset + i * PT64_SIZE_2M, i * PT64_SIZE_2M, PT64_SIZE_2M,
                         PT64_READ | PT64_WRITE));
    EXPECT(is_unmapped(&kernel, offset + 4 * PT64_SIZE_2M));
    return 0;
}
