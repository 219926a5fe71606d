/* SPDX-License-Identifier: MIT */
/* Pinned root slots: what other tables may borrow, and that it stays what they borrowed. */
#include <stdlib.h>
#include <string.h>

#include "test.h"

static uint64_t slot_size(const struct test *t)
{
    return size_at(t, root_level(t));
}

static pt64_status_t pin(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    return t->s->pin(t->guard, vaddr, bytes);
}

/* The test's table lends; this one borrows. */
struct borrower {
    void *table;
    void *guard;
};

static struct borrower new_borrower(struct test *t, pt64_vaddr_t vaddr)
{
    struct borrower borrower;

    borrower.table = new_table(t);
    borrower.guard = new_guard(t, borrower.table);
    expect_ok(t->s->copy_from(borrower.guard, t->table, vaddr, slot_size(t)));
    t->s->commit(borrower.guard);
    return borrower;
}

TEST(an_empty_slot_is_pinned_by_a_table)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(pin(t, vaddr, 2 * slot_size(t)));
    expect_tables(2);
    borrower = new_borrower(t, vaddr);
    expect_ok(map(t, vaddr + page_size(t), some_paddr(t), page_size(t), RW));
    commit(t);
    expect_page_in(borrower.table, vaddr + page_size(t), some_paddr(t), page_size(t), RW);
    end_table(t, borrower.table, borrower.guard);
}

TEST(a_pinned_slot_keeps_its_table_when_it_is_emptied)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = slot_size(t);
    uint64_t page = page_size(t);

    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    expect_ok(pin(t, vaddr, slot));
    borrower = new_borrower(t, vaddr);
    expect_ok(unmap_region(t, vaddr, slot));
    commit(t);
    expect_hole_in(borrower.table, vaddr);
    expect_ok(map(t, vaddr + 5 * page, some_paddr(t), page, RW));
    commit(t);
    expect_page_in(borrower.table, vaddr + 5 * page, some_paddr(t), page, RW);
    /* The pinned slot is unmapped together with parts of its neighbours, and then page by page. */
    expect_ok(map(t, vaddr + slot, 0, page, R));
    expect_ok(map(t, vaddr - page, 0, page, R));
    expect_ok(unmap_region(t, vaddr - page, slot + 2 * page));
    commit(t);
    expect_hole_in(borrower.table, vaddr + 5 * page);
    expect_ok(map(t, vaddr, 0, page, R));
    expect_ok(unmap(t, vaddr));
    expect_ok(map(t, vaddr + slot / 2, 0, page, R));
    commit(t);
    expect_page_in(borrower.table, vaddr + slot / 2, 0, page, R);
    end_table(t, borrower.table, borrower.guard);
}

/* Whole slots are emptied at once, except for pinned ones. */
TEST(a_pinned_slot_among_others_keeps_its_table)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = slot_size(t);
    uint64_t page = page_size(t);

    for (unsigned i = 0; i < 3; i++)
        expect_ok(map(t, vaddr + i * slot, some_paddr(t), page, RW));
    expect_ok(pin(t, vaddr + slot, slot));
    borrower = new_borrower(t, vaddr + slot);
    expect_ok(unmap_region(t, vaddr, 3 * slot));
    commit(t);
    for (unsigned i = 0; i < 3; i++)
        expect_hole(vaddr + i * slot);
    expect_hole_in(borrower.table, vaddr + slot);
    expect_ok(map(t, vaddr + slot + page, 0, page, R));
    commit(t);
    expect_page_in(borrower.table, vaddr + slot + page, 0, page, R);
    end_table(t, borrower.table, borrower.guard);
}

TEST(only_pinned_slots_are_lent)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, 0, page_size(t), RW));
    expect_ok(pin(t, vaddr + slot_size(t), slot_size(t)));
    expect(PT64_BORROWED, t->s->copy_from(guard, t->table, vaddr, slot_size(t)));
    expect(PT64_BORROWED, t->s->copy_from(guard, t->table, vaddr, 2 * slot_size(t)));
    expect_hole_in(table, vaddr);
    expect_ok(t->s->map(guard, vaddr + slot_size(t), 0, page_size(t), R));
    end_table(t, table, guard);
}

