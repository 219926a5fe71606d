/* SPDX-License-Identifier: MIT */
/* Marks: numbers in slots without a page. */
#include "test.h"

#define BIT(n) (UINT64_C(1) << (n))

static pt64_status_t mark(struct test *t, pt64_vaddr_t vaddr, pt64_size_t size, uint64_t value)
{
    return t->s->mark(t->guard, vaddr, size, value, NULL);
}

static void expect_mapping(const struct pt64_mapping *page, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                           pt64_size_t size, pt64_flags_t flags)
{
    assert_true(page->vaddr == vaddr && page->paddr == paddr && page->size == size);
    assert_int_equal(page->flags, flags);
}

/* ---- what a mark is ---- */

TEST(a_mark_stays_where_no_page_was)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        struct pt64_mapping removed = {1, 2, 3, 4};
        uint64_t size = size_at(t, level);

        expect_ok(t->s->mark(t->guard, some_vaddr(t), size, 0x1234, &removed));
        assert_true(removed.size == 0);
        commit(t);
        expect_mark(some_vaddr(t), 0x1234);
        expect_mark(some_vaddr(t) + size - 1, 0x1234);
        expect_hole(some_vaddr(t) + size);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
        expect_tables(0);
    }
}

TEST(a_mark_keeps_each_of_its_bits)
{
    unsigned bits = mark_bits(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (unsigned bit = 0; bit < bits; bit++) {
            expect_ok(mark(t, some_vaddr(t), size, BIT(bit)));
            expect_mark(some_vaddr(t), BIT(bit));
            expect_ok(mark(t, some_vaddr(t), size, BIT(bit) - 1));
            expect_mark(some_vaddr(t), BIT(bit) - 1);
        }
        expect_ok(mark(t, some_vaddr(t), size, BIT(bits) - 1));
        expect_mark(some_vaddr(t), BIT(bits) - 1);
        expect(PT64_BAD_FLAGS, mark(t, some_vaddr(t), size, BIT(bits)));
        expect(PT64_BAD_FLAGS, mark(t, some_vaddr(t), size, UINT64_MAX));
        expect_mark(some_vaddr(t), BIT(bits) - 1);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* CVE-2018-3620: as in hidden.c, for marks. */
TEST_IF(inverts_addresses, NEEDS_INVERSE, a_mark_shows_no_address_of_memory)
{
    uint64_t top = BIT(t->s->meta->limits.paddr_bits - 1);

    for (unsigned bit = 0; bit <= mark_bits(t); bit++) {
        uint64_t entry;

        expect_ok(mark(t, some_vaddr(t), page_size(t), BIT(bit) - 1));
        entry = entry_in(t, slot_of(t, some_vaddr(t), 0));
        assert_true(!is_present(t, entry) && (entry & top) != 0);
    }
}

TEST(a_mark_of_nothing_and_a_page_are_told_apart)
{
    uint64_t found;

    expect(PT64_NOT_MAPPED, t->s->mark_of(t->table, some_vaddr(t), &found));
    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect(PT64_ALREADY_MAPPED, t->s->mark_of(t->table, some_vaddr(t), &found));
    expect_ok(protect(t, some_vaddr(t), 0));
    expect(PT64_ALREADY_MAPPED, t->s->mark_of(t->table, some_vaddr(t), &found));
}

/* ---- the exchange ---- */

TEST(a_mark_takes_the_place_of_a_page_and_tells_its_last_flags)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        struct pt64_mapping removed;
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        listen(t);
        expect_ok(t->s->mark(t->guard, some_vaddr(t), size, 7, &removed));
        commit(t);
        expect_mapping(&removed, some_vaddr(t), some_paddr(t), size, RW | stored_flags(t));
        assert_int_equal(flushes(t), 1);
        assert_true(covers(&t->arena.events[0].request, some_vaddr(t), size));
        expect_mark(some_vaddr(t), 7);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(a_mark_takes_the_place_of_a_mark_or_of_a_hidden_page_without_a_flush)
{
    struct pt64_mapping removed;

    expect_ok(map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), 0));
    expect_ok(mark(t, some_vaddr(t), page_size(t), 7));
    listen(t);
    expect_ok(t->s->mark(t->guard, some_vaddr(t), page_size(t), 8, &removed));
    expect_mapping(&removed, some_vaddr(t), 7, page_size(t), PT64_MARK);
    expect_ok(t->s->mark(t->guard, some_vaddr(t) + page_size(t), page_size(t), 9, &removed));
    expect_mapping(&removed, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), 0);
    commit(t);
    assert_int_equal(flushes(t), 0);
}

