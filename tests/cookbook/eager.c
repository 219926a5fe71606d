/* SPDX-License-Identifier: MIT */
/* A range is filled at once. With too few frames, or a page in the way, nothing of it is there, and
 * every frame is back. */
#include "expect.h"
#include "eager.h"

#define BASE  UINT64_C(0x40000000)
#define PAGES 8
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

int main(void)
{
    space_t space;
    size_t frames;

    boot();
    EXPECT_OK(space_create(&space, NULL));
    EXPECT_OK(map_at_once(&space, BASE, PAGES * PT64_SIZE_4K, FLAGS));
    for (unsigned i = 0; i < PAGES; i++)
        EXPECT(!is_unmapped(&space, BASE + i * PT64_SIZE_4K));

    frames = count_free();
    EXPECT(map_at_once(&space, BASE - 3 * PT64_SIZE_4K, PAGES * PT64_SIZE_4K, FLAGS) ==
           PT64_ALREADY_MAPPED);
    EXPECT(is_unmapped(&space, BASE - PT64_SIZE_4K));
    EXPECT(!is_unmapped(&space, BASE));
    EXPECT(count_free() == frames);

    while (count_free() > 5)
        (void)alloc_frame(NULL, PT64_SIZE_4K);
    EXPECT(map_at_once(&space, BASE + PAGES * PT64_SIZE_4K, PAGES * PT64_SIZE_4K, FLAGS) ==
           PT64_NO_MEMORY);
    EXPECT(is_unmapped(&space, BASE + PAGES * PT64_SIZE_4K));
    EXPECT(count_free() == 5);
    return 0;
}
