/* SPDX-License-Identifier: MIT */
/*
 * Pages of one size take the place of pages of another. A CPU may hold translations of two sizes
 * for one address. Where that is undefined or a machine check, the first translation is flushed
 * before the second maps anything else.
 */
#include "test.h"

/* What the slot that covers an address held at each flush. */
struct watched {
    struct test *t;
    pt64_vaddr_t vaddr;
    size_t flushes;
    size_t exact;  /* during which the page was what the huge page before it had been */
    size_t absent; /* during which no page was there */
    pt64_paddr_t paddr;
    pt64_flags_t flags;
};

static void look(void *arg, const struct pt64_flush *request)
{
    struct watched *watched = arg;
    struct oracle_page page;

    (void)request;
    watched->flushes++;
    if (oracle_walk(&watched->t->oracle, watched->t->s->root(watched->t->table), watched->vaddr,
                    &page, NULL) != ORACLE_PAGE)
        watched->absent++;
    else if (page.paddr + (watched->vaddr - page.vaddr) == watched->paddr &&
             watched->t->s->pte->decode(page.entry, page.level) == watched->flags)
        watched->exact++;
}

static void watch(struct test *t, struct watched *watched, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                  pt64_flags_t flags)
{
    commit(t);
    *watched = (struct watched){.t = t, .vaddr = vaddr, .paddr = paddr, .flags = flags};
    t->arena.on_flush = look;
    t->arena.on_flush_arg = watched;
}

static void unwatch(struct test *t)
{
    t->arena.on_flush = NULL;
    commit(t);
}

static bool is_strict(const struct test *t)
{
    return has_tlb_of_x86(t) || is_arm(t) || is_iommu(t);
}

#define NEEDS_STRICT "needs hardware that may not hold two sizes that say different things"

/* SDM 3A, 5.10.4.2; Arm ARM D8.17.1. The split alone, or the broken page, is flushed. The change
 * comes after. */
TEST_IF(is_strict, NEEDS_STRICT, a_part_of_a_huge_page_changes_after_its_split_was_flushed)
{
    pt64_vaddr_t vaddr = some_vaddr(t) + 3 * page_size(t);
    struct watched watched;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    watch(t, &watched, vaddr, some_paddr(t) + 3 * page_size(t), RW);
    expect_ok(protect_region(t, vaddr, page_size(t), R | UNCACHED));
    assert_true(watched.exact + watched.absent >= 1);
    unwatch(t);
    expect_page(vaddr, some_paddr(t) + 3 * page_size(t), page_size(t), R | UNCACHED);
}

TEST_IF(has_tlb_of_x86, NEEDS_TLB_OF_X86, both_edges_of_a_region_are_split_for_one_flush)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct watched watched;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 3 * huge, RW));
    watch(t, &watched, some_vaddr(t) + huge - page, some_paddr(t) + huge - page, RW);
    expect_ok(protect_region(t, some_vaddr(t) + huge - page, huge + 2 * page, R));
    assert_int_equal(watched.flushes, 1);
    assert_int_equal(watched.exact, 1);
    unwatch(t);
}

/* Huge page and small pages have different frames, within one guard. LoongArch: no pair of small
 * pages may be left, valid or not. */
TEST(a_huge_page_comes_after_the_flush_of_small_ones)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    bool must_wait = is_strict(t) || is_loongarch64(t);
    struct watched watched;

    for (unsigned whole = 0; whole < 2; whole++) {
        expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), huge, RW, page_size(t)));
        watch(t, &watched, some_vaddr(t) + page, 0, RW);
        if (whole) {
            expect_ok(unmap_region(t, some_vaddr(t), huge));
        } else {
            for (uint64_t at = 0; at < huge; at += page)
                expect_ok(unmap(t, some_vaddr(t) + at));
        }
        expect_ok(map(t, some_vaddr(t), 0, huge, RW));
        if (must_wait)
            assert_true(watched.absent >= 1);
        else
            assert_int_equal(watched.absent, 0);
        unwatch(t);
        expect_page(some_vaddr(t), 0, huge, RW);
        expect_ok(unmap_region(t, some_vaddr(t), huge));
    }
}

