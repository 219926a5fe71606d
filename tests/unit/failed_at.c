/* SPDX-License-Identifier: MIT */
/* name_failed_at: where a call that failed stopped. Loans and flags have theirs in share.c and
 * change_region.c. */
#include "test.h"

/* Frames of a region, except for the one of `odd`. */
struct frames {
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr;
    pt64_vaddr_t odd;
    pt64_paddr_t odd_frame;
};

static pt64_paddr_t name_frame(void *arg, pt64_vaddr_t vaddr)
{
    const struct frames *frames = arg;

    return vaddr == frames->odd ? frames->odd_frame : frames->paddr + (vaddr - frames->vaddr);
}

static pt64_status_t map_pages(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes,
                               pt64_size_t max_size)
{
    struct frames frames = {vaddr, some_paddr(t), 1, 0};

    return t->s->map_pages(t->guard, vaddr, name_frame, &frames, bytes, RW, max_size);
}

TEST(a_call_with_bad_arguments_fails_at_its_address)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_paddr_t paddr = some_paddr(t);
    uint64_t page = page_size(t);
    pt64_flags_t bad = PT64_WRITE_COMBINE | PT64_DEVICE;
    struct frames frames = {vaddr, paddr, 1, 0};

    expect_failure(PT64_BAD_SIZE, vaddr, map(t, vaddr, paddr, 3, RW));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 1, map(t, vaddr + 1, paddr, page, RW));
    expect_failure(PT64_NOT_ALIGNED, vaddr + page, map(t, vaddr + page, paddr + 1, page, RW));
    expect_failure(PT64_BAD_ADDRESS, vaddr, map(t, vaddr, 0 - page, page, RW));
    expect_failure(PT64_BAD_FLAGS, vaddr + page, map(t, vaddr + page, paddr, page, RW | bad));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 3, unmap(t, vaddr + 3));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 5, protect(t, vaddr + 5, R));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 7, remap(t, vaddr + 7, paddr, R));
    expect_failure(PT64_BAD_SIZE, vaddr, t->s->map_region(t->guard, vaddr, paddr, page, RW, true));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 1, map_region(t, vaddr + 1, paddr, page, RW));
    expect_failure(PT64_NOT_ALIGNED, vaddr, map_region(t, vaddr, paddr + 1, page, RW));
    expect_failure(PT64_BAD_ADDRESS, vaddr + page, map_region(t, vaddr + page, 0 - page, page, RW));
    expect_failure(PT64_BAD_FLAGS, vaddr, map_region(t, vaddr, paddr, page, RW | bad));
    expect_failure(PT64_BAD_SIZE, vaddr, map_pages(t, vaddr, page, 3));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 1, map_pages(t, vaddr + 1, page, PT64_SIZE_ANY));
    expect_failure(PT64_BAD_FLAGS, vaddr + page,
                   t->s->map_pages(t->guard, vaddr + page, name_frame, &frames, page, RW | bad,
                                   PT64_SIZE_ANY));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 2, unmap_region(t, vaddr + 2, page));
    expect_failure(PT64_BAD_ADDRESS, vaddr, unmap_region(t, vaddr, 0 - page));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 9,
                   t->s->unmap_pages(t->guard, vaddr + 9, page, ignore_page, NULL));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 4, protect_region(t, vaddr + 4, page, R));
    expect_failure(PT64_BAD_FLAGS, vaddr, protect_region(t, vaddr, page, R | bad));
    expect_failure(PT64_BAD_FLAGS, vaddr, change_region(t, vaddr, page, PT64_READ, PT64_READ));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 6, change_region(t, vaddr + 6, page, 0, PT64_WRITE));
    if (flags_of(t) & PT64_ACCESSED)
        expect_failure(PT64_NOT_ALIGNED, vaddr + 8,
                       t->s->test_and_clear_accessed(t->guard, vaddr + 8, page, ignore_page, NULL));
    if (!(flags_of(t) & PT64_DIRTY))
        expect_failure(PT64_BAD_FLAGS, vaddr,
                       t->s->test_and_clear_dirty(t->guard, vaddr, page, ignore_page, NULL));
    expect_failure(PT64_NOT_ALIGNED, vaddr + page, t->s->pin(t->guard, vaddr + page, page));
}

