/* SPDX-License-Identifier: MIT */
/* Pages are mapped without a frame for a table. What is in the way of a mapping is told, and what
 * is dirty is counted. */
#include "expect.h"
#include "promised.h"

#define BASE  UINT64_C(0x40000000)
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

int main(void)
{
    pt64_vaddr_t obstacle = 0;
    pt64_paddr_t frames;
    space_t space;

    boot();
    EXPECT_OK(space_create(&space, NULL));
    EXPECT_OK(promise_pages(&space, BASE, 2 * PT64_SIZE_2M));
    frames = first_free;
    first_free = PT64_NO_FRAME;
    map_user(&space, BASE, 0, 2 * PT64_SIZE_4K, PT64_WRITE);
    map_user(&space, BASE + 2 * PT64_SIZE_2M - PT64_SIZE_4K, 0, PT64_SIZE_4K,
             PT64_WRITE | PT64_DIRTY);
    first_free = frames;

    EXPECT(map_fixed(&space, BASE + 2 * PT64_SIZE_4K, 0, 2 * PT64_SIZE_2M, &obstacle) ==
           PT64_ALREADY_MAPPED);
    EXPECT(obstacle == BASE + 2 * PT64_SIZE_2M - PT64_SIZE_4K);
    EXPECT_OK(map_fixed(&space, BASE + 2 * PT64_SIZE_2M, 0, PT64_SIZE_2M, &obstacle));
    EXPECT(is_mapped(&space, BASE + 2 * PT64_SIZE_2M, 0, PT64_SIZE_2M, FLAGS));
    EXPECT_OK(map_fixed(&space, BASE + PT64_SIZE_1G, 0, PT64_SIZE_1G, &obstacle));
    EXPECT(is_mapped(&space, BASE + PT64_SIZE_1G, 0, PT64_SIZE_2M, FLAGS));

    EXPECT(count_dirty(&space, BASE, 4 * PT64_SIZE_2M) == PT64_SIZE_4K);
    EXPECT(count_dirty(&space, BASE, PT64_SIZE_2M) == 0);
    return 0;
}
