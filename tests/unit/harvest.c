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

/* ---- a look without a change ---- */

struct look {
    pt64_flags_t flag;
    pt64_status_t (*call)(const void *table, pt64_vaddr_t vaddr, uint64_t bytes,
                          pt64_report_t report, void *arg);
};

/* The looks for the flags that the format has. Returns their number. */
static unsigned looks_of(const struct test *t, struct look *looks)
{
    unsigned count = 0;

    if (has_accessed(t))
        looks[count++] = (struct look){PT64_ACCESSED, t->s->test_accessed};
    if (has_dirty(t))
        looks[count++] = (struct look){PT64_DIRTY, t->s->test_dirty};
    return count;
}

TEST_IF(has_accessed, "needs an accessed flag", a_look_reports_pages_with_the_flag_again_and_again)
{
    uint64_t page = page_size(t);
    pt64_flags_t both = RW | (flags_of(t) & (PT64_ACCESSED | PT64_DIRTY));
    struct look looks[2];
    unsigned count = looks_of(t, looks);
    struct snapshot before;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page, RW));
    expect_ok(map(t, some_vaddr(t) + 5 * page, some_paddr(t), page, both));
    expect_ok(map(t, some_vaddr(t) + 7 * page, some_paddr(t) + page, page, both));
    expect_ok(map(t, some_vaddr(t) + 9 * page, some_paddr(t), page, both));
    commit(t);
    arena_clear_events(&t->arena);
    snapshot_take(t, &before);
    for (unsigned i = 0; i < count; i++) {
        struct reports reports = {.count = 0};

        for (size_t turn = 0; turn < 2; turn++) {
            expect_ok(looks[i].call(t->table, some_vaddr(t), 8 * page, take_report, &reports));
            assert_int_equal(reports.count, 2 * turn + 2);
            expect_report(&reports, 2 * turn, some_vaddr(t) + 5 * page, some_paddr(t), page, both);
            expect_report(&reports, 2 * turn + 1, some_vaddr(t) + 7 * page, some_paddr(t) + page,
                          page, both);
        }
    }
    commit(t);
    assert_int_equal(t->arena.event_count, 0);
    expect_unchanged(&before);
    snapshot_free(&before);
}

/* What hardware sets shows, and what is taken does not any more. */
TEST_IF(has_accessed, "needs an accessed flag", a_look_sees_what_hardware_sets)
{
    struct look looks[2];
    unsigned count = looks_of(t, looks);

    for (unsigned i = 0; i < count; i++) {
        struct reports reports = {.count = 0};

        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
        expect_ok(looks[i].call(t->table, some_vaddr(t), page_size(t), take_report, &reports));
        assert_int_equal(reports.count, 0);
        hardware_stores(t, some_vaddr(t));
        expect_ok(looks[i].call(t->table, some_vaddr(t), page_size(t), take_report, &reports));
        assert_int_equal(reports.count, 1);
        expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, looks[i].flag));
        expect_ok(looks[i].call(t->table, some_vaddr(t), page_size(t), take_report, &reports));
        assert_int_equal(reports.count, 1);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST_IF(has_accessed, "needs an accessed flag", a_look_tells_only_pages_with_its_own_flag)
{
    struct reports reports = {.count = 0};
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW | PT64_ACCESSED));
    if (has_dirty(t)) {
        expect_ok(t->s->test_dirty(t->table, some_vaddr(t), page, take_report, &reports));
        assert_int_equal(reports.count, 0);
    }
    expect_ok(t->s->test_accessed(t->table, some_vaddr(t), page, take_report, &reports));
    expect_report(&reports, 0, some_vaddr(t), some_paddr(t), page, RW | PT64_ACCESSED);
}

