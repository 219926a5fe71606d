/* SPDX-License-Identifier: MIT */
/* Regions: the page sizes that are chosen, what is in their way, and what unmapping leaves. */
#include "test.h"

/* ---- the sizes that map_region chooses ---- */

/* The largest page up to `max_level` that alignment, size and format allow. */
static uint64_t largest_page(const struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                             uint64_t left, unsigned max_level)
{
    unsigned level = max_level;

    while (level > 0 && ((vaddr | paddr) % size_at(t, level) != 0 || left < size_at(t, level)))
        level--;
    return size_at(t, level);
}

/* Checks the pages of a region one by one, as the hardware sees them. */
static void expect_chosen_up_to(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                uint64_t bytes, unsigned max_level)
{
    struct oracle_survey survey;
    size_t i = 0;

    oracle_survey(&t->oracle, t->s->root(t->table), &survey);
    for (uint64_t done = 0; done < bytes; i++) {
        assert_true(i < survey.page_count);
        assert_int_equal(survey.pages[i].vaddr, vaddr + done);
        assert_int_equal(survey.pages[i].paddr, paddr + done);
        assert_int_equal(survey.pages[i].size,
                         largest_page(t, vaddr + done, paddr + done, bytes - done, max_level));
        done += survey.pages[i].size;
    }
    assert_int_equal(survey.page_count, i);
    assert_null(survey.defect);
    oracle_survey_free(&survey);
}

static void expect_chosen(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes)
{
    expect_chosen_up_to(t, vaddr, paddr, bytes, top_leaf_level(t));
}

static void try_region(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes)
{
    expect_ok(map_region(t, vaddr, paddr, bytes, RW));
    expect_chosen(t, vaddr, paddr, bytes);
    if (bytes > 0)
        expect_run(0, {vaddr, paddr, bytes, RW});
    expect_ok(unmap_region(t, vaddr, bytes));
    commit(t);
    expect_tables(0);
}

/* Starts and ends around the edges of huge pages, on frames that are aligned alike and on frames
 * that are not. */
TEST(map_region_chooses_the_largest_pages_around_huge_edges)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    for (uint64_t start = huge - 2 * page; start <= huge + 2 * page; start += page)
        for (uint64_t end = 2 * huge - page; end <= 2 * huge + page; end += page)
            for (uint64_t skew = 0; skew <= page; skew += page)
                try_region(t, some_vaddr(t) + start, some_paddr(t) + start + skew, end - start);
}

TEST(map_region_chooses_the_largest_pages_around_the_largest_edges)
{
    unsigned top = top_leaf_level(t);
    uint64_t step = size_at(t, top - 1);
    uint64_t size = size_at(t, top);

    for (uint64_t start = size - step; start <= size + step; start += step)
        for (uint64_t end = 2 * size - step; end <= 2 * size + step; end += step)
            try_region(t, some_vaddr(t) + start, some_paddr(t) + start, end - start);
}

TEST(map_region_takes_every_size_on_the_way_up_and_down)
{
    uint64_t start = 0;
    uint64_t more = 0;

    for (unsigned level = 0; level < top_leaf_level(t); level++)
        more += size_at(t, level);
    start = size_at(t, top_leaf_level(t)) - more;
    try_region(t, some_vaddr(t) + start, some_paddr(t) + start,
               2 * more + size_at(t, top_leaf_level(t)));
}

TEST(map_region_of_small_sizes)
{
    for (uint64_t pages = 1; pages <= 4; pages++)
        try_region(t, some_vaddr(t), some_paddr(t), pages * page_size(t));
}

TEST(a_region_that_is_one_entry_becomes_one_entry)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map_region(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_tables(root_level(t) - level);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
        expect_tables(0);
    }
}

TEST(map_region_without_huge_pages_makes_none)
{
    uint64_t page = page_size(t);
    uint64_t bytes = 2 * huge_size(t);
    struct oracle_survey survey;

    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), bytes, RW, page_size(t)));
    oracle_survey(&t->oracle, t->s->root(t->table), &survey);
    assert_int_equal(survey.page_count, bytes / page);
    for (size_t i = 0; i < survey.page_count; i++)
        assert_true(survey.pages[i].size == page &&
                    survey.pages[i].paddr == some_paddr(t) + i * page);
    oracle_survey_free(&survey);
    expect_tables(root_level(t) - 1 + 2);
}

