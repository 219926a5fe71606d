/* SPDX-License-Identifier: MIT */
/* All or nothing: each call runs with the allocator failing at its first, second, ... allocation,
 * until it fails no more. */
#include "test.h"

struct call {
    const char *name;
    void (*prepare)(struct test *t);
    pt64_status_t (*perform)(struct test *t);
    /* Whether the call allocates frames at all after `prepare`. */
    bool allocates;
};

static void prepare_nothing(struct test *t)
{
    (void)t;
}

/* Scattered pages, and nodes without pages. */
static void prepare_neighbours(struct test *t)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map(t, some_vaddr(t) - page, some_paddr(t), page, RX));
    expect_ok(map(t, some_vaddr(t) + 4 * huge, some_paddr(t), huge, RX));
    expect_ok(map(t, some_vaddr(t) + huge, some_paddr(t), page, RX));
    expect_ok(unmap(t, some_vaddr(t) + huge));
}

static void prepare_top_page(struct test *t)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, top_leaf_level(t)), RW));
}

static void prepare_two_top_pages(struct test *t)
{
    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * size_at(t, top_leaf_level(t)), RW));
}

static pt64_status_t perform_map(struct test *t)
{
    return map(t, some_vaddr(t), some_paddr(t), page_size(t), RW);
}

static pt64_status_t perform_map_huge(struct test *t)
{
    return map(t, some_vaddr(t) + 2 * huge_size(t), some_paddr(t), huge_size(t), RW);
}

static pt64_status_t perform_map_region(struct test *t)
{
    uint64_t page = page_size(t);

    return map_region(t, some_vaddr(t) + page, some_paddr(t) + page, 2 * huge_size(t), RW);
}

static pt64_status_t perform_map_small(struct test *t)
{
    return t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 4 * huge_size(t), RW,
                            page_size(t));
}

/* The region ends in another slot of every level. */
static pt64_status_t perform_map_over_slots(struct test *t)
{
    uint64_t slot = size_at(t, root_level(t));
    uint64_t page = page_size(t);

    return map_region(t, some_vaddr(t) + slot - page, some_paddr(t), 2 * page, RW);
}

static pt64_paddr_t some_frame(void *arg, pt64_vaddr_t vaddr)
{
    return vaddr + *(const uint64_t *)arg;
}

static pt64_status_t perform_map_pages(struct test *t)
{
    uint64_t page = page_size(t);
    uint64_t offset = some_paddr(t) - some_vaddr(t);

    return t->s->map_pages(t->guard, some_vaddr(t) + page, some_frame, &offset,
                           3 * huge_size(t) - 2 * page, RW, PT64_SIZE_ANY);
}

static pt64_status_t perform_unmap_region(struct test *t)
{
    return unmap_region(t, some_vaddr(t) + page_size(t), page_size(t));
}

static pt64_status_t perform_unmap_two_edges(struct test *t)
{
    uint64_t size = size_at(t, top_leaf_level(t));
    uint64_t page = page_size(t);

    return unmap_region(t, some_vaddr(t) + size - page, 2 * page);
}

static pt64_status_t perform_protect_region(struct test *t)
{
    return protect_region(t, some_vaddr(t) + page_size(t), page_size(t), R);
}

static pt64_status_t perform_protect_two_edges(struct test *t)
{
    uint64_t size = size_at(t, top_leaf_level(t));
    uint64_t page = page_size(t);

    return protect_region(t, some_vaddr(t) + size - page, 2 * page, R);
}

static pt64_status_t perform_change_region(struct test *t)
{
    return change_region(t, some_vaddr(t) + page_size(t), page_size(t), 0, PT64_WRITE);
}

static pt64_status_t perform_change_two_edges(struct test *t)
{
    uint64_t size = size_at(t, top_leaf_level(t));
    uint64_t page = page_size(t);

    return change_region(t, some_vaddr(t) + size - page, 2 * page, 0, PT64_WRITE);
}

static pt64_status_t perform_unmap_whole(struct test *t)
{
    return unmap_region(t, some_vaddr(t), size_at(t, top_leaf_level(t)));
}

static pt64_status_t perform_protect(struct test *t)
{
    return protect(t, some_vaddr(t), R);
}

static pt64_status_t perform_remap(struct test *t)
{
    return remap(t, some_vaddr(t), 0, R);
}

static pt64_status_t perform_unmap(struct test *t)
{
    return unmap(t, some_vaddr(t));
}

static const struct call calls[] = {
    {"map", prepare_nothing, perform_map, true},
    {"map beside pages", prepare_neighbours, perform_map, true},
    {"map a huge page", prepare_nothing, perform_map_huge, true},
    {"map a region", prepare_nothing, perform_map_region, true},
    {"map a region beside pages", prepare_neighbours, perform_map_region, true},
    {"map a region of small pages", prepare_nothing, perform_map_small, true},
    {"map a region of small pages beside pages", prepare_neighbours, perform_map_small, true},
    {"map over slots", prepare_nothing, perform_map_over_slots, true},
    {"map pages", prepare_nothing, perform_map_pages, true},
    {"map pages beside pages", prepare_neighbours, perform_map_pages, true},
    {"unmap in a page", prepare_top_page, perform_unmap_region, true},
    {"unmap over an edge", prepare_two_top_pages, perform_unmap_two_edges, true},
    {"protect in a page", prepare_top_page, perform_protect_region, true},
    {"protect over an edge", prepare_two_top_pages, perform_protect_two_edges, true},
    {"change in a page", prepare_top_page, perform_change_region, true},
    {"change over an edge", prepare_two_top_pages, perform_change_two_edges, true},
    {"unmap a whole page", prepare_top_page, perform_unmap_whole, false},
    {"protect a page", prepare_top_page, perform_protect, false},
    {"remap a page", prepare_top_page, perform_remap, false},
    {"unmap a page", prepare_top_page, perform_unmap, false},
};

