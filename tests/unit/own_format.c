/* SPDX-License-Identifier: MIT */
/* A program's own traits (doc/adding_a_format.h). No header of the library has these, and the
 * contract of traits.h allows them. */
#include <page_table64.h>

#include "test.h"

static struct pt64_meta own_meta;
static struct pt64_pte own_pte;
static const struct pt64_handler arena_handler = ARENA_HANDLER;

PT64_DEFINE_(own, own_meta, own_pte, arena_handler, 0);

/* ---- a format ---- */

#define STRANGE (UINT64_C(1) << 1)

/* Valid entries with one bit set belong to an extension. No bit of them is reserved. */
static enum pt64_kind strange_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                   unsigned level)
{
    (void)limits;
    (void)level;
    return entry & STRANGE ? PT64_UNKNOWN : PT64_EMPTY;
}

static pt64_entry_t nothing_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                  unsigned level, pt64_size_t page)
{
    (void)limits;
    (void)entry;
    (void)level;
    (void)page;
    return 0;
}

/* traits.h, PT64_UNKNOWN: the library cannot tell what hardware makes of such an entry. */
TEST(an_unknown_entry_is_a_flaw_though_no_bit_of_it_is_wrong)
{
    struct pt64_flaw flaw;
    own_t table;

    own_meta = *t->s->meta;
    own_meta.needs_sink = false;
    own_pte = *t->s->pte;
    own_pte.kind = strange_kind;
    own_pte.wrong = nothing_wrong;
    expect_ok(own_create(&table, &t->arena));
    expect_ok(own_check(&table, 0, &flaw));
    put_entry(t, slot_in(t, own_root(&table), 3), STRANGE);
    expect(PT64_CORRUPT, own_check(&table, 0, &flaw));
    assert_int_equal(flaw.kind, PT64_FLAW_RESERVED);
    assert_int_equal(flaw.index, 3);
    assert_true(flaw.entry == STRANGE && flaw.bits == 0);
    own_destroy(&table);
}

#define NOTHING (UINT64_C(1) << 9)

static const struct pt64_pte *plain_pte;

static enum pt64_kind kind_beside_nothing(const struct pt64_limits *limits, pt64_entry_t entry,
                                          unsigned level)
{
    return entry == NOTHING ? PT64_EMPTY : plain_pte->kind(limits, entry, level);
}

static pt64_entry_t no_entry(const struct pt64_limits *limits, unsigned level)
{
    (void)limits;
    (void)level;
    return NOTHING;
}

static size_t count_nothing(struct test *t, pt64_paddr_t table, unsigned level)
{
    size_t count = 0;

    for (size_t i = 0; i < entries_at(t, level); i++)
        if (entry_in(t, slot_in(t, table, i)) == NOTHING)
            count++;
    return count;
}

TEST(an_empty_slot_holds_what_the_format_says)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    unsigned root = root_level(t);
    pt64_paddr_t table_of[PT64_MAX_LEVELS];
    own_guard_t guard;
    own_t table;

    own_meta = *t->s->meta;
    own_meta.needs_sink = false;
    plain_pte = t->s->pte;
    own_pte = *plain_pte;
    own_pte.kind = kind_beside_nothing;
    own_pte.empty = no_entry;
    expect_ok(own_create(&table, &t->arena));
    table_of[root] = own_root(&table);
    assert_int_equal(count_nothing(t, table_of[root], root), entries_at(t, root));
    own_begin(&guard, &table);
    expect_ok(own_map(&guard, vaddr, some_paddr(t), page_size(t), RW));
    for (unsigned level = root;; level--) {
        size_t index = (size_t)(vaddr / size_at(t, level)) % entries_at(t, level);

        assert_int_equal(count_nothing(t, table_of[level], level), entries_at(t, level) - 1);
        if (level == 0)
            break;
        table_of[level - 1] =
            plain_pte->link_address(entry_in(t, slot_in(t, table_of[level], index)), level);
    }
    expect_ok(own_unmap(&guard, vaddr, NULL));
    assert_int_equal(count_nothing(t, table_of[0], 0), entries_at(t, 0));
    expect_ok(own_unmap_region(&guard, vaddr, page_size(t)));
    assert_int_equal(count_nothing(t, table_of[root], root), entries_at(t, root));
    own_commit(&guard);
    own_destroy(&table);
}

/* struct pt64_pte: without `absent`, a leaf that is broken for a split leaves the entry of an empty
 * slot. */
