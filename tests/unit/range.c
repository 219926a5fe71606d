/* SPDX-License-Identifier: MIT */
/* Guards on ranges: what each may change, and that guards on other ranges may be open meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "test.h"

/* A guard on a range of a table. */
static void *own_of(struct test *t, void *table, pt64_vaddr_t vaddr, uint64_t bytes)
{
    void *guard = new_guard(t, table);

    t->s->begin_range(guard, table, vaddr, bytes);
    return guard;
}

/* Of the test's table. The guard on the table is not used meanwhile. */
static void *own(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    commit(t);
    return own_of(t, t->table, vaddr, bytes);
}

static void end(struct test *t, void *guard)
{
    t->s->commit(guard);
    free(guard);
    t->s->begin(t->guard, t->table);
}

/* The table record, which guards on ranges share. */
static void remember(const struct test *t, void *copy)
{
    memcpy(copy, t->table, t->s->table_size);
}

static pt64_status_t map_by(struct test *t, void *guard, pt64_vaddr_t vaddr, uint64_t number)
{
    return t->s->map(guard, vaddr, some_paddr(t) + number * page_size(t), page_size(t), RW);
}

TEST(a_range_is_changed_as_a_table_is)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard = own(t, vaddr, 4 * page);

    expect_ok(t->s->map_region(guard, vaddr, some_paddr(t), 4 * page, RW, PT64_SIZE_ANY));
    expect_ok(t->s->protect(guard, vaddr + page, R));
    expect_ok(t->s->unmap(guard, vaddr + 2 * page, NULL));
    expect_ok(t->s->remap(guard, vaddr + 3 * page, some_paddr(t), RW));
    end(t, guard);
    expect_page(vaddr, some_paddr(t), page, RW);
    expect_page(vaddr + page, some_paddr(t) + page, page, R);
    expect_hole(vaddr + 2 * page);
    expect_page(vaddr + 3 * page, some_paddr(t), page, RW);
}

/* One call after another, so that the second finds a node at hand that is not all its own. */
TEST(an_address_beyond_the_range_is_refused)
{
    pt64_vaddr_t vaddr = some_vaddr(t) + huge_size(t) / 2;
    uint64_t page = page_size(t);
    struct snapshot before;
    void *guard;

    expect_ok(map(t, vaddr - page, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + 2 * page, some_paddr(t), page, RW));
    guard = own(t, vaddr, 2 * page);
    expect_ok(map_by(t, guard, vaddr, 1));
    expect_ok(map_by(t, guard, vaddr + page, 2));
    snapshot_take(t, &before);
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr - 2 * page, 3));
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr + 3 * page, 3));
    expect(PT64_BAD_ADDRESS, t->s->unmap(guard, vaddr - page, NULL));
    expect(PT64_BAD_ADDRESS, t->s->unmap(guard, vaddr + 2 * page, NULL));
    expect(PT64_BAD_ADDRESS, t->s->protect(guard, vaddr + 2 * page, R));
    expect(PT64_BAD_ADDRESS, t->s->remap(guard, vaddr - page, some_paddr(t), R));
    expect(PT64_BAD_ADDRESS, t->s->unmap_region(guard, vaddr, 3 * page));
    expect(PT64_BAD_ADDRESS, t->s->protect_region(guard, vaddr - page, 2 * page, R));
    expect(PT64_BAD_ADDRESS,
           t->s->map_region(guard, vaddr - 2 * page, some_paddr(t), page, RW, PT64_SIZE_ANY));
    expect(PT64_BAD_ADDRESS, t->s->populate(guard, vaddr, 3 * page, page));
    expect(PT64_BAD_ADDRESS, t->s->collapse(guard, some_vaddr(t), huge_size(t)));
    expect_unchanged(&before);
    snapshot_free(&before);
    end(t, guard);
}

TEST(a_range_that_is_no_range_owns_nothing)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard;

    guard = own(t, vaddr, 0);
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr, 0));
    end(t, guard);
    guard = own(t, vaddr + 1, page);
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr, 0));
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr + page, 0));
    end(t, guard);
    guard = own(t, vaddr, page + 1);
    expect(PT64_BAD_ADDRESS, map_by(t, guard, vaddr, 0));
    end(t, guard);
    expect_tables(0);
}

TEST(an_adopted_table_is_not_changed_by_ranges)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    void *adopted = test_table(t);
    void *guard;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    commit(t);
    expect_ok(t->s->adopt(adopted, t->s->release(t->table), &t->arena));
    guard = own_of(t, adopted, vaddr, page_size(t));
    expect(PT64_BAD_ADDRESS, t->s->unmap(guard, vaddr, NULL));
    t->s->commit(guard);
    free(guard);
    expect_ok(t->s->readopt(t->table, t->s->release(adopted), &t->arena));
    free(adopted);
    t->s->begin(t->guard, t->table);
}

