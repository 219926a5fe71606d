/* SPDX-License-Identifier: MIT */
/* A huge page is split by a guard page in its middle. It is whole again once that is a page. */
#include "expect.h"
#include "collapse.h"

#define BASE  UINT64_C(0x40000000)
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

int main(void)
{
    pt64_vaddr_t middle = BASE + PT64_SIZE_2M / 2;
    pt64_vaddr_t differs = 0;
    struct pt64_mapping page;
    space_guard_t guard;
    space_t space;

    boot();
    EXPECT_OK(space_create(&space, NULL));
    space_begin(&guard, &space);
    EXPECT_OK(space_map(&guard, BASE, 0, PT64_SIZE_2M, FLAGS));
    EXPECT_OK(space_unmap_region(&guard, middle, PT64_SIZE_4K));
    space_commit(&guard);

    EXPECT(!make_whole(&space, middle, &differs));
    EXPECT(differs == middle);
    map_user(&space, middle, PT64_SIZE_2M / 2, PT64_SIZE_4K, PT64_WRITE | PT64_DIRTY);
    EXPECT(make_whole(&space, middle, &differs));
    EXPECT(is_mapped(&space, BASE, 0, PT64_SIZE_2M, FLAGS));
    EXPECT(space_query(&space, BASE, &page) == PT64_OK && (page.flags & PT64_DIRTY));
    return 0;
}
