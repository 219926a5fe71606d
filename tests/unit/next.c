/* SPDX-License-Identifier: MIT */
/* Reading what is mapped: runs of pages, and every entry. */
#include "test.h"

/* ---- name_next ---- */

TEST(next_joins_pages_that_follow_each_other)
{
    uint64_t page = page_size(t);

    for (uint64_t i = 0; i < 5; i++)
        expect_ok(map(t, some_vaddr(t) + i * page, some_paddr(t) + i * page, page, RW));
    expect_run(0, {some_vaddr(t), some_paddr(t), 5 * page, RW});
}

TEST(next_joins_pages_of_different_sizes)
{
    uint64_t page = page_size(t);
    unsigned top = top_leaf_level(t);
    uint64_t size = size_at(t, top);

    expect_ok(map_region(t, some_vaddr(t) + size - page, some_paddr(t) + size - page,
                         size + 2 * page, RW));
    expect_run(0, {some_vaddr(t) + size - page, some_paddr(t) + size - page, size + 2 * page, RW});
}

TEST(next_ends_a_run_where_frames_do_not_follow)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + page, some_paddr(t) + 2 * page, page, RW));
    expect_ok(map(t, some_vaddr(t) + 2 * page, some_paddr(t) + page, page, RW));
    for (uint64_t i = 0; i < 3; i++)
        expect_run(some_vaddr(t) + i * page,
                   {some_vaddr(t) + i * page, some_paddr(t) + (3 - i) % 3 * page, page, RW});
}

TEST(next_ends_a_run_where_flags_differ)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * page, RW));
    expect_ok(map_region(t, some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, 2 * page, R));
    expect_run(0, {some_vaddr(t), some_paddr(t), 2 * page, RW});
    expect_run(some_vaddr(t) + 2 * page,
               {some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, 2 * page, R});
}

TEST(next_ends_a_run_at_a_hole)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, page, RW));
    expect_run(0, {some_vaddr(t), some_paddr(t), page, RW});
    expect_run(some_vaddr(t) + page,
               {some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, page, RW});
}

TEST(next_joins_runs_over_the_slots_of_every_level)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t edge = some_vaddr(t) + size_at(t, level);

        assert_true(oracle_is_vaddr(&t->oracle.format, edge));
        expect_ok(map_region(t, edge - 2 * page, some_paddr(t), 4 * page, RW));
        expect_run(0, {edge - 2 * page, some_paddr(t), 4 * page, RW});
        expect_ok(unmap_region(t, edge - 2 * page, 4 * page));
    }
}

TEST(next_starts_inside_of_a_run)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, RW));
    expect_run(some_vaddr(t) + page,
               {some_vaddr(t) + page, some_paddr(t) + page, 2 * huge - page, RW});
    expect_run(
        some_vaddr(t) + huge + 5 * page + 1,
        {some_vaddr(t) + huge + 5 * page, some_paddr(t) + huge + 5 * page, huge - 5 * page, RW});
    expect_run(some_vaddr(t) + 2 * huge - 1,
               {some_vaddr(t) + 2 * huge - page, some_paddr(t) + 2 * huge - page, page, RW});
}

TEST(next_finds_the_last_page_of_the_space)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t page = page_size(t);
    pt64_vaddr_t last = halves[count - 1].last - page + 1;
    struct pt64_mapping run;

    expect_ok(map_region(t, last - page, some_paddr(t), 2 * page, RW));
    expect_run(0, {last - page, some_paddr(t), 2 * page, RW});
    expect_run(last + 5, {last, some_paddr(t) + page, page, RW});
    if (last + page != 0)
        expect(PT64_NOT_MAPPED, next(t, last + page, &run));
}

TEST(next_finds_a_largest_page_at_the_end_of_each_half)
{
    uint64_t size = size_at(t, top_leaf_level(t));
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++)
        expect_ok(map(t, halves[i].last - size + 1, 0, size, RW));
    for (unsigned i = 0; i < count; i++)
        expect_run(halves[i].first, {halves[i].last - size + 1, 0, size, RW});
}

/* The pages on the two sides of the gap are not adjacent, whatever their frames. */
TEST_IF(has_two_halves, "needs a root of both halves", next_never_joins_over_the_gap)
{
    uint64_t page = page_size(t);
    struct half halves[2];

    halves_of(t, halves);
    expect_ok(map(t, halves[0].last - page + 1, some_paddr(t), page, RW));
    expect_ok(map(t, halves[1].first, some_paddr(t) + page, page, RW));
    expect_run(0, {halves[0].last - page + 1, some_paddr(t), page, RW});
    expect_run(halves[0].last + 1, {halves[1].first, some_paddr(t) + page, page, RW});
    expect_run(halves[1].first - 1, {halves[1].first, some_paddr(t) + page, page, RW});
    expect_run(UINT64_C(1) << 63, {halves[1].first, some_paddr(t) + page, page, RW});
}