#define CALLS (sizeof calls / sizeof calls[0])

/* A root that can hold huge pages needs no other node for one. */
static bool allocates(const struct test *t, const struct call *call)
{
    return call->allocates && (call->perform != perform_map_huge || has_three_levels(t));
}

/* One attempt with `room` allocations. Returns whether it succeeded. */
static bool attempt(struct test *t, const struct call *call, size_t room)
{
    struct snapshot before;
    pt64_status_t status;

    call->prepare(t);
    commit(t);
    snapshot_take(t, &before);
    t->arena.allocations_left = room;
    status = call->perform(t);
    t->arena.allocations_left = SIZE_MAX;
    if (status != PT64_OK) {
        expect(PT64_NO_MEMORY, status);
        expect_unchanged(&before);
        commit(t);
        expect_unchanged(&before);
        expect_sound();
        /* The same guard succeeds when there is memory. */
        expect_ok(call->perform(t));
    }
    snapshot_free(&before);
    return status == PT64_OK;
}

TEST(a_call_without_memory_changes_nothing)
{
    for (size_t i = 0; i < CALLS; i++) {
        size_t room = 0;
        bool done = false;

        while (!done) {
            struct test inner;

            test_begin(&inner, t->s, ARENA_MIDDLE);
            done = attempt(&inner, &calls[i], room);
            test_end(&inner);
            assert_true(done || allocates(t, &calls[i]));
            room++;
        }
        assert_true(room > 1 || !allocates(t, &calls[i]));
    }
}

/* Whether the arena's events have a frame that was allocated and freed again. */
static bool is_any_frame_wasted(const struct arena *arena)
{
    for (size_t i = 0; i < arena->event_count; i++)
        for (size_t j = 0; j < i; j++)
            if (arena->events[i].kind == ARENA_FREE && arena->events[j].kind == ARENA_ALLOC &&
                arena->events[i].frame == arena->events[j].frame)
                return true;
    return false;
}

/* A call takes no frame that it does not need, not even to give it back. */
TEST(a_call_takes_no_more_frames_than_it_keeps)
{
    for (size_t i = 0; i < CALLS; i++) {
        struct test inner;

        test_begin(&inner, t->s, ARENA_MIDDLE);
        calls[i].prepare(&inner);
        commit(&inner);
        arena_clear_events(&inner.arena);
        expect_ok(calls[i].perform(&inner));
        commit(&inner);
        assert_false(is_any_frame_wasted(&inner.arena));
        assert_int_equal(arena_count(&inner.arena, ARENA_ALLOC) > 0, allocates(t, &calls[i]));
        test_end(&inner);
    }
}

/* The commit after a failed call has nothing to flush either. */
TEST(a_call_without_memory_flushes_nothing)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    commit(t);
    arena_clear_events(&t->arena);
    t->arena.allocations_left = 0;
    expect(PT64_NO_MEMORY, protect_region(t, some_vaddr(t), page_size(t), R));
    expect(PT64_NO_MEMORY, unmap_region(t, some_vaddr(t), page_size(t)));
    commit(t);
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
}

/* ---- frames that no node can be in ---- */

static void expect_refused_frame(struct test *t, pt64_paddr_t frame)
{
    struct snapshot before;

    snapshot_take(t, &before);
    t->arena.lie = frame;
    t->arena.strangers_expected = true;
    expect(PT64_NO_MEMORY, map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    /* The frame was given back: the free resets the lie. */
    assert_true(t->arena.lie == PT64_NO_FRAME);
    t->arena.strangers_expected = false;
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(a_misaligned_frame_is_given_back)
{
    pt64_paddr_t frame = pt64_align_up(t->s->root(t->table) + root_bytes(t), table_bytes(t));

    expect_refused_frame(t, frame + table_bytes(t) / 2);
    expect_refused_frame(t, frame + 8);
    expect_refused_frame(t, frame + 1);
}

TEST(a_frame_too_high_for_the_format_is_given_back)
{
    expect_refused_frame(t, UINT64_C(1) << t->oracle.format.paddr_bits);
    expect_refused_frame(t, UINT64_C(1) << 63);
    expect_refused_frame(t, 0 - (uint64_t)table_bytes(t));
}

TEST(a_frame_that_is_no_memory_is_given_back)
{
    expect_refused_frame(t, 64 * table_bytes(t));
}

TEST(a_table_in_a_frame_that_cannot_be_is_not_made)
{
    static const pt64_paddr_t frames[] = {8, UINT64_C(1) << 63, UINT64_C(1) << 20};

    for (unsigned i = 0; i < 3; i++) {
        size_t live = t->arena.live;
        void *other = test_table(t);

        t->arena.lie = frames[i];
        t->arena.strangers_expected = true;
        expect(PT64_NO_MEMORY, t->s->create(other, &t->arena));
        t->arena.strangers_expected = false;
        assert_true(t->arena.lie == PT64_NO_FRAME);
        assert_true(t->s->root(other) == PT64_NO_FRAME);
        assert_int_equal(t->arena.live, live);
        end_table(t, other, NULL);
    }
}