TEST(who_owns_less_than_a_page_owns_none_of_it)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct snapshot before;
    void *guard;

    expect_ok(map(t, vaddr, some_paddr(t), huge_size(t), RW));
    guard = own(t, vaddr, 2 * page);
    snapshot_take(t, &before);
    expect(PT64_MAPPED_TO_HUGE_PAGE, t->s->unmap(guard, vaddr, NULL));
    expect(PT64_MAPPED_TO_HUGE_PAGE, t->s->protect(guard, vaddr, R));
    expect(PT64_MAPPED_TO_HUGE_PAGE, t->s->unmap_region(guard, vaddr, page));
    expect(PT64_MAPPED_TO_HUGE_PAGE, t->s->protect_region(guard, vaddr + page, page, R));
    expect(PT64_MAPPED_TO_HUGE_PAGE,
           t->s->map_region(guard, vaddr, some_paddr(t), page, RW, PT64_SIZE_ANY));
    expect_unchanged(&before);
    snapshot_free(&before);
    end(t, guard);
}

/* The two have a node of each level in common but the root: it is linked by the first. */
TEST(two_ranges_share_the_nodes_above_them)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *one = own(t, vaddr, page);
    void *two = own_of(t, t->table, vaddr + page, page);

    expect_ok(map_by(t, one, vaddr, 0));
    expect_ok(map_by(t, two, vaddr + page, 1));
    expect_ok(t->s->unmap_region(one, vaddr, page));
    t->s->commit(one);
    expect_tables(root_level(t));
    t->s->commit(two);
    free(two);
    end(t, one);
    expect_page(vaddr + page, some_paddr(t) + page, page, RW);
}

/* A node that another range may need is linked at once. So all frames are checked before. */
TEST(pages_of_a_range_whose_nodes_are_shared_are_mapped_or_not_at_all)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    pt64_paddr_t frame = page / 2;
    void *guard = own(t, vaddr, 2 * page);

    expect(PT64_NOT_ALIGNED, t->s->map_pages(guard, vaddr, same_frame, &frame, 2 * page, RW, page));
    expect_tables(0);
    frame = some_paddr(t);
    expect_ok(t->s->map_pages(guard, vaddr, same_frame, &frame, 2 * page, RW, page));
    end(t, guard);
    expect_page(vaddr, some_paddr(t), page, RW);
    expect_page(vaddr + page, some_paddr(t), page, RW);
}

/* Between a plan and its change, another CPU links what the plan found missing. */
struct intruder {
    struct test *t;
    void *guard;
    pt64_vaddr_t vaddr;
    bool is_done;
};

static void intrude(void *arg)
{
    struct intruder *intruder = (struct intruder *)arg;

    if (intruder->is_done)
        return;
    intruder->is_done = true;
    expect_ok(map_by(intruder->t, intruder->guard, intruder->vaddr, 7));
}

TEST(who_comes_second_goes_on_in_the_node_of_the_first)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard = own(t, vaddr, page);
    struct intruder intruder = {t, own_of(t, t->table, vaddr + page, page), vaddr + page, false};

    t->arena.on_alloc = intrude;
    t->arena.on_alloc_arg = &intruder;
    expect_ok(t->s->map_region(guard, vaddr, some_paddr(t), page, RW, page));
    t->arena.on_alloc = NULL;
    assert_true(intruder.is_done);
    expect_tables(root_level(t));
    t->s->commit(intruder.guard);
    free(intruder.guard);
    end(t, guard);
    expect_page(vaddr, some_paddr(t), page, RW);
    expect_page(vaddr + page, some_paddr(t) + 7 * page, page, RW);
}

/* The first moment of a call at which another CPU may act is 0, the next is 1. */
struct moment {
    struct intruder intruder;
    unsigned left;
};

static void intrude_at_last(void *arg)
{
    struct moment *moment = (struct moment *)arg;

    if (moment->left > 0)
        moment->left--;
    else
        intrude(&moment->intruder);
}

/* One maps a page, while another maps the page behind it from the moment on. False if the call has
 * no such moment. */
static bool is_mapped_beside_another(struct test *t, pt64_vaddr_t vaddr, unsigned when)
{
    uint64_t page = page_size(t);
    void *guard = own(t, vaddr, page);
    void *other = own_of(t, t->table, vaddr + page, page);
    struct moment moment = {{t, other, vaddr + page, false}, when};

    t->arena.on_access = intrude_at_last;
    t->arena.on_access_arg = &moment;
    expect_ok(map_by(t, guard, vaddr, 0));
    t->arena.on_access = NULL;
    if (moment.intruder.is_done)
        expect_page(vaddr + page, some_paddr(t) + 7 * page, page, RW);
    expect_page(vaddr, some_paddr(t), page, RW);
    t->s->commit(other);
    free(other);
    end(t, guard);
    return moment.intruder.is_done;
}

/* With nothing mapped, all nodes are new: the frames that are not used are several. With a
 * neighbour, the last one alone is new. */