TEST(next_steps_out_of_what_is_no_address)
{
    struct half halves[2];
    struct pt64_mapping run;
    unsigned count = halves_of(t, halves);

    expect_ok(map(t, halves[count - 1].first, some_paddr(t), page_size(t), RW));
    if (halves[0].first != 0)
        expect_run(0, {halves[0].first, some_paddr(t), page_size(t), RW});
    if (halves[count - 1].last != UINT64_MAX)
        expect(PT64_NOT_MAPPED, next(t, halves[0].last + 1, &run));
    if (halves[count - 1].last != UINT64_MAX)
        expect(PT64_NOT_MAPPED, next(t, UINT64_MAX, &run));
}

TEST(next_steps_over_empty_tables)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + size_at(t, level) / 2;

        expect_ok(map(t, vaddr, 0, page, RW));
        expect_ok(unmap(t, vaddr));
    }
    expect_ok(map(t, some_vaddr(t) + size_at(t, root_level(t)), some_paddr(t), page, RW));
    expect_run(0, {some_vaddr(t) + size_at(t, root_level(t)), some_paddr(t), page, RW});
}

/* ---- its end ---- */

static pt64_status_t next_up_to(struct test *t, pt64_vaddr_t from, pt64_vaddr_t last,
                                struct pt64_mapping *run)
{
    return t->s->next(t->table, from, last, run);
}

static void expect_cut(struct test *t, pt64_vaddr_t from, pt64_vaddr_t last, pt64_vaddr_t vaddr,
                       uint64_t bytes)
{
    struct pt64_mapping run = {0, 0, 0, 0};

    expect_ok(next_up_to(t, from, last, &run));
    assert_int_equal(run.vaddr, vaddr);
    assert_int_equal(run.paddr, some_paddr(t) + (vaddr - some_vaddr(t)));
    assert_int_equal(run.size, bytes);
    assert_int_equal(run.flags, RW);
}

/* Small pages, then huge ones, in one run. Whatever byte of a page is the last, the run has the
 * whole smallest page and nothing after it. */
TEST(next_cuts_a_run_at_the_last_page)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t start = some_vaddr(t) + huge - 3 * page;
    const uint64_t pages[] = {1,
                              2,
                              3,
                              4,
                              huge / page,
                              huge / page + 2,
                              huge / page + 3,
                              huge / page + 4,
                              2 * huge / page + 3};

    expect_ok(map_region(t, start, start - some_vaddr(t) + some_paddr(t), 3 * page + 2 * huge, RW));
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        pt64_vaddr_t end = start + pages[i] * page;

        expect_cut(t, 0, end - 1, start, end - start);
        expect_cut(t, 0, end - page, start, end - start);
        expect_cut(t, end - page, end - page, end - page, page);
        expect_cut(t, end - 1, end - 1, end - page, page);
    }
    expect_cut(t, start + huge, start + huge + page, start + huge, 2 * page);
    expect_cut(t, start, UINT64_MAX, start, 3 * page + 2 * huge);
}

TEST(next_finds_nothing_beyond_its_end)
{
    uint64_t page = page_size(t);
    struct pt64_mapping run = {1, 2, 3, 4};

    for (unsigned level = 0; level <= root_level(t); level++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + size_at(t, level);

        expect_ok(map(t, vaddr, some_paddr(t), page, RW));
        expect(PT64_NOT_MAPPED, next_up_to(t, 0, vaddr - 1, &run));
        expect(PT64_NOT_MAPPED, next_up_to(t, vaddr - 1, vaddr - 1, &run));
        expect_ok(next_up_to(t, 0, vaddr, &run));
        expect_ok(unmap(t, vaddr));
        assert_int_equal(run.vaddr, vaddr);
        run = (struct pt64_mapping){1, 2, 3, 4};
    }
    expect(PT64_NOT_MAPPED, next_up_to(t, 0, UINT64_MAX, &run));
    assert_true(run.vaddr == 1 && run.paddr == 2 && run.size == 3 && run.flags == 4);
}

