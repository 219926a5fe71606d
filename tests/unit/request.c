/* SPDX-License-Identifier: MIT */
/* What a flush request says: whose translations, where, and whether anything ended there or only
 * began. */
#include <string.h>

#include "test.h"

static const struct pt64_flush *the_request(const struct test *t)
{
    const struct pt64_flush *request = NULL;

    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
    for (size_t i = 0; i < t->arena.event_count; i++)
        if (t->arena.events[i].kind == ARENA_FLUSH)
            request = &t->arena.events[i].request;
    return request;
}

static bool needs_request_for_a_new_page(const struct test *t)
{
    return t->s->meta->needs.created != PT64_NEED_NOTHING;
}

/* ---- ranges ---- */

/* A range goes neither past the last address to 0, nor from one half to the other. */
TEST_IF(flushes_by_address, "needs invalidation by address",
        ranges_do_not_join_the_ends_of_the_address_space)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t page = page_size(t);
    pt64_vaddr_t last = halves[count - 1].last - page + 1;
    pt64_vaddr_t first = halves[0].first;

    for (unsigned order = 0; order < 2; order++) {
        const struct pt64_flush *request;

        expect_ok(map(t, last, 0, page, RW));
        expect_ok(map(t, first, 0, page, RW));
        listen(t);
        expect_ok(unmap(t, order == 0 ? last : first));
        expect_ok(unmap(t, order == 0 ? first : last));
        commit(t);
        request = the_request(t);
        assert_int_equal(request->count, 2);
        for (unsigned i = 0; i < 2; i++) {
            assert_int_equal(request->ranges[i].bytes, page);
            assert_true(request->ranges[i].vaddr == ((i == 0) == (order == 0) ? last : first));
        }
    }
}

/* ---- what ended, what began ---- */

TEST_IF(needs_request_for_a_new_page, "needs something for a new page", a_new_page_only_began)
{
    struct pt64_flush others;

    listen(t);
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    commit(t);
    assert_false(the_request(t)->ended);
    for (unsigned i = 0; i < the_request(t)->count; i++)
        assert_false(the_request(t)->ranges[i].ended);
    assert_false(pt64_flush_for_others(the_request(t), &others));
    assert_int_equal(others.count, 0);
    assert_false(others.everything);
}

TEST(a_page_that_went_ended)
{
    struct pt64_flush others = {.by_range = !t->s->meta->limits.by_range};

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    listen(t);
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    assert_true(pt64_flush_for_others(the_request(t), &others));
    assert_true(covers(&others, some_vaddr(t), page_size(t)));
    assert_true(others.root == t->s->root(t->table));
    assert_true(others.id == PT64_NO_ID);
    assert_int_equal(others.by_range, t->s->meta->limits.by_range);
}

/* An munmap beside a new node is not a shootdown of everything. */
TEST_IF(flushes_by_address, "needs invalidation by address",
        others_are_told_what_ended_and_nothing_more)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t far = some_vaddr(t) + size_at(t, root_level(t));
    bool is_everything = false;
    unsigned ranges = 0;

    expect_ok(map_region(t, some_vaddr(t), 0, 4 * page, RW));
    listen(t);
    expect_ok(unmap(t, some_vaddr(t) + page));
    expect_ok(map(t, far, 0, page, RW));
    commit(t);
    for (size_t i = 0; i < t->arena.event_count; i++) {
        struct pt64_flush others;

        if (t->arena.events[i].kind != ARENA_FLUSH)
            continue;
        is_everything |= t->arena.events[i].request.everything;
        if (!pt64_flush_for_others(&t->arena.events[i].request, &others))
            continue;
        ranges += others.count;
        assert_false(others.everything);
        assert_true(others.ranges[0].vaddr == some_vaddr(t) + page);
        assert_int_equal(others.ranges[0].bytes, page);
        assert_true(others.ranges[0].ended);
    }
    assert_int_equal(ranges, 1);
    /* A fence by address does not order the link to the new node. A root that is held is loaded
     * anew. */
    assert_int_equal(is_everything,
                     holds_root(t) || (is_riscv(t) && needs_request_for_a_new_page(t)));
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        what_began_gives_its_ranges_up_to_what_ended)
{
    uint64_t page = page_size(t);
    struct pt64_flush others;

    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        expect_ok(map(t, some_vaddr(t) + (40 + 2 * i) * page, 0, page, RW));
    listen(t);
    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        expect_ok(map(t, some_vaddr(t) + 2 * i * page, 0, page, RW));
    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        expect_ok(unmap(t, some_vaddr(t) + (40 + 2 * i) * page));
    commit(t);
    assert_true(pt64_flush_for_others(the_request(t), &others));
    assert_false(others.everything);
    assert_int_equal(others.count, PT64_FLUSH_RANGES);
    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++) {
        assert_true(covers(&others, some_vaddr(t) + (40 + 2 * i) * page, page));
        if (t->s->meta->needs.created >= PT64_NEED_LEAF)
            assert_true(covers(the_request(t), some_vaddr(t) + 2 * i * page, page));
    }
}