TEST(a_leaf_may_be_broken_by_an_empty_slot)
{
    uint64_t huge = huge_size(t);
    uint64_t page = page_size(t);
    struct pt64_mapping found;
    own_guard_t guard;
    own_t table;

    own_meta = *t->s->meta;
    own_meta.needs_sink = false;
    own_meta.break_to_move = false;
    own_meta.limits.split = PT64_RESIZE_BREAK;
    own_meta.limits.grow = PT64_RESIZE_BREAK;
    own_pte = *t->s->pte;
    own_pte.absent = NULL;
    own_pte.present = NULL;
    expect_ok(own_create(&table, &t->arena));
    own_begin(&guard, &table);
    expect_ok(own_map(&guard, some_vaddr(t), some_paddr(t), huge, RW));
    expect_ok(own_unmap_region(&guard, some_vaddr(t), page));
    own_commit(&guard);
    expect(PT64_NOT_MAPPED, own_query(&table, some_vaddr(t), &found));
    expect_ok(own_query(&table, some_vaddr(t) + page, &found));
    assert_true(found.paddr == some_paddr(t) + page && found.size == page);
    own_destroy(&table);
}

static enum pt64_change each_change_moves(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    (void)level;
    return old == now ? PT64_UNCHANGED : PT64_MOVED;
}

static bool breaks_to_move(const struct test *t)
{
    return t->s->meta->break_to_move;
}

/* traits.h: PT64_MOVED is broken first where the geometry says so, and `kept` may be NULL. The page
 * that is made anew is what the change makes of the page that was broken. */
TEST_IF(breaks_to_move, "needs break-before-make", a_change_of_flags_may_need_a_break)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct pt64_mapping run;
    own_guard_t guard;
    own_t table;

    own_meta = *t->s->meta;
    own_pte = *t->s->pte;
    own_pte.change = each_change_moves;
    own_pte.kept = NULL;
    expect_ok(own_create(&table, &t->arena));
    own_begin(&guard, &table);
    expect_ok(own_map_region(&guard, vaddr, some_paddr(t), 20 * page, RW, page_size(t)));
    expect_ok(own_map(&guard, vaddr + huge_size(t), some_paddr(t), huge_size(t), RW));
    own_commit(&guard);
    arena_clear_events(&t->arena);
    expect_ok(own_change_region(&guard, vaddr, 2 * huge_size(t), PT64_SOFT0, PT64_WRITE));
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
    expect_ok(own_next(&table, vaddr, UINT64_MAX, &run));
    assert_true(run.paddr == some_paddr(t) && run.size == 20 * page);
    assert_int_equal(run.flags, R | PT64_SOFT0);
    expect_ok(own_query(&table, vaddr + huge_size(t), &run));
    assert_true(run.size == huge_size(t));
    assert_int_equal(run.flags, R | PT64_SOFT0);
    own_commit(&guard);
    own_destroy(&table);
}

/* ---- rules of the hardware ---- */

/* traits.h, PT64_RESIZE_FLUSH: nothing else changes at an address before the flush. */
TEST(where_only_the_size_may_change_a_huge_page_waits_for_what_was_there)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    own_t table;
    own_guard_t guard;

    own_meta = *t->s->meta;
    own_pte = *t->s->pte;
    own_meta.break_to_move = false;
    own_meta.limits.split = PT64_RESIZE_FLUSH;
    own_meta.limits.grow = PT64_RESIZE_FLUSH;
    expect_ok(own_create(&table, &t->arena));
    own_begin(&guard, &table);
    expect_ok(own_map(&guard, vaddr + page_size(t), some_paddr(t), page_size(t), RW));
    expect_ok(own_map(&guard, vaddr + huge_size(t), some_paddr(t), huge_size(t), RW));
    own_commit(&guard);
    arena_clear_events(&t->arena);
    expect_ok(own_unmap(&guard, vaddr + page_size(t), NULL));
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
    expect_ok(own_map(&guard, vaddr, 0, huge_size(t), RW));
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
    assert_true(covers(&t->arena.events[0].request, vaddr + page_size(t), page_size(t)));
    own_commit(&guard);
    arena_clear_events(&t->arena);
    expect_ok(own_unmap(&guard, vaddr + huge_size(t), NULL));
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
    expect_ok(own_map(&guard, vaddr + huge_size(t), 0, page_size(t), RW));
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 1);
    own_commit(&guard);
    own_destroy(&table);
}
