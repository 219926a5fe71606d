/* SPDX-License-Identifier: MIT */
/* Loops over the slots of a node: what they do to the first and the last slot, to whole blocks and
 * the rest of one, and what is flushed. Each region has a page on either side that stays. */
#include "test.h"

/* Lengths around the number of pages that are handled in one block, and that are broken at once. */
static const unsigned lengths[] = {1, 2, 7, 8, 9, 10, 16, 17, 31, 32, 33, 64, 65};

#define LENGTHS (sizeof lengths / sizeof lengths[0])

static pt64_vaddr_t page_at(const struct test *t, unsigned i)
{
    return some_vaddr(t) + i * page_size(t);
}

static pt64_paddr_t frame_at(const struct test *t, unsigned i)
{
    return some_paddr(t) + i * page_size(t);
}

/* `count` pages from the first on, between two neighbours. No request is due. */
static void map_row(struct test *t, unsigned count, pt64_flags_t flags)
{
    expect_ok(t->s->map_region(t->guard, page_at(t, 0), frame_at(t, 0), (count + 2) * page_size(t),
                               flags, page_size(t)));
    commit(t);
    arena_clear_events(&t->arena);
}

static void expect_neighbours(struct test *t, unsigned count, pt64_flags_t flags)
{
    expect_page(page_at(t, 0), frame_at(t, 0), page_size(t), flags);
    expect_page(page_at(t, count + 1), frame_at(t, count + 1), page_size(t), flags);
}

static void unmap_row(struct test *t, unsigned count)
{
    expect_ok(unmap_region(t, page_at(t, 0), (count + 2) * page_size(t)));
    commit(t);
}

/* Whether a request since map_row invalidates the page. */
static bool is_flushed(const struct test *t, unsigned i)
{
    for (size_t e = 0; e < t->arena.event_count; e++)
        if (t->arena.events[e].kind == ARENA_FLUSH &&
            covers(&t->arena.events[e].request, page_at(t, i), page_size(t)))
            return true;
    return false;
}

/* Each page between the neighbours must be flushed. That the neighbours are not is checked for few
 * pages only: many pages become a flush of everything. */
static void expect_flushed(struct test *t, unsigned count)
{
    for (unsigned i = 1; i <= count; i++)
        assert_true(is_flushed(t, i));
    if (count <= 2 && flushes_by_address(t)) {
        assert_false(is_flushed(t, 0));
        assert_false(is_flushed(t, count + 1));
    }
}

/* A memory type of the format other than the ordinary one. Each format has one. */
static pt64_flags_t other_type(const struct test *t)
{
    pt64_flags_t types = flags_of(t) & PT64_MEMORY_TYPES;

    return types & (~types + 1);
}

/* ---- protect_region ---- */

static void protect_rows(struct test *t, pt64_flags_t before, pt64_flags_t wanted,
                         pt64_flags_t after)
{
    for (unsigned k = 0; k < LENGTHS; k++) {
        unsigned count = lengths[k];

        map_row(t, count, before);
        expect_ok(protect_region(t, page_at(t, 1), count * page_size(t), wanted));
        commit(t);
        expect_flushed(t, count);
        for (unsigned i = 1; i <= count; i++)
            expect_page(page_at(t, i), frame_at(t, i), page_size(t), after);
        expect_neighbours(t, count, before);
        unmap_row(t, count);
    }
}

TEST(each_page_that_became_read_only_is_flushed)
{
    protect_rows(t, RW, R, R);
}

TEST(each_page_that_hardware_is_done_with_is_flushed)
{
    pt64_flags_t history = flags_of(t) & (PT64_ACCESSED | PT64_DIRTY);

    protect_rows(t, RW | history, R, R | history);
}

static bool has_types_in_soft_bits(const struct test *t)
{
    return can_say(t, RW | PT64_SOFT0) && can_say(t, RW | PT64_DEVICE) &&
           !can_say(t, RW | PT64_SOFT0 | PT64_DEVICE);
}

/* Where the platform decides the memory type, a change of type changes no entry. */
static bool has_types_of_hardware(const struct test *t)
{
    return has_types(t) && !has_types_in_soft_bits(t);
}

TEST_IF(has_types_of_hardware, "needs memory types that hardware reads",
        each_page_of_another_type_is_flushed)
{
    protect_rows(t, RW, RW | other_type(t), RW | other_type(t));
}

/* The page before or after those that change has the new flags already. */
TEST(pages_that_are_as_they_are_to_be_end_no_loop_too_soon)
{
    for (unsigned k = 0; k < LENGTHS; k++) {
        unsigned count = lengths[k];

        for (unsigned odd = 1; odd <= count; odd += count > 1 ? count - 1 : 1) {
            map_row(t, count, R);
            expect_ok(protect(t, page_at(t, odd), RW));
            commit(t);
            arena_clear_events(&t->arena);
            expect_ok(protect_region(t, page_at(t, 1), count * page_size(t), R));
            commit(t);
            for (unsigned i = 0; i <= count + 1; i++) {
                expect_page(page_at(t, i), frame_at(t, i), page_size(t), R);
                assert_int_equal(is_flushed(t, i), i == odd || !flushes_by_address(t));
            }
            unmap_row(t, count);
        }
    }
}

/* ---- unmap_region ---- */

TEST(each_page_that_is_unmapped_up_to_the_last_is_flushed)
{
    for (unsigned k = 0; k < LENGTHS; k++) {
        unsigned count = lengths[k];

        map_row(t, count, RW);
        expect_ok(unmap_region(t, page_at(t, 1), count * page_size(t)));
        commit(t);
        expect_flushed(t, count);
        for (unsigned i = 1; i <= count; i++)
            expect_hole(page_at(t, i));
        expect_neighbours(t, count, RW);
        unmap_row(t, count);
    }
}

