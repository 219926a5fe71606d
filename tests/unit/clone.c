/* SPDX-License-Identifier: MIT */
/* clone_region: a table maps what another maps in a range, and flags change on both sides. */
#include "test.h"

#include <stdlib.h>

#define HISTORY (PT64_ACCESSED | PT64_DIRTY)

/* The test's own table is the clone. This is what it is cloned from. */
struct source {
    void *table;
    void *guard;
};

static struct source new_source(struct test *t)
{
    struct source source;

    source.table = new_table(t);
    source.guard = new_guard(t, source.table);
    return source;
}

static void map_in(struct test *t, const struct source *source, pt64_vaddr_t vaddr,
                   pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags)
{
    expect_ok(t->s->map(source->guard, vaddr, paddr, size, flags));
}

/* Neither table has anything of the other. */
static void end_source(struct test *t, struct source *source)
{
    const void *const both[] = {t->table, source->table};

    commit(t);
    t->s->commit(source->guard);
    check_sound(t, both, 2, __FILE__, __LINE__);
    end_table(t, source->table, source->guard);
}

static pt64_slot_t *slot_of_source(struct test *t, const struct source *source, pt64_vaddr_t vaddr,
                                   unsigned level)
{
    struct test other = *t;

    other.table = source->table;
    return slot_of(&other, vaddr, level);
}

/* Huge pages that break before they are made are reported one by one: a node of them at most. */
struct reports {
    struct pt64_mapping all[2100];
    size_t count;
};

static struct reports reports;

static void take_report(void *arg, const struct pt64_mapping *page)
{
    assert_ptr_equal(arg, &reports);
    assert_true(reports.count < sizeof reports.all / sizeof reports.all[0]);
    reports.all[reports.count++] = *page;
}

static pt64_status_t clone(struct test *t, const struct source *source, pt64_vaddr_t vaddr,
                           uint64_t bytes, pt64_flags_t set, pt64_flags_t clear)
{
    reports.count = 0;
    return t->s->clone_region(t->guard, source->guard, vaddr, bytes, set, clear, take_report,
                              &reports);
}

static void expect_report(size_t index, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                          pt64_flags_t flags)
{
    assert_true(index < reports.count);
    assert_true(reports.all[index].vaddr == vaddr);
    assert_true(reports.all[index].paddr == paddr);
    assert_true(reports.all[index].size == size);
    assert_int_equal(reports.all[index].flags, flags);
}

static pt64_flags_t soft(const struct test *t)
{
    return flags_of(t) & PT64_SOFT0;
}

/* ---- what the clone maps ---- */

TEST(a_clone_maps_the_same_by_pages_of_the_same_sizes)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        struct source source = new_source(t);
        uint64_t size = size_at(t, level);

        map_in(t, &source, some_vaddr(t), some_paddr(t), size, RW);
        expect_ok(clone(t, &source, some_vaddr(t), size, soft(t), PT64_WRITE));
        expect_page(some_vaddr(t), some_paddr(t), size, R | soft(t));
        expect_page_in(source.table, some_vaddr(t), some_paddr(t), size, R | soft(t));
        assert_int_equal(reports.count, 1);
        expect_report(0, some_vaddr(t), some_paddr(t), size, R | soft(t));
        end_source(t, &source);
        expect_page(some_vaddr(t), some_paddr(t), size, R | soft(t));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* Pages of several sizes, hidden pages and marks, with holes between them. */
