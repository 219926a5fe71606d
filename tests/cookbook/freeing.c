/* SPDX-License-Identifier: MIT */
/* A process gives back its pages, more than are reported after one flush, and its nodes. */
#include "users.h"

static size_t written_back;

static void write_back(const struct pt64_mapping *page)
{
    written_back += page->size / PT64_SIZE_4K;
}

#include "freeing.h"

#define FIRST UINT64_C(0x400000)
#define PAGES 40

static void map_scattered(space_t *space)
{
    for (unsigned i = 0; i < PAGES; i++) {
        pt64_paddr_t frame = alloc_frame(NULL, PT64_SIZE_4K);

        hold_frames(frame, PT64_SIZE_4K);
        map_user(space, FIRST + i * 2 * PT64_SIZE_4K, frame, PT64_SIZE_4K,
                 i % 4 == 0 ? PT64_WRITE | PT64_DIRTY : PT64_WRITE);
    }
}

/* Three pages that are one run. The range has two of them. */
static void map_run(space_t *space, pt64_vaddr_t vaddr)
{
    hold_frames(0x10000, 3 * PT64_SIZE_4K);
    map_user(space, vaddr, 0x10000, 3 * PT64_SIZE_4K, PT64_WRITE);
}

int main(void)
{
    const pt64_vaddr_t run = FIRST + 2 * PAGES * PT64_SIZE_4K;
    space_t space;
    size_t before;

    boot();
    before = count_free();
    EXPECT_OK(space_create(&space, NULL));
    map_scattered(&space);
    map_run(&space, run);
    EXPECT_OK(unmap_and_free(&space, FIRST, run + 2 * PT64_SIZE_4K));
    for (pt64_vaddr_t vaddr = FIRST; vaddr < run + 2 * PT64_SIZE_4K; vaddr += PT64_SIZE_4K)
        EXPECT(is_unmapped(&space, vaddr));
    EXPECT(is_mapped(&space, run + 2 * PT64_SIZE_4K, 0x12000, PT64_SIZE_4K,
                     PT64_READ | PT64_WRITE | PT64_USER));
    EXPECT(users[0x10] == 0 && users[0x11] == 0 && users[0x12] == 1);
    EXPECT(written_back == PAGES / 4);
    EXPECT_OK(unmap_and_free(&space, 0, UINT64_C(1) << 47));
    space_destroy(&space);
    /* The three pages of the run were not free before. */
    EXPECT(count_free() == before + 3);
    return 0;
}