TEST(a_call_of_one_page_fails_at_its_address)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_failure(PT64_NOT_MAPPED, vaddr + page, unmap(t, vaddr + page));
    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + huge, some_paddr(t), huge, RW));
    /* With the node at hand, and without it. */
    expect_failure(PT64_NOT_MAPPED, vaddr + 2 * page, unmap(t, vaddr + 2 * page));
    expect_failure(PT64_NOT_MAPPED, vaddr + 2 * huge, unmap(t, vaddr + 2 * huge));
    expect_failure(PT64_NOT_MAPPED, vaddr + page, protect(t, vaddr + page, R));
    expect_failure(PT64_NOT_MAPPED, vaddr + page, remap(t, vaddr + page, 0, R));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, vaddr + huge + page, unmap(t, vaddr + huge + page));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, vaddr + huge + page,
                   protect(t, vaddr + huge + page, R));
    expect_failure(PT64_NOT_ALIGNED, vaddr + huge, remap(t, vaddr + huge, page, R));
    expect_failure(PT64_BAD_FLAGS, vaddr, protect(t, vaddr, R | PT64_WRITE_COMBINE | PT64_DEVICE));
    expect_failure(PT64_ALREADY_MAPPED, vaddr, map(t, vaddr, 0, page, RW));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, vaddr + huge + page,
                   map(t, vaddr + huge + page, 0, page, RW));
}

TEST(a_huge_page_fails_at_the_first_page_in_its_place)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t) + size - page, some_paddr(t), page, RW));
        expect_failure(PT64_ALREADY_MAPPED, some_vaddr(t) + size - page,
                       map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(map(t, some_vaddr(t) + 5 * page, some_paddr(t), page, RW));
        expect_failure(PT64_ALREADY_MAPPED, some_vaddr(t) + 5 * page,
                       map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(unmap_region(t, some_vaddr(t), size));
    }
}

static void expect_both_fail(struct test *t, pt64_status_t status, pt64_vaddr_t at,
                             pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t max_size)
{
    expect_failure(status, at,
                   t->s->map_region(t->guard, vaddr, some_paddr(t), bytes, RW, max_size));
    expect_failure(status, at, map_pages(t, vaddr, bytes, max_size));
}

TEST(a_region_fails_at_what_is_in_the_way)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_size_t limits[] = {page, PT64_SIZE_ANY};

    expect_ok(map(t, vaddr + huge + 3 * page, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + 3 * huge, some_paddr(t), huge, RW));
    for (unsigned i = 0; i < 2; i++) {
        expect_both_fail(t, PT64_ALREADY_MAPPED, vaddr + huge + 3 * page, vaddr, 3 * huge,
                         limits[i]);
        expect_both_fail(t, PT64_ALREADY_MAPPED, vaddr + huge + 3 * page, vaddr + huge + 3 * page,
                         page, limits[i]);
        expect_both_fail(t, PT64_ALREADY_MAPPED, vaddr + huge + 3 * page, vaddr + huge + page,
                         4 * page, limits[i]);
        expect_both_fail(t, PT64_MAPPED_TO_HUGE_PAGE, vaddr + 3 * huge, vaddr + 3 * huge - page,
                         2 * page, limits[i]);
        expect_both_fail(t, PT64_MAPPED_TO_HUGE_PAGE, vaddr + 3 * huge + page,
                         vaddr + 3 * huge + page, huge, limits[i]);
    }
    expect_both_fail(t, PT64_ALREADY_MAPPED, vaddr + 3 * huge, vaddr + 2 * huge, 2 * huge,
                     PT64_SIZE_ANY);
    expect_both_fail(t, PT64_MAPPED_TO_HUGE_PAGE, vaddr + 3 * huge, vaddr + 2 * huge, 2 * huge,
                     page);
}

static void expect_bad_frame(struct test *t, uint64_t odd, uint64_t pages)
{
    uint64_t page = page_size(t);
    struct frames frames = {some_vaddr(t), some_paddr(t), some_vaddr(t) + odd * page, 1};

    expect_failure(
        PT64_NOT_ALIGNED, frames.odd,
        t->s->map_pages(t->guard, some_vaddr(t), name_frame, &frames, pages * page, RW, page));
    frames.odd_frame = 0 - page;
    expect_failure(PT64_BAD_ADDRESS, frames.odd,
                   t->s->map_pages(t->guard, some_vaddr(t), name_frame, &frames, pages * page, RW,
                                   PT64_SIZE_ANY));
}