TEST(a_clone_has_all_that_is_in_the_range_and_nothing_else)
{
    struct source source = new_source(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_paddr_t paddr = some_paddr(t);

    map_in(t, &source, vaddr, paddr, page, RW);
    map_in(t, &source, vaddr + page, paddr + page, page, RW);
    map_in(t, &source, vaddr + 2 * page, paddr + 7 * page, page, RX);
    map_in(t, &source, vaddr + 5 * page, paddr, page, 0);
    expect_ok(t->s->mark(source.guard, vaddr + 6 * page, page, 77, NULL));
    map_in(t, &source, vaddr + huge, paddr, huge, RW);
    map_in(t, &source, vaddr + 2 * huge, 0, huge, 0);
    expect_ok(t->s->mark(source.guard, vaddr + 3 * huge, huge, 78, NULL));
    map_in(t, &source, vaddr + 4 * huge + 3 * page, paddr, page, RW);
    map_in(t, &source, vaddr - page, 0, page, RW);
    map_in(t, &source, vaddr + 5 * huge, 0, page, RW);
    expect_ok(clone(t, &source, vaddr, 5 * huge, 0, PT64_WRITE));
    expect_hole(vaddr - page);
    expect_run(vaddr, {vaddr, paddr, 2 * page, R});
    expect_page(vaddr + 2 * page, paddr + 7 * page, page, RX);
    expect_hole(vaddr + 3 * page);
    expect_page(vaddr + 5 * page, paddr, page, 0);
    expect_mark(vaddr + 6 * page, 77);
    expect_hole(vaddr + 7 * page);
    expect_page(vaddr + huge, paddr, huge, R);
    expect_page(vaddr + 2 * huge, 0, huge, 0);
    expect_mark(vaddr + 3 * huge, 78);
    expect_page(vaddr + 4 * huge + 3 * page, paddr, page, R);
    expect_hole(vaddr + 5 * huge);
    expect_page_in(source.table, vaddr - page, 0, page, RW);
    expect_page_in(source.table, vaddr + 5 * huge, 0, page, RW);
    assert_int_equal(reports.count, 8);
    expect_report(0, vaddr, paddr, 2 * page, R);
    expect_report(1, vaddr + 2 * page, paddr + 7 * page, page, RX);
    expect_report(2, vaddr + 5 * page, paddr, page, 0);
    expect_report(3, vaddr + 6 * page, 77, page, PT64_MARK);
    expect_report(4, vaddr + huge, paddr, huge, R);
    expect_report(5, vaddr + 2 * huge, 0, huge, 0);
    expect_report(6, vaddr + 3 * huge, 78, huge, PT64_MARK);
    expect_report(7, vaddr + 4 * huge + 3 * page, paddr, page, R);
    end_source(t, &source);
}

TEST(many_pages_are_cloned_like_few)
{
    uint64_t page = page_size(t);

    for (unsigned count = 1; count < 40; count += 6) {
        struct source source = new_source(t);

        for (unsigned i = 0; i < count; i++)
            map_in(t, &source, some_vaddr(t) + i * page, some_paddr(t) + (i ^ 1) * page, page,
                   i % 7 == 3 ? RX : RW);
        expect_ok(t->s->clone_region(t->guard, source.guard, some_vaddr(t), count * page, 0,
                                     PT64_WRITE, NULL, NULL));
        for (unsigned i = 0; i < count; i++)
            expect_page(some_vaddr(t) + i * page, some_paddr(t) + (i ^ 1) * page, page,
                        i % 7 == 3 ? RX : R);
        end_source(t, &source);
        expect_ok(unmap_region(t, some_vaddr(t), count * page));
        commit(t);
        expect_tables(0);
    }
}

/* In two nodes, so that pages come after others that are alike and after some that are not. */
TEST(pages_with_flags_of_their_own_are_cloned_with_these)
{
    const pt64_flags_t kinds[] = {RW, RW, RX, RX | PT64_WRITE, R, RW};
    const unsigned count = sizeof kinds / sizeof kinds[0];
    pt64_flags_t history = flags_of(t) & HISTORY;
    uint64_t page = page_size(t);
    uint64_t node = size_at(t, 1);
    struct source source = new_source(t);

    for (unsigned i = 0; i < 2 * count; i++)
        map_in(t, &source, some_vaddr(t) + i / count * node + i % count * page,
               some_paddr(t) + i * page, page, kinds[i % count] | history);
    expect_ok(clone(t, &source, some_vaddr(t), 2 * node, 0, PT64_WRITE));
    for (unsigned i = 0; i < 2 * count; i++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + i / count * node + i % count * page;
        pt64_flags_t flags = kinds[i % count] & ~PT64_WRITE;

        expect_page_in(source.table, vaddr, some_paddr(t) + i * page, page, flags | history);
        expect_page(vaddr, some_paddr(t) + i * page, page, flags);
    }
    end_source(t, &source);
}

/* The pages are alike, and hardware has nothing to set in them. */
TEST(a_hole_between_pages_that_are_alike_is_not_cloned)
{
    pt64_flags_t history = flags_of(t) & HISTORY;
    uint64_t page = page_size(t);

    for (unsigned hole = 0; hole <= 20; hole += 4) {
        struct source source = new_source(t);

        for (unsigned i = 0; i <= 20; i++)
            if (i != hole)
                map_in(t, &source, some_vaddr(t) + i * page, some_paddr(t) + i * page, page,
                       RW | history);
        expect_ok(clone(t, &source, some_vaddr(t), 21 * page, 0, PT64_WRITE));
        for (unsigned i = 0; i <= 20; i++)
            if (i == hole)
                expect_hole(some_vaddr(t) + i * page);
            else
                expect_page_in(source.table, some_vaddr(t) + i * page, some_paddr(t) + i * page,
                               page, R | history);
        assert_int_equal(reports.count, hole == 0 || hole == 20 ? 1 : 2);
        end_source(t, &source);
        expect_ok(unmap_region(t, some_vaddr(t), 21 * page));
        commit(t);
    }
}

/* The root of the source, and so the slot that hardware_stores would find, is not the test's. */
TEST(the_source_keeps_its_history_and_the_clone_has_the_one_it_is_given)
{
    pt64_flags_t history = flags_of(t) & HISTORY;

    for (unsigned round = 0; round < 2; round++) {
        struct source source = new_source(t);
        pt64_flags_t old = round == 0 ? history : 0;
        pt64_flags_t given = history & ~old;

        map_in(t, &source, some_vaddr(t), some_paddr(t), page_size(t), RW | old);
        expect_ok(clone(t, &source, some_vaddr(t), page_size(t), given, PT64_WRITE | old));
        expect_page_in(source.table, some_vaddr(t), some_paddr(t), page_size(t), R | old);
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | given);
        end_source(t, &source);
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        commit(t);
    }
}

