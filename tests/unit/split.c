/* SPDX-License-Identifier: MIT */
/* Huge pages that a range cuts: the parts that stay keep the flags of the whole. */
#include "test.h"

/* All flags but permissions that the format can encode in a huge page of a memory type. */
static pt64_flags_t rich_flags(const struct test *t, pt64_flags_t type)
{
    pt64_flags_t flags = R | PT64_WRITE | type;

    EACH_FLAG(flag, PT64_STICKY)
    flags |= can_say(t, flags | flag) ? flag : 0;
    return flags;
}

/* What is left of a page of `size` when `bytes` at `offset` are unmapped. */
static void try_cut(struct test *t, unsigned level, uint64_t offset, uint64_t bytes,
                    pt64_flags_t flags)
{
    uint64_t size = size_at(t, level);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_paddr_t paddr = some_paddr(t);

    expect_ok(map(t, vaddr, paddr, size, flags));
    expect_ok(unmap_region(t, vaddr + offset, bytes));
    commit(t);
    expect_sound();
    expect_hole(vaddr + offset);
    expect_hole(vaddr + offset + bytes - 1);
    if (offset > 0)
        expect_run(vaddr, {vaddr, paddr, offset, flags});
    if (offset + bytes < size)
        expect_run(vaddr + offset,
                   {vaddr + offset + bytes, paddr + offset + bytes, size - offset - bytes, flags});
    expect_ok(unmap_region(t, vaddr, size));
    commit(t);
    expect_tables(0);
}

TEST(unmap_region_splits_a_huge_page_at_its_edges)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        try_cut(t, level, 0, page, RW);
        try_cut(t, level, size - page, page, RW);
        try_cut(t, level, page, page, RW);
        try_cut(t, level, size / 2, page, RW);
        try_cut(t, level, page, size - 2 * page, RW);
        try_cut(t, level, 0, size / 2, RW);
        try_cut(t, level, size / 2, size / 2, RW);
        for (unsigned below = 1; below < level; below++) {
            uint64_t small = size_at(t, below);

            try_cut(t, level, small, small, RW);
            try_cut(t, level, small - page, 2 * page, RW);
            try_cut(t, level, size / 2 - page, small + page, RW);
        }
    }
}

/* A split goes only as deep as the edge lies: a cut at a slot's edge needs no smaller pages. */
TEST(a_split_makes_no_smaller_pages_than_the_cut_needs)
{
    for (unsigned level = 2; level <= top_leaf_level(t); level++) {
        uint64_t small = size_at(t, level - 1);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        expect_ok(unmap_region(t, some_vaddr(t) + small, small));
        commit(t);
        expect_page(some_vaddr(t), some_paddr(t), small, RW);
        expect_page(some_vaddr(t) + 2 * small, some_paddr(t) + 2 * small, small, RW);
        expect_tables(root_level(t) - level + 1);
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

/* The x86 PAT bit, LoongArch's G and the AArch64 type bits move on the way down. */
TEST(split_pages_keep_every_attribute)
{
    const pt64_flags_t types[] = {0, PT64_DEVICE, PT64_UNCACHED, PT64_WRITE_COMBINE};

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
            pt64_flags_t flags = rich_flags(t, types[i]);

            if (!row_applies(i, can_say(t, flags), "needs words for the flags"))
                continue;
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), flags));
            expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
            for (unsigned below = 0; below < level; below++)
                expect_page(some_vaddr(t) + size_at(t, below), some_paddr(t) + size_at(t, below),
                            size_at(t, below), flags);
            expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
            commit(t);
        }
    }
}

TEST(split_pages_keep_every_permission)
{
    const pt64_flags_t sets[] = {R, RW, RX, RWU, R | PT64_USER, RX | PT64_USER};

    for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (!row_applies(i, can_say(t, sets[i]), "needs words for the flags"))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), sets[i]));
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        expect_page(some_vaddr(t) + page_size(t), some_paddr(t) + page_size(t), page_size(t),
                    sets[i]);
        expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
        commit(t);
    }
}

TEST(split_pages_keep_what_hardware_set)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        expect_page(some_vaddr(t) + page_size(t), some_paddr(t) + page_size(t), page_size(t),
                    RW | stored_flags(t));
        expect_page(some_vaddr(t) + size - size_at(t, level - 1),
                    some_paddr(t) + size - size_at(t, level - 1), size_at(t, level - 1),
                    RW | stored_flags(t));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(protect_region_splits_a_huge_page_at_its_edges)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        const uint64_t offsets[] = {0, page, size / 2, size - page};

        for (unsigned i = 0; i < 4; i++) {
            pt64_vaddr_t at = some_vaddr(t) + offsets[i];
            pt64_paddr_t frame = some_paddr(t) + offsets[i];

            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
            expect_ok(protect_region(t, at, page, R));
            expect_page(at, frame, page, R);
            if (offsets[i] > 0)
                expect_run(some_vaddr(t), {some_vaddr(t), some_paddr(t), offsets[i], RW});
            if (offsets[i] + page < size)
                expect_run(at + page, {at + page, frame + page, size - offsets[i] - page, RW});
            expect_sound();
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
            expect_tables(0);
        }
    }
}