/* Each limit above the smallest page, on a range with room for pages of the next size too. */
TEST(map_region_makes_no_page_above_its_limit)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t room = size_at(t, level < top_leaf_level(t) ? level + 1 : level);
        uint64_t start = room - page_size(t);

        expect_ok(t->s->map_region(t->guard, some_vaddr(t) + start, some_paddr(t) + start, 2 * room,
                                   RW, size_at(t, level)));
        expect_chosen_up_to(t, some_vaddr(t) + start, some_paddr(t) + start, 2 * room, level);
        expect_ok(unmap_region(t, some_vaddr(t) + start, 2 * room));
    }
}

/* Whatever is no page size is no limit: a stray `true` too, and slots that can hold no page. */
TEST(a_limit_that_is_no_page_size_changes_nothing)
{
    uint64_t huge = huge_size(t);
    uint64_t above = top_leaf_level(t) < root_level(t) ? size_at(t, top_leaf_level(t) + 1) : 2;
    const pt64_size_t bad[] = {
        0,     true,          3, 2 * page_size(t), huge / 2, huge + 1, page_size(t) | huge,
        above, UINT64_MAX - 1};
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t) + 4 * huge, some_paddr(t), page_size(t), RW));
    snapshot_take(t, &before);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect(PT64_BAD_SIZE,
               t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 2 * huge, RW, bad[i]));
        expect(PT64_BAD_SIZE,
               t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), page_size(t), RW, bad[i]));
        expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 0, RW, bad[i]));
        expect_unchanged(&before);
    }
    snapshot_free(&before);
}

/* Otherwise a region of a larger size would be larger than the whole space. */
static bool has_slots_larger_than_pages(const struct test *t)
{
    return top_leaf_level(t) < root_level(t);
}

TEST_IF(has_slots_larger_than_pages, "needs slots larger than the largest page",
        map_region_makes_no_page_of_a_size_that_there_is_not)
{
    uint64_t largest = size_at(t, top_leaf_level(t));
    uint64_t bytes = size_at(t, top_leaf_level(t) + 1);

    expect_ok(map_region(t, some_vaddr(t), bytes, bytes, RW));
    expect_page(some_vaddr(t), bytes, largest, RW);
    expect_page(some_vaddr(t) + bytes - largest, 2 * bytes - largest, largest, RW);
}

TEST(map_region_crosses_the_slots_of_every_level)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t edge = some_vaddr(t) + size_at(t, level);
        uint64_t bytes = 4 * page;

        assert_true(oracle_is_vaddr(&t->oracle.format, edge));
        expect_ok(map_region(t, edge - 2 * page, some_paddr(t), bytes, RW));
        expect_run(0, {edge - 2 * page, some_paddr(t), bytes, RW});
        expect_page(edge - page, some_paddr(t) + page, page, RW);
        expect_page(edge, some_paddr(t) + 2 * page, page, RW);
        expect_ok(unmap_region(t, edge - 2 * page, bytes));
        commit(t);
        expect_tables(0);
    }
}

TEST(map_region_fills_a_gap_between_pages)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 4 * page, some_paddr(t) + 4 * page, page, RW));
    expect_ok(map_region(t, some_vaddr(t) + page, some_paddr(t) + page, 3 * page, RW));
    expect_run(0, {some_vaddr(t), some_paddr(t), 5 * page, RW});
    expect_tables(root_level(t));
}

/* Where the addresses of frames carry into another bit, they may carry into another field of the
 * entry. The region has two pages of each size on either side. */
static void try_to_cross(struct test *t, pt64_paddr_t boundary, uint64_t size)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map_region(t, vaddr, boundary - 2 * size, 4 * size, RW));
    expect_chosen(t, vaddr, boundary - 2 * size, 4 * size);
    expect_run(0, {vaddr, boundary - 2 * size, 4 * size, RW});
    expect_ok(protect_region(t, vaddr, 4 * size, R));
    expect_run(0, {vaddr, boundary - 2 * size, 4 * size, R});
    expect_ok(unmap_region(t, vaddr + page_size(t), 2 * size));
    expect_ok(unmap_region(t, vaddr, 4 * size));
}

TEST(a_region_of_frames_may_cross_any_power_of_two)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (pt64_paddr_t boundary = 2 * size; boundary >> t->oracle.format.paddr_bits == 0;
             boundary *= 2)
            if (boundary + 2 * size <= UINT64_C(1) << t->oracle.format.paddr_bits &&
                4 * size <= size_at(t, root_level(t)))
                try_to_cross(t, boundary, size);
    }
}

