/* SPDX-License-Identifier: MIT */
/* A guard remembers the path to its last change. Another call, another guard or the call itself may
 * change the nodes on that path. The next change must not follow it then. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

/* Leaves the guard's path at the lowest node of some_vaddr, which is then empty. */
static void remember_an_empty_table(struct test *t)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
}

TEST(after_a_huge_page_replaced_the_table)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        remember_an_empty_table(t);
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t) + page, 0, page, R));
        expect(PT64_MAPPED_TO_HUGE_PAGE, unmap(t, some_vaddr(t) + page));
        expect(PT64_MAPPED_TO_HUGE_PAGE, protect(t, some_vaddr(t) + page, R));
        expect_page(some_vaddr(t), some_paddr(t), size_at(t, level), RW);
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
        expect_tables(0);
    }
}

TEST(after_a_region_replaced_the_table)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    remember_an_empty_table(t);
    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, RW));
    expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t) + page, 0, page, R));
    expect(PT64_MAPPED_TO_HUGE_PAGE, unmap(t, some_vaddr(t) + page));
    expect_run(0, {some_vaddr(t), some_paddr(t), 2 * huge, RW});
}

TEST(after_unmapping_retired_the_table)
{
    for (unsigned level = 0; level <= root_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
        expect(PT64_NOT_MAPPED, protect(t, some_vaddr(t), R));
        expect_ok(map(t, some_vaddr(t), 0, page_size(t), R));
        expect_page(some_vaddr(t), 0, page_size(t), R);
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        commit(t);
        expect_ok(map(t, some_vaddr(t), 0, page_size(t), R));
        expect_page(some_vaddr(t), 0, page_size(t), R);
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        commit(t);
        expect_tables(0);
    }
}

TEST(after_a_split_made_a_table)
{
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        expect_ok(protect(t, some_vaddr(t), RX));
        expect_ok(unmap_region(t, some_vaddr(t) + page, page));
        expect_ok(map(t, some_vaddr(t) + page, 0, page, R));
        expect_ok(protect(t, some_vaddr(t), R));
        expect_page(some_vaddr(t), some_paddr(t), page, R);
        expect_page(some_vaddr(t) + page, 0, page, R);
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

TEST(after_another_guard_retired_the_table)
{
    void *guard = new_guard(t, t->table);

    remember_an_empty_table(t);
    expect_ok(t->s->unmap_region(guard, some_vaddr(t), page_size(t)));
    t->s->commit(guard);
    expect_tables(0);
    expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    free(guard);
}

TEST(after_another_guard_mapped_a_huge_page)
{
    void *guard = new_guard(t, t->table);

    remember_an_empty_table(t);
    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    t->s->commit(guard);
    expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t) + page_size(t), 0, page_size(t), R));
    expect(PT64_MAPPED_TO_HUGE_PAGE, unmap(t, some_vaddr(t) + page_size(t)));
    expect_page(some_vaddr(t), some_paddr(t), huge_size(t), RW);
    free(guard);
}

/* Guards in turn, each with a path of its own. */
TEST(two_guards_take_turns)
{
    void *guards[2] = {t->guard, new_guard(t, t->table)};
    uint64_t page = page_size(t);

    for (uint64_t i = 0; i < 40; i++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + i / 4 * huge_size(t) + i % 4 * page;

        expect_ok(t->s->map(guards[i % 2], vaddr, i * page, page, RW));
        if (i % 5 == 4)
            expect_ok(
                t->s->unmap_region(guards[(i / 5) % 2], some_vaddr(t), (i / 8) * huge_size(t)));
    }
    expect_page(some_vaddr(t) + 9 * huge_size(t) + 3 * page, 39 * page, page, RW);
    t->s->commit(guards[1]);
    free(guards[1]);
}

/* Several guards are open on the same path when one of them takes it away. */
TEST(after_another_guard_retired_the_table_of_several)
{
    void *guards[3] = {new_guard(t, t->table), new_guard(t, t->table), new_guard(t, t->table)};
    uint64_t page = page_size(t);

    remember_an_empty_table(t);
    for (unsigned i = 0; i < 3; i++) {
        expect_ok(t->s->map(guards[i], some_vaddr(t) + i * page, i * page, page, RW));
        expect_ok(t->s->unmap(guards[i], some_vaddr(t) + i * page, NULL));
    }
    expect_ok(t->s->unmap_region(guards[1], some_vaddr(t), page));
    expect_ok(t->s->map(guards[0], some_vaddr(t), 0, page, RW));
    expect_ok(t->s->map(guards[2], some_vaddr(t) + 2 * page, 2 * page, page, RW));
    expect_ok(t->s->map(guards[1], some_vaddr(t) + page, page, page, RW));
    expect_ok(map(t, some_vaddr(t) + 3 * page, 3 * page, page, RW));
    expect_run(0, {some_vaddr(t), 0, 4 * page, RW});
    for (unsigned i = 0; i < 3; i++) {
        t->s->commit(guards[i]);
        free(guards[i]);
    }
}

