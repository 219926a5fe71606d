/* SPDX-License-Identifier: MIT */
/* Single pages: mapped, looked up, unmapped. */
#include "test.h"

TEST(map_makes_a_page_of_each_size)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_tables(root_level(t) - level);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        expect_hole(some_vaddr(t));
        commit(t);
        expect_tables(0);
    }
}

TEST(an_empty_table_has_no_pages)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    struct pt64_mapping run;

    for (unsigned i = 0; i < count; i++) {
        expect_hole(halves[i].first);
        expect_hole(halves[i].last);
    }
    expect_hole(some_vaddr(t));
    expect(PT64_NOT_MAPPED, next(t, 0, &run));
    expect_tables(0);
}

TEST(neighbours_of_a_page_stay_unmapped)
{
    expect_ok(map(t, some_vaddr(t) + huge_size(t), 0, page_size(t), RW));
    expect_hole(some_vaddr(t) + huge_size(t) - 1);
    expect_hole(some_vaddr(t) + huge_size(t) + page_size(t));
}

TEST(a_full_table_of_pages_holds_each)
{
    uint64_t page = page_size(t);

    for (uint64_t i = 0; i < entries_at(t, 0); i++)
        expect_ok(map(t, some_vaddr(t) + i * page, some_paddr(t) + (i ^ 1) * page, page, RW));
    for (uint64_t i = 0; i < entries_at(t, 0); i++)
        expect_page(some_vaddr(t) + i * page, some_paddr(t) + (i ^ 1) * page, page, RW);
    expect_tables(root_level(t));
}

TEST(map_over_a_page_of_the_same_size_is_refused)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect(PT64_ALREADY_MAPPED, map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect(PT64_ALREADY_MAPPED, map(t, some_vaddr(t), 0, size, R));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(map_inside_a_larger_page_is_refused)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (unsigned below = 0; below < level; below++) {
            uint64_t small = size_at(t, below);

            expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t), 0, small, RW));
            expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t) + size - small, 0, small, RW));
        }
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(map_over_smaller_pages_is_refused)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (unsigned below = 0; below < level; below++) {
            uint64_t small = size_at(t, below);
            pt64_vaddr_t vaddr = some_vaddr(t) + size - small;

            expect_ok(map(t, vaddr, some_paddr(t), small, RW));
            expect(PT64_ALREADY_MAPPED, map(t, some_vaddr(t), some_paddr(t), size, RW));
            expect_page(vaddr, some_paddr(t), small, RW);
            expect_ok(unmap_region(t, vaddr, small));
            commit(t);
        }
    }
}

/* The nodes that single unmaps left behind give way to a huge page, and are freed. */
TEST(a_huge_page_replaces_emptied_tables)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
        expect_ok(map(t, some_vaddr(t) + size - page_size(t), 0, page_size(t), RW));
        expect_ok(unmap(t, some_vaddr(t)));
        expect_ok(unmap(t, some_vaddr(t) + size - page_size(t)));
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        commit(t);
        expect_tables(root_level(t) - level);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(unmap_takes_out_one_page_and_tells_which)
{
    uint64_t page = page_size(t);
    struct pt64_mapping removed = {1, 2, 3, 4};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + page, some_paddr(t) + page, page, R));
    expect_ok(t->s->unmap(t->guard, some_vaddr(t), &removed));
    assert_true(removed.vaddr == some_vaddr(t) && removed.paddr == some_paddr(t));
    assert_true(removed.size == page && removed.flags == RW);
    expect_hole(some_vaddr(t));
    expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, R);
}

/* A guard that has used no page yet finds the way by itself. */
TEST(a_fresh_guard_tells_which_page_it_took_out)
{
    struct pt64_mapping removed = {1, 2, 3, 4};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    commit(t);
    t->s->begin(t->guard, t->table);
    expect_ok(t->s->unmap(t->guard, some_vaddr(t), &removed));
    assert_true(removed.vaddr == some_vaddr(t) && removed.paddr == some_paddr(t));
    assert_true(removed.size == page_size(t) && removed.flags == RW);
    expect_hole(some_vaddr(t));
}

TEST(unmap_at_its_first_address_takes_out_a_huge_page)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct pt64_mapping removed;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RX));
        expect_ok(t->s->unmap(t->guard, some_vaddr(t), &removed));
        assert_true(removed.vaddr == some_vaddr(t) && removed.paddr == some_paddr(t));
        assert_true(removed.size == size && removed.flags == RX);
        expect_hole(some_vaddr(t));
        expect_hole(some_vaddr(t) + size - 1);
    }
}

