/* SPDX-License-Identifier: MIT */
/* A search for other links to a node has a limit of slots that it may read. A search that reaches
 * the limit is given up, and the library takes the node for one that is linked twice. */
#include <stddef.h>

static size_t search_limit;

#define PT64_SEARCH_LIMIT search_limit

#include <page_table64.h>

#include "test.h"

static struct pt64_meta searched_meta;
static struct pt64_pte searched_pte;
static const struct pt64_handler arena_handler = ARENA_HANDLER;

PT64_DEFINE_(searched, searched_meta, searched_pte, arena_handler, 0);

/* Maps a page, and adopts the table. */
static void adopt_page(struct test *t, searched_t *table)
{
    searched_guard_t guard;

    searched_meta = *t->s->meta;
    searched_pte = *t->s->pte;
    expect_ok(searched_create(table, &t->arena));
    searched_begin(&guard, table);
    expect_ok(searched_map(&guard, some_vaddr(t), some_paddr(t), page_size(t), RW));
    searched_commit(&guard);
    expect_ok(searched_adopt(table, searched_release(table), &t->arena));
}

TEST(what_no_search_has_shown_to_be_its_own_is_not_changed)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct pt64_mapping found;
    searched_t table;
    searched_guard_t guard;
    size_t live;

    test_forgive_leaks(t);
    search_limit = 40;
    adopt_page(t, &table);
    live = t->arena.live;
    searched_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, searched_map(&guard, vaddr + page, 0, page, RW));
    expect(PT64_NOT_MAPPED, searched_unmap(&guard, vaddr, NULL));
    expect(PT64_NOT_MAPPED, searched_protect(&guard, vaddr, R));
    expect_ok(searched_unmap_region(&guard, vaddr, huge_size(t)));
    expect(PT64_ALREADY_MAPPED, searched_pin(&guard, vaddr, size_at(t, root_level(t))));
    searched_commit(&guard);
    expect_ok(searched_query(&table, vaddr, &found));
    assert_true(found.paddr == some_paddr(t) && found.flags == RW);
    assert_int_equal(t->arena.live, live);
    /* The root node is linked once without doubt, so it can still be changed. */
    expect_ok(searched_map(&guard, vaddr + apart(t, root_level(t), 4), 0, page, RW));
    searched_commit(&guard);
    searched_destroy(&table);
    assert_null(arena_defect(&t->arena));
}

/* A limit that is enough to read all nodes to their ends. */
TEST(what_a_search_has_shown_to_be_its_own_is_changed)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping found;
    searched_t table;
    searched_guard_t guard;

    search_limit = entries_at(t, root_level(t)) + root_level(t) * entries_at(t, 0) + 1;
    adopt_page(t, &table);
    searched_begin(&guard, &table);
    expect_ok(searched_map(&guard, vaddr + page_size(t), 0, page_size(t), RW));
    expect_ok(searched_unmap(&guard, vaddr, NULL));
    expect_ok(searched_query(&table, vaddr + page_size(t), &found));
    expect_ok(searched_unmap_region(&guard, vaddr, huge_size(t)));
    searched_commit(&guard);
    searched_destroy(&table);
}
