/* SPDX-License-Identifier: MIT */
/* name_populate: tables in advance. */
#include "test.h"

static pt64_status_t populate(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t size)
{
    return t->s->populate(t->guard, vaddr, bytes, size);
}

static pt64_paddr_t frame_of(void *arg, pt64_vaddr_t vaddr)
{
    const uint64_t *distance = arg;

    return vaddr + *distance;
}

/* Maps pages of a size with an allocator that has nothing. */
static void expect_populated(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t size)
{
    uint64_t distance = some_paddr(t) - vaddr;

    t->arena.allocations_left = 0;
    expect_ok(t->s->map_pages(t->guard, vaddr, frame_of, &distance, bytes, RW, size));
    expect_run(vaddr, {vaddr, some_paddr(t), bytes, RW});
    for (uint64_t done = 0; done < bytes; done += size)
        expect_ok(unmap(t, vaddr + done));
    for (uint64_t done = 0; done < bytes; done += size)
        expect_ok(map(t, vaddr + done, some_paddr(t), size, RW));
    for (uint64_t done = 0; done < bytes; done += size)
        expect_ok(unmap(t, vaddr + done));
    t->arena.allocations_left = SIZE_MAX;
}

TEST(populating_makes_the_tables_and_no_page)
{
    uint64_t page = page_size(t);
    struct pt64_mapping run;

    expect_ok(populate(t, some_vaddr(t) + 3 * page, page, page));
    expect_tables(root_level(t));
    expect(PT64_NOT_MAPPED, next(t, 0, &run));
    expect_populated(t, some_vaddr(t), 8 * page, page);
    commit(t);
    expect_tables(root_level(t));
    expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
    commit(t);
    expect_tables(0);
}

/* One node at each level above the pages. */
TEST(populating_makes_tables_for_every_page_size)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(populate(t, some_vaddr(t), size, size));
        expect_tables(root_level(t) - level);
        t->arena.allocations_left = 0;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        t->arena.allocations_left = SIZE_MAX;
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
        expect_tables(0);
    }
}

/* Ranges over the slots of each level, and from the middle of one to the middle of another. */
TEST(populating_takes_the_frames_that_mapping_would)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t edge = some_vaddr(t) + size_at(t, level);
        size_t frames;

        expect_ok(t->s->map_region(t->guard, edge - 2 * page, some_paddr(t), 4 * page, RW, page));
        frames = t->arena.live;
        expect_ok(unmap_region(t, edge - 2 * page, 4 * page));
        commit(t);
        expect_ok(populate(t, edge - 2 * page, 4 * page, page));
        assert_int_equal(t->arena.live, frames);
        expect_populated(t, edge - 2 * page, 4 * page, page);
        assert_int_equal(t->arena.live, frames);
        expect_ok(map(t, edge, some_paddr(t), page, RW));
        expect_ok(map(t, edge - page, some_paddr(t), page, RW));
        expect_ok(unmap_region(t, edge - 2 * page, 4 * page));
        commit(t);
        expect_tables(0);
    }
}

TEST(populating_many_slots_makes_a_table_for_each)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(populate(t, some_vaddr(t) + huge - page, 5 * huge, page));
    expect_tables(root_level(t) - 1 + 6);
    commit(t);
    expect_ok(populate(t, some_vaddr(t) + huge - page, 5 * huge, page));
    expect_tables(root_level(t) - 1 + 6);
    for (unsigned i = 0; i < 6; i++)
        expect_populated(t, some_vaddr(t) + i * huge + (i == 0 ? huge - page : 0), page, page);
}

/* Pages, empty tables and what is beside them stay. */
TEST(populating_keeps_what_is_there)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr + page, some_paddr(t), page, R));
    expect_ok(map(t, vaddr + 2 * huge, 0, page, RW));
    expect_ok(unmap(t, vaddr + 2 * huge));
    expect_ok(map(t, vaddr + 4 * huge, some_paddr(t), huge, RX));
    commit(t);
    arena_clear_events(&t->arena);
    expect_tables(root_level(t) - 1 + 2);
    expect_ok(populate(t, vaddr, 4 * huge, page));
    expect_tables(root_level(t) - 1 + 4);
    expect_ok(populate(t, vaddr, 8 * huge, huge));
    expect_tables(root_level(t) - 1 + 4);
    commit(t);
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
    expect_page(vaddr + page, some_paddr(t), page, R);
    expect_page(vaddr + 4 * huge, some_paddr(t), huge, RX);
    expect_hole(vaddr + 2 * huge);
}

TEST(populating_under_a_larger_page_or_mark_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct snapshot before;

    expect_ok(map(t, vaddr + 2 * huge, some_paddr(t), huge, RW));
    expect_ok(t->s->mark(t->guard, vaddr + 4 * huge, huge, 1, NULL));
    snapshot_take(t, &before);
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, vaddr + 2 * huge, populate(t, vaddr, 3 * huge, page));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, vaddr + 2 * huge + page,
                   populate(t, vaddr + 2 * huge + page, page, page));
    expect_failure(PT64_MARKED, vaddr + 4 * huge, populate(t, vaddr + 3 * huge, 2 * huge, page));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_ok(populate(t, vaddr, 8 * huge, huge));
}