TEST(a_huge_mark_takes_the_place_of_a_node_without_pages)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    expect_ok(mark(t, some_vaddr(t), huge_size(t), 7));
    commit(t);
    expect_mark(some_vaddr(t) + page_size(t), 7);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_hole(some_vaddr(t));
}

TEST(a_mark_is_refused_beside_pages_of_another_size)
{
    uint64_t page = page_size(t);
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    expect_ok(map(t, some_vaddr(t) + huge_size(t), some_paddr(t), page, RW));
    expect_ok(mark(t, some_vaddr(t) + 2 * huge_size(t), huge_size(t), 7));
    expect_ok(mark(t, some_vaddr(t) + 3 * huge_size(t), page, 7));
    commit(t);
    snapshot_take(t, &before);
    expect(PT64_MAPPED_TO_HUGE_PAGE, mark(t, some_vaddr(t) + page, page, 8));
    expect(PT64_ALREADY_MAPPED, mark(t, some_vaddr(t) + huge_size(t), huge_size(t), 8));
    expect(PT64_MARKED, mark(t, some_vaddr(t) + 2 * huge_size(t), page, 8));
    expect(PT64_ALREADY_MAPPED, mark(t, some_vaddr(t) + 3 * huge_size(t), huge_size(t), 8));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_mark(some_vaddr(t) + 2 * huge_size(t), 7);
    expect_mark(some_vaddr(t) + 3 * huge_size(t), 7);
}

TEST(marking_refuses_what_mapping_refuses)
{
    pt64_paddr_t paddr = some_paddr(t);

    expect(PT64_BAD_SIZE, mark(t, some_vaddr(t), page_size(t) + 1, 7));
    expect(PT64_BAD_SIZE, mark(t, some_vaddr(t), 0, 7));
    expect(PT64_NOT_ALIGNED, mark(t, some_vaddr(t) + 1, page_size(t), 7));
    expect(PT64_NOT_ALIGNED, mark(t, some_vaddr(t) + page_size(t), huge_size(t), 7));
    expect(PT64_BAD_SIZE,
           t->s->map_marked(t->guard, some_vaddr(t), paddr, page_size(t) + 1, RW, 7));
    expect(PT64_NOT_ALIGNED,
           t->s->map_marked(t->guard, some_vaddr(t) + 1, paddr, page_size(t), RW, 7));
    expect(PT64_NOT_ALIGNED,
           t->s->map_marked(t->guard, some_vaddr(t), paddr + 1, page_size(t), RW, 7));
    expect(PT64_BAD_ADDRESS,
           t->s->map_marked(t->guard, some_vaddr(t), -page_size(t), page_size(t), RW, 7));
    expect(PT64_BAD_FLAGS, t->s->map_marked(t->guard, some_vaddr(t), paddr, page_size(t),
                                            R | PT64_DEVICE | PT64_UNCACHED, 7));
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), paddr, page_size(t), PT64_MARK));
    expect(PT64_BAD_FLAGS, map_region(t, some_vaddr(t), paddr, page_size(t), PT64_MARK));
}