TEST(another_may_link_the_nodes_at_any_moment)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t above = size_at(t, root_level(t));
    bool acts = true;

    for (unsigned when = 0; acts; when++) {
        acts = is_mapped_beside_another(t, vaddr, when);
        expect_tables(root_level(t));
        expect_ok(unmap_region(t, vaddr, above));
        commit(t);
        expect_tables(0);
    }
    acts = root_level(t) > 1; /* else the last node is the only one */
    for (unsigned when = 0; acts; when++) {
        expect_ok(map(t, vaddr + huge_size(t), some_paddr(t), page_size(t), RW));
        acts = is_mapped_beside_another(t, vaddr, when);
        expect_ok(unmap_region(t, vaddr, above));
        commit(t);
        expect_tables(0);
    }
}

static bool caches_missing_links(const struct test *t)
{
    return t->s->meta->needs.linked == PT64_NEED_ALL;
}

/* A flush by address orders no link. The guard has linked nothing itself. */
TEST_IF(caches_missing_links, "needs a flush of everything for a link",
        who_comes_second_gathers_the_link_of_the_first)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard = own(t, vaddr, page);
    struct intruder intruder = {t, own_of(t, t->table, vaddr + page, page), vaddr + page, false};

    t->arena.on_alloc = intrude;
    t->arena.on_alloc_arg = &intruder;
    expect_ok(map_by(t, guard, vaddr, 0));
    t->arena.on_alloc = NULL;
    arena_clear_events(&t->arena);
    t->s->commit(guard);
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
    assert_true(t->arena.events[0].request.everything);
    assert_false(t->arena.events[0].request.ended);
    t->s->commit(intruder.guard);
    free(intruder.guard);
    end(t, guard);
}

/* The two nodes at the ends of the range are shared, and linked in two slots. */
TEST(a_range_across_two_shared_nodes_is_changed_as_a_table_is)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t) + huge_size(t) - page;
    void *guard = own(t, vaddr, 2 * page);

    expect_ok(t->s->map_region(guard, vaddr, some_paddr(t), 2 * page, RW, page));
    expect_ok(t->s->protect_region(guard, vaddr, 2 * page, R));
    end(t, guard);
    expect_page(vaddr, some_paddr(t), page, R);
    expect_page(vaddr + page, some_paddr(t) + page, page, R);
}

TEST(a_node_that_is_not_all_in_the_range_stays_when_it_is_empty)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard;

    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    guard = own(t, vaddr, page);
    expect_ok(t->s->unmap_region(guard, vaddr, page));
    end(t, guard);
    expect_tables(root_level(t));
    expect_ok(unmap_region(t, vaddr, size_at(t, root_level(t))));
    commit(t);
    expect_tables(0);
}

TEST(a_node_that_is_all_in_the_range_goes_when_it_is_empty)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t huge = huge_size(t);
    void *guard;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    guard = own(t, vaddr, huge);
    expect_ok(t->s->unmap_region(guard, vaddr, huge));
    end(t, guard);
    expect_tables(root_level(t) - 1);
}

/* No line of the table goes from CPU to CPU: nothing is written there. */
TEST(a_guard_on_a_range_writes_nothing_to_the_table_record)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *record = test_table(t);
    void *guard = own(t, vaddr, 2 * huge_size(t));

    remember(t, record);
    expect_ok(t->s->map_region(guard, vaddr, some_paddr(t), 2 * huge_size(t), RW, PT64_SIZE_ANY));
    expect_ok(t->s->protect_region(guard, vaddr + page, page, R));
    expect_ok(t->s->unmap_region(guard, vaddr, 2 * huge_size(t)));
    t->s->commit(guard);
    assert_memory_equal(record, t->table, t->s->table_size);
    free(record);
    end(t, guard);
}

TEST(root_slots_are_neither_pinned_nor_borrowed_by_a_range)
{
    uint64_t slot = size_at(t, root_level(t));
    void *other = new_table(t);
    void *guard = own(t, some_vaddr(t), slot);

    expect(PT64_BAD_ADDRESS, t->s->pin(guard, some_vaddr(t), slot));
    expect(PT64_BAD_ADDRESS, t->s->copy_from(guard, other, some_vaddr(t), slot));
    end(t, guard);
    end_table(t, other, NULL);
}

TEST(no_frame_for_a_shared_node_leaves_all_as_it_was)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    void *guard = own(t, vaddr, page);

    for (size_t frames = 0; frames < root_level(t); frames++) {
        t->arena.allocations_left = frames;
        expect(PT64_NO_MEMORY, map_by(t, guard, vaddr, 0));
        expect_tables(0);
    }
    t->arena.allocations_left = SIZE_MAX;
    expect_ok(map_by(t, guard, vaddr, 0));
    end(t, guard);
    expect_page(vaddr, some_paddr(t), page, RW);
}