/* The pages before the bad one are looked at each time: of large nodes fewer are tried. Steps are
 * odd, for every alignment. */
TEST(map_pages_fails_at_the_page_of_a_bad_frame)
{
    uint64_t pages = huge_size(t) / page_size(t) + 3;
    uint64_t step = pages / 170 | 1;

    for (uint64_t odd = 0; odd < pages; odd += step)
        expect_bad_frame(t, odd, pages);
    for (uint64_t odd = pages - 5; odd < pages; odd++)
        expect_bad_frame(t, odd, pages);
}

/* ---- too few frames ---- */

/* The first page takes a node at each level but the root's, each further slot one more. */
TEST(a_region_fails_where_the_frames_are_used_up)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t) + huge - 2 * page;
    size_t first = root_level(t);

    for (size_t had = 0; had < first + 3; had++) {
        pt64_vaddr_t at =
            had < first ? vaddr : some_vaddr(t) + huge + (uint64_t)(had - first) * huge;

        t->arena.allocations_left = had;
        expect_failure(
            PT64_NO_MEMORY, at,
            t->s->map_region(t->guard, vaddr, some_paddr(t), 2 * huge + 4 * page, RW, page));
        t->arena.allocations_left = had;
        expect_failure(PT64_NO_MEMORY, at, map_pages(t, vaddr, 2 * huge + 4 * page, page));
        expect_tables(0);
    }
    t->arena.allocations_left = first + 3;
    expect_ok(t->s->map_region(t->guard, vaddr, some_paddr(t), 2 * huge + 4 * page, RW, page));
    t->arena.allocations_left = SIZE_MAX;
    expect_tables(first + 3);
}

TEST(one_page_without_a_frame_fails_at_its_address)
{
    pt64_vaddr_t vaddr = some_vaddr(t) + 5 * page_size(t);

    t->arena.allocations_left = 0;
    expect_failure(PT64_NO_MEMORY, vaddr, map(t, vaddr, 0, page_size(t), RW));
    t->arena.allocations_left = root_level(t) - 1;
    expect_failure(PT64_NO_MEMORY, vaddr, map(t, vaddr, 0, page_size(t), RW));
    t->arena.allocations_left = SIZE_MAX;
}

static pt64_status_t unmap_by(struct test *t, unsigned call, pt64_vaddr_t vaddr, uint64_t bytes)
{
    switch (call) {
    case 0:
        return unmap_region(t, vaddr, bytes);
    case 1:
        return t->s->unmap_pages(t->guard, vaddr, bytes, ignore_page, NULL);
    case 2:
        return protect_region(t, vaddr, bytes, R);
    default:
        return change_region(t, vaddr, bytes, 0, PT64_WRITE);
    }
}

/* A huge page at each edge, and one that both edges cut. */
TEST(a_range_fails_at_the_huge_page_that_cannot_be_split)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        pt64_vaddr_t vaddr = some_vaddr(t) + size - page;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        expect_ok(map(t, some_vaddr(t) + 2 * size, some_paddr(t), size, RW));
        for (unsigned call = 0; call < 4; call++) {
            for (size_t had = 0; had < 2 * level; had++) {
                t->arena.allocations_left = had;
                expect_failure(PT64_NO_MEMORY, had < level ? vaddr : some_vaddr(t) + 2 * size,
                               unmap_by(t, call, vaddr, size + 2 * page));
            }
            t->arena.allocations_left = level - 1;
            expect_failure(PT64_NO_MEMORY, some_vaddr(t) + 2 * size,
                           unmap_by(t, call, some_vaddr(t) + size, size + page));
            t->arena.allocations_left = level - 1;
            expect_failure(PT64_NO_MEMORY, some_vaddr(t) + page,
                           unmap_by(t, call, some_vaddr(t) + page, page));
        }
        t->arena.allocations_left = SIZE_MAX;
        expect_ok(unmap_region(t, some_vaddr(t), 3 * size));
    }
}

