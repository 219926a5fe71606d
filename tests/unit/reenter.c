/* SPDX-License-Identifier: MIT */
/* The allocator may change the same table before it answers (traits.h, alloc_frame): a kernel's
 * page allocator maps the frames that it hands out. */
#include "test.h"

#include <stdlib.h>

/* What the allocator does once, at its `at`th call. */
struct intruder {
    struct test *t;
    void (*intrude)(struct test *t, void *guard);
    void *guard;
    size_t at;
    size_t calls;
    bool is_inside;
};

static void intrude(void *arg)
{
    struct intruder *intruder = arg;

    if (intruder->is_inside || intruder->calls++ != intruder->at)
        return;
    intruder->is_inside = true;
    intruder->t->s->begin(intruder->guard, intruder->t->table);
    intruder->intrude(intruder->t, intruder->guard);
    intruder->t->s->commit(intruder->guard);
    intruder->is_inside = false;
}

/* Runs `attempt` with an intrusion at each of its allocations in turn, in a fresh world each. */
static void try_all(struct test *t, void (*prepare)(struct test *t),
                    void (*intrusion)(struct test *t, void *guard),
                    void (*attempt)(struct test *t, bool intruded))
{
    bool intruded = true;

    for (size_t at = 0; intruded; at++) {
        struct intruder intruder = {.intrude = intrusion, .at = at};
        struct test inner;

        test_begin(&inner, t->s, ARENA_MIDDLE);
        if (prepare != NULL)
            prepare(&inner);
        intruder.t = &inner;
        intruder.guard = new_guard(&inner, inner.table);
        inner.arena.on_alloc = intrude;
        inner.arena.on_alloc_arg = &intruder;
        attempt(&inner, at == 0);
        intruded = intruder.calls > at;
        inner.arena.on_alloc = NULL;
        commit(&inner);
        test_end(&inner);
        free(intruder.guard);
        assert_true(at > 0 || intruded);
    }
}

/* ---- another page in the same nodes ---- */

static void map_neighbour(struct test *t, void *guard)
{
    expect_ok(t->s->map(guard, some_vaddr(t) + 3 * page_size(t), 0, page_size(t), RX));
}

static void attempt_map(struct test *t, bool intruded)
{
    (void)intruded;
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

TEST(the_allocator_maps_a_neighbour)
{
    try_all(t, NULL, map_neighbour, attempt_map);
}

static void attempt_map_with_neighbour(struct test *t, bool intruded)
{
    attempt_map(t, intruded);
    if (intruded) {
        expect_page(some_vaddr(t) + 3 * page_size(t), 0, page_size(t), RX);
        expect_tables(root_level(t));
    }
}

TEST(both_pages_of_a_reentered_map_are_there)
{
    try_all(t, NULL, map_neighbour, attempt_map_with_neighbour);
}

/* ---- the very page ---- */

static void map_the_page(struct test *t, void *guard)
{
    expect_ok(t->s->map(guard, some_vaddr(t), page_size(t), page_size(t), RX));
}

static void attempt_map_taken(struct test *t, bool intruded)
{
    pt64_status_t status = map(t, some_vaddr(t), some_paddr(t), page_size(t), RW);

    if (intruded || status != PT64_OK) {
        expect(PT64_ALREADY_MAPPED, status);
        expect_page(some_vaddr(t), page_size(t), page_size(t), RX);
        expect_tables(root_level(t));
    }
}

TEST(the_allocator_maps_the_very_page)
{
    try_all(t, NULL, map_the_page, attempt_map_taken);
}

static void map_a_huge_page_there(struct test *t, void *guard)
{
    expect_ok(t->s->map(guard, some_vaddr(t), 0, huge_size(t), RX));
}

static void attempt_map_under_huge(struct test *t, bool intruded)
{
    pt64_status_t status = map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), RW);

    if (intruded || status != PT64_OK) {
        expect(PT64_MAPPED_TO_HUGE_PAGE, status);
        expect_page(some_vaddr(t), 0, huge_size(t), RX);
    }
}

TEST(the_allocator_maps_a_huge_page_there)
{
    try_all(t, NULL, map_a_huge_page_there, attempt_map_under_huge);
}

static void attempt_region_taken(struct test *t, bool intruded)
{
    uint64_t page = page_size(t);
    uint64_t bytes = 2 * huge_size(t);
    pt64_status_t status = map_region(t, some_vaddr(t) - page, some_paddr(t) - page, bytes, RW);

    if (intruded || status != PT64_OK) {
        expect(PT64_ALREADY_MAPPED, status);
        expect_run(0, {some_vaddr(t), page, page, RX});
    }
}

TEST(the_allocator_maps_a_page_of_the_region)
{
    try_all(t, NULL, map_the_page, attempt_region_taken);
}