/* ---- more runs of slots than a table has room for ---- */

#define SCATTERED 6

/* Every other slot. There is always a slot below the first. */
static pt64_vaddr_t scattered(struct test *t, unsigned i)
{
    return some_vaddr(t) + 2 * i * slot_size(t);
}

static void pin_scattered(struct test *t)
{
    for (unsigned i = 0; i < SCATTERED; i++) {
        expect_ok(map(t, scattered(t, i), some_paddr(t), page_size(t), RW));
        expect_ok(pin(t, scattered(t, i), slot_size(t)));
    }
    commit(t);
}

/* The runs are kept in a frame, which the table keeps until it is destroyed. */
TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, any_slots_are_pinned_however_they_lie)
{
    struct borrower borrower;
    uint64_t page = page_size(t);
    size_t live;

    for (unsigned i = 0; i < SCATTERED; i++)
        expect_ok(map(t, scattered(t, i), some_paddr(t), page, RW));
    live = t->arena.live;
    for (unsigned i = 0; i < SCATTERED; i++) {
        expect_ok(pin(t, scattered(t, i), slot_size(t)));
        expect_ok(pin(t, scattered(t, i), slot_size(t)));
    }
    t->share_maps = 1;
    assert_int_equal(t->arena.live, live + 1);
    for (unsigned i = 0; i < SCATTERED; i++)
        expect_ok(unmap_region(t, scattered(t, i), page));
    commit(t);
    live = bare_frames(t) + SCATTERED;
    assert_int_equal(t->arena.live, live + 1);
    expect_ok(map(t, scattered(t, 0) + slot_size(t), some_paddr(t), page, RW));
    expect_ok(unmap_region(t, scattered(t, 0) + slot_size(t), page));
    commit(t);
    assert_int_equal(t->arena.live, live + 1);
    borrower = new_borrower(t, scattered(t, 4));
    expect_ok(map(t, scattered(t, 4) + page, some_paddr(t), page, RW));
    commit(t);
    expect_page_in(borrower.table, scattered(t, 4) + page, some_paddr(t), page, RW);
    end_table(t, borrower.table, borrower.guard);
}

TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, any_slots_are_borrowed_however_they_lie)
{
    struct borrower borrower;
    uint64_t page = page_size(t);

    t->share_maps = 2;
    pin_scattered(t);
    borrower.table = new_table(t);
    borrower.guard = new_guard(t, borrower.table);
    /* The empty slots between them stay the borrower's own. */
    expect_ok(t->s->copy_from(borrower.guard, t->table, scattered(t, 0),
                              (2 * SCATTERED - 1) * slot_size(t)));
    t->s->commit(borrower.guard);
    for (unsigned i = 0; i < SCATTERED; i++) {
        expect_page_in(borrower.table, scattered(t, i), some_paddr(t), page, RW);
        expect(PT64_BORROWED, t->s->unmap(borrower.guard, scattered(t, i), NULL));
        expect_ok(t->s->map(borrower.guard, scattered(t, i) - page, 0, page, R));
    }
    t->s->commit(borrower.guard);
    end_table(t, borrower.table, borrower.guard);
    for (unsigned i = 0; i < SCATTERED; i++)
        expect_page(scattered(t, i), some_paddr(t), page, RW);
}