TEST(a_clone_without_changes_leaves_the_source_as_it_is)
{
    struct source source = new_source(t);

    map_in(t, &source, some_vaddr(t), some_paddr(t), huge_size(t), RW);
    t->s->commit(source.guard);
    listen(t);
    expect_ok(clone(t, &source, some_vaddr(t), huge_size(t), 0, 0));
    t->s->commit(source.guard);
    for (size_t i = 0; i < t->arena.event_count; i++)
        assert_true(t->arena.events[i].kind != ARENA_FLUSH ||
                    t->arena.events[i].request.root == t->s->root(t->table));
    expect_page(some_vaddr(t), some_paddr(t), huge_size(t), RW);
    end_source(t, &source);
}

/* ---- edges ---- */

TEST(a_huge_page_that_an_edge_cuts_is_split_in_the_source)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        struct source source = new_source(t);
        uint64_t page = page_size(t);
        uint64_t size = size_at(t, level);
        pt64_vaddr_t vaddr = some_vaddr(t);

        map_in(t, &source, vaddr, some_paddr(t), size, RW);
        map_in(t, &source, vaddr + size, 0, size, RX);
        expect_ok(clone(t, &source, vaddr + page, size, 0, PT64_WRITE));
        expect_hole(vaddr);
        expect_run(vaddr, {vaddr + page, some_paddr(t) + page, size - page, R});
        expect_page(vaddr + size, 0, page, RX);
        expect_hole(vaddr + size + page);
        expect_page_in(source.table, vaddr, some_paddr(t), page, RW);
        expect_page_in(source.table, vaddr + page, some_paddr(t) + page, page, R);
        expect_page_in(source.table, vaddr + size, 0, page, RX);
        end_source(t, &source);
        expect_ok(unmap_region(t, vaddr, 2 * size));
        commit(t);
    }
}

