/* SPDX-License-Identifier: MIT */
/* One table borrows root slots of another, which has pinned them. */
#include "test.h"

/* The test's own table borrows. This one lends. */
struct lender {
    void *table;
    void *guard;
};

static struct lender new_lender(struct test *t)
{
    struct lender lender;

    lender.table = new_table(t);
    lender.guard = new_guard(t, lender.table);
    return lender;
}

static uint64_t slot_size(const struct test *t)
{
    return size_at(t, root_level(t));
}

/* Maps a page in a slot, and pins the slot so that others may borrow it. */
static void lend_page(struct test *t, const struct lender *lender, pt64_vaddr_t vaddr)
{
    expect_ok(t->s->map(lender->guard, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(t->s->pin(lender->guard, pt64_align_down(vaddr, slot_size(t)), slot_size(t)));
    t->s->commit(lender->guard);
}

/* The borrower goes first. Then the lender goes, with all that it lent. */
static void end_loan(struct test *t, struct lender *lender)
{
    const void *const both[] = {t->table, lender->table};

    commit(t);
    check_sound(t, both, 2, __FILE__, __LINE__);
    t->s->destroy(t->table);
    expect_page_in(lender->table, some_vaddr(t), some_paddr(t), page_size(t), RW);
    check_sound(t, (const void *const[]){lender->table}, 1, __FILE__, __LINE__);
    end_table(t, lender->table, lender->guard);
    assert_int_equal(t->arena.live, 0);
}

static pt64_status_t borrow(struct test *t, const struct lender *lender, pt64_vaddr_t vaddr,
                            uint64_t bytes)
{
    return t->s->copy_from(t->guard, lender->table, vaddr, bytes);
}

TEST(copy_from_shows_what_the_other_table_maps)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_run(0, {some_vaddr(t), some_paddr(t), page_size(t), RW});
    end_loan(t, &lender);
}

TEST(what_the_lender_maps_later_shows_too)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t later = some_vaddr(t) + slot_size(t) / 2;

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    commit(t);
    lend_page(t, &lender, later);
    expect_page(later, some_paddr(t), page_size(t), RW);
    expect_ok(t->s->unmap(lender.guard, later, NULL));
    t->s->commit(lender.guard);
    expect_hole(later);
    end_loan(t, &lender);
}

TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, copy_from_of_many_slots_borrows_those_in_use)
{
    struct lender lender = new_lender(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    pt64_vaddr_t second = some_vaddr(t) + 5 * slot_size(t);

    (void)count;
    lend_page(t, &lender, some_vaddr(t));
    lend_page(t, &lender, second);
    expect_ok(borrow(t, &lender, halves[0].first, halves[0].last - halves[0].first + 1));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_page(second, some_paddr(t), page_size(t), RW);
    /* The slots that were empty are the borrower's own. */
    expect_ok(map(t, some_vaddr(t) + slot_size(t), 0, page_size(t), RX));
    expect_page(some_vaddr(t) + slot_size(t), 0, page_size(t), RX);
    expect_hole_in(lender.table, some_vaddr(t) + slot_size(t));
    end_loan(t, &lender);
}

/* More than a block of eight, and of what is left one. */
TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, copy_from_of_slots_side_by_side_borrows_each)
{
    struct lender lender = new_lender(t);
    const unsigned slots = 9;

    for (unsigned i = 0; i < slots; i++)
        lend_page(t, &lender, some_vaddr(t) + i * slot_size(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slots * slot_size(t)));
    for (unsigned i = 0; i < slots; i++)
        expect_page(some_vaddr(t) + i * slot_size(t), some_paddr(t), page_size(t), RW);
    expect_hole(some_vaddr(t) + slots * slot_size(t));
    end_loan(t, &lender);
}

TEST_IF(has_two_halves, "needs a root of both halves", the_upper_half_can_be_shared)
{
    struct lender lender = new_lender(t);
    struct half halves[2];

    halves_of(t, halves);
    lend_page(t, &lender, some_vaddr(t));
    lend_page(t, &lender, halves[1].last - page_size(t) + 1);
    expect_ok(borrow(t, &lender, halves[1].first, halves[1].last - halves[1].first + 1));
    expect_page(halves[1].last - page_size(t) + 1, some_paddr(t), page_size(t), RW);
    expect_hole(some_vaddr(t));
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RX));
    end_loan(t, &lender);
}