TEST(small_pages_come_after_the_flush_of_a_huge_one)
{
    uint64_t page = page_size(t);
    struct watched watched;

    for (unsigned many = 0; many < 2; many++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
        watch(t, &watched, some_vaddr(t) + page, 0, RW);
        expect_ok(unmap(t, some_vaddr(t)));
        if (many)
            expect_ok(t->s->map_region(t->guard, some_vaddr(t), 0, 8 * page, RW, page_size(t)));
        else
            expect_ok(map(t, some_vaddr(t) + page, page, page, RW));
        /* LoongArch: not while a CPU may hold the H without V that preceded the huge page. */
        assert_int_equal(watched.absent, is_strict(t) || is_loongarch64(t) ? 1 : 0);
        unwatch(t);
        expect_page(some_vaddr(t) + page, page, page, RW);
        expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
    }
}

/* Pages of one size replace each other directly, unless break-before-make is required. */
TEST(pages_of_one_size_wait_only_for_break_before_make)
{
    uint64_t page = page_size(t);
    struct watched watched;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * page, RW));
    watch(t, &watched, some_vaddr(t), 0, RW);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), 0, page, RW));
    assert_int_equal(watched.flushes, is_arm(t) ? 1 : 0);
    unwatch(t);
}

/* Volume 1, 5.4.1: before a huge leaf the slot holds H without V. One flush serves a region. */
TEST_IF(is_loongarch64, "needs LoongArch", a_huge_page_takes_the_place_of_no_page_by_a_flush)
{
    uint64_t huge = huge_size(t);
    struct watched watched;

    watch(t, &watched, some_vaddr(t), some_paddr(t), RW);
    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 5 * huge, RW));
    assert_int_equal(watched.flushes, 1);
    assert_int_equal(watched.absent, 1);
    unwatch(t);
    for (unsigned i = 0; i < 5; i++)
        expect_page(some_vaddr(t) + i * huge, some_paddr(t) + i * huge, huge, RW);
}

TEST(huge_and_small_pages_of_one_region_are_all_there)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t) + huge - 2 * page;
    pt64_paddr_t paddr = some_paddr(t) + huge - 2 * page;

    for (unsigned round = 0; round < 2; round++) {
        expect_ok(map_region(t, vaddr, paddr, 2 * huge + 4 * page, RW));
        commit(t);
        expect_page(vaddr, paddr, page, RW);
        expect_page(vaddr + page, paddr + page, page, RW);
        expect_page(vaddr + 2 * page, paddr + 2 * page, huge, RW);
        expect_page(vaddr + 2 * page + huge, paddr + 2 * page + huge, huge, RW);
        expect_page(vaddr + 2 * page + 2 * huge, paddr + 2 * page + 2 * huge, page, RW);
        expect_hole(vaddr - page);
        expect_hole(vaddr + 2 * huge + 4 * page);
        expect_ok(unmap_region(t, vaddr, 2 * huge + 4 * page));
        /* The second round goes over nodes that were emptied page by page. */
        for (unsigned i = 0; i < 6 && round == 0; i++) {
            expect_ok(map(t, some_vaddr(t) + i * huge, 0, page, RW));
            expect_ok(unmap(t, some_vaddr(t) + i * huge));
        }
    }
    commit(t);
    expect_ok(unmap_region(t, some_vaddr(t), 8 * huge));
}

/* Arm ARM D8.17.1: a change that breaks many pages needs one flush, not one for each page. */
TEST_IF(is_arm, "needs break-before-make", a_region_is_broken_by_one_flush)
{
    uint64_t page = page_size(t);
    unsigned count = 100;
    struct watched watched;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), count * page, RW));
    watch(t, &watched, some_vaddr(t) + 99 * page, 0, RW);
    expect_ok(protect_region(t, some_vaddr(t), count * page, RW | PT64_UNCACHED));
    assert_int_equal(watched.flushes, 1);
    assert_int_equal(watched.absent, 1);
    unwatch(t);
    for (unsigned i = 0; i < count; i++)
        expect_page(some_vaddr(t) + i * page, some_paddr(t) + i * page, page, RW | PT64_UNCACHED);
}

static void query_broken(void *arg, const struct pt64_flush *request)
{
    struct watched *watched = arg;
    struct pt64_mapping page;

    (void)request;
    watched->flushes++;
    expect_ok(watched->t->s->query(watched->t->table, watched->vaddr, &page));
    assert_true(page.paddr == watched->paddr);
    assert_int_equal(page.flags, watched->flags);
    expect_ok(watched->t->s->next(watched->t->table, watched->vaddr, UINT64_MAX, &page));
    assert_true(page.vaddr == watched->vaddr && page.paddr == watched->paddr);
}