TEST(next_finds_nothing_where_the_end_is_below_the_start)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping run;

    expect_ok(map_region(t, vaddr, some_paddr(t), 4 * page_size(t), RW));
    expect(PT64_NOT_MAPPED, next_up_to(t, vaddr + 1, vaddr, &run));
    expect(PT64_NOT_MAPPED, next_up_to(t, vaddr + page_size(t), vaddr, &run));
    expect(PT64_NOT_MAPPED, next_up_to(t, UINT64_MAX, 0, &run));
    expect(PT64_NOT_MAPPED, next_up_to(t, UINT64_MAX, vaddr, &run));
}

/* Ends outside of the space, or in the gap, are ends like any other. */
TEST(next_may_end_at_what_is_no_address)
{
    uint64_t page = page_size(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    struct pt64_mapping run;

    for (unsigned i = 0; i < count; i++)
        expect_ok(map_region(t, halves[i].last - 2 * page + 1, some_paddr(t), 2 * page, RW));
    if (halves[0].first != 0)
        expect(PT64_NOT_MAPPED, next_up_to(t, 0, halves[0].first - 1, &run));
    expect_ok(next_up_to(t, 0, halves[0].last, &run));
    assert_true(run.vaddr == halves[0].last - 2 * page + 1 && run.size == 2 * page);
    if (halves[0].last == UINT64_MAX)
        return;
    expect_ok(next_up_to(t, 0, halves[0].last + 1 + page, &run));
    assert_true(run.vaddr == halves[0].last - 2 * page + 1 && run.size == 2 * page);
    expect(PT64_NOT_MAPPED,
           next_up_to(t, halves[0].last + 1,
                      count == 2 ? halves[1].first - 1 : halves[0].last + page, &run));
    if (count == 2)
        expect(PT64_NOT_MAPPED, next_up_to(t, halves[0].last + 1, halves[1].first, &run));
}

/* The last page of a process: the kernel's half is full, and none of its nodes is looked at. */
TEST_IF(has_two_halves, "needs a root of both halves", next_does_not_walk_on_into_the_other_half)
{
    struct half halves[2];
    struct pt64_mapping run;
    size_t accesses;

    halves_of(t, halves);
    expect_ok(map(t, halves[1].first, some_paddr(t), page_size(t), RW));
    accesses = t->arena.accesses;
    expect(PT64_NOT_MAPPED, next_up_to(t, 0, halves[0].last, &run));
    assert_int_equal(t->arena.accesses - accesses, 1); /* the root */
    accesses = t->arena.accesses;
    expect_ok(next_up_to(t, 0, halves[1].first, &run));
    assert_int_equal(t->arena.accesses - accesses, 1 + root_level(t));
}

/* A run may go on in the next node, which is not looked at if it is beyond the end. */
TEST(next_looks_at_no_node_beyond_its_end)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t edge = some_vaddr(t) + huge_size(t);
    struct pt64_mapping run;
    size_t accesses;

    expect_ok(map_region(t, edge - page, some_paddr(t), 2 * page, RW));
    accesses = t->arena.accesses;
    expect_ok(next_up_to(t, edge - page, edge - 1, &run));
    assert_true(run.vaddr == edge - page && run.size == page);
    assert_int_equal(t->arena.accesses - accesses, 1 + root_level(t));
    accesses = t->arena.accesses;
    expect_ok(next_up_to(t, edge - page, edge, &run));
    assert_true(run.size == 2 * page && t->arena.accesses - accesses > 1 + root_level(t));
}

/* Bits that encode no flag do not end a run. */
TEST(next_joins_pages_with_other_software_bits)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 3 * page, RW));
    put_entry(t, leaf_slot(t, some_vaddr(t) + page),
              leaf_at(t, some_vaddr(t) + page) | foreign_bits(t, 0));
    expect_run(0, {some_vaddr(t), some_paddr(t), 3 * page, RW});
}

/* ---- name_walk ---- */

#define MAX_VISITS 64

struct visits {
    struct pt64_visit seen[MAX_VISITS];
    size_t count;
    /* The answer of the visitor, at the visit with this number. */
    size_t at;
    enum pt64_walk answer;
};

static enum pt64_walk record(void *arg, const struct pt64_visit *visit)
{
    struct visits *visits = arg;

    if (visits->count < MAX_VISITS)
        visits->seen[visits->count] = *visit;
    return visits->count++ == visits->at ? visits->answer : PT64_WALK_ON;
}

/* Two pages in one node, and a huge page next to it. */
static void map_three(struct test *t)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t) + page, some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 3 * page, some_paddr(t) + page, page, R));
    expect_ok(map(t, some_vaddr(t) + huge_size(t), 0, huge_size(t), RX));
}