/* ---- by a guard that was open before, with its path at the very table ---- */

struct neighbour {
    struct test *t;
    void *guard;
    size_t calls;
};

/* Unmaps the neighbour, and the table with it. */
static void retire_the_neighbour(void *arg)
{
    struct neighbour *neighbour = arg;
    struct test *t = neighbour->t;

    if (neighbour->calls++ > 0)
        return;
    expect_ok(t->s->unmap_region(neighbour->guard, some_vaddr(t), page_size(t)));
    t->s->commit(neighbour->guard);
}

/* Maps a page in the middle of the region, in a table that is there already. */
static void map_beside_the_neighbour(void *arg)
{
    struct neighbour *neighbour = arg;
    struct test *t = neighbour->t;
    uint64_t page = page_size(t);

    if (neighbour->calls++ == 0)
        expect_ok(t->s->map(neighbour->guard, some_vaddr(t) + page, 7 * page, page, RX));
}

TEST(the_allocator_maps_by_a_guard_that_was_open)
{
    struct neighbour neighbour = {t, new_guard(t, t->table), 0};
    uint64_t page = page_size(t);

    expect_ok(t->s->map(neighbour.guard, some_vaddr(t), 0, page, RX));
    expect_ok(t->s->unmap(neighbour.guard, some_vaddr(t), NULL));
    t->arena.on_alloc = map_beside_the_neighbour;
    t->arena.on_alloc_arg = &neighbour;
    expect(PT64_ALREADY_MAPPED, t->s->map_region(t->guard, some_vaddr(t) + page - huge_size(t),
                                                 some_paddr(t), huge_size(t) + page, RW, page));
    t->arena.on_alloc = NULL;
    expect_run(0, {some_vaddr(t) + page, 7 * page, page, RX});
    t->s->commit(neighbour.guard);
    free(neighbour.guard);
}

TEST(the_allocator_retires_a_table_by_a_guard_that_was_open)
{
    uint64_t page = page_size(t);
    struct neighbour neighbour = {t, new_guard(t, t->table), 0};

    expect_ok(t->s->map(neighbour.guard, some_vaddr(t), 0, page, RX));
    t->arena.on_alloc = retire_the_neighbour;
    t->arena.on_alloc_arg = &neighbour;
    expect_ok(
        t->s->map_region(t->guard, some_vaddr(t) + page, some_paddr(t), huge_size(t), RW, page));
    t->arena.on_alloc = NULL;
    expect_run(0, {some_vaddr(t) + page, some_paddr(t), huge_size(t), RW});
    free(neighbour.guard);
}

/* ---- the huge page that is being split ---- */

static void prepare_huge(struct test *t)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, top_leaf_level(t)), RW));
    commit(t);
}

static void split_the_page(struct test *t, void *guard)
{
    expect_ok(t->s->unmap_region(guard, some_vaddr(t) + 8 * page_size(t), page_size(t)));
}

static void attempt_split(struct test *t, bool intruded)
{
    uint64_t page = page_size(t);

    (void)intruded;
    expect_ok(unmap_region(t, some_vaddr(t) + 2 * page, page));
    expect_run(0, {some_vaddr(t), some_paddr(t), 2 * page, RW});
    expect_hole(some_vaddr(t) + 2 * page);
    expect_page(some_vaddr(t) + 3 * page, some_paddr(t) + 3 * page, page, RW);
    if (intruded)
        expect_hole(some_vaddr(t) + 8 * page);
}

TEST(the_allocator_splits_the_same_page)
{
    try_all(t, prepare_huge, split_the_page, attempt_split);
}

static void attempt_protect(struct test *t, bool intruded)
{
    uint64_t page = page_size(t);

    expect_ok(protect_region(t, some_vaddr(t) + page, 2 * page, R));
    expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, R);
    expect_page(some_vaddr(t) + 3 * page, some_paddr(t) + 3 * page, page, RW);
    if (intruded)
        expect_hole(some_vaddr(t) + 8 * page);
}

TEST(the_allocator_splits_the_page_that_is_protected)
{
    try_all(t, prepare_huge, split_the_page, attempt_protect);
}

static void unmap_the_page(struct test *t, void *guard)
{
    expect_ok(t->s->unmap_region(guard, some_vaddr(t), size_at(t, top_leaf_level(t))));
}

static void attempt_split_of_nothing(struct test *t, bool intruded)
{
    uint64_t page = page_size(t);

    expect_ok(unmap_region(t, some_vaddr(t) + page, page));
    expect_hole(some_vaddr(t) + page);
    if (intruded) {
        commit(t);
        expect_hole(some_vaddr(t));
        expect_tables(0);
    }
}

TEST(the_allocator_unmaps_the_page_that_is_to_be_split)
{
    try_all(t, prepare_huge, unmap_the_page, attempt_split_of_nothing);
}