TEST_IF(is_arm, "needs break-before-make", a_reader_sees_a_page_that_is_broken_as_it_was)
{
    pt64_flags_t flags = RW | (flags_of(t) & (PT64_GLOBAL | PT64_ACCESSED | PT64_SOFT1));
    struct watched watched;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), flags));
        watch(t, &watched, some_vaddr(t), some_paddr(t), flags);
        t->arena.on_flush = query_broken;
        expect_ok(protect(t, some_vaddr(t), RW | PT64_UNCACHED));
        assert_int_equal(watched.flushes, 1);
        unwatch(t);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

/* Pages that are broken at one level and at the next, and entries between them. */
TEST_IF(has_types, NEEDS_TYPES, huge_and_small_pages_side_by_side_get_another_type)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_flags_t after = R | PT64_UNCACHED;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge, RW));
    expect_ok(map(t, some_vaddr(t) + huge + 3 * page, some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 2 * huge, some_paddr(t) + 2 * huge, huge, RW));
    expect_ok(map(t, some_vaddr(t) + 4 * huge, some_paddr(t) + 4 * huge, huge, after));
    expect_ok(map(t, some_vaddr(t) + 5 * huge, some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t) + 6 * huge - page, some_paddr(t), page, RW));
    expect_ok(protect_region(t, some_vaddr(t), 6 * huge, after));
    expect_page(some_vaddr(t), some_paddr(t), huge, after);
    expect_page(some_vaddr(t) + huge + 3 * page, some_paddr(t), page, after);
    expect_page(some_vaddr(t) + 2 * huge, some_paddr(t) + 2 * huge, huge, after);
    expect_hole(some_vaddr(t) + 3 * huge);
    expect_page(some_vaddr(t) + 4 * huge, some_paddr(t) + 4 * huge, huge, after);
    expect_page(some_vaddr(t) + 5 * huge, some_paddr(t), page, after);
    expect_page(some_vaddr(t) + 6 * huge - page, some_paddr(t), page, after);
}

/* SDM 3A, 5.10.4.2: a page does not wait for the other pending flushes. */
TEST_IF(has_tlb_of_x86, NEEDS_TLB_OF_X86, a_page_waits_for_nothing_but_another_size_that_was_there)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    unsigned count = t->s->meta->limits.flush_limit + 1;
    pt64_vaddr_t vaddr = some_vaddr(t) + 4 * huge;
    struct watched watched;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge, RW));
    expect_ok(map(t, vaddr, some_paddr(t), page, R));
    expect_ok(t->s->map_region(t->guard, vaddr + 8 * page, 0, count * page, RW, page_size(t)));
    watch(t, &watched, vaddr, some_paddr(t), RW);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(protect(t, vaddr, RW)); /* begins */
    expect_ok(map(t, vaddr + page, some_paddr(t), page, RW));
    expect_ok(unmap(t, vaddr)); /* ends, in the same size */
    expect_ok(map(t, vaddr, 0, page, RW));
    assert_int_equal(watched.flushes, 0);
    expect_ok(unmap(t, vaddr + page));
    expect_ok(map_region(t, vaddr + page, 0, 2 * page, RW));
    assert_int_equal(watched.flushes, 0);
    /* A request for everything does not say where anything ended. */
    expect_ok(protect_region(t, vaddr + 8 * page, count * page, R));
    assert_int_equal(watched.flushes, 0);
    expect_ok(map(t, vaddr + 4 * page, 0, page, RW));
    assert_int_equal(watched.flushes, 1);
    unwatch(t);
    expect_page(vaddr, 0, page, RW);
    expect_page(vaddr + page, 0, page, RW);
}

static bool is_x86_of_three_levels(const struct test *t)
{
    return is_x86(t) && has_three_levels(t);
}