static void expect_visit(struct test *t, const struct visits *visits, size_t index, unsigned level,
                         bool after, enum pt64_kind kind, pt64_vaddr_t vaddr)
{
    const struct pt64_visit *visit = &visits->seen[index];

    assert_true(index < visits->count);
    assert_int_equal(visit->level, level);
    assert_int_equal(visit->after, after);
    assert_int_equal(visit->kind, kind);
    assert_int_equal(visit->slot.vaddr, vaddr);
    assert_int_equal(visit->slot.size, size_at(t, level));
}

TEST(walk_shows_tables_before_and_after_what_is_below)
{
    struct visits visits = {.at = SIZE_MAX};
    unsigned root = root_level(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    size_t i = 0;

    map_three(t);
    expect_ok(t->s->walk(t->table, record, &visits));
    for (unsigned level = root; level >= 1; level--)
        expect_visit(t, &visits, i++, level, false, PT64_LINK, vaddr);
    expect_visit(t, &visits, i++, 0, false, PT64_LEAF, vaddr + page_size(t));
    expect_visit(t, &visits, i++, 0, false, PT64_LEAF, vaddr + 3 * page_size(t));
    expect_visit(t, &visits, i++, 1, true, PT64_LINK, vaddr);
    expect_visit(t, &visits, i++, 1, false, PT64_LEAF, vaddr + huge_size(t));
    for (unsigned level = 2; level <= root; level++)
        expect_visit(t, &visits, i++, level, true, PT64_LINK, vaddr);
    assert_int_equal(visits.count, i);
}

TEST(walk_tells_addresses_and_flags)
{
    struct visits visits = {.at = SIZE_MAX};
    unsigned root = root_level(t);
    const struct pt64_visit *page = &visits.seen[root];
    const struct pt64_visit *table = &visits.seen[0];

    map_three(t);
    expect_ok(t->s->walk(t->table, record, &visits));
    assert_int_equal(page->slot.paddr, some_paddr(t));
    assert_int_equal(page->slot.flags, RW);
    assert_int_equal(page->entry, leaf_at(t, some_vaddr(t) + page_size(t)));
    assert_true(arena_is_live(&t->arena, table->slot.paddr, table_bytes(t)));
    assert_int_equal(link_entry(t->s, table->slot.paddr, table->level), table->entry);
}

TEST(walk_skips_a_subtree)
{
    unsigned root = root_level(t);

    map_three(t);
    for (unsigned depth = 0; depth < root; depth++) {
        struct visits visits = {.at = depth, .answer = PT64_WALK_SKIP};
        unsigned level = root - depth;

        expect_ok(t->s->walk(t->table, record, &visits));
        expect_visit(t, &visits, depth, level, false, PT64_LINK, some_vaddr(t));
        expect_visit(t, &visits, depth + 1, level, true, PT64_LINK, some_vaddr(t));
        /* If the lowest node is skipped, the huge page next to it is still visited. */
        if (level == 1)
            expect_visit(t, &visits, depth + 2, 1, false, PT64_LEAF, some_vaddr(t) + huge_size(t));
        assert_int_equal(visits.count, 2 * (depth + 1) + (level == 1 ? 1 : 0));
    }
}

TEST(walk_stops_at_every_visit)
{
    struct visits all = {.at = SIZE_MAX};

    map_three(t);
    expect_ok(t->s->walk(t->table, record, &all));
    for (size_t at = 0; at < all.count; at++) {
        struct visits visits = {.at = at, .answer = PT64_WALK_STOP};

        expect_ok(t->s->walk(t->table, record, &visits));
        assert_int_equal(visits.count, at + 1);
    }
}

TEST(walk_of_an_empty_table_shows_nothing)
{
    struct visits visits = {.at = SIZE_MAX};

    expect_ok(t->s->walk(t->table, record, &visits));
    assert_int_equal(visits.count, 0);
}

TEST(walk_shows_empty_tables)
{
    struct visits visits = {.at = SIZE_MAX};

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(t->s->walk(t->table, record, &visits));
    assert_int_equal(visits.count, 2 * root_level(t));
}

TEST(walk_extends_the_sign)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    struct visits visits = {.at = SIZE_MAX};
    pt64_vaddr_t last = halves[count - 1].last - page_size(t) + 1;

    expect_ok(map(t, last, some_paddr(t), page_size(t), RW));
    expect_ok(t->s->walk(t->table, record, &visits));
    expect_visit(t, &visits, root_level(t), 0, false, PT64_LEAF, last);
    expect_visit(t, &visits, 0, root_level(t), false, PT64_LINK,
                 last & ~(size_at(t, root_level(t)) - 1));
}
