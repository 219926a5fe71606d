/* SPDX-License-Identifier: MIT */
/* Each fault of a process, and its outcome. */
#include "expect.h"
#include "page_fault.h"

#define FIRST UINT64_C(0x400000)
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

int main(void)
{
    static const struct area area = {FIRST, FIRST + 2 * PT64_SIZE_4K, FLAGS};
    space_t space;
    pt64_paddr_t frame = 0;
    size_t before;

    boot();
    memset(linear_map + first_free + sizeof(pt64_paddr_t), 0xa5, 16);
    EXPECT_OK(space_create(&space, NULL));
    before = count_free();

    EXPECT(!handle_fault(&space, &area, FIRST - 1, PT64_READ | PT64_USER));
    EXPECT(!handle_fault(&space, &area, FIRST + 2 * PT64_SIZE_4K, PT64_READ | PT64_USER));
    EXPECT(!handle_fault(&space, &area, FIRST, PT64_EXECUTE | PT64_USER));
    EXPECT(count_free() == before && is_unmapped(&space, FIRST));

    EXPECT(handle_fault(&space, &area, FIRST + 0x1234, PT64_WRITE | PT64_USER));
    EXPECT_OK(space_translate(&space, FIRST + PT64_SIZE_4K, &frame));
    EXPECT(is_mapped(&space, FIRST + PT64_SIZE_4K, frame, PT64_SIZE_4K, FLAGS));
    for (size_t i = 0; i < PT64_SIZE_4K; i++)
        EXPECT(((char *)phys_to_virt(NULL, frame))[i] == 0);
    EXPECT(is_unmapped(&space, FIRST));

    /* Three nodes and a page. A spurious fault allocates nothing. */
    EXPECT(count_free() == before - 4);
    EXPECT(handle_fault(&space, &area, FIRST + 0x1234, PT64_READ | PT64_USER));
    EXPECT(!handle_fault(&space, &area, FIRST + 0x1234, PT64_EXECUTE | PT64_USER));
    EXPECT(count_free() == before - 4);
    return 0;
}
