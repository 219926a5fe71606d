/* SPDX-License-Identifier: MIT */
/* Pages go to a disk and come back when they are used. */
#include "users.h"

#define PLACES 4

static unsigned char disk[PLACES][PT64_SIZE_4K];

static void write_out(pt64_paddr_t frame, uint64_t place)
{
    memcpy(disk[place], linear_map + frame, PT64_SIZE_4K);
}

static void read_in(pt64_paddr_t frame, uint64_t place)
{
    memcpy(linear_map + frame, disk[place], PT64_SIZE_4K);
}

#include "swap.h"

#define PAGE     UINT64_C(0x400000)
#define WRITABLE (PT64_READ | PT64_WRITE | PT64_USER)

static bool is_marked(const space_t *space, pt64_vaddr_t vaddr)
{
    struct pt64_mapping page;

    return space_query(space, vaddr, &page) == PT64_MARKED;
}

static void a_page_goes_out(space_t *space, pt64_paddr_t frame)
{
    pt64_paddr_t freed = 0;

    memset(linear_map + frame, 's', PT64_SIZE_4K);
    EXPECT_OK(swap_out(space, PAGE, 3, &freed));
    EXPECT(freed == frame);
    EXPECT(is_marked(space, PAGE));
    memset(linear_map + frame, 0, PT64_SIZE_4K);
    free_frame(NULL, frame, PT64_SIZE_4K);
}

static void it_comes_back_when_it_is_used(space_t *space)
{
    pt64_paddr_t frame = 0;

    EXPECT(swap_in(space, PAGE + 8, WRITABLE));
    EXPECT_OK(space_translate(space, PAGE, &frame));
    EXPECT(is_mapped(space, PAGE, frame, PT64_SIZE_4K, WRITABLE));
    EXPECT(linear_map[frame] == 's' && linear_map[frame + PT64_SIZE_4K - 1] == 's');
}

int main(void)
{
    pt64_paddr_t frame;
    space_t space;

    boot();
    EXPECT_OK(space_create(&space, NULL));
    frame = alloc_frame(NULL, PT64_SIZE_4K);
    map_user(&space, PAGE, frame, PT64_SIZE_4K, PT64_WRITE);
    EXPECT(!swap_in(&space, PAGE, WRITABLE));
    a_page_goes_out(&space, frame);
    it_comes_back_when_it_is_used(&space);
    EXPECT(!swap_in(&space, PAGE + PT64_SIZE_4K, WRITABLE));
    return 0;
}
