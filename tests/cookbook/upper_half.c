/* SPDX-License-Identifier: MIT */
/* The same memory at two addresses, as before and after the switch. The first mapping goes as soon
 * as the kernel has left it. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "expect.h"
#include "upper_half.h"

#define IMAGE        PT64_SIZE_2M
#define IMAGE_BYTES  (PT64_SIZE_2M + PT64_SIZE_4K)
#define LINK_ADDRESS UINT64_C(0xffffffff80000000)
#define FLAGS        (PT64_READ | PT64_EXECUTE)

static char *map_file(int file)
{
    void *address = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    EXPECT(address != MAP_FAILED);
    return address;
}

int main(void)
{
    int file = memfd_create("memory", 0);
    char *before, *after;
    space_t kernel;
    space_guard_t guard;
    size_t used;

    EXPECT(file >= 0 && ftruncate(file, MEMORY_BYTES) == 0);
    before = map_file(file);
    after = map_file(file);
    linear_map = before;
    for (pt64_paddr_t frame = FREE_FRAMES; frame < MEMORY_BYTES; frame += PT64_SIZE_4K)
        free_frame(NULL, frame, PT64_SIZE_4K);

    EXPECT_OK(space_create(&kernel, NULL));
    space_begin(&guard, &kernel);
    EXPECT_OK(map_image_twice(&guard, IMAGE, IMAGE_BYTES, LINK_ADDRESS, FLAGS));
    space_ignore(&guard);
    EXPECT(is_mapped(&kernel, IMAGE, IMAGE, PT64_SIZE_2M, FLAGS));
    EXPECT(is_mapped(&kernel, LINK_ADDRESS, IMAGE, PT64_SIZE_2M, FLAGS));

    EXPECT(mprotect(before, MEMORY_BYTES, PROT_READ) == 0);
    used = count_free();
    EXPECT_OK(leave_identity_map(&kernel, IMAGE, IMAGE_BYTES, after));
    EXPECT(linear_map == after && munmap(before, MEMORY_BYTES) == 0);
    EXPECT(is_unmapped(&kernel, IMAGE) && is_unmapped(&kernel, IMAGE + PT64_SIZE_2M));
    EXPECT(count_free() > used);
    EXPECT(is_mapped(&kernel, LINK_ADDRESS, IMAGE, PT64_SIZE_2M, FLAGS));
    EXPECT(
        is_mapped(&kernel, LINK_ADDRESS + PT64_SIZE_2M, IMAGE + PT64_SIZE_2M, PT64_SIZE_4K, FLAGS));
    return 0;
}