TEST(a_mark_that_an_edge_cuts_is_not_cloned)
{
    struct source source = new_source(t);

    expect_ok(t->s->mark(source.guard, some_vaddr(t), huge_size(t), 7, NULL));
    expect(PT64_MARKED, clone(t, &source, some_vaddr(t), page_size(t), 0, 0));
    expect(PT64_MARKED, clone(t, &source, some_vaddr(t) + page_size(t), huge_size(t), 0, 0));
    expect_hole(some_vaddr(t));
    end_source(t, &source);
}

TEST(the_top_of_the_address_space_is_cloned)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        struct source source = new_source(t);
        pt64_vaddr_t last = halves[i].last - page_size(t) + 1;

        map_in(t, &source, last, 0, page_size(t), RW);
        map_in(t, &source, halves[i].first, 0, page_size(t), RW);
        expect_ok(
            clone(t, &source, halves[i].last - huge_size(t) + 1, huge_size(t), 0, PT64_WRITE));
        expect_page(last, 0, page_size(t), R);
        expect_hole(halves[i].first);
        end_source(t, &source);
        expect_ok(unmap_region(t, last, page_size(t)));
        commit(t);
    }
}

/* ---- what is in the way ---- */

TEST(a_clone_comes_only_where_nothing_is)
{
    struct source source = new_source(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct snapshot before;

    map_in(t, &source, vaddr, some_paddr(t), huge, RW);
    map_in(t, &source, vaddr + huge, some_paddr(t), page, RW);
    map_in(t, &source, vaddr + 2 * huge, some_paddr(t), page, RW);
    map_in(t, &source, vaddr + 3 * huge, some_paddr(t), page, RW);
    expect_ok(map(t, vaddr + 5 * page, 0, page, RW));
    expect_ok(map(t, vaddr + huge, 0, page, RW));
    expect_ok(map(t, vaddr + 2 * huge, 0, huge, RW));
    expect_ok(t->s->mark(t->guard, vaddr + 3 * huge, page, 7, NULL));
    commit(t);
    snapshot_take(t, &before);
    expect(PT64_ALREADY_MAPPED, clone(t, &source, vaddr, huge, 0, PT64_WRITE));
    expect(PT64_ALREADY_MAPPED, clone(t, &source, vaddr + huge, page, 0, PT64_WRITE));
    expect(PT64_MAPPED_TO_HUGE_PAGE, clone(t, &source, vaddr + 2 * huge, page, 0, PT64_WRITE));
    expect(PT64_MARKED, clone(t, &source, vaddr + 3 * huge, page, 0, PT64_WRITE));
    assert_int_equal(reports.count, 0);
    expect_unchanged(&before);
    snapshot_free(&before);
    for (unsigned i = 0; i < 4; i++)
        expect_page_in(source.table, vaddr + i * huge, some_paddr(t), i == 0 ? huge : page, RW);
    /* What the source does not map is not asked for. */
    expect_ok(clone(t, &source, vaddr + huge + page, page, 0, 0));
    end_source(t, &source);
}

TEST(a_huge_page_takes_the_place_of_a_node_without_pages)
{
    struct source source = new_source(t);

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    map_in(t, &source, some_vaddr(t), some_paddr(t), huge_size(t), RW);
    expect_ok(clone(t, &source, some_vaddr(t), huge_size(t), 0, PT64_WRITE));
    expect_page(some_vaddr(t), some_paddr(t), huge_size(t), R);
    end_source(t, &source);
}

/* More nodes than a guard holds. */
TEST(huge_pages_take_the_place_of_many_nodes_without_pages)
{
    struct source source = new_source(t);

    for (unsigned i = 0; i < 40; i++) {
        expect_ok(map(t, some_vaddr(t) + i * huge_size(t), 0, page_size(t), RW));
        expect_ok(unmap(t, some_vaddr(t) + i * huge_size(t)));
        map_in(t, &source, some_vaddr(t) + i * huge_size(t), i * huge_size(t), huge_size(t), RW);
    }
    expect_ok(clone(t, &source, some_vaddr(t), 40 * huge_size(t), 0, PT64_WRITE));
    expect_run(some_vaddr(t), {some_vaddr(t), 0, 40 * huge_size(t), R});
    end_source(t, &source);
}

TEST(a_clone_refuses_arguments_that_are_wrong)
{
    struct source source = new_source(t);
    struct source self = {t->table, t->guard};
    uint64_t page = page_size(t);

    map_in(t, &source, some_vaddr(t), some_paddr(t), page, RW);
    expect_ok(clone(t, &source, some_vaddr(t), 0, 0, 0));
    expect(PT64_NOT_ALIGNED, clone(t, &source, some_vaddr(t) + 1, page, 0, 0));
    expect(PT64_NOT_ALIGNED, clone(t, &source, some_vaddr(t), page + 1, 0, 0));
    expect(PT64_BAD_ADDRESS, clone(t, &source, some_vaddr(t), 0 - page, 0, 0));
    expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), page, PT64_DEVICE, 0));
    expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), page, 0, PT64_MARK));
    expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), page, PT64_WRITE, PT64_WRITE));
    expect(PT64_ALREADY_MAPPED, clone(t, &self, some_vaddr(t), page, 0, 0));
    expect_hole(some_vaddr(t));
    expect_page_in(source.table, some_vaddr(t), some_paddr(t), page, RW);
    end_source(t, &source);
}

