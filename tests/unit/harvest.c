/* SPDX-License-Identifier: MIT */
/* Accessed and dirty flags: cleared, and reported. */
#include "test.h"

struct reports {
    struct pt64_mapping pages[8];
    size_t count;
};

static void take_report(void *arg, const struct pt64_mapping *page)
{
    struct reports *reports = arg;

    if (reports->count < 8)
        reports->pages[reports->count] = *page;
    reports->count++;
}

static void expect_report(const struct reports *reports, size_t index, pt64_vaddr_t vaddr,
                          pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags)
{
    const struct pt64_mapping *page = &reports->pages[index];

    assert_true(index < reports->count);
    assert_int_equal(page->vaddr, vaddr);
    assert_int_equal(page->paddr, paddr);
    assert_int_equal(page->size, size);
    assert_int_equal(page->flags, flags);
}

static bool has_accessed(const struct test *t)
{
    return (flags_of(t) & PT64_ACCESSED) != 0;
}

static bool has_dirty(const struct test *t)
{
    return (flags_of(t) & PT64_DIRTY) != 0;
}

static bool lacks_accessed(const struct test *t)
{
    return !has_accessed(t);
}

static bool lacks_dirty(const struct test *t)
{
    return !has_dirty(t);
}

TEST_IF(has_accessed, "needs an accessed flag", accessed_pages_are_reported_once)
{
    uint64_t page = page_size(t);
    struct reports reports = {.count = 0};
    pt64_flags_t touched = RW | stored_flags(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page, RW));
    hardware_stores(t, some_vaddr(t) + page);
    hardware_stores(t, some_vaddr(t) + 3 * page);
    expect_ok(
        t->s->test_and_clear_accessed(t->guard, some_vaddr(t), 3 * page, take_report, &reports));
    assert_int_equal(reports.count, 1);
    expect_report(&reports, 0, some_vaddr(t) + page, some_paddr(t) + page, page, touched);
    expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, touched & ~PT64_ACCESSED);
    expect_page(some_vaddr(t) + 3 * page, some_paddr(t) + 3 * page, page, touched);
    expect_ok(
        t->s->test_and_clear_accessed(t->guard, some_vaddr(t), 3 * page, take_report, &reports));
    assert_int_equal(reports.count, 1);
}

TEST_IF(has_dirty, "needs a dirty flag", dirty_pages_are_reported_once)
{
    uint64_t page = page_size(t);
    struct reports reports = {.count = 0};
    pt64_flags_t touched = RW | PT64_ACCESSED | PT64_DIRTY;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 3 * page, RW));
    hardware_stores(t, some_vaddr(t));
    hardware_stores(t, some_vaddr(t) + 2 * page);
    expect_ok(t->s->test_and_clear_dirty(t->guard, some_vaddr(t), 3 * page, take_report, &reports));
    assert_int_equal(reports.count, 2);
    expect_report(&reports, 0, some_vaddr(t), some_paddr(t), page, touched);
    expect_report(&reports, 1, some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, page, touched);
    expect_page(some_vaddr(t), some_paddr(t), page, RW | PT64_ACCESSED);
    hardware_stores(t, some_vaddr(t));
    expect_ok(t->s->test_and_clear_dirty(t->guard, some_vaddr(t), page, take_report, &reports));
    expect_report(&reports, 2, some_vaddr(t), some_paddr(t), page, touched);
}

/* A page that lost its write permission was written before. */
TEST_IF(has_dirty, "needs a dirty flag", a_dirty_page_that_was_protected_is_still_reported)
{
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    hardware_stores(t, some_vaddr(t));
    expect_ok(protect(t, some_vaddr(t), R));
    expect_ok(
        t->s->test_and_clear_dirty(t->guard, some_vaddr(t), page_size(t), take_report, &reports));
    expect_report(&reports, 0, some_vaddr(t), some_paddr(t), page_size(t),
                  R | PT64_ACCESSED | PT64_DIRTY);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | PT64_ACCESSED);
}

TEST_IF(has_accessed, "needs an accessed flag", a_huge_page_is_reported_as_a_whole)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct reports reports = {.count = 0};

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t) + size / 2, page_size(t),
                                                take_report, &reports));
        assert_int_equal(reports.count, 1);
        expect_report(&reports, 0, some_vaddr(t), some_paddr(t), size, RW | stored_flags(t));
        expect_page(some_vaddr(t), some_paddr(t), size, (RW | stored_flags(t)) & ~PT64_ACCESSED);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST_IF(has_accessed, "needs an accessed flag", harvesting_is_flushed)
{
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW | PT64_ACCESSED));
    commit(t);
    arena_clear_events(&t->arena);
    expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t), page_size(t), take_report,
                                            &reports));
    commit(t);
    assert_int_equal(t->arena.event_count, 1);
    assert_int_equal(t->arena.events[0].kind, ARENA_FLUSH);
    assert_true(covers(&t->arena.events[0].request, some_vaddr(t), page_size(t)));
}

TEST_IF(has_accessed, "needs an accessed flag", harvesting_nothing_is_no_error_and_bad_ranges_are)
{
    uint64_t page = page_size(t);
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW | PT64_ACCESSED));
    expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t), 0, take_report, &reports));
    expect(PT64_NOT_ALIGNED,
           t->s->test_and_clear_accessed(t->guard, some_vaddr(t) + 1, page, take_report, &reports));
    expect(PT64_NOT_ALIGNED,
           t->s->test_and_clear_accessed(t->guard, some_vaddr(t), page + 1, take_report, &reports));
    expect(PT64_BAD_ADDRESS,
           t->s->test_and_clear_accessed(t->guard, some_vaddr(t), 0 - page, take_report, &reports));
    assert_int_equal(reports.count, 0);
    expect_page(some_vaddr(t), some_paddr(t), page, RW | PT64_ACCESSED);
}

TEST_IF(has_accessed, "needs an accessed flag", harvesting_finds_its_way_over_holes)
{
    uint64_t page = page_size(t);
    uint64_t slot = size_at(t, root_level(t));
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t) + 5 * page, some_paddr(t), page, RW | PT64_ACCESSED));
    expect_ok(map(t, some_vaddr(t) + slot - page, some_paddr(t), page, RW | PT64_ACCESSED));
    expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t), slot, take_report, &reports));
    assert_int_equal(reports.count, 2);
    expect_report(&reports, 1, some_vaddr(t) + slot - page, some_paddr(t), page,
                  RW | PT64_ACCESSED);
}

TEST_IF(lacks_dirty, "needs a format without a dirty flag", a_format_without_a_dirty_flag_says_so)
{
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect(PT64_BAD_FLAGS, t->s->test_and_clear_dirty(t->guard, some_vaddr(t), page_size(t),
                                                      take_report, &reports));
    assert_int_equal(reports.count, 0);
}

TEST_IF(lacks_accessed, "needs a format without an accessed flag",
        a_format_without_an_accessed_flag_says_so)
{
    struct reports reports = {.count = 0};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect(PT64_BAD_FLAGS, t->s->test_and_clear_accessed(t->guard, some_vaddr(t), page_size(t),
                                                         take_report, &reports));
    assert_int_equal(reports.count, 0);
}
