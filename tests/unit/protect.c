/* SPDX-License-Identifier: MIT */
/* protect_region over more pages than it handles in one block. */
#include "test.h"

/* More pages than are broken at once where break-before-make is required. The number is a multiple
 * of no block size. */
#define MANY 77

/* Among MANY pages, two with other flags than the rest, and one that is not mapped. */
#define FIRST_ODD  11
#define SECOND_ODD 40
#define HOLE       60

static pt64_vaddr_t page_at(const struct test *t, unsigned i)
{
    return some_vaddr(t) + i * page_size(t);
}

static void map_many(struct test *t, pt64_flags_t flags, pt64_flags_t odd)
{
    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), MANY * page_size(t), flags,
                               page_size(t)));
    expect_ok(protect(t, page_at(t, FIRST_ODD), odd));
    expect_ok(protect(t, page_at(t, SECOND_ODD), odd));
    expect_ok(unmap(t, page_at(t, HOLE)));
}

static void expect_many(struct test *t, unsigned count, pt64_flags_t flags)
{
    for (unsigned i = 0; i < count; i++)
        if (i != HOLE)
            expect_page(page_at(t, i), some_paddr(t) + i * page_size(t), page_size(t), flags);
    expect_hole(page_at(t, HOLE));
}

static void protect_many(struct test *t, pt64_flags_t before, pt64_flags_t odd, pt64_flags_t after)
{
    map_many(t, before, odd);
    expect_ok(protect_region(t, some_vaddr(t), (MANY - 1) * page_size(t), after));
    expect_many(t, MANY - 1, after);
    expect_page(page_at(t, MANY - 1), some_paddr(t) + (MANY - 1) * page_size(t), page_size(t),
                before);
}

/* A memory type of the format other than the ordinary one. */
static pt64_flags_t other_type(const struct test *t)
{
    pt64_flags_t types = flags_of(t) & PT64_MEMORY_TYPES;

    assert_int_not_equal(types, 0);
    return types & (~types + 1);
}

TEST(protect_region_changes_pages_that_hardware_may_write_to)
{
    protect_many(t, RW, RX, R);
}

/* These pages have all flags that hardware sets. */
TEST(protect_region_changes_pages_that_hardware_is_done_with)
{
    pt64_flags_t history = flags_of(t) & (PT64_ACCESSED | PT64_DIRTY);

    assert_false(
        pt64_is_volatile(t->s->pte, t->s->pte->leaf(&t->s->meta->limits, RW | history, 0), 0));
    protect_many(t, RW | history, RX | history, R | history);
}

TEST(protect_region_passes_over_pages_that_stay_as_they_are)
{
    protect_many(t, RW, R, RW);
}

TEST_IF(has_types, NEEDS_TYPES, protect_region_gives_many_pages_another_type)
{
    protect_many(t, RW, RX, RW | other_type(t));
}

TEST_IF(has_types, NEEDS_TYPES, protect_region_gives_all_pages_the_type_that_some_have)
{
    protect_many(t, RW, RW | other_type(t), RW | other_type(t));
}

TEST_IF(has_types, NEEDS_TYPES, protect_region_gives_another_type_to_pages_of_different_sizes)
{
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_flags_t flags = RW | other_type(t);

    expect_ok(map(t, vaddr, some_paddr(t), huge, RW));
    expect_ok(map(t, vaddr + huge, 0, page_size(t), RW));
    expect_ok(map(t, vaddr + 2 * huge, some_paddr(t), huge, RW));
    expect_ok(protect_region(t, vaddr, 3 * huge, flags));
    expect_page(vaddr, some_paddr(t), huge, flags);
    expect_page(vaddr + huge, 0, page_size(t), flags);
    expect_page(vaddr + 2 * huge, some_paddr(t), huge, flags);
}

TEST(protect_region_splits_no_page_that_stays_as_it_is)
{
    uint64_t huge = huge_size(t);
    struct snapshot before;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, RW));
    commit(t);
    snapshot_take(t, &before);
    expect_ok(protect_region(t, page_at(t, 1), huge, RW));
    expect_ok(protect_region(t, page_at(t, 1), page_size(t), RW));
    commit(t);
    expect_unchanged(&before);
    snapshot_free(&before);
}

/* Pages that differ only in their permissions are told apart, however few they are. */
TEST(pages_of_one_frame_are_protected_each_from_what_it_was)
{
    for (unsigned count = 2; count <= 18; count++) {
        for (unsigned i = 0; i < count; i++)
            expect_ok(map(t, some_vaddr(t) + i * page_size(t), some_paddr(t), page_size(t),
                          i % 3 == 1 ? R : RW));
        expect_ok(protect_region(t, some_vaddr(t), count * page_size(t), R));
        for (unsigned i = 0; i < count; i++)
            expect_page(some_vaddr(t) + i * page_size(t), some_paddr(t), page_size(t), R);
        expect_ok(unmap_region(t, some_vaddr(t), count * page_size(t)));
        commit(t);
    }
}