TEST_IF(has_two_halves, "needs addresses between two halves", a_mark_is_refused_between_the_halves)
{
    struct half halves[2];
    uint64_t found;

    halves_of(t, halves);
    expect(PT64_BAD_ADDRESS, mark(t, halves[0].last + 1, page_size(t), 7));
    expect(PT64_BAD_ADDRESS,
           t->s->map_marked(t->guard, halves[0].last + 1, 0, page_size(t), RW, 7));
    expect(PT64_BAD_ADDRESS, t->s->mark_of(t->table, halves[0].last + 1, &found));
}

TEST(a_mark_without_memory_for_its_nodes_changes_nothing)
{
    t->arena.allocations_left = 0;
    expect(PT64_NO_MEMORY, mark(t, some_vaddr(t), page_size(t), 7));
    t->arena.allocations_left = SIZE_MAX;
    commit(t);
    expect_hole(some_vaddr(t));
    expect_tables(0);
}

/* Memory in which a node is lost is not read. */
TEST(nothing_is_marked_below_a_lost_node)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t found, old;
    pt64_slot_t *lost;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    commit(t);
    t->s->begin(t->guard, t->table);
    lost = slot_of(t, vaddr, 1);
    old = entry_in(t, lost);
    t->arena.strangers_expected = true;
    put_entry(t, lost, link_entry(t->s, some_paddr(t), 1));
    expect(PT64_BAD_ADDRESS, mark(t, vaddr, page_size(t), 7));
    expect(PT64_BAD_ADDRESS, t->s->map_marked(t->guard, vaddr, some_paddr(t), page_size(t), RW, 7));
    expect(PT64_BAD_ADDRESS, t->s->mark_of(t->table, vaddr, &found));
    put_entry(t, lost, old);
    expect_page(vaddr, some_paddr(t), page_size(t), RW);
}

/* What a page says of itself is told apart from what a slot without page does. */
TEST(a_page_is_neither_hidden_nor_a_mark)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t found, entry;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        entry = entry_in(t, slot_of(t, some_vaddr(t), level));
        assert_true(t->s->pte->show(entry, level) == 0);
        assert_false(t->s->pte->mark_of(entry, level, &found));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* ---- a page in the place of a mark ---- */

TEST(a_page_takes_the_place_of_the_mark_that_is_expected)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(mark(t, some_vaddr(t), size, 7));
        expect(PT64_MARKED, t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), size, RW, 8));
        expect_mark(some_vaddr(t), 7);
        expect_ok(t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), size, RW, 7));
        commit(t);
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect(PT64_ALREADY_MAPPED,
               t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), size, RW, 7));
        expect_ok(unmap(t, some_vaddr(t)));
        expect(PT64_NOT_MAPPED,
               t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), size, RW, 7));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* A block descriptor at the last level: present to software, no page to hardware. */
TEST_IF(is_aarch64, "needs AArch64", an_entry_without_meaning_is_no_mark)
{
    pt64_slot_t *slot;
    uint64_t leaf;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    slot = leaf_slot(t, some_vaddr(t));
    leaf = entry_in(t, slot);
    put_entry(t, slot, leaf & ~BIT(1));
    expect(PT64_ALREADY_MAPPED,
           t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), page_size(t), RW, 7));
    assert_true(entry_in(t, slot) == (leaf & ~BIT(1)));
    put_entry(t, slot, leaf);
}

TEST(a_hidden_page_takes_the_place_of_a_mark)
{
    expect_ok(mark(t, some_vaddr(t), page_size(t), 7));
    expect_ok(t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), page_size(t), 0, 7));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), 0);
}

TEST(a_page_of_another_size_does_not_take_the_place_of_a_mark)
{
    expect_ok(mark(t, some_vaddr(t), huge_size(t), 7));
    expect(PT64_MARKED,
           t->s->map_marked(t->guard, some_vaddr(t), some_paddr(t), page_size(t), RW, 7));
    expect_mark(some_vaddr(t), 7);
}

/* ---- other calls on marks ---- */