/* On each of these some page would become what the format cannot say. */
static bool refuses_unread(const struct test *t)
{
    return !can_say(t, PT64_WRITE);
}

TEST_IF(refuses_unread, "needs pages that the format cannot say",
        a_clone_with_a_page_that_cannot_be_said_changes_nothing)
{
    const pt64_flags_t others[] = {R, RX};
    uint64_t page = page_size(t);

    for (unsigned k = 0; can_refuse_execution(t) && k < 2; k++) {
        struct source source = new_source(t);

        for (unsigned i = 0; i < 20; i++)
            map_in(t, &source, some_vaddr(t) + i * page, i * page, page, i == 15 ? RW : others[k]);
        expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), 20 * page, 0, PT64_READ));
        expect_hole(some_vaddr(t));
        expect_page_in(source.table, some_vaddr(t), 0, page, others[k]);
        end_source(t, &source);
    }
}

TEST(a_clone_of_what_is_shared_is_refused)
{
    struct source source = new_source(t);
    uint64_t slot = size_at(t, root_level(t));

    map_in(t, &source, some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_ok(t->s->pin(source.guard, some_vaddr(t), slot));
    expect_ok(t->s->copy_from(t->guard, source.table, some_vaddr(t), slot));
    expect(PT64_BORROWED, clone(t, &source, some_vaddr(t), page_size(t), 0, 0));
    commit(t);
    t->s->destroy(t->table);
    expect_ok(t->s->create(t->table, &t->arena));
    t->s->begin(t->guard, t->table);
    expect_ok(clone(t, &source, some_vaddr(t), page_size(t), 0, PT64_WRITE));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
    end_source(t, &source);
}

/* Beside a page that the clone has already, in a node that hardware walks. */
TEST(a_clone_joins_the_pages_of_a_node)
{
    struct source source = new_source(t);
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t) + page, 0, page, RX));
    map_in(t, &source, some_vaddr(t), some_paddr(t), page, RW);
    expect_ok(clone(t, &source, some_vaddr(t), page, 0, PT64_WRITE));
    expect_page(some_vaddr(t), some_paddr(t), page, R);
    expect_page(some_vaddr(t) + page, 0, page, RX);
    end_source(t, &source);
}