TEST(pinning_fails_at_the_slot_without_a_frame)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_vaddr_t vaddr = some_vaddr(t);

    if (root_level(t) == top_leaf_level(t) && size_at(t, root_level(t)) == huge_size(t))
        expect_ok(map(t, vaddr + page_size(t), some_paddr(t), page_size(t), RW));
    else
        expect_ok(map(t, vaddr + huge_size(t), some_paddr(t), page_size(t), RW));
    t->arena.allocations_left = 0;
    expect_failure(PT64_NO_MEMORY, vaddr + slot, t->s->pin(t->guard, vaddr, 2 * slot));
    t->arena.allocations_left = SIZE_MAX;
    expect_ok(t->s->pin(t->guard, vaddr, 2 * slot));
}

/* ---- what else happens to it ---- */

TEST(calls_that_succeed_leave_the_address_of_the_failure)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    expect_failure(PT64_NOT_MAPPED, vaddr, unmap(t, vaddr));
    expect_ok(map(t, vaddr + page, some_paddr(t), page, RW));
    expect_ok(map_region(t, vaddr + 2 * page, some_paddr(t), 3 * page, RW));
    expect_ok(protect_region(t, vaddr + 2 * page, page, R));
    expect_ok(unmap_region(t, vaddr, 3 * page));
    expect_ok(map_region(t, vaddr, 0, 0, RW));
    commit(t);
    assert_int_equal(t->s->failed_at(t->guard), vaddr);
    expect_failure(PT64_NOT_MAPPED, vaddr + page, unmap(t, vaddr + page));
}

TEST(an_edge_inside_of_a_mark_fails_at_the_mark)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(t->s->mark(t->guard, vaddr + huge, huge, 1, NULL));
    expect_failure(PT64_MARKED, vaddr + huge, unmap_region(t, vaddr, huge + page));
    expect_failure(PT64_MARKED, vaddr + huge + page, unmap_region(t, vaddr + huge + page, huge));
    expect_failure(PT64_MARKED, vaddr + huge, map_region(t, vaddr, some_paddr(t), 2 * huge, RW));
    expect_failure(PT64_MARKED, vaddr + huge + page, protect(t, vaddr + huge + page, R));
    expect_failure(PT64_MARKED, vaddr + huge, protect(t, vaddr + huge, R));
}

/* ---- clones ---- */

/* The source maps a huge page at each edge of the range, and small pages between them. */
TEST(a_clone_fails_where_either_table_lacks_a_frame)
{
    void *source = new_table(t);
    void *guard = new_guard(t, source);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t) + huge - page;
    pt64_size_t bytes = 2 * huge + 2 * page;
    /* Two splits in the source; in the clone one node at each level, and one for each further slot.
     */
    size_t enough = 2 + root_level(t) + 2;

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), huge, RW));
    expect_ok(t->s->map(guard, some_vaddr(t) + 2 * huge - page, some_paddr(t), page, RW));
    expect_ok(t->s->map(guard, some_vaddr(t) + 3 * huge, some_paddr(t), huge, RW));
    for (size_t had = 0; had < enough; had++) {
        size_t of_clone = had < 2 ? 0 : had - 2;
        pt64_vaddr_t at = had == 0   ? vaddr
                          : had == 1 ? some_vaddr(t) + 3 * huge
                          : of_clone < root_level(t)
                              ? vaddr
                              : (of_clone == root_level(t) ? some_vaddr(t) + 2 * huge - page
                                                           : some_vaddr(t) + 3 * huge);

        t->arena.allocations_left = had;
        expect_failure(PT64_NO_MEMORY, at,
                       t->s->clone_region(t->guard, guard, vaddr, bytes, 0, 0, ignore_page, NULL));
    }
    t->arena.allocations_left = SIZE_MAX;
    expect_ok(map(t, some_vaddr(t) + 2 * huge - page, some_paddr(t), page, RW));
    expect_failure(PT64_ALREADY_MAPPED, some_vaddr(t) + 2 * huge - page,
                   t->s->clone_region(t->guard, guard, vaddr, bytes, 0, 0, ignore_page, NULL));
    expect_failure(PT64_NOT_ALIGNED, vaddr + 1,
                   t->s->clone_region(t->guard, guard, vaddr + 1, bytes, 0, 0, ignore_page, NULL));
    end_table(t, source, guard);
}