TEST(single_page_calls_inside_a_huge_page_are_refused)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        const uint64_t offsets[] = {page_size(t), size / 2, size - page_size(t)};

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (unsigned i = 0; i < 3; i++) {
            expect(PT64_MAPPED_TO_HUGE_PAGE, unmap(t, some_vaddr(t) + offsets[i]));
            expect(PT64_MAPPED_TO_HUGE_PAGE, protect(t, some_vaddr(t) + offsets[i], R));
            expect(PT64_MAPPED_TO_HUGE_PAGE, remap(t, some_vaddr(t) + offsets[i], 0, R));
        }
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(single_page_calls_on_a_hole_change_nothing)
{
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    snapshot_take(t, &before);
    for (unsigned level = 0; level <= root_level(t); level++) {
        pt64_vaddr_t hole = some_vaddr(t) + size_at(t, level);

        assert_true(oracle_is_vaddr(&t->oracle.format, hole));
        expect(PT64_NOT_MAPPED, unmap(t, hole));
        expect(PT64_NOT_MAPPED, protect(t, hole, R));
        expect(PT64_NOT_MAPPED, remap(t, hole, 0, R));
        expect_hole(hole);
    }
    expect_unchanged(&before);
    commit(t);
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(a_single_unmap_leaves_tables_alone)
{
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    expect_tables(root_level(t));
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
}

TEST(a_page_can_be_mapped_again_where_one_was)
{
    for (unsigned i = 0; i < 3; i++) {
        expect_ok(map(t, some_vaddr(t), i * page_size(t), page_size(t), RW));
        expect_page(some_vaddr(t), i * page_size(t), page_size(t), RW);
        expect_ok(unmap(t, some_vaddr(t)));
        expect_hole(some_vaddr(t));
    }
    expect_tables(root_level(t));
}

TEST(frame_zero_can_be_mapped)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), 0, size_at(t, level), R));
        expect_page(some_vaddr(t), 0, size_at(t, level), R);
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

/* A table whose frames may be anywhere that the format can address. */
static void build_in(struct test *t)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + size_at(t, root_level(t)), 0, huge_size(t), RX));
    expect_page(some_vaddr(t), some_paddr(t), page, RW);
    expect_page(some_vaddr(t) + size_at(t, root_level(t)), 0, huge_size(t), RX);
    expect_ok(unmap_region(t, some_vaddr(t) + size_at(t, root_level(t)) + page, page));
    expect_page(some_vaddr(t) + size_at(t, root_level(t)), 0, page, RX);
    expect_hole(some_vaddr(t) + size_at(t, root_level(t)) + page);
}

TEST(tables_may_lie_at_physical_zero_or_at_the_top)
{
    static const enum arena_place places[] = {ARENA_FROM_ZERO, ARENA_TO_TOP};

    for (unsigned i = 0; i < 2; i++) {
        struct test inner;

        test_begin(&inner, t->s, places[i]);
        assert_true(places[i] != ARENA_FROM_ZERO || inner.s->root(inner.table) == 0);
        build_in(&inner);
        test_end(&inner);
    }
}

/* Recycles the frame at 0 for the allocation with this number. */
struct recycling {
    struct arena *arena;
    unsigned left;
};

static void recycle_zero(void *arg)
{
    struct recycling *recycling = arg;

    if (recycling->left-- == 0)
        recycling->arena->recycled = 0;
}

static bool has_root_like_tables(const struct test *t)
{
    return root_bytes(t) == table_bytes(t);
}

/* A first table has its root in the frame at 0. It passes the frame to the second table, one level
 * further down each time. */
TEST_IF(has_root_like_tables, "needs a root of the size of a table",
        a_table_below_the_root_may_lie_at_physical_zero)
{
    for (unsigned depth = 0; depth < root_level(t); depth++) {
        struct recycling recycling = {.left = depth};
        struct test inner;
        void *first;

        test_begin(&inner, t->s, ARENA_FROM_ZERO);
        first = inner.table;
        inner.table = new_table(&inner);
        inner.s->begin(inner.guard, inner.table);
        end_table(&inner, first, NULL);
        recycling.arena = &inner.arena;
        inner.arena.on_alloc = recycle_zero;
        inner.arena.on_alloc_arg = &recycling;
        build_in(&inner);
        /* A LoongArch directory entry cannot link it: other software uses 0 there for an empty
         * slot. */
        assert_int_equal(arena_is_live(&inner.arena, 0, table_bytes(t)), !is_loongarch64(t));
        test_end(&inner);
    }
}