/* In the middle of the range, and where an edge of it lies. */
TEST(a_source_that_has_lost_a_node_is_not_cloned)
{
    struct source source = new_source(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct pt64_mapping walked;
    uint64_t old;
    pt64_slot_t *lost;

    map_in(t, &source, vaddr, some_paddr(t), page, RW);
    map_in(t, &source, vaddr + huge, some_paddr(t), page, RW);
    t->s->commit(source.guard);
    t->s->begin(source.guard, source.table);
    lost = slot_of_source(t, &source, vaddr + huge, 1);
    old = entry_in(t, lost);
    t->arena.strangers_expected = true;
    put_entry(t, lost, link_entry(t->s, some_paddr(t), 1));
    expect(PT64_BAD_ADDRESS, clone(t, &source, vaddr, 3 * huge, 0, PT64_WRITE));
    expect(PT64_BAD_ADDRESS, clone(t, &source, vaddr, huge + page, 0, PT64_WRITE));
    put_entry(t, lost, old);
    expect(PT64_NOT_MAPPED, query(t, vaddr, &walked));
    expect_page_in(source.table, vaddr, some_paddr(t), page, RW);
    expect_page_in(source.table, vaddr + huge, some_paddr(t), page, RW);
    end_source(t, &source);
}

TEST(what_the_source_borrows_is_not_cloned)
{
    struct source source = new_source(t);
    struct source lender = new_source(t);
    uint64_t slot = size_at(t, root_level(t));

    map_in(t, &lender, some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_ok(t->s->pin(lender.guard, some_vaddr(t), slot));
    expect_ok(t->s->copy_from(source.guard, lender.table, some_vaddr(t), slot));
    expect(PT64_BORROWED, clone(t, &source, some_vaddr(t), page_size(t), 0, PT64_WRITE));
    expect_page_in(lender.table, some_vaddr(t), some_paddr(t), page_size(t), RW);
    t->s->commit(source.guard);
    end_table(t, source.table, source.guard);
    t->s->commit(lender.guard);
    end_table(t, lender.table, lender.guard);
}

TEST(an_adopted_table_takes_no_clone_of_what_is_not_present)
{
    struct source source = new_source(t);
    pt64_paddr_t root = t->s->release(t->table);

    expect_ok(t->s->adopt(t->table, root, &t->arena));
    t->s->begin(t->guard, t->table);
    map_in(t, &source, some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_ok(clone(t, &source, some_vaddr(t), huge_size(t), 0, PT64_WRITE));
    expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
    map_in(t, &source, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), 0);
    expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), huge_size(t), 0, 0));
    expect_ok(t->s->unmap(source.guard, some_vaddr(t) + page_size(t), NULL));
    expect_ok(t->s->mark(source.guard, some_vaddr(t) + page_size(t), page_size(t), 7, NULL));
    expect(PT64_BAD_FLAGS, clone(t, &source, some_vaddr(t), huge_size(t), 0, 0));
    expect_hole(some_vaddr(t));
    end_source(t, &source);
}

/* ---- memory ---- */

/* A layout for which both tables need frames. */
static void lay_source(struct test *t, const struct source *source)
{
    map_in(t, source, some_vaddr(t), some_paddr(t), huge_size(t), RW);
    map_in(t, source, some_vaddr(t) + huge_size(t) + page_size(t), 0, page_size(t), RX);
    map_in(t, source, some_vaddr(t) + 3 * huge_size(t), some_paddr(t), huge_size(t), RW);
    t->s->commit(source->guard);
}

static pt64_status_t clone_layout(struct test *t, const struct source *source)
{
    return clone(t, source, some_vaddr(t) + page_size(t), 3 * huge_size(t), 0, PT64_WRITE);
}

static void expect_layout(struct test *t)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_run(some_vaddr(t), {some_vaddr(t) + page, some_paddr(t) + page, huge - page, R});
    expect_page(some_vaddr(t) + huge + page, 0, page, RX);
    expect_page(some_vaddr(t) + 3 * huge, some_paddr(t), page, R);
}