TEST(copy_from_takes_whole_root_slots)
{
    struct lender lender = new_lender(t);
    uint64_t slot = slot_size(t);

    lend_page(t, &lender, some_vaddr(t));
    expect(PT64_NOT_ALIGNED, borrow(t, &lender, some_vaddr(t) + page_size(t), slot));
    expect(PT64_NOT_ALIGNED, borrow(t, &lender, some_vaddr(t) + slot / 2, slot));
    expect(PT64_NOT_ALIGNED, borrow(t, &lender, some_vaddr(t), slot / 2));
    expect(PT64_NOT_ALIGNED, borrow(t, &lender, some_vaddr(t), slot + page_size(t)));
    expect_hole(some_vaddr(t));
    end_loan(t, &lender);
}

TEST(copy_from_refuses_what_is_no_range)
{
    struct lender lender = new_lender(t);
    struct half halves[2];
    uint64_t slot = slot_size(t);

    halves_of(t, halves);
    lend_page(t, &lender, some_vaddr(t));
    expect(PT64_BAD_ADDRESS, borrow(t, &lender, halves[0].last - slot + 1, 2 * slot));
    expect(PT64_BAD_ADDRESS, borrow(t, &lender, some_vaddr(t), 0 - slot));
    end_loan(t, &lender);
}

TEST(copy_from_into_a_slot_in_use_changes_nothing)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t second = some_vaddr(t) + slot_size(t);
    struct snapshot before;

    lend_page(t, &lender, some_vaddr(t));
    lend_page(t, &lender, second);
    expect_ok(map(t, second + slot_size(t) / 2, 0, page_size(t), RX));
    snapshot_take(t, &before);
    expect(PT64_ALREADY_MAPPED, borrow(t, &lender, second, slot_size(t)));
    expect(PT64_ALREADY_MAPPED, borrow(t, &lender, some_vaddr(t), 2 * slot_size(t)));
    expect_unchanged(&before);
    snapshot_free(&before);
    end_loan(t, &lender);
}

/* A node without pages gives way, and is freed after the flush. */
TEST(copy_from_replaces_an_empty_table)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RX));
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    /* The guard knew the path to the old node. */
    expect(PT64_BORROWED, map(t, some_vaddr(t) + page_size(t), 0, page_size(t), R));
    end_loan(t, &lender);
}

TEST(a_slot_cannot_be_borrowed_twice)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    expect(PT64_ALREADY_MAPPED, borrow(t, &lender, some_vaddr(t), slot_size(t)));
    end_loan(t, &lender);
}

static pt64_paddr_t no_frame(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    (void)vaddr;
    return 0;
}

TEST(every_change_of_what_is_borrowed_is_refused)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t slot = slot_size(t);
    struct snapshot before;

    lend_page(t, &lender, vaddr);
    expect_ok(borrow(t, &lender, vaddr, slot));
    snapshot_take(t, &before);
    expect_failure(PT64_BORROWED, vaddr, map(t, vaddr, 0, page, R));
    expect_failure(PT64_BORROWED, vaddr + page, map(t, vaddr + page, 0, page, R));
    expect_failure(PT64_BORROWED, vaddr + slot - huge_size(t),
                   map(t, vaddr + slot - huge_size(t), 0, huge_size(t), R));
    expect_failure(PT64_BORROWED, vaddr, unmap(t, vaddr));
    expect_failure(PT64_BORROWED, vaddr + page, unmap(t, vaddr + page));
    expect_failure(PT64_BORROWED, vaddr, protect(t, vaddr, R));
    expect_failure(PT64_BORROWED, vaddr, remap(t, vaddr, 0, R));
    expect_failure(PT64_BORROWED, vaddr + page, map_region(t, vaddr + page, 0, page, R));
    expect_failure(PT64_BORROWED, vaddr, map_region(t, vaddr - page, 0, 2 * page, R));
    expect_failure(PT64_BORROWED, vaddr + slot - page,
                   map_region(t, vaddr + slot - page, 0, 2 * page, R));
    expect_failure(PT64_BORROWED, vaddr,
                   t->s->map_pages(t->guard, vaddr, no_frame, NULL, page, R, PT64_SIZE_ANY));
    expect_failure(PT64_BORROWED, vaddr, unmap_region(t, vaddr, page));
    expect_failure(PT64_BORROWED, vaddr, unmap_region(t, vaddr - slot, 3 * slot));
    expect_failure(PT64_BORROWED, vaddr, protect_region(t, vaddr, page, R));
    expect_failure(PT64_BORROWED, vaddr, protect_region(t, vaddr - page, 2 * page, R));
    expect_failure(PT64_BORROWED, vaddr, change_region(t, vaddr - page, 2 * page, 0, PT64_WRITE));
    /* A flag that the format does not have is refused before the call reads the table. */
    expect_failure(flags_of(t) & PT64_ACCESSED ? PT64_BORROWED : PT64_BAD_FLAGS, vaddr,
                   t->s->test_and_clear_accessed(t->guard, vaddr, page, ignore_page, NULL));
    expect_failure(flags_of(t) & PT64_DIRTY ? PT64_BORROWED : PT64_BAD_FLAGS, vaddr,
                   t->s->test_and_clear_dirty(t->guard, vaddr, page, ignore_page, NULL));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_ok(map(t, vaddr - page, 0, page, R));
    expect_ok(map(t, vaddr + slot, 0, page, R));
    end_loan(t, &lender);
}