/* A dropped subtree may have held pages of any size at any of its addresses. */
TEST_IF(is_x86_of_three_levels, "needs x86 with three levels",
        a_page_waits_for_the_flush_of_a_table_that_was_there)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct watched watched;

    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + huge_size(t), some_paddr(t), huge_size(t), RW));
    watch(t, &watched, vaddr + huge_size(t), some_paddr(t), RW);
    expect_ok(unmap_region(t, vaddr, size_at(t, 2)));
    expect_ok(map(t, vaddr + huge_size(t), 0, page, RW));
    assert_int_equal(watched.flushes, 1);
    assert_int_equal(watched.absent, 1);
    unwatch(t);
    expect_page(vaddr + huge_size(t), 0, page, RW);
}

/* Volume 1, 5.4.1: before it held a page, the slot held H without V. The TLB may hold that. */
TEST_IF(is_loongarch64, "needs LoongArch", a_new_huge_page_is_split_after_its_flush)
{
    struct watched watched;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    watched = (struct watched){.t = t, .vaddr = some_vaddr(t), .paddr = some_paddr(t), .flags = RW};
    t->arena.on_flush = look;
    t->arena.on_flush_arg = &watched;
    expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
    assert_int_equal(watched.flushes, 1);
    assert_int_equal(watched.exact, 1);
    unwatch(t);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
}

/* The pages of a slot on loan may be of any size. */
TEST(a_loan_waits_for_the_flush_of_what_was_there)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);
    struct watched watched;

    expect_ok(t->s->map(guard, vaddr, 0, page_size(t), RW));
    expect_ok(t->s->pin(guard, vaddr, slot));
    t->s->commit(guard);
    expect_ok(map(t, vaddr, some_paddr(t), huge_size(t), RW));
    watch(t, &watched, vaddr, some_paddr(t), RW);
    expect_ok(unmap(t, vaddr));
    expect_ok(t->s->copy_from(t->guard, lender, vaddr, slot));
    if (is_strict(t) || is_loongarch64(t))
        assert_true(watched.absent >= 1);
    else
        assert_int_equal(watched.flushes, 0);
    unwatch(t);
    expect_page(vaddr, 0, page_size(t), RW);
    t->s->destroy(t->table);
    end_table(t, lender, guard);
}

/* Two huge pages beside each other, in two nodes. The second node does not exist yet. The first
 * node keeps what its slot with the second page's index holds. */
TEST_IF(has_three_levels, NEEDS_THREE_LEVELS,
        huge_pages_take_the_place_of_a_table_and_of_nothing_in_one_region)
{
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t) + size_at(t, 2) - huge;
    size_t live;

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(map(t, vaddr, 0, page_size(t), RW));
    expect_ok(unmap(t, vaddr));
    commit(t);
    live = t->arena.live;
    expect_ok(map_region(t, vaddr, some_paddr(t), 2 * huge, RW));
    commit(t);
    assert_int_equal(t->arena.live, live); /* one node came, one went */
    expect_page(vaddr, some_paddr(t), huge, RW);
    expect_page(vaddr + huge, some_paddr(t) + huge, huge, RW);
}

/* How large the page of an address is at the first flush. */
struct first_look {
    struct test *t;
    pt64_vaddr_t vaddr;
    size_t flushes;
    bool is_small;
};

static void look_once(void *arg, const struct pt64_flush *request)
{
    struct first_look *first = arg;
    struct oracle_page page;

    (void)request;
    if (first->flushes++ > 0)
        return;
    first->is_small = oracle_walk(&first->t->oracle, first->t->s->root(first->t->table),
                                  first->vaddr, &page, NULL) == ORACLE_PAGE &&
                      page.level == 0;
}

/* SDM 3A, 5.10.4.2; Arm ARM D8.17.2: a CPU may hold the huge page without the permission while the
 * small pages have it. */
TEST_IF(is_strict, NEEDS_STRICT, a_huge_page_that_gained_a_permission_is_flushed_before_its_split)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct first_look first = {t, vaddr, 0, true};

    expect_ok(map(t, vaddr, some_paddr(t), huge_size(t), R));
    commit(t);
    t->arena.on_flush = look_once;
    t->arena.on_flush_arg = &first;
    expect_ok(protect(t, vaddr, RW));
    expect_ok(protect_region(t, vaddr + page_size(t), page_size(t), R));
    assert_true(first.flushes > 0);
    assert_false(first.is_small);
    t->arena.on_flush = NULL;
    expect_page(vaddr, some_paddr(t), page_size(t), RW);
    expect_page(vaddr + page_size(t), some_paddr(t) + page_size(t), page_size(t), R);
}