/* CPUs on which pages of one table fault share the memory of its `name_t`. */
TEST(a_page_fault_writes_nothing_into_the_table)
{
    unsigned char *before = malloc(t->s->table_size);
    void *guard = new_guard(t, t->table);
    uint64_t page = page_size(t);

    assert_non_null(before);
    expect_ok(map(t, some_vaddr(t), 0, page, RW));
    commit(t);
    memcpy(before, t->table, t->s->table_size);
    for (unsigned i = 1; i < 4; i++) {
        t->s->begin(guard, t->table);
        expect_ok(t->s->map(guard, some_vaddr(t) + i * page, i * page, page, RW));
        t->s->commit(guard);
        t->s->begin(t->guard, t->table);
        expect_ok(protect(t, some_vaddr(t) + i * page, R));
        expect_ok(unmap(t, some_vaddr(t) + i * page));
        commit(t);
    }
    assert_memory_equal(before, t->table, t->s->table_size);
    free(guard);
    free(before);
}

TEST(after_the_slot_was_borrowed)
{
    uint64_t slot = size_at(t, root_level(t));
    uint64_t page = page_size(t);
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(t->s->pin(guard, some_vaddr(t), slot));
    t->s->commit(guard);
    remember_an_empty_table(t);
    expect_ok(t->s->copy_from(t->guard, lender, some_vaddr(t), slot));
    expect(PT64_BORROWED, map(t, some_vaddr(t) + page, 0, page, R));
    expect(PT64_BORROWED, unmap(t, some_vaddr(t)));
    expect(PT64_BORROWED, protect(t, some_vaddr(t), R));
    expect(PT64_BORROWED, remap(t, some_vaddr(t), 0, R));
    expect_page(some_vaddr(t), some_paddr(t), page, RW);
    commit(t);
    t->s->destroy(t->table);
    end_table(t, lender, guard);
}

/* The addresses are near each other, but in different nodes: the paths must part at the right
 * level. */
TEST(jumps_between_slots_of_every_level)
{
    uint64_t page = page_size(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned level = 0; level <= root_level(t); level++) {
        for (unsigned i = 0; i < count; i++) {
            pt64_vaddr_t a = halves[i].first;
            pt64_vaddr_t b = halves[i].first + size_at(t, level);

            expect_ok(map(t, a, 0, page, RW));
            expect_ok(map(t, b, page, page, R));
            expect_ok(protect(t, a, RX));
            expect_ok(remap(t, b, 2 * page, RW));
            expect_page(a, 0, page, RX);
            expect_page(b, 2 * page, page, RW);
            expect_ok(unmap(t, a));
            expect_ok(unmap(t, b));
            expect_hole(a);
            expect_hole(b);
        }
    }
}

TEST(an_address_of_no_half_is_refused_wherever_the_guard_was)
{
    struct half halves[2];

    halves_of(t, halves);
    expect_ok(map(t, halves[0].last - page_size(t) + 1, 0, page_size(t), RW));
    if (halves[0].last != UINT64_MAX) {
        expect(PT64_BAD_ADDRESS, map(t, halves[0].last + 1, 0, page_size(t), RW));
        expect(PT64_BAD_ADDRESS, unmap(t, halves[0].last + 1));
    }
    for (unsigned bit = t->oracle.format.vaddr_bits; bit < 64; bit++) {
        pt64_vaddr_t alias = (halves[0].last - page_size(t) + 1) ^ UINT64_C(1) << bit;

        expect(PT64_BAD_ADDRESS, unmap(t, alias));
        expect(PT64_BAD_ADDRESS, protect(t, alias, R));
        expect(PT64_BAD_ADDRESS, remap(t, alias, 0, R));
    }
}

/* A guard that is begun again knows no path, even in the same memory. */
TEST(a_guard_begun_again_starts_at_the_root)
{
    void *guard = new_guard(t, t->table);

    remember_an_empty_table(t);
    expect_ok(t->s->unmap_region(guard, some_vaddr(t), page_size(t)));
    t->s->commit(guard);
    t->s->begin(t->guard, t->table);
    expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    free(guard);
}

