/* SPDX-License-Identifier: MIT */
/* A process forks, and then both write, one after the other. Pages that are not private stay
 * shared. */
#include "users.h"
#include "fork.h"
#include "copy_on_write.h"

#define PRIVATE   UINT64_C(0x400000)
#define SHARED    UINT64_C(0x500000)
#define BEYOND    (PRIVATE + 2 * PT64_SIZE_4K)
#define READ_ONLY (PT64_READ | PT64_USER)
#define WRITABLE  (PT64_READ | PT64_WRITE | PT64_USER)

/* Three private pages that are adjacent, and one that processes share on purpose. */
static void make_parent(space_t *parent)
{
    EXPECT_OK(space_create(parent, NULL));
    map_user(parent, PRIVATE, 0x10000, 3 * PT64_SIZE_4K, PT64_WRITE | PT64_SOFT0);
    map_user(parent, SHARED, 0x20000, PT64_SIZE_4K, PT64_WRITE);
    hold_frames(0x10000, 3 * PT64_SIZE_4K);
    hold_frames(0x20000, PT64_SIZE_4K);
    memset(linear_map + 0x10000, 'p', PT64_SIZE_4K);
}

static void only_what_is_private_is_protected(const space_t *parent, const space_t *child)
{
    EXPECT(is_mapped(parent, PRIVATE, 0x10000, PT64_SIZE_4K, READ_ONLY));
    EXPECT(is_mapped(child, PRIVATE, 0x10000, PT64_SIZE_4K, READ_ONLY));
    EXPECT(is_mapped(parent, SHARED, 0x20000, PT64_SIZE_4K, WRITABLE));
    EXPECT(is_mapped(child, SHARED, 0x20000, PT64_SIZE_4K, WRITABLE));
    EXPECT(has_several_users(0x10000) && has_several_users(0x20000));
}

/* The range of the fork ended inside a run. */
static void what_is_beyond_is_as_it_was(const space_t *parent, const space_t *child)
{
    EXPECT(is_mapped(parent, BEYOND, 0x12000, PT64_SIZE_4K, WRITABLE));
    EXPECT(is_unmapped(child, BEYOND));
    EXPECT(!has_several_users(0x12000));
}

static void the_first_to_write_gets_a_copy(space_t *child)
{
    pt64_paddr_t copy = 0;

    EXPECT(handle_write_fault(child, PRIVATE + 8));
    EXPECT_OK(space_translate(child, PRIVATE, &copy));
    EXPECT(copy != 0x10000 && is_mapped(child, PRIVATE, copy, PT64_SIZE_4K, WRITABLE));
    EXPECT(memcmp(linear_map + copy, linear_map + 0x10000, PT64_SIZE_4K) == 0);
}

static void the_last_user_writes_to_the_frame(space_t *parent)
{
    size_t before = count_free();

    EXPECT(handle_write_fault(parent, PRIVATE + 8));
    EXPECT(is_mapped(parent, PRIVATE, 0x10000, PT64_SIZE_4K, WRITABLE));
    EXPECT(handle_write_fault(parent, PRIVATE + 8));
    EXPECT(count_free() == before);
}

int main(void)
{
    space_t parent, child;

    boot();
    make_parent(&parent);
    EXPECT_OK(space_create(&child, NULL));
    EXPECT_OK(fork_area(&child, &parent, PRIVATE, BEYOND - PRIVATE, true));
    what_is_beyond_is_as_it_was(&parent, &child);
    EXPECT_OK(fork_area(&child, &parent, BEYOND, PT64_SIZE_4K, true));
    EXPECT_OK(fork_area(&child, &parent, SHARED, PT64_SIZE_2M, false));
    only_what_is_private_is_protected(&parent, &child);
    the_first_to_write_gets_a_copy(&child);
    the_last_user_writes_to_the_frame(&parent);
    EXPECT(!handle_write_fault(&parent, SHARED));
    return 0;
}