/* ---- what stands in the way ---- */

/* Nothing of a region that fails is mapped. */
TEST(map_region_over_a_page_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t bytes = 2 * huge_size(t);
    const uint64_t offsets[] = {0, page, huge_size(t) - page, huge_size(t), bytes - page};

    for (unsigned i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct snapshot before;

        expect_ok(map(t, some_vaddr(t) + offsets[i], some_paddr(t), page, RX));
        snapshot_take(t, &before);
        expect(PT64_ALREADY_MAPPED, map_region(t, some_vaddr(t), some_paddr(t), bytes, RW));
        expect(PT64_ALREADY_MAPPED,
               t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), bytes, RW, page_size(t)));
        expect(PT64_ALREADY_MAPPED, map_region(t, some_vaddr(t), some_paddr(t) + page, bytes, RW));
        expect_unchanged(&before);
        snapshot_free(&before);
        expect_ok(unmap_region(t, some_vaddr(t) + offsets[i], page));
        commit(t);
    }
}

TEST(map_region_over_a_larger_page_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t) + huge, some_paddr(t), huge, RX));
    snapshot_take(t, &before);
    /* Small pages up to the huge page, and one more. */
    expect(PT64_MAPPED_TO_HUGE_PAGE,
           map_region(t, some_vaddr(t) + huge - page, some_paddr(t), 2 * page, RW));
    expect(PT64_MAPPED_TO_HUGE_PAGE,
           t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 3 * huge, RW, page_size(t)));
    expect(PT64_MAPPED_TO_HUGE_PAGE,
           map_region(t, some_vaddr(t) + 2 * huge - page, some_paddr(t), page, RW));
    /* A huge page on a huge page. */
    expect(PT64_ALREADY_MAPPED, map_region(t, some_vaddr(t), 0, 3 * huge, RW));
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(map_region_makes_use_of_emptied_tables)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    for (uint64_t i = 0; i < 4; i++)
        expect_ok(map(t, some_vaddr(t) + i * huge, 0, page, RW));
    for (uint64_t i = 0; i < 4; i++)
        expect_ok(unmap(t, some_vaddr(t) + i * huge));
    expect_ok(map_region(t, some_vaddr(t) + page, some_paddr(t) + page, 3 * huge, RW));
    expect_chosen(t, some_vaddr(t) + page, some_paddr(t) + page, 3 * huge);
    commit(t);
    /* The first and the last node are in use. Huge pages replaced the two between them. */
    expect_tables(root_level(t) - 1 + 2);
}

/* ---- unmapping ---- */

TEST(unmap_region_goes_on_behind_holes)
{
    uint64_t page = page_size(t);
    const uint64_t places[] = {0, 2 * page, huge_size(t), huge_size(t) + 5 * page,
                               7 * huge_size(t) - page};

    for (unsigned i = 0; i < 5; i++)
        expect_ok(map(t, some_vaddr(t) + places[i], some_paddr(t), page, RW));
    expect_ok(unmap_region(t, some_vaddr(t), 7 * huge_size(t)));
    for (unsigned i = 0; i < 5; i++)
        expect_hole(some_vaddr(t) + places[i]);
    commit(t);
    expect_tables(0);
}

TEST(unmap_region_spares_its_neighbours)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 8 * page, RW));
    expect_ok(unmap_region(t, some_vaddr(t) + 2 * page, 3 * page));
    expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, RW);
    expect_hole(some_vaddr(t) + 2 * page);
    expect_hole(some_vaddr(t) + 4 * page);
    expect_page(some_vaddr(t) + 5 * page, some_paddr(t) + 5 * page, page, RW);
    expect_tables(root_level(t));
}

TEST(unmap_region_of_nothing_is_no_error)
{
    struct snapshot before;

    expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
    expect_tables(0);
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    commit(t);
    arena_clear_events(&t->arena);
    snapshot_take(t, &before);
    expect_ok(unmap_region(t, some_vaddr(t) + page_size(t), page_size(t)));
    expect_ok(unmap_region(t, some_vaddr(t) + huge_size(t), 3 * huge_size(t)));
    expect_unchanged(&before);
    commit(t);
    assert_int_equal(t->arena.event_count, 0);
    snapshot_free(&before);
}