TEST(a_clone_without_memory_changes_neither_table)
{
    pt64_status_t status = PT64_NO_MEMORY;

    for (size_t room = 0; status != PT64_OK; room++) {
        struct source source = new_source(t);
        struct snapshot before;

        lay_source(t, &source);
        snapshot_take(t, &before);
        t->arena.allocations_left = room;
        status = clone_layout(t, &source);
        t->arena.allocations_left = SIZE_MAX;
        assert_true(room > 0 || status == PT64_NO_MEMORY);
        if (status != PT64_OK) {
            expect(PT64_NO_MEMORY, status);
            assert_int_equal(reports.count, 0);
            expect_unchanged(&before);
            expect_page_in(source.table, some_vaddr(t), some_paddr(t), huge_size(t), RW);
            expect_page_in(source.table, some_vaddr(t) + 3 * huge_size(t), some_paddr(t),
                           huge_size(t), RW);
        } else {
            expect_layout(t);
        }
        snapshot_free(&before);
        end_source(t, &source);
    }
}

/* The allocator changes a table once, at its `at`th call. */
struct intruder {
    struct test *t;
    void *table;
    void *guard;
    size_t at;
    size_t calls;
    bool is_inside;
};

static void intrude(void *arg)
{
    struct intruder *intruder = arg;
    struct test *t = intruder->t;

    if (intruder->is_inside || intruder->calls++ != intruder->at)
        return;
    intruder->is_inside = true;
    t->s->begin(intruder->guard, intruder->table);
    expect_ok(t->s->map(intruder->guard, some_vaddr(t) + 2 * huge_size(t), some_paddr(t),
                        page_size(t), RW));
    if (intruder->table != t->table)
        expect_ok(t->s->unmap(intruder->guard, some_vaddr(t) + huge_size(t) + page_size(t), NULL));
    t->s->commit(intruder->guard);
    intruder->is_inside = false;
}

/* Clones the layout while the allocator changes `table` at its `at`th call. Returns the number of
 * calls. */
static size_t clone_with_intruder(struct test *t, const struct source *source, void *table,
                                  size_t at)
{
    struct intruder intruder = {t, table, malloc(t->s->guard_size), at, 0, false};

    assert_non_null(intruder.guard);
    lay_source(t, source);
    t->arena.on_alloc_arg = &intruder;
    t->arena.on_alloc = intrude;
    expect_ok(clone_layout(t, source));
    t->arena.on_alloc = NULL;
    free(intruder.guard);
    assert_true(intruder.calls > at);
    return intruder.calls;
}

static void end_layout(struct test *t, struct source *source)
{
    end_source(t, source);
    expect_ok(unmap_region(t, some_vaddr(t), 4 * huge_size(t)));
    commit(t);
}

TEST(a_clone_is_planned_anew_if_an_allocator_changes_the_source)
{
    size_t calls = 1;

    for (size_t at = 0; at < calls; at++) {
        struct source source = new_source(t);

        calls = clone_with_intruder(t, &source, source.table, at);
        expect_page(some_vaddr(t) + 2 * huge_size(t), some_paddr(t), page_size(t), R);
        expect_hole(some_vaddr(t) + huge_size(t) + page_size(t));
        expect_page(some_vaddr(t) + 3 * huge_size(t), some_paddr(t), page_size(t), R);
        end_layout(t, &source);
    }
}

/* The page that the allocator maps is one that the source does not have. */
TEST(a_clone_is_planned_anew_if_an_allocator_changes_the_clone)
{
    size_t calls = 1;

    for (size_t at = 0; at < calls; at++) {
        struct source source = new_source(t);

        calls = clone_with_intruder(t, &source, t->table, at);
        expect_layout(t);
        expect_page(some_vaddr(t) + 2 * huge_size(t), some_paddr(t), page_size(t), RW);
        end_layout(t, &source);
    }
}

/* ---- hardware ---- */