/* The same memory holds one table, and then another. */
TEST(a_guard_of_a_table_that_was_made_anew)
{
    commit(t);
    remember_an_empty_table(t);
    commit(t);
    t->s->destroy(t->table);
    expect_ok(t->s->create(t->table, &t->arena));
    t->s->begin(t->guard, t->table);
    expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

/* The storage of one guard serves two tables in turn. */
TEST(one_guard_for_two_tables)
{
    void *other = new_table(t);

    for (unsigned i = 0; i < 3; i++) {
        uint64_t offset = i * page_size(t);

        t->s->begin(t->guard, t->table);
        expect_ok(map(t, some_vaddr(t) + offset, offset, page_size(t), RW));
        commit(t);
        t->s->begin(t->guard, other);
        expect_ok(map(t, some_vaddr(t) + offset, some_paddr(t) + offset, page_size(t), RX));
        commit(t);
        expect_page_in(t->table, some_vaddr(t) + offset, offset, page_size(t), RW);
        expect_page_in(other, some_vaddr(t) + offset, some_paddr(t) + offset, page_size(t), RX);
    }
    end_table(t, other, NULL);
    t->s->begin(t->guard, t->table);
}

/* A guard also remembers the flags of the last page that it mapped. */
TEST(pages_side_by_side_have_each_their_own_flags)
{
    const pt64_flags_t sets[] = {RW, R, R, RX, RW, RX, R | PT64_GLOBAL, R};
    uint64_t page = page_size(t);

    for (unsigned i = 0; i < 8; i++) {
        pt64_flags_t flags = can_say(t, sets[i]) ? sets[i] : R;

        expect_ok(map(t, some_vaddr(t) + i * page, some_paddr(t) + i * page, page, flags));
    }
    for (unsigned i = 0; i < 8; i++) {
        pt64_flags_t flags = can_say(t, sets[i]) ? sets[i] : R;

        expect_page(some_vaddr(t) + i * page, some_paddr(t) + i * page, page, flags);
    }
}

TEST(a_page_beside_the_last_is_checked_like_any_other)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_paddr_t paddr = some_paddr(t);

    expect_ok(map(t, vaddr + 2 * page, paddr, page, RW));
    expect_ok(map(t, vaddr, paddr, page, RW));
    expect(PT64_ALREADY_MAPPED, map(t, vaddr, paddr, page, RW));
    expect(PT64_NOT_ALIGNED, map(t, vaddr + page + 8, paddr, page, RW));
    expect(PT64_NOT_ALIGNED, map(t, vaddr + page, paddr + 8, page, RW));
    expect(PT64_BAD_SIZE, map(t, vaddr + page, paddr, page + 8, RW));
    expect(PT64_BAD_FLAGS, map(t, vaddr + page, paddr, page, RW | PT64_DEVICE | PT64_UNCACHED));
    expect(PT64_BAD_FLAGS, map(t, vaddr + page, paddr, page, RW | SETS_OF_FLAGS));
    expect(PT64_BAD_ADDRESS,
           map(t, vaddr + page, UINT64_C(1) << t->s->meta->limits.paddr_bits, page, RW));
    expect(PT64_NOT_MAPPED, unmap(t, vaddr + page));
    expect(PT64_NOT_ALIGNED, unmap(t, vaddr + 8));
    expect_page(vaddr, paddr, page, RW);
    expect_hole(vaddr + page);
}

/* LoongArch's walker takes an entry for a page at any level, if the entry says so. */
static bool has_levels_without_pages(const struct test *t)
{
    return top_leaf_level(t) < root_level(t) && !is_loongarch64(t);
}

/* SDM 3A, 5.5.4: PS is reserved where there are no pages of that size. Other architectures have
 * such bits too. */
TEST_IF(has_levels_without_pages, "needs levels without pages",
        a_leaf_of_a_size_that_there_is_not_is_no_page)
{
    unsigned level = top_leaf_level(t) + 1;
    struct pt64_mapping page;
    pt64_slot_t *slot;
    uint64_t whole;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    slot = slot_of(t, some_vaddr(t), level);
    whole = entry_in(t, slot);
    put_entry(t, slot, t->s->pte->leaf(&t->s->meta->limits, RW, level));
    expect(PT64_NOT_MAPPED, t->s->query(t->table, some_vaddr(t), &page));
    expect(PT64_NOT_MAPPED, t->s->next(t->table, some_vaddr(t), UINT64_MAX, &page));
    put_entry(t, slot, whole);
}
