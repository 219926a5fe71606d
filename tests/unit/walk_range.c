/* SPDX-License-Identifier: MIT */
/* name_walk_range shows what overlaps a range, as name_walk shows everything. */
#include "test.h"

#define MAX_VISITS 64

struct visits {
    struct pt64_visit seen[MAX_VISITS];
    size_t count;
    size_t stop; /* at the visit with this number */
};

static enum pt64_walk record(void *arg, const struct pt64_visit *visit)
{
    struct visits *visits = arg;

    assert_true(visits->count < MAX_VISITS);
    visits->seen[visits->count] = *visit;
    return visits->count++ == visits->stop ? PT64_WALK_STOP : PT64_WALK_ON;
}

static bool overlaps(const struct pt64_visit *visit, pt64_vaddr_t vaddr, uint64_t bytes)
{
    return visit->slot.vaddr <= vaddr + (bytes - 1) &&
           visit->slot.vaddr + (visit->slot.size - 1) >= vaddr;
}

static void expect_same_visit(const struct pt64_visit *seen, const struct pt64_visit *expected)
{
    assert_true(seen->slot.vaddr == expected->slot.vaddr);
    assert_true(seen->slot.paddr == expected->slot.paddr);
    assert_true(seen->slot.size == expected->slot.size);
    assert_true(seen->slot.flags == expected->slot.flags);
    assert_true(seen->entry == expected->entry);
    assert_int_equal(seen->level, expected->level);
    assert_int_equal(seen->kind, expected->kind);
    assert_int_equal(seen->after, expected->after);
}

/* Of the whole table, the range shows what overlaps it, in the same order. */
static void expect_part(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    struct visits all = {.stop = SIZE_MAX};
    struct visits part = {.stop = SIZE_MAX};
    size_t shown = 0;

    expect_ok(t->s->walk(t->table, record, &all));
    expect_ok(t->s->walk_range(t->table, vaddr, bytes, record, &part));
    for (size_t i = 0; i < all.count; i++) {
        if (!overlaps(&all.seen[i], vaddr, bytes))
            continue;
        assert_true(shown < part.count);
        expect_same_visit(&part.seen[shown++], &all.seen[i]);
    }
    assert_int_equal(part.count, shown);
}

/* The ranges of a pair of pages, of what is before and behind, and of what is between. */
static void expect_parts_around(struct test *t, pt64_vaddr_t first, pt64_vaddr_t second)
{
    uint64_t page = page_size(t);

    expect_part(t, first, page);
    expect_part(t, second, page);
    expect_part(t, first + page, page);
    expect_part(t, first + page, second - first - page);
    expect_part(t, first, second - first);
    expect_part(t, first, second - first + page);
}

TEST(a_range_shows_what_overlaps_it)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_vaddr_t far = vaddr + (has_three_levels(t) ? size_at(t, root_level(t)) : 5 * huge_size(t));
    uint64_t page = page_size(t);

    expect_ok(map(t, vaddr + page, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + 5 * page, some_paddr(t) + page, page, R));
    expect_ok(map(t, vaddr + huge_size(t), 0, huge_size(t), RX));
    expect_ok(map(t, vaddr + 3 * huge_size(t) - page, some_paddr(t), page, RX));
    expect_ok(map(t, far, some_paddr(t), page, RW));
    expect_parts_around(t, vaddr + page, vaddr + 5 * page);
    expect_parts_around(t, vaddr + 5 * page, vaddr + 2 * huge_size(t) - page);
    expect_parts_around(t, vaddr + huge_size(t), vaddr + 3 * huge_size(t) - page);
    expect_parts_around(t, vaddr + page, far);
    expect_part(t, vaddr + 4 * huge_size(t), page);
}

TEST(a_page_that_crosses_an_edge_is_shown_as_a_whole)
{
    struct visits visits = {.stop = SIZE_MAX};
    const struct pt64_visit *page = &visits.seen[root_level(t) - 1];

    expect_ok(map(t, some_vaddr(t), 0, huge_size(t), RW));
    expect_ok(t->s->walk_range(t->table, some_vaddr(t) + 3 * page_size(t), page_size(t), record,
                               &visits));
    assert_int_equal(visits.count, 2 * root_level(t) - 1);
    assert_true(page->slot.vaddr == some_vaddr(t) && page->slot.size == huge_size(t));
    assert_int_equal(page->kind, PT64_LEAF);
}

TEST(a_range_may_end_with_its_half)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t page = page_size(t);

    for (unsigned i = 0; i < count; i++) {
        pt64_vaddr_t last = halves[i].last - page + 1;

        expect_ok(map(t, halves[i].first, some_paddr(t), page, RW));
        expect_ok(map(t, last, some_paddr(t), page, RW));
    }
    for (unsigned i = 0; i < count; i++) {
        pt64_vaddr_t last = halves[i].last - page + 1;

        expect_part(t, halves[i].first, page);
        expect_part(t, last, page);
        expect_part(t, last - page, 2 * page);
        expect_part(t, halves[i].first, last - halves[i].first);
        expect_part(t, halves[i].first + page, last - halves[i].first);
    }
}

TEST(a_walk_of_a_range_stops_when_told)
{
    struct visits visits = {.stop = 0};

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page_size(t), RW));
    expect_ok(t->s->walk_range(t->table, some_vaddr(t), 2 * page_size(t), record, &visits));
    assert_int_equal(visits.count, 1);
}

TEST(a_range_that_is_none_shows_nothing)
{
    struct visits visits = {.stop = SIZE_MAX};
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct half halves[2];
    pt64_vaddr_t last = halves[halves_of(t, halves) - 1].last - page + 1;

    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    expect_ok(t->s->walk_range(t->table, vaddr, 0, record, &visits));
    expect(PT64_NOT_ALIGNED, t->s->walk_range(t->table, vaddr + 1, page, record, &visits));
    expect(PT64_NOT_ALIGNED, t->s->walk_range(t->table, vaddr, page + 1, record, &visits));
    expect(PT64_BAD_ADDRESS, t->s->walk_range(t->table, last, 2 * page, record, &visits));
    expect(PT64_BAD_ADDRESS, t->s->walk_range(t->table, last, 0 - page, record, &visits));
    assert_int_equal(visits.count, 0);
}

/* A node that is not memory hides what is below it, and nothing else. */
TEST(a_lost_node_outside_of_the_range_is_not_missed)
{
    struct visits visits = {.stop = SIZE_MAX};
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = size_at(t, 1);
    pt64_slot_t *lost;
    uint64_t old;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(map(t, vaddr + slot, some_paddr(t), page_size(t), RW));
    lost = slot_of(t, vaddr + slot, 1);
    old = entry_in(t, lost);
    t->arena.strangers_expected = true;
    put_entry(t, lost, link_entry(t->s, some_paddr(t), 1));
    expect_ok(t->s->walk_range(t->table, vaddr, slot, record, &visits));
    visits.count = 0;
    expect(PT64_BAD_ADDRESS, t->s->walk_range(t->table, vaddr + slot, slot, record, &visits));
    put_entry(t, lost, old);
}