static void store_in_allocation(void *arg)
{
    struct late_store *store = arg;

    if (!store->is_done)
        put_entry(store->t, store->slot, store->entry);
    store->is_done = true;
}

/* Hardware stores to a page of the source while frames are taken, which is after the plan. */
static void arm_store_in_source(struct test *t, const struct source *source,
                                struct late_store *store, pt64_vaddr_t vaddr)
{
    void *table = t->table;

    t->table = source->table;
    arm_late_store(t, store, vaddr);
    t->table = table;
    t->arena.on_flush = NULL;
    t->arena.on_alloc = store_in_allocation;
    t->arena.on_alloc_arg = store;
}

/* Also of a huge page that an edge cuts: each piece has it. */
TEST(what_hardware_sets_meanwhile_stays_in_the_source)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        struct source source = new_source(t);
        uint64_t size = size_at(t, level);
        uint64_t piece = level == 0 ? size : size_at(t, level - 1);
        uint64_t bytes = level == 0 ? size : size - piece;
        struct late_store store;

        map_in(t, &source, some_vaddr(t), some_paddr(t), size, RW);
        t->s->commit(source.guard);
        arm_store_in_source(t, &source, &store, some_vaddr(t));
        expect_ok(clone(t, &source, some_vaddr(t), bytes, 0, PT64_WRITE));
        assert_true(store.is_done);
        t->arena.on_alloc = NULL;
        expect_page_in(source.table, some_vaddr(t), some_paddr(t), piece, R | stored_flags(t));
        expect_page_in(source.table, some_vaddr(t) + size - piece, some_paddr(t) + size - piece,
                       piece, (level == 0 ? R : RW) | stored_flags(t));
        expect_page(some_vaddr(t), some_paddr(t), piece, R);
        end_source(t, &source);
        expect_ok(unmap_region(t, some_vaddr(t), bytes));
        commit(t);
    }
}

/* One of them is then a page that hardware need not write any more; the others are not. */
TEST_IF(is_written_by_hardware, "needs hardware that writes entries",
        what_hardware_sets_meanwhile_in_one_of_many_pages_is_set_in_no_other)
{
    uint64_t page = page_size(t);

    for (unsigned at = 0; at < 20; at += 9) {
        struct source source = new_source(t);
        struct late_store store;

        for (unsigned i = 0; i < 20; i++)
            map_in(t, &source, some_vaddr(t) + i * page, some_paddr(t) + i * page, page, RW);
        t->s->commit(source.guard);
        arm_store_in_source(t, &source, &store, some_vaddr(t) + at * page);
        expect_ok(clone(t, &source, some_vaddr(t), 20 * page, 0, PT64_WRITE));
        assert_true(store.is_done);
        t->arena.on_alloc = NULL;
        for (unsigned i = 0; i < 20; i++) {
            expect_page_in(source.table, some_vaddr(t) + i * page, some_paddr(t) + i * page, page,
                           R | (i == at ? stored_flags(t) : 0));
            expect_page(some_vaddr(t) + i * page, some_paddr(t) + i * page, page, R);
        }
        end_source(t, &source);
        expect_ok(unmap_region(t, some_vaddr(t), 20 * page));
        commit(t);
    }
}

/* ---- flushes ---- */

TEST(a_clone_ends_nothing_but_in_the_source)
{
    struct source source = new_source(t);

    map_in(t, &source, some_vaddr(t), some_paddr(t), page_size(t), RW);
    t->s->commit(source.guard);
    listen(t);
    expect_ok(clone(t, &source, some_vaddr(t), page_size(t), 0, PT64_WRITE));
    t->s->commit(source.guard);
    assert_true(
        covers(&t->arena.events[t->arena.event_count - 1].request, some_vaddr(t), page_size(t)));
    arena_clear_events(&t->arena);
    commit(t);
    for (size_t i = 0; i < t->arena.event_count; i++)
        for (unsigned k = 0; k < t->arena.events[i].request.count; k++)
            assert_false(t->arena.events[i].request.ranges[k].ended);
    end_source(t, &source);
}