TEST(protect_region_over_several_huge_pages_splits_the_outer_ones)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * huge, RW));
    expect_ok(protect_region(t, some_vaddr(t) + huge - page, 2 * huge + 2 * page, RX));
    expect_run(0, {some_vaddr(t), some_paddr(t), huge - page, RW});
    expect_run(some_vaddr(t) + huge - page,
               {some_vaddr(t) + huge - page, some_paddr(t) + huge - page, 2 * huge + 2 * page, RX});
    expect_page(some_vaddr(t) + huge, some_paddr(t) + huge, huge, RX);
    expect_page(some_vaddr(t) + 2 * huge, some_paddr(t) + 2 * huge, huge, RX);
    expect_page(some_vaddr(t) + 3 * huge + page, some_paddr(t) + 3 * huge + page, page, RW);
    expect_tables(root_level(t) - 1 + 2);
}

TEST(protect_region_of_whole_huge_pages_splits_nothing)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(protect_region(t, some_vaddr(t), size, R));
        expect_page(some_vaddr(t), some_paddr(t), size, R);
        expect_tables(root_level(t) - level);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(protect_region_that_changes_nothing_splits_nothing)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        pt64_flags_t flags = rich_flags(t, 0);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, flags));
        arena_clear_events(&t->arena);
        expect_ok(protect_region(t, some_vaddr(t) + page, page, RW));
        expect_ok(protect_region(t, some_vaddr(t), page, flags));
        expect_ok(protect_region(t, some_vaddr(t) + size - page, page, flags));
        expect_page(some_vaddr(t), some_paddr(t), size, flags);
        assert_int_equal(arena_count(&t->arena, ARENA_ALLOC), 0);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(protect_region_goes_on_behind_holes)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 2 * page, some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 3 * huge, some_paddr(t), huge, RW));
    expect_ok(protect_region(t, some_vaddr(t), 8 * huge, R));
    expect_page(some_vaddr(t), some_paddr(t), page, R);
    expect_hole(some_vaddr(t) + page);
    expect_page(some_vaddr(t) + 2 * page, some_paddr(t), page, R);
    expect_page(some_vaddr(t) + 3 * huge, some_paddr(t), huge, R);
}

TEST(protect_region_of_nothing_is_no_error)
{
    expect_ok(protect_region(t, some_vaddr(t), 5 * huge_size(t), R));
    expect_tables(0);
}

/* A region within one huge page: the two edges share their first split, and perhaps more. */
TEST(both_edges_in_one_huge_page_share_its_table)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(unmap_region(t, some_vaddr(t) + page_size(t), page_size(t)));
        commit(t);
        /* One node, a level below the page. */
        expect_tables(root_level(t));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
        expect_tables(0);
    }
}

TEST(huge_pages_split_by_two_calls_stay_whole_elsewhere)
{
    unsigned top = top_leaf_level(t);
    uint64_t size = size_at(t, top);
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
    expect_ok(protect_region(t, some_vaddr(t), page, R));
    expect_ok(unmap_region(t, some_vaddr(t) + size - page, page));
    expect_page(some_vaddr(t), some_paddr(t), page, R);
    expect_run(some_vaddr(t) + page,
               {some_vaddr(t) + page, some_paddr(t) + page, size - 2 * page, RW});
    expect_hole(some_vaddr(t) + size - page);
}

/* All sizes of cuts at all alignments around the edge between two adjacent huge pages. */
TEST(cuts_around_a_huge_edge)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    for (uint64_t start = huge - 2 * page; start <= huge + 2 * page; start += page) {
        for (uint64_t end = start + page; end <= huge + 3 * page; end += page) {
            expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, RW));
            expect_ok(unmap_region(t, some_vaddr(t) + start, end - start));
            expect_run(0, {some_vaddr(t), some_paddr(t), start, RW});
            expect_run(some_vaddr(t) + start,
                       {some_vaddr(t) + end, some_paddr(t) + end, 2 * huge - end, RW});
            expect_ok(unmap_region(t, some_vaddr(t), 2 * huge));
            commit(t);
            expect_tables(0);
        }
    }
}