/* ---- splitting ---- */

/* Whether a request since map_row invalidates a page of any size that holds `vaddr`. */
static bool is_flushed_around(const struct test *t, pt64_vaddr_t vaddr)
{
    for (size_t e = 0; e < t->arena.event_count; e++) {
        const struct pt64_flush *request = &t->arena.events[e].request;

        if (t->arena.events[e].kind != ARENA_FLUSH)
            continue;
        if (request->everything)
            return true;
        for (unsigned r = 0; r < request->count; r++)
            if (vaddr - request->ranges[r].vaddr < request->ranges[r].bytes)
                return true;
    }
    return false;
}

/* The huge page's translation is gone from every TLB, not only where something else changed. */
TEST(a_page_that_was_split_is_flushed_as_a_whole)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        commit(t);
        arena_clear_events(&t->arena);
        expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
        commit(t);
        assert_true(is_flushed_around(t, some_vaddr(t)));
        assert_true(is_flushed_around(t, some_vaddr(t) + size - 1));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* ---- map_region ---- */

/* After a link to a new node the request could be for everything. Here the nodes exist. */
static bool flushes_new_pages(const struct test *t)
{
    return t->s->meta->needs.created >= PT64_NEED_LEAF;
}

TEST_IF(flushes_new_pages, "needs new pages to be flushed", each_new_page_is_flushed)
{
    for (unsigned k = 0; k < LENGTHS; k++) {
        unsigned count = lengths[k];

        map_row(t, count, RW);
        for (unsigned i = 1; i <= count; i++)
            expect_ok(unmap(t, page_at(t, i)));
        commit(t);
        arena_clear_events(&t->arena);
        expect_ok(t->s->map_region(t->guard, page_at(t, 1), frame_at(t, 1), count * page_size(t),
                                   RW, page_size(t)));
        commit(t);
        expect_flushed(t, count);
        unmap_row(t, count);
    }
}

/* ---- harvesting ---- */

static bool is_harvested_by_address(const struct test *t)
{
    return (flags_of(t) & PT64_ACCESSED) != 0 && flushes_by_address(t);
}

TEST_IF(is_harvested_by_address, "needs an accessed flag and invalidation by address",
        a_harvested_page_is_flushed_at_its_size)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        const struct pt64_flush *request;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW | PT64_ACCESSED));
        commit(t);
        arena_clear_events(&t->arena);
        expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t), size, ignore_page, NULL));
        commit(t);
        assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
        request = &t->arena.events[0].request;
        assert_int_equal(request->count, 1);
        assert_int_equal(request->ranges[0].vaddr, some_vaddr(t));
        assert_int_equal(request->ranges[0].bytes, size);
        assert_int_equal(request->ranges[0].stride, size);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* ---- next ---- */

/* In formats with pages in the root, these are in adjacent root slots on both sides of the gap. */
TEST_IF(has_two_halves, "needs a root of both halves", next_joins_pages_of_no_size_over_the_gap)
{
    struct half halves[2];

    halves_of(t, halves);
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        pt64_vaddr_t last = halves[0].last - size + 1;

        expect_ok(map(t, last, some_paddr(t) - size, size, RW));
        expect_ok(map(t, halves[1].first, some_paddr(t), size, RW));
        expect_run(0, {last, some_paddr(t) - size, size, RW});
        expect_run(halves[1].first, {halves[1].first, some_paddr(t), size, RW});
        expect_ok(unmap_region(t, last, size));
        expect_ok(unmap_region(t, halves[1].first, size));
        commit(t);
    }
}

/* ---- holes ---- */

static void count_report(void *arg, const struct pt64_mapping *page)
{
    (void)page;
    ++*(unsigned *)arg;
}

/* The range starts in the last page of an empty slot of each level, and ends with the page after
 * it. */
TEST(a_region_that_starts_inside_of_a_hole_ends_behind_it)
{
    uint64_t page = page_size(t);
    bool has_accessed = (flags_of(t) & PT64_ACCESSED) != 0;
    pt64_flags_t accessed = flags_of(t) & PT64_ACCESSED;

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t edge = some_vaddr(t) + size_at(t, level);
        unsigned reports = 0;

        expect_ok(map(t, edge, some_paddr(t), page, RW | accessed));
        expect_ok(protect_region(t, edge - page, 2 * page, R));
        expect_page(edge, some_paddr(t), page, R | accessed);
        expect(
            has_accessed ? PT64_OK : PT64_BAD_FLAGS,
            t->s->test_and_clear_accessed(t->guard, edge - page, 2 * page, count_report, &reports));
        assert_int_equal(reports, has_accessed ? 1 : 0);
        expect_ok(unmap_region(t, edge - page, 2 * page));
        expect_hole(edge);
        commit(t);
    }
}

/* The pass that checks before anything is changed does not end at the hole either. */
TEST_IF(has_types_in_soft_bits, "needs memory types where PT64_SOFT0 is",
        a_page_behind_a_hole_that_cannot_be_changed_refuses_it)
{
    uint64_t page = page_size(t);

    for (unsigned level = 0; level <= root_level(t); level++) {
        pt64_vaddr_t edge = some_vaddr(t) + size_at(t, level);

        expect_ok(map(t, edge, some_paddr(t), page, RW | PT64_SOFT0));
        expect(PT64_BAD_FLAGS, protect_region(t, edge - page, 2 * page, RW | PT64_DEVICE));
        expect_page(edge, some_paddr(t), page, RW | PT64_SOFT0);
        expect_ok(unmap_region(t, edge, page));
        commit(t);
    }
}
