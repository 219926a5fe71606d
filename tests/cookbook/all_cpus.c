/* SPDX-License-Identifier: MIT */
/* Faults of two CPUs on one page, one after the other: the second finds the page there. Threads are
 * what the kinds writers and threads try. */
#include "expect.h"

#include "all_cpus.h"

#define PAGE  UINT64_C(0x400000)
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

static pt64_paddr_t take_frame(void)
{
    return alloc_frame(NULL, PT64_SIZE_4K);
}

int main(void)
{
    static struct process process;
    pt64_paddr_t frame;
    space_t before;
    size_t left;

    boot();
    EXPECT_OK(space_create(&process.space, NULL));
    before = process.space;
    left = count_free();
    frame = take_frame();
    EXPECT(map_once(&process, PAGE, frame, FLAGS));
    EXPECT(map_once(&process, PAGE, take_frame(), FLAGS));
    EXPECT(is_mapped(&process.space, PAGE, frame, PT64_SIZE_4K, FLAGS));
    /* Three nodes and a page: who came second gave its frame back. */
    EXPECT(count_free() == left - 4);
    EXPECT(memcmp(&before, &process.space, sizeof before) == 0);
    EXPECT(!map_once(&process, UINT64_C(1) << 60, take_frame(), FLAGS));
    EXPECT(count_free() == left - 4);
    return 0;
}