/* The node stays while one page of it is left, wherever that page is. */
TEST(unmap_region_retires_a_table_with_its_last_page)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t other = some_vaddr(t) + size_at(t, level) - page;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
        expect_ok(map(t, other, some_paddr(t), page, RW));
        expect_ok(unmap_region(t, some_vaddr(t), page));
        commit(t);
        expect_page(other, some_paddr(t), page, RW);
        expect_tables(root_level(t));
        expect_ok(unmap_region(t, other, page));
        commit(t);
        expect_tables(0);
    }
}

/* Nodes that single unmaps emptied, at the edges of the range and within it. */
TEST(unmap_region_retires_empty_tables_that_it_meets)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    for (uint64_t first = 0; first < 3; first++) {
        for (uint64_t i = 0; i < 5; i++)
            expect_ok(map(t, some_vaddr(t) + i * huge + 3 * page, some_paddr(t), page, RW));
        for (uint64_t i = 0; i < 5; i++)
            expect_ok(unmap(t, some_vaddr(t) + i * huge + 3 * page));
        expect_ok(unmap_region(t, some_vaddr(t) + first * page, 4 * huge + page));
        commit(t);
        expect_tables(0);
    }
}

TEST(unmap_region_of_a_hole_in_an_empty_table_retires_it)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t) + 3 * page, some_paddr(t), page, RW));
    expect_ok(unmap(t, some_vaddr(t) + 3 * page));
    expect_ok(unmap_region(t, some_vaddr(t) + page, page));
    commit(t);
    expect_tables(0);
}

TEST(unmap_region_of_everything_leaves_a_bare_table)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t page = page_size(t);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned level = 0; level <= root_level(t); level++) {
            pt64_vaddr_t vaddr = halves[i].first + apart(t, level, 5);

            expect_ok(map(t, vaddr, some_paddr(t), page, RW));
            expect_ok(map_region(t, vaddr + huge_size(t), some_paddr(t), huge_size(t) + page, RX));
            expect_ok(map(t, halves[i].last + 1 - apart(t, level, 5), 0, page, R));
        }
    }
    for (unsigned i = 0; i < count; i++)
        expect_ok(unmap_region(t, halves[i].first, halves[i].last - halves[i].first + 1));
    commit(t);
    expect_tables(0);
}

TEST(unmap_region_drops_whole_subtrees)
{
    uint64_t slot = size_at(t, root_level(t));
    uint64_t page = page_size(t);

    for (unsigned level = 0; level < root_level(t); level++)
        for (uint64_t i = 0; i < 40; i++)
            expect_ok(map(t, some_vaddr(t) + slot / 2 + i * size_at(t, level) + level * 64 * page,
                          some_paddr(t), page, RW));
    expect_ok(unmap_region(t, some_vaddr(t), slot));
    commit(t);
    expect_tables(0);
}

/* Pages of any size go, and then each node that has become empty. */
TEST(a_region_of_an_adopted_table_is_emptied_whole)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), huge, RW));
    for (unsigned i = 1; i < 4; i++)
        expect_ok(map(t, vaddr + i * huge + i * page, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + 5 * huge, some_paddr(t), huge, RW));
    commit(t);
    expect_ok(t->s->adopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    expect_ok(unmap_region(t, vaddr, 4 * huge));
    commit(t);
    for (unsigned i = 1; i < 4; i++)
        expect_hole(vaddr + i * huge + i * page);
    expect_page(vaddr + 5 * huge, some_paddr(t), huge, RW);
    expect_tables(root_level(t) - 1);
    expect_ok(unmap_region(t, vaddr, 6 * huge));
    commit(t);
    expect_tables(0);
}

/* Holes are skipped at their own size. One look at each root slot is plenty. */
TEST(empty_ranges_cost_nothing)
{
    struct half halves[2];
    size_t limit = 4 * entries_at(t, root_level(t)) + 1000;

    halves_of(t, halves);
    t->arena.accesses = 0;
    expect_ok(unmap_region(t, halves[0].first, halves[0].last - halves[0].first + 1));
    assert_true(t->arena.accesses < limit);
    t->arena.accesses = 0;
    expect_ok(protect_region(t, halves[0].first, halves[0].last - halves[0].first + 1, R));
    assert_true(t->arena.accesses < limit);
    expect_ok(map(t, halves[0].last - page_size(t) + 1, 0, page_size(t), RW));
    t->arena.accesses = 0;
    expect_run(halves[0].first, {halves[0].last - page_size(t) + 1, 0, page_size(t), RW});
    assert_true(t->arena.accesses < limit);
}