/* The frame is allocated before anything changes. */
TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS,
        without_a_frame_to_remember_them_no_slot_is_shared)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    unsigned pinned = 0;
    pt64_status_t status = PT64_OK;

    t->share_maps = 1;
    for (unsigned i = 0; i < SCATTERED; i++)
        expect_ok(map(t, scattered(t, i), some_paddr(t), page_size(t), RW));
    t->arena.allocations_left = 0;
    while (status == PT64_OK) {
        status = pin(t, scattered(t, pinned), slot_size(t));
        pinned += status == PT64_OK ? 1 : 0;
        assert_true(pinned < SCATTERED);
    }
    assert_int_equal(status, PT64_NO_MEMORY);
    expect(PT64_BORROWED, t->s->copy_from(guard, t->table, scattered(t, pinned), slot_size(t)));
    t->arena.allocations_left = SIZE_MAX;
    for (unsigned i = pinned; i < SCATTERED; i++)
        expect_ok(pin(t, scattered(t, i), slot_size(t)));
    t->arena.allocations_left = 0;
    expect(PT64_NO_MEMORY,
           t->s->copy_from(guard, t->table, scattered(t, 0), (2 * SCATTERED - 1) * slot_size(t)));
    t->arena.allocations_left = SIZE_MAX;
    for (unsigned i = 0; i < SCATTERED; i++)
        expect_hole_in(table, scattered(t, i));
    expect_ok(t->s->map(guard, scattered(t, 0), 0, page_size(t), R));
    end_table(t, table, guard);
}

/* name_destroy also works on a table that was released. */
TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, what_is_shared_is_released_and_taken_back)
{
    struct borrower borrower;
    pt64_paddr_t root;

    t->share_maps = 1;
    pin_scattered(t);
    root = t->s->release(t->table);
    expect_ok(t->s->readopt(t->table, root, &t->arena));
    borrower = new_borrower(t, scattered(t, 5));
    expect_page_in(borrower.table, scattered(t, 5), some_paddr(t), page_size(t), RW);
    end_table(t, borrower.table, borrower.guard);
    root = t->s->release(t->table);
    {
        size_t live = t->arena.live;
        void *other = new_table(t);
        size_t own = t->arena.live - live;

        t->s->destroy(t->table);
        assert_int_equal(t->arena.live, live + own - 1);
        t->s->destroy(other);
        free(other);
        expect_ok(t->s->readopt(t->table, root, &t->arena));
    }
}

TEST(pin_takes_whole_root_slots)
{
    struct half halves[2];
    uint64_t slot = slot_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    halves_of(t, halves);
    expect(PT64_NOT_ALIGNED, pin(t, vaddr + page_size(t), slot));
    expect(PT64_NOT_ALIGNED, pin(t, vaddr, slot + page_size(t)));
    expect(PT64_NOT_ALIGNED, pin(t, vaddr, page_size(t)));
    expect(PT64_BAD_ADDRESS, pin(t, halves[0].last - slot + 1, 2 * slot));
    expect(PT64_BAD_ADDRESS, pin(t, vaddr, 0 - slot));
    expect_ok(pin(t, vaddr, 0));
    expect_tables(0);
}

TEST(pin_without_frames_pins_nothing)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, 0, page_size(t), RW));
    commit(t);
    t->arena.allocations_left = 1;
    expect(PT64_NO_MEMORY, pin(t, vaddr, 3 * slot_size(t)));
    t->arena.allocations_left = SIZE_MAX;
    expect(PT64_BORROWED, t->s->copy_from(guard, t->table, vaddr, slot_size(t)));
    end_table(t, table, guard);
    expect_ok(unmap_region(t, vaddr, slot_size(t)));
    commit(t);
    expect_tables(0);
}

TEST(what_is_borrowed_cannot_be_pinned_and_what_is_pinned_takes_no_loan)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(pin(t, vaddr, 2 * slot_size(t)));
    borrower = new_borrower(t, vaddr);
    expect(PT64_BORROWED, t->s->pin(borrower.guard, vaddr, slot_size(t)));
    expect_ok(t->s->pin(borrower.guard, vaddr + slot_size(t), slot_size(t)));
    expect(PT64_ALREADY_MAPPED,
           t->s->copy_from(borrower.guard, t->table, vaddr + slot_size(t), slot_size(t)));
    end_table(t, borrower.table, borrower.guard);
}