/* ---- nodes on the path vanish ---- */

static void prepare_empty_table(struct test *t)
{
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
}

static void retire_the_tables(struct test *t, void *guard)
{
    expect_ok(t->s->unmap_region(guard, some_vaddr(t), huge_size(t)));
}

static void attempt_region_over_tables(struct test *t, bool intruded)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    (void)intruded;
    expect_ok(map_region(t, some_vaddr(t), some_paddr(t) + page, 2 * huge, RW));
    expect_run(0, {some_vaddr(t), some_paddr(t) + page, 2 * huge, RW});
}

TEST(the_allocator_retires_the_tables_on_the_way)
{
    try_all(t, prepare_empty_table, retire_the_tables, attempt_region_over_tables);
}

/* ---- each allocation intrudes, for a while ---- */

struct mapper {
    struct test *t;
    void *guard;
    uint64_t mapped;
    bool is_inside;
};

static void map_another(void *arg)
{
    struct mapper *mapper = arg;
    struct test *t = mapper->t;
    pt64_vaddr_t vaddr = some_vaddr(t) + (8 + mapper->mapped) * page_size(t);

    if (mapper->is_inside || mapper->mapped == 6)
        return;
    mapper->is_inside = true;
    t->s->begin(mapper->guard, t->table);
    expect_ok(t->s->map(mapper->guard, vaddr, 0, page_size(t), RX));
    t->s->commit(mapper->guard);
    mapper->mapped++;
    mapper->is_inside = false;
}

TEST(the_allocator_maps_a_page_at_each_call)
{
    struct mapper mapper = {.t = t, .guard = new_guard(t, t->table)};

    t->arena.on_alloc = map_another;
    t->arena.on_alloc_arg = &mapper;
    expect_ok(map_region(t, some_vaddr(t) - page_size(t), some_paddr(t), 3 * page_size(t), RW));
    t->arena.on_alloc = NULL;
    expect_run(0, {some_vaddr(t) - page_size(t), some_paddr(t), 3 * page_size(t), RW});
    assert_true(mapper.mapped > 0);
    for (uint64_t i = 0; i < mapper.mapped; i++)
        expect_page(some_vaddr(t) + (8 + i) * page_size(t), 0, page_size(t), RX);
    free(mapper.guard);
}

/* The allocator intrudes and then has no frame: its own change stays, that of the call does not. */
static void map_and_refuse(void *arg)
{
    struct mapper *mapper = arg;

    map_another(arg);
    if (!mapper->is_inside && mapper->mapped > 0)
        mapper->t->arena.allocations_left = 0;
}

TEST(the_allocator_maps_a_page_and_then_has_no_frame)
{
    struct mapper mapper = {.t = t, .guard = new_guard(t, t->table)};

    t->arena.on_alloc = map_and_refuse;
    t->arena.on_alloc_arg = &mapper;
    expect(PT64_NO_MEMORY,
           map_region(t, some_vaddr(t) - page_size(t), some_paddr(t), 3 * page_size(t), RW));
    t->arena.on_alloc = NULL;
    t->arena.allocations_left = SIZE_MAX;
    expect_run(0, {some_vaddr(t) + 8 * page_size(t), 0, page_size(t), RX});
    expect_tables(root_level(t));
    free(mapper.guard);
}

/* ---- what the frames hold meanwhile ---- */

struct chain {
    struct test *t;
    size_t first; /* of the frames taken by the call */
    size_t seen;
};

/* Not the newest two: one is not in the reserve yet, and one has none behind it. */
static void look_at_chain(void *arg)
{
    struct chain *chain = arg;
    const struct arena *arena = &chain->t->arena;
    const struct oracle_format *format = &chain->t->oracle.format;

    for (size_t i = chain->first; i + 2 < arena->frame_count; i++) {
        pt64_entry_t number = entry_in(chain->t, (pt64_slot_t *)arena->frames[i].words);

        assert_true(arena->frames[i].paddr >> 32 != 0);
        assert_true(number >> (format->paddr_bits - format->page_bits) == 0);
        chain->seen++;
    }
}

/* Frames in the reserve are chained by frame number, so that an entry of 4 bytes can hold one,
 * wherever memory is. */
static bool has_high_frames(const struct test *t)
{
    return t->oracle.format.paddr_bits > 32;
}

TEST_IF(has_high_frames, "needs frames above 4 GiB", frames_that_wait_are_chained_by_their_numbers)
{
    struct chain chain = {t, t->arena.frame_count, 0};

    t->arena.on_alloc = look_at_chain;
    t->arena.on_alloc_arg = &chain;
    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 4 * huge_size(t), RW,
                               page_size(t)));
    t->arena.on_alloc = NULL;
    assert_true(chain.seen > 0);
}