TEST(destroy_frees_nothing_that_was_borrowed)
{
    struct lender lender = new_lender(t);
    size_t lent;

    lend_page(t, &lender, some_vaddr(t));
    lend_page(t, &lender, some_vaddr(t) + slot_size(t));
    lent = t->arena.live;
    expect_ok(borrow(t, &lender, some_vaddr(t), 2 * slot_size(t)));
    expect_ok(map(t, some_vaddr(t) - page_size(t), 0, page_size(t), R));
    commit(t);
    t->s->destroy(t->table);
    assert_int_equal(t->arena.live, lent - bare_frames(t));
    expect_page_in(lender.table, some_vaddr(t), some_paddr(t), page_size(t), RW);
    end_loan(t, &lender);
}

/* A root of any width records which of its slots are on loan. */
TEST(each_slot_of_the_root_can_be_borrowed_alone)
{
    struct lender lender = new_lender(t);
    uint64_t page = page_size(t);
    uint64_t slot = slot_size(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    t->share_maps = 1; /* of the lender */
    lend_page(t, &lender, some_vaddr(t));
    for (unsigned h = 0; h < count; h++) {
        uint64_t last = (halves[h].last - halves[h].first) / slot;

        for (uint64_t i = 0; i <= last; i += last > 64 && i < 64 ? 64 : last / 3) {
            pt64_vaddr_t vaddr = halves[h].first + i * slot;
            void *table = new_table(t);
            void *guard = new_guard(t, table);
            size_t lent;

            lend_page(t, &lender, vaddr + slot / 2);
            lent = t->arena.live;
            if (i > 0)
                expect_ok(t->s->map(guard, vaddr - page, 0, page, R));
            if (i < last)
                expect_ok(t->s->map(guard, vaddr + slot, 0, page, R));
            expect_ok(t->s->copy_from(guard, lender.table, vaddr, slot));
            expect(PT64_BORROWED, t->s->unmap(guard, vaddr + slot / 2, NULL));
            expect(PT64_BORROWED, t->s->unmap_region(guard, vaddr, slot));
            if (i > 0)
                expect_ok(t->s->protect(guard, vaddr - page, RW));
            if (i < last)
                expect_ok(t->s->protect(guard, vaddr + slot, RW));
            end_table(t, table, guard);
            assert_int_equal(t->arena.live, lent - bare_frames(t));
            expect_page_in(lender.table, vaddr + slot / 2, some_paddr(t), page, RW);
            expect_ok(t->s->unmap(lender.guard, vaddr + slot / 2, NULL));
            t->s->commit(lender.guard);
        }
    }
    end_loan(t, &lender);
}

TEST(several_tables_may_borrow_the_same_slots)
{
    struct lender lender = new_lender(t);
    void *third = new_table(t);
    void *guard = new_guard(t, third);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    expect_ok(t->s->copy_from(guard, lender.table, some_vaddr(t), slot_size(t)));
    expect_page_in(third, some_vaddr(t), some_paddr(t), page_size(t), RW);
    end_table(t, third, guard);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    end_loan(t, &lender);
}

/* A new node in the borrower's slot: the needs created and linked (traits.h) apply here too. */
TEST(copy_from_asks_for_what_a_new_page_needs)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    commit(t);
    arena_clear_events(&t->arena);
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    commit(t);
    if (t->s->meta->needs.created == PT64_NEED_NOTHING && !holds_root(t)) {
        assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
    } else {
        assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
        assert_true(!holds_root(t) || t->arena.events[0].request.everything);
        if (t->s->meta->needs.created >= PT64_NEED_LEAF)
            assert_true(covers(&t->arena.events[0].request, some_vaddr(t), page_size(t)));
    }
    end_loan(t, &lender);
}

