/* SPDX-License-Identifier: MIT */
/* Pages that are mapped get other permissions, another memory type, another frame. */
#include "test.h"

TEST(protect_changes_permissions_at_every_size)
{
    const pt64_flags_t sets[] = {R, RX, RW, RWU, R | PT64_USER, R};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            if (!row_applies(i, can_say(t, sets[i]), "needs words for the flags"))
                continue;
            expect_ok(protect(t, some_vaddr(t), sets[i]));
            expect_page(some_vaddr(t), some_paddr(t), size, sets[i]);
        }
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(protect_changes_the_memory_type_at_every_size)
{
    const pt64_flags_t sets[] = {RW | PT64_DEVICE, RW | PT64_UNCACHED, RW, R | PT64_UNCACHED,
                                 R | PT64_DEVICE};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            if (!row_applies(i, can_say(t, sets[i]), "needs words for the flags"))
                continue;
            expect_ok(protect(t, some_vaddr(t), sets[i]));
            expect_page(some_vaddr(t), some_paddr(t), size, sets[i]);
        }
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(protect_keeps_each_sticky_flag)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        EACH_FLAG(flag, PT64_STICKY)
        {
            uint64_t size = size_at(t, level);

            if (!row_applies(flag, can_say(t, RW | flag), "needs words for the flags"))
                continue;
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW | flag));
            expect_ok(protect(t, some_vaddr(t), R));
            expect_page(some_vaddr(t), some_paddr(t), size, R | flag);
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
        }
    }
}

TEST(protect_adds_sticky_flags)
{
    EACH_FLAG(flag, PT64_STICKY)
    {
        if (!row_applies(flag, can_say(t, RW | flag), "needs words for the flags"))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
        expect_ok(protect(t, some_vaddr(t), RW | flag));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW | flag);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

/* Changes keep the flags that hardware has set since the page was mapped. */
TEST(changes_keep_what_hardware_set)
{
    pt64_flags_t set = stored_flags(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct pt64_mapping removed;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        expect_page(some_vaddr(t), some_paddr(t), size, RW | set);
        expect_ok(protect(t, some_vaddr(t), R));
        expect_page(some_vaddr(t), some_paddr(t), size, R | set);
        expect_ok(protect_region(t, some_vaddr(t), size, RX));
        expect_page(some_vaddr(t), some_paddr(t), size, RX | set);
        expect_ok(t->s->unmap(t->guard, some_vaddr(t), &removed));
        assert_int_equal(removed.flags, RX | set);
    }
}

TEST(changes_keep_bits_that_software_put_there)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t foreign = foreign_bits(t, level);
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        put_entry(t, leaf_slot(t, some_vaddr(t)), leaf_at(t, some_vaddr(t)) | foreign);
        expect_ok(protect(t, some_vaddr(t), R));
        assert_int_equal(leaf_at(t, some_vaddr(t)) & foreign, foreign);
        expect_ok(protect_region(t, some_vaddr(t), size, RW | DEVICE));
        assert_int_equal(leaf_at(t, some_vaddr(t)) & foreign, foreign);
        expect_ok(remap(t, some_vaddr(t), 0, RX));
        assert_int_equal(leaf_at(t, some_vaddr(t)) & foreign, foreign);
        expect_page(some_vaddr(t), 0, size, RX);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* Above all, W without R is reserved in RISC-V. */
TEST(changes_to_flags_that_cannot_be_said_are_refused)
{
    const pt64_flags_t sets[] = {PT64_WRITE, R | PT64_DEVICE | PT64_UNCACHED,
                                 R | (pt64_flags_t)1 << 20};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct snapshot before;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        snapshot_take(t, &before);
        for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            if (!row_applies(i, !can_say(t, sets[i]), "needs no words for the flags"))
                continue;
            expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), sets[i]));
            expect(PT64_BAD_FLAGS, remap(t, some_vaddr(t), 0, sets[i]));
            expect(PT64_BAD_FLAGS, protect_region(t, some_vaddr(t), size, sets[i]));
            expect(PT64_BAD_FLAGS, map(t, some_vaddr(t) + size, 0, size, sets[i]));
            expect(PT64_BAD_FLAGS, map_region(t, some_vaddr(t) + size, 0, size, sets[i]));
        }
        expect_unchanged(&before);
        snapshot_free(&before);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

static bool soft_and_type_collide(const struct test *t)
{
    return is_riscv(t) && !t->oracle.format.svpbmt && !t->oracle.format.xuantie;
}

/* Two bits of RISC-V hold the memory type and PT64_SOFT0. */
TEST_IF(soft_and_type_collide, "needs memory types where PT64_SOFT0 is",
        a_sticky_flag_that_the_new_type_cannot_have_refuses_it)
{
    uint64_t page = page_size(t);
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + page, some_paddr(t), page, RW | PT64_SOFT0));
    snapshot_take(t, &before);
    expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t) + page, RW | PT64_DEVICE));
    expect(PT64_BAD_FLAGS, protect_region(t, some_vaddr(t), 2 * page, RW | PT64_UNCACHED));
    expect(PT64_BAD_FLAGS, remap(t, some_vaddr(t) + page, 0, RW | PT64_DEVICE));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_ok(protect_region(t, some_vaddr(t), page, RW | PT64_UNCACHED));
}

TEST(remap_moves_a_page_of_each_size)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(remap(t, some_vaddr(t), some_paddr(t) - size, RX));
        expect_page(some_vaddr(t), some_paddr(t) - size, size, RX);
        expect_ok(remap(t, some_vaddr(t), 0, R));
        expect_page(some_vaddr(t), 0, size, R);
        expect_tables(root_level(t) - level);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(remap_to_a_frame_that_does_not_fit_the_page_is_refused)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (uint64_t off = 1; off < size; off <<= 1)
            expect(PT64_NOT_ALIGNED, remap(t, some_vaddr(t), some_paddr(t) + off, RW));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* A page that is moved while in use must not look cleaner than it is. */
TEST(remap_keeps_global_accessed_and_dirty)
{
    EACH_FLAG(flag, PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY)
    {
        if (!row_applies(flag, can_say(t, RW | flag), "needs words for the flags"))
            continue;
        expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW | flag));
        expect_ok(remap(t, some_vaddr(t), some_paddr(t), RW));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW | flag);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST(remap_adds_global_accessed_and_dirty)
{
    EACH_FLAG(flag, PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY)
    {
        if (!row_applies(flag, can_say(t, RW | flag), "needs words for the flags"))
            continue;
        expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
        expect_ok(remap(t, some_vaddr(t), some_paddr(t), RW | flag));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW | flag);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST(remap_keeps_soft_flags)
{
    pt64_flags_t soft = flags_of(t) & (PT64_SOFT0 | PT64_SOFT1);

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW | soft));
    expect_ok(remap(t, some_vaddr(t), some_paddr(t), R));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | soft);
}

TEST(a_change_that_changes_nothing_succeeds)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct snapshot before;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RX));
        commit(t);
        arena_clear_events(&t->arena);
        snapshot_take(t, &before);
        expect_ok(protect(t, some_vaddr(t), RX));
        expect_ok(remap(t, some_vaddr(t), some_paddr(t), RX));
        expect_ok(protect_region(t, some_vaddr(t), size, RX));
        expect_ok(protect_region(t, some_vaddr(t) + size - page_size(t), page_size(t), RX));
        expect_unchanged(&before);
        commit(t);
        assert_int_equal(t->arena.event_count, 0);
        snapshot_free(&before);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}