TEST(nothing_is_mapped_over_a_mark)
{
    uint64_t page = page_size(t);

    expect_ok(mark(t, some_vaddr(t), page, 7));
    expect_ok(mark(t, some_vaddr(t) + huge_size(t), huge_size(t), 7));
    expect(PT64_MARKED, map(t, some_vaddr(t), 0, page, RW));
    expect(PT64_MARKED, map_region(t, some_vaddr(t), page, 2 * page, RW));
    expect(PT64_MARKED, map(t, some_vaddr(t) + huge_size(t), 0, huge_size(t), RW));
    expect(PT64_MARKED, map(t, some_vaddr(t) + huge_size(t) + page, 0, page, RW));
    expect_mark(some_vaddr(t), 7);
    expect_hole(some_vaddr(t) + page);
}

TEST(a_mark_is_neither_protected_nor_moved)
{
    expect_ok(mark(t, some_vaddr(t), page_size(t), 7));
    expect(PT64_MARKED, protect(t, some_vaddr(t), RW));
    expect(PT64_MARKED, remap(t, some_vaddr(t), 0, RW));
    expect_mark(some_vaddr(t), 7);
}

TEST(regions_pass_over_marks)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    for (unsigned i = 0; i < 20; i++) {
        if (i % 5 == 2)
            expect_ok(mark(t, vaddr + i * page, page, i));
        else
            expect_ok(map(t, vaddr + i * page, some_paddr(t) + i * page, page, RW));
    }
    expect_ok(mark(t, vaddr + huge_size(t), huge_size(t), 77));
    expect_ok(protect_region(t, vaddr, huge_size(t) + 5 * page, R));
    expect_ok(change_region(t, vaddr, huge_size(t) + 5 * page, PT64_WRITE, 0));
    for (unsigned i = 0; i < 20; i++) {
        if (i % 5 == 2)
            expect_mark(vaddr + i * page, i);
        else
            expect_page(vaddr + i * page, some_paddr(t) + i * page, page, RW);
    }
    expect_mark(vaddr + huge_size(t), 77);
}

TEST(unmap_takes_a_mark_and_reports_it)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        struct pt64_mapping removed;
        uint64_t size = size_at(t, level);

        expect_ok(mark(t, some_vaddr(t), size, 7));
        if (level > 0)
            expect(PT64_MARKED, unmap(t, some_vaddr(t) + page_size(t)));
        expect_ok(t->s->unmap(t->guard, some_vaddr(t), &removed));
        expect_mapping(&removed, some_vaddr(t), 7, size, PT64_MARK);
        expect_hole(some_vaddr(t));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

static struct pt64_mapping reported[8];
static size_t report_count;

static void take_report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    assert_true(report_count < 8);
    reported[report_count++] = *page;
}

TEST(unmap_pages_reports_marks_among_pages)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    /* A node that goes whole, one that stays, and a huge mark. */
    expect_ok(mark(t, vaddr, page, 7));
    expect_ok(map(t, vaddr + page, some_paddr(t), page, RW));
    expect_ok(mark(t, vaddr + huge_size(t), huge_size(t), 8));
    expect_ok(mark(t, vaddr + 2 * huge_size(t) + page, page, 9));
    expect_ok(map(t, vaddr + 2 * huge_size(t) + 3 * page, some_paddr(t), page, RW));
    commit(t);
    report_count = 0;
    expect_ok(t->s->unmap_pages(t->guard, vaddr, 2 * huge_size(t) + 2 * page, take_report, NULL));
    assert_int_equal(report_count, 4);
    expect_mapping(&reported[0], vaddr, 7, page, PT64_MARK);
    expect_mapping(&reported[1], vaddr + page, some_paddr(t), page, RW);
    expect_mapping(&reported[2], vaddr + huge_size(t), 8, huge_size(t), PT64_MARK);
    expect_mapping(&reported[3], vaddr + 2 * huge_size(t) + page, 9, page, PT64_MARK);
    expect_page(vaddr + 2 * huge_size(t) + 3 * page, some_paddr(t), page, RW);
    expect_ok(unmap_region(t, vaddr, 3 * huge_size(t)));
    commit(t);
    expect_tables(0);
}