TEST(copy_from_of_nothing_borrows_nothing)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t empty = some_vaddr(t) + apart(t, root_level(t), 3);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, empty, slot_size(t)));
    expect_hole(empty);
    expect_ok(map(t, empty, 0, page_size(t), RW));
    expect_page(empty, 0, page_size(t), RW);
    end_loan(t, &lender);
}

static bool root_can_hold_a_page(const struct test *t)
{
    return top_leaf_level(t) == root_level(t);
}

/* A root slot that holds a page is borrowed like one that links a node: it is visible, and cannot
 * be changed. */
TEST_IF(root_can_hold_a_page, "needs pages in the root", a_page_in_the_root_can_be_borrowed)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t huge = some_vaddr(t) + slot_size(t);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(t->s->map(lender.guard, huge, 0, slot_size(t), RX));
    expect_ok(t->s->pin(lender.guard, huge, slot_size(t)));
    t->s->commit(lender.guard);
    expect_ok(borrow(t, &lender, huge, slot_size(t)));
    expect_page(huge, 0, slot_size(t), RX);
    expect(PT64_BORROWED, unmap(t, huge));
    expect(PT64_BORROWED, unmap_region(t, huge, page_size(t)));
    expect(PT64_BORROWED, protect(t, huge, R));
    expect(PT64_ALREADY_MAPPED, borrow(t, &lender, huge, slot_size(t)));
    end_loan(t, &lender);
}

/* A third table borrows what the second has on loan. The first table still owns it and frees it. */
TEST(what_was_borrowed_can_be_lent_on)
{
    struct lender lender = new_lender(t);
    void *third = new_table(t);
    void *guard = new_guard(t, third);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    commit(t);
    expect_ok(t->s->copy_from(guard, t->table, some_vaddr(t), slot_size(t)));
    expect_page_in(third, some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect(PT64_BORROWED, t->s->unmap(guard, some_vaddr(t), NULL));
    end_table(t, third, guard);
    end_loan(t, &lender);
}

/* A destroyed borrower forgets its loans. The owner keeps what it lent. */
TEST(the_loan_of_a_destroyed_borrower_is_over)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    commit(t);
    t->s->destroy(t->table);
    expect_ok(t->s->create(t->table, &t->arena));
    t->s->begin(t->guard, t->table);
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RX));
    expect_page(some_vaddr(t), 0, page_size(t), RX);
    expect_page_in(lender.table, some_vaddr(t), some_paddr(t), page_size(t), RW);
    end_loan(t, &lender);
}

/* What it costs to borrow the slot of `vaddr`, in frames looked at. */
static size_t looks_to_borrow(struct test *t, const struct lender *lender, pt64_vaddr_t vaddr)
{
    void *borrower = new_table(t);
    void *guard = new_guard(t, borrower);
    size_t looks;

    t->arena.accesses = 0;
    expect_ok(t->s->copy_from(guard, lender->table, vaddr, slot_size(t)));
    looks = t->arena.accesses;
    end_table(t, borrower, guard);
    return looks;
}

TEST(an_adopted_table_borrows_into_its_empty_slots)
{
    struct lender lender = new_lender(t);

    lend_page(t, &lender, some_vaddr(t));
    commit(t);
    expect_ok(t->s->adopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    expect_ok(borrow(t, &lender, some_vaddr(t), slot_size(t)));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    end_loan(t, &lender);
}

/* To find a node that is linked twice takes a walk over all of an adopted table. A loan does not
 * change the lender, and needs none. */
TEST(a_loan_from_an_adopted_table_costs_the_same_whatever_else_it_maps)
{
    struct lender lender = new_lender(t);
    pt64_vaddr_t vaddr = pt64_align_down(some_vaddr(t), slot_size(t));
    size_t looks;

    lend_page(t, &lender, some_vaddr(t));
    expect_ok(t->s->adopt(lender.table, t->s->release(lender.table), &t->arena));
    t->s->begin(lender.guard, lender.table);
    expect_ok(t->s->pin(lender.guard, vaddr, slot_size(t)));
    t->s->commit(lender.guard);
    looks = looks_to_borrow(t, &lender, vaddr);
    expect_ok(t->s->map(lender.guard, some_vaddr(t) + slot_size(t), 0, page_size(t), RW));
    t->s->commit(lender.guard);
    assert_int_equal(looks_to_borrow(t, &lender, vaddr), looks);
    end_loan(t, &lender);
}
