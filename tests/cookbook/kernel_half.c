/* SPDX-License-Identifier: MIT */
/* What the kernel maps after a process was made is mapped in the process too. The process cannot
 * change it. */
#include "expect.h"
#include "kernel_half.h"

#define LATER (~UINT64_C(0) << 20) /* in the last slot */
#define FLAGS (PT64_READ | PT64_WRITE)

int main(void)
{
    space_t kernel, process;
    space_guard_t guard;

    boot();
    EXPECT_OK(space_create(&kernel, NULL));
    EXPECT_OK(pin_kernel_half(&kernel));
    EXPECT_OK(create_process(&process, &kernel));

    space_begin(&guard, &kernel);
    EXPECT_OK(space_map(&guard, KERNEL_HALF, 0x1000, PT64_SIZE_4K, FLAGS));
    EXPECT_OK(space_map(&guard, LATER, 0x2000, PT64_SIZE_4K, FLAGS));
    space_commit(&guard);
    EXPECT(is_mapped(&process, KERNEL_HALF, 0x1000, PT64_SIZE_4K, FLAGS));
    EXPECT(is_mapped(&process, LATER, 0x2000, PT64_SIZE_4K, FLAGS));

    space_begin(&guard, &process);
    EXPECT(space_unmap(&guard, LATER, NULL) == PT64_BORROWED);
    EXPECT_OK(space_map(&guard, 0x1000, 0x3000, PT64_SIZE_4K, FLAGS | PT64_USER));
    space_commit(&guard);
    EXPECT(is_unmapped(&kernel, 0x1000));

    space_destroy(&process);
    space_destroy(&kernel);
    EXPECT(count_free() == (MEMORY_BYTES - FREE_FRAMES) / PT64_SIZE_4K);
    return 0;
}