TEST_IF(leaves_permissions_to_faults, "needs faults that drop what caused them",
        a_permission_that_was_added_is_left_to_a_fault)
{
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), R));
    listen(t);
    expect_ok(protect(t, some_vaddr(t), RW));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_EXECUTE, 0));
    commit(t);
    assert_int_equal(flushes(t), 0);
}

TEST_IF(flushes_added_permissions, NEEDS_ADDED_PERMISSIONS, a_permission_that_was_added_only_began)
{
    struct pt64_flush others;

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), R));
    listen(t);
    expect_ok(protect(t, some_vaddr(t), RW));
    commit(t);
    assert_false(pt64_flush_for_others(the_request(t), &others));
    expect_ok(protect(t, some_vaddr(t), R));
    arena_clear_events(&t->arena);
    commit(t);
    assert_true(pt64_flush_for_others(the_request(t), &others));
}

/* SDM 3A, 5.10.4.2; Arm ARM D8.17.2: a CPU (or an IOMMU) may hold the huge page without the
 * permission. A later split may put small pages with the permission beside it. */
TEST(a_permission_that_a_huge_page_gains_ends_what_cpus_hold_where_it_is_split_directly)
{
    struct pt64_flush others;

    expect_ok(map(t, some_vaddr(t), 0, huge_size(t), R));
    listen(t);
    expect_ok(protect(t, some_vaddr(t), RW));
    commit(t);
    assert_int_equal(pt64_flush_for_others(the_request(t), &others),
                     has_tlb_of_x86(t) || is_iommu(t) || strstr(t->s->name, "bbm2") != NULL);
}

/* ---- whose ---- */

static void expect_request(struct test *t, uint64_t id, bool global)
{
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    assert_true(the_request(t)->id == id);
    assert_int_equal(the_request(t)->global, global);
}

TEST(requests_name_the_id_of_the_table)
{
    static const uint64_t ids[] = {0, 1, 0xffff, PT64_NO_ID};

    for (unsigned i = 0; i < 4; i++) {
        expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
        commit(t);
        t->s->set_id(t->table, ids[i]);
        listen(t);
        expect_request(t, ids[i], false);
    }
}

static bool has_global(const struct test *t)
{
    return (flags_of(t) & PT64_GLOBAL) != 0;
}

#define NEEDS_GLOBAL "needs global pages"

/* A global page comes in by each call that can bring one. A subtree is unlinked unread, so the
 * table remembers that it ever held one. */
TEST_IF(has_global, NEEDS_GLOBAL, a_table_that_held_a_global_page_is_flushed_whatever_the_id)
{
    uint64_t page = page_size(t);
    pt64_flags_t global = RW | PT64_GLOBAL;

    for (unsigned way = 0; way < 5; way++) {
        void *table = new_table(t);
        void *guard = new_guard(t, table);
        pt64_vaddr_t vaddr = some_vaddr(t);

        expect_ok(t->s->map(guard, vaddr, 0, page, RW));
        expect_ok(t->s->map(guard, vaddr + page, 0, page, RW));
        if (way == 0)
            expect_ok(t->s->map(guard, vaddr + 2 * page, 0, page, global));
        else if (way == 1)
            expect_ok(
                t->s->map_region(guard, vaddr + 2 * page, 0, 2 * page, global, PT64_SIZE_ANY));
        else if (way == 2)
            expect_ok(t->s->protect(guard, vaddr + page, global));
        else if (way == 3)
            expect_ok(t->s->remap(guard, vaddr + page, 0, global));
        else
            expect_ok(t->s->protect_region(guard, vaddr + page, page, global));
        t->s->commit(guard);
        arena_clear_events(&t->arena);
        expect_ok(t->s->unmap(guard, vaddr, NULL));
        t->s->commit(guard);
        assert_true(the_request(t)->global);
        end_table(t, table, guard);
    }
}

TEST(a_table_that_was_adopted_is_flushed_whatever_the_id)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);

    expect_ok(t->s->map(guard, some_vaddr(t), 0, page_size(t), RW));
    t->s->commit(guard);
    expect_ok(t->s->adopt(table, t->s->release(table), &t->arena));
    t->s->begin(guard, table);
    arena_clear_events(&t->arena);
    expect_ok(t->s->unmap(guard, some_vaddr(t), NULL));
    t->s->commit(guard);
    assert_true(the_request(t)->global);
    end_table(t, table, guard);
}

TEST(what_is_unlinked_below_a_pinned_slot_is_flushed_whatever_the_id)
{
    uint64_t slot = size_at(t, root_level(t));

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(t->s->pin(t->guard, some_vaddr(t), slot));
    t->s->set_id(t->table, 3);
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), slot));
    commit(t);
    assert_true(the_request(t)->global);
    assert_int_equal(the_request(t)->id, 3);
}