TEST_IF(has_accessed, "needs an accessed flag",
        a_look_reports_a_huge_page_as_a_whole_and_over_holes)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t page = page_size(t);
        struct reports reports = {.count = 0};

        expect_ok(map(t, some_vaddr(t) + size, some_paddr(t), size, RW | PT64_ACCESSED));
        expect_ok(t->s->test_accessed(t->table, some_vaddr(t) + size + size / 2, page, take_report,
                                      &reports));
        expect_report(&reports, 0, some_vaddr(t) + size, some_paddr(t), size, RW | PT64_ACCESSED);
        expect_ok(t->s->test_accessed(t->table, some_vaddr(t), 3 * size, take_report, &reports));
        assert_int_equal(reports.count, 2);
        expect_ok(t->s->test_accessed(t->table, some_vaddr(t), size, take_report, &reports));
        assert_int_equal(reports.count, 2);
        expect_ok(unmap_region(t, some_vaddr(t) + size, size));
    }
}

TEST_IF(has_accessed, "needs an accessed flag", a_look_at_nothing_is_no_error_and_bad_ranges_are)
{
    uint64_t page = page_size(t);
    struct reports reports = {.count = 0};
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), page, RW | PT64_ACCESSED));
    expect_ok(t->s->test_accessed(t->table, vaddr, 0, take_report, &reports));
    expect_ok(t->s->test_accessed(t->table, vaddr + page, huge_size(t), take_report, &reports));
    expect(PT64_NOT_ALIGNED, t->s->test_accessed(t->table, vaddr + 1, page, take_report, &reports));
    expect(PT64_NOT_ALIGNED, t->s->test_accessed(t->table, vaddr, page + 1, take_report, &reports));
    expect(PT64_BAD_ADDRESS, t->s->test_accessed(t->table, vaddr, 0 - page, take_report, &reports));
    assert_int_equal(reports.count, 0);
}

/* What is before a node that is not memory is reported. */
TEST_IF(has_accessed, "needs an accessed flag", a_look_ends_at_a_lost_node)
{
    struct reports reports = {.count = 0};
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t slot = size_at(t, 1);
    pt64_slot_t *lost;
    uint64_t old;

    expect_ok(map(t, vaddr, some_paddr(t), page, RW | PT64_ACCESSED));
    expect_ok(map(t, vaddr + slot, some_paddr(t), page, RW | PT64_ACCESSED));
    lost = slot_of(t, vaddr + slot, 1);
    old = entry_in(t, lost);
    t->arena.strangers_expected = true;
    put_entry(t, lost, link_entry(t->s, some_paddr(t), 1));
    expect(PT64_BAD_ADDRESS, t->s->test_accessed(t->table, vaddr, 2 * slot, take_report, &reports));
    assert_int_equal(reports.count, 1);
    expect_ok(t->s->test_accessed(t->table, vaddr, slot, take_report, &reports));
    assert_int_equal(reports.count, 2);
    put_entry(t, lost, old);
}

TEST_IF(has_accessed, "needs an accessed flag", a_look_reports_what_is_borrowed)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_vaddr_t start = pt64_align_down(some_vaddr(t), slot);
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);
    struct reports reports = {.count = 0};

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page_size(t), RW | PT64_ACCESSED));
    expect_ok(t->s->pin(guard, start, slot));
    t->s->commit(guard);
    expect_ok(t->s->copy_from(t->guard, lender, start, slot));
    expect_ok(t->s->test_accessed(t->table, some_vaddr(t), page_size(t), take_report, &reports));
    expect_report(&reports, 0, some_vaddr(t), some_paddr(t), page_size(t), RW | PT64_ACCESSED);
    commit(t);
    t->s->destroy(t->table);
    end_table(t, lender, guard);
}

TEST_IF(lacks_dirty, "needs a format without a dirty flag",
        a_look_for_a_dirty_flag_that_there_is_not_says_so)
{
    struct reports reports = {.count = 0};

    expect(PT64_BAD_FLAGS,
           t->s->test_dirty(t->table, some_vaddr(t), page_size(t), take_report, &reports));
}

TEST_IF(lacks_accessed, "needs a format without an accessed flag",
        a_look_for_an_accessed_flag_that_there_is_not_says_so)
{
    struct reports reports = {.count = 0};

    expect(PT64_BAD_FLAGS,
           t->s->test_accessed(t->table, some_vaddr(t), page_size(t), take_report, &reports));
}