TEST(populating_with_bad_arguments_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct half halves[2];
    pt64_vaddr_t last = halves[halves_of(t, halves) - 1].last - page + 1;

    expect_ok(populate(t, vaddr, 0, page));
    expect_failure(PT64_BAD_SIZE, vaddr, populate(t, vaddr, page, true));
    expect_failure(PT64_BAD_SIZE, vaddr, populate(t, vaddr, page, PT64_SIZE_ANY));
    expect_failure(PT64_BAD_SIZE, vaddr, populate(t, vaddr, page, 2 * page));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 1, populate(t, vaddr + 1, page, page));
    expect_failure(PT64_NOT_ALIGNED, vaddr, populate(t, vaddr, page + 1, page));
    expect_failure(PT64_NOT_ALIGNED, vaddr + page, populate(t, vaddr + page, huge, huge));
    expect_failure(PT64_NOT_ALIGNED, vaddr, populate(t, vaddr, huge + page, huge));
    expect_failure(PT64_BAD_ADDRESS, last, populate(t, last, 2 * page, page));
    expect_failure(PT64_BAD_ADDRESS, vaddr, populate(t, vaddr, 0 - page, page));
    expect_tables(0);
}

/* All or nothing, however many frames there are. */
TEST(populating_without_memory_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    size_t all = root_level(t) - 1 + 3;
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t) + 8 * huge, some_paddr(t), page, RW));
    expect_ok(unmap_region(t, some_vaddr(t) + 8 * huge, page));
    commit(t);
    snapshot_take(t, &before);
    for (size_t had = 0; had < all; had++) {
        pt64_vaddr_t at =
            some_vaddr(t) + (had < root_level(t) ? huge - page : (1 + had - root_level(t)) * huge);

        t->arena.allocations_left = had;
        expect_failure(PT64_NO_MEMORY, at,
                       populate(t, some_vaddr(t) + huge - page, huge + 2 * page, page));
        expect_unchanged(&before);
    }
    t->arena.allocations_left = all;
    expect_ok(populate(t, some_vaddr(t) + huge - page, huge + 2 * page, page));
    t->arena.allocations_left = SIZE_MAX;
    expect_tables(all);
    snapshot_free(&before);
}

/* The plan does not visit each of the nodes, of which there may be more than all memory holds. */
TEST(populating_all_addresses_soon_finds_that_memory_does_not_suffice)
{
    enum {
        FRAMES = 10
    };
    struct half halves[2];
    struct snapshot before;

    halves_of(t, halves);
    snapshot_take(t, &before);
    t->arena.allocations_left = FRAMES;
    t->arena.accesses = 0;
    expect_failure(
        PT64_NO_MEMORY, halves[0].first + (FRAMES + 1 - root_level(t)) * huge_size(t),
        populate(t, halves[0].first, halves[0].last - halves[0].first + 1, page_size(t)));
    assert_true(t->arena.accesses < 100 * FRAMES);
    t->arena.allocations_left = SIZE_MAX;
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(populating_counts_the_tables_between_those_that_stand)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    for (unsigned i = 0; i < 8; i += 2)
        expect_ok(populate(t, some_vaddr(t) + i * huge, page, page));
    expect_tables(root_level(t) - 1 + 4);
    t->arena.allocations_left = 4;
    expect_ok(populate(t, some_vaddr(t), 8 * huge, page));
    assert_int_equal(t->arena.allocations_left, 0);
    t->arena.allocations_left = SIZE_MAX;
    expect_tables(root_level(t) - 1 + 8);
}

TEST(populating_what_is_borrowed_is_refused)
{
    uint64_t slot = size_at(t, root_level(t));
    uint64_t page = page_size(t);
    pt64_vaddr_t start = pt64_align_down(some_vaddr(t), slot);
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);

    expect_ok(t->s->pin(guard, start, slot));
    t->s->commit(guard);
    expect_ok(t->s->copy_from(t->guard, lender, start, slot));
    expect_failure(PT64_BORROWED, start, populate(t, start - page, 2 * page, page));
    /* The owner may, and it shows in both. */
    expect_ok(t->s->populate(guard, start, page, page));
    expect_ok(t->s->map(guard, start, some_paddr(t), page, RW));
    expect_page(start, some_paddr(t), page, RW);
    commit(t);
    t->s->commit(guard);
    t->s->destroy(t->table);
    end_table(t, lender, guard);
}

/* The tables are linked as those of a mapping are, and nothing else is asked for. */
TEST(populating_is_flushed_as_new_tables_are)
{
    uint64_t page = page_size(t);

    arena_clear_events(&t->arena);
    expect_ok(populate(t, some_vaddr(t), page, page));
    commit(t);
    assert_true(arena_count(&t->arena, ARENA_FLUSH) <= 1);
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
    arena_clear_events(&t->arena);
    expect_ok(populate(t, some_vaddr(t), page, page));
    commit(t);
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
}

/* A huge page that was unmapped may be in a TLB: the flush is before the table comes. */
TEST(populating_where_a_huge_page_was_waits_where_the_size_must_be_flushed)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        commit(t);
        arena_clear_events(&t->arena);
        expect_ok(unmap(t, some_vaddr(t)));
        expect_ok(populate(t, some_vaddr(t), page, page));
        assert_int_equal(arena_count(&t->arena, ARENA_FLUSH) > 0,
                         t->s->meta->break_to_move ||
                             t->s->meta->limits.split != PT64_RESIZE_AT_ONCE ||
                             t->s->meta->limits.grow == PT64_RESIZE_BREAK_EMPTY);
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
        expect_ok(unmap_region(t, some_vaddr(t), page));
        commit(t);
    }
}

/* A larger page takes the tables away. */
TEST(a_larger_page_takes_the_place_of_populated_tables)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(populate(t, some_vaddr(t), 2 * page_size(t), page_size(t)));
        t->arena.allocations_left = 0;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        t->arena.allocations_left = SIZE_MAX;
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
        expect_tables(0);
    }
}