/* Half of a mark cannot be named. */
TEST(a_region_that_cuts_a_mark_is_not_unmapped)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t page = page_size(t);

        expect_ok(mark(t, some_vaddr(t), size, 7));
        expect_ok(map(t, some_vaddr(t) + size, 0, page, RW));
        expect_ok(map(t, some_vaddr(t) - page, 0, page, RW));
        expect(PT64_MARKED, unmap_region(t, some_vaddr(t) + size - page, 2 * page));
        expect(PT64_MARKED, unmap_region(t, some_vaddr(t) - page, 2 * page));
        expect(PT64_MARKED, unmap_region(t, some_vaddr(t) + page, page));
        expect_mark(some_vaddr(t), 7);
        expect_page(some_vaddr(t) + size, 0, page, RW);
        expect_page(some_vaddr(t) - page, 0, page, RW);
        expect_ok(unmap_region(t, some_vaddr(t) - page, size + 2 * page));
        commit(t);
    }
}

/* Not even marks that count up are one run: what is in a mark is the caller's. */
TEST(next_tells_each_mark_by_itself)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, 0, page, RW));
    expect_ok(mark(t, vaddr + page, page, page));
    expect_ok(mark(t, vaddr + 2 * page, page, 2 * page));
    expect_ok(mark(t, vaddr + huge_size(t), huge_size(t), 5));
    expect_run(vaddr, {vaddr, 0, page, RW});
    expect_run(vaddr + page, {vaddr + page, page, page, PT64_MARK});
    expect_run(vaddr + 2 * page, {vaddr + 2 * page, 2 * page, page, PT64_MARK});
    expect_run(vaddr + huge_size(t) + page,
               {vaddr + huge_size(t) + page, 5, huge_size(t) - page, PT64_MARK});
}

static enum pt64_walk find_mark(void *arg, const struct pt64_visit *visit)
{
    if (visit->kind == PT64_MARKED_SLOT)
        *(struct pt64_mapping *)arg = visit->slot;
    return PT64_WALK_ON;
}

TEST(walk_tells_a_mark)
{
    struct pt64_mapping found = {0, 0, 0, 0};

    expect_ok(mark(t, some_vaddr(t), huge_size(t), 7));
    expect_ok(t->s->walk(t->table, find_mark, &found));
    expect_mapping(&found, some_vaddr(t), 7, huge_size(t), PT64_MARK);
}

static bool has_root_pages(const struct test *t)
{
    return top_leaf_level(t) == root_level(t);
}

/* A borrower has a copy of the root's entry. */
TEST_IF(has_root_pages, "needs pages in the root", a_mark_in_a_pinned_root_slot_stays)
{
    uint64_t size = size_at(t, root_level(t));

    expect_ok(mark(t, some_vaddr(t), size, 7));
    expect_ok(t->s->pin(t->guard, some_vaddr(t), size));
    expect(PT64_BORROWED, mark(t, some_vaddr(t), size, 8));
    expect(PT64_BORROWED, unmap(t, some_vaddr(t)));
    expect(PT64_BORROWED, t->s->map_marked(t->guard, some_vaddr(t), 0, size, RW, 7));
    expect_mark(some_vaddr(t), 7);
}

/* Arm ARM D8.17: the page that is gone must be flushed before another comes. */
TEST_IF(is_arm, "needs break-before-make",
        a_page_is_flushed_between_the_mark_and_the_page_that_takes_its_place)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(mark(t, some_vaddr(t), page_size(t), 7));
    assert_int_equal(flushes(t), 0);
    expect_ok(t->s->map_marked(t->guard, some_vaddr(t), 0, page_size(t), RW, 7));
    assert_int_equal(flushes(t), 1);
    expect_page(some_vaddr(t), 0, page_size(t), RW);
}
