/* SPDX-License-Identifier: MIT */
/* A case that hangs, and one after it, in a copy of the unit tests. */
#include "unit/test.h"

TEST(hangs)
{
    struct pt64_mapping page;

    while (query(t, 0, &page) != PT64_OK)
        continue;
}

TEST(runs_after_one_that_hangs)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R));
}