static bool root_can_hold_a_page(const struct test *t)
{
    return top_leaf_level(t) == root_level(t);
}

#define NEEDS_ROOT_PAGES "needs pages in the root"

/* The borrower's entry is a copy: a change by the owner to its own entry would not show there. */
TEST_IF(root_can_hold_a_page, NEEDS_ROOT_PAGES, a_pinned_page_of_the_root_does_not_change)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = slot_size(t);
    uint64_t page = page_size(t);
    struct snapshot before;

    expect_ok(map(t, vaddr, some_paddr(t), slot, RW));
    expect_ok(map(t, vaddr + slot, 0, page, RW));
    expect_ok(pin(t, vaddr, slot));
    borrower = new_borrower(t, vaddr);
    expect_page_in(borrower.table, vaddr, some_paddr(t), slot, RW);
    snapshot_take(t, &before);
    expect(PT64_BORROWED, unmap(t, vaddr));
    expect(PT64_BORROWED, protect(t, vaddr, R));
    expect(PT64_BORROWED, remap(t, vaddr, 0, RW));
    expect(PT64_BORROWED, unmap_region(t, vaddr + page, page));
    expect(PT64_BORROWED, unmap_region(t, vaddr, 2 * slot));
    expect(PT64_BORROWED, protect_region(t, vaddr + page, page, R));
    expect(PT64_BORROWED, protect_region(t, vaddr, 2 * slot, R));
    expect(PT64_BORROWED, change_region(t, vaddr + page, page, 0, PT64_WRITE));
    expect(PT64_BORROWED, map_region(t, vaddr + slot - page, 0, 2 * page, R));
    if (flags_of(t) & PT64_DIRTY)
        expect(PT64_BORROWED, t->s->test_and_clear_dirty(t->guard, vaddr, page, ignore_page, NULL));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_ok(unmap_region(t, vaddr + slot, slot));
    end_table(t, borrower.table, borrower.guard);
}

TEST_IF(root_can_hold_a_page, NEEDS_ROOT_PAGES, a_page_of_the_root_does_not_replace_a_pinned_table)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(pin(t, vaddr, slot_size(t)));
    expect(PT64_BORROWED, map(t, vaddr, some_paddr(t), slot_size(t), RW));
    expect(PT64_BORROWED, map_region(t, vaddr, some_paddr(t), slot_size(t), RW));
    expect_ok(map_region(t, vaddr + slot_size(t), some_paddr(t), slot_size(t), RW));
}

/* The name_t holds loans and pins. */
TEST(a_table_that_was_released_keeps_its_loans_and_pins)
{
    struct borrower borrower;
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = slot_size(t);
    size_t lent;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(pin(t, vaddr, slot));
    commit(t);
    lent = t->arena.live;
    borrower = new_borrower(t, vaddr);
    expect_ok(t->s->readopt(borrower.table, t->s->release(borrower.table), &t->arena));
    t->s->begin(borrower.guard, borrower.table);
    expect(PT64_BORROWED, t->s->unmap(borrower.guard, vaddr, NULL));
    expect_ok(t->s->readopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    expect_ok(unmap_region(t, vaddr, slot));
    commit(t);
    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    commit(t);
    expect_page_in(borrower.table, vaddr, some_paddr(t), page_size(t), RW);
    end_table(t, borrower.table, borrower.guard);
    assert_int_equal(t->arena.live, lent);
    expect_page(vaddr, some_paddr(t), page_size(t), RW);
}

TEST(a_pinned_table_goes_when_its_owner_is_destroyed)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);

    expect_ok(t->s->pin(guard, some_vaddr(t), 2 * slot_size(t)));
    expect_ok(t->s->map(guard, some_vaddr(t), 0, page_size(t), RW));
    end_table(t, table, guard);
    assert_int_equal(t->arena.live, bare_frames(t));
}
