/* SPDX-License-Identifier: MIT */
/* collapse: smaller pages that are one in all but size become one huge page. */
#include <page_table64.h>
#include <page_table64/meta/aarch64.h>

#include "test.h"

#include <string.h>

#define HISTORY (PT64_ACCESSED | PT64_DIRTY)

static pt64_status_t collapse(struct test *t, pt64_vaddr_t vaddr, pt64_size_t size)
{
    return t->s->collapse(t->guard, vaddr, size);
}

/* Maps a huge page's place by smaller pages. */
static void map_small(struct test *t, pt64_vaddr_t vaddr, pt64_size_t size, pt64_size_t piece,
                      pt64_flags_t flags)
{
    expect_ok(t->s->map_region(t->guard, vaddr, some_paddr(t), size, flags, piece));
}

static void unmap_all(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    expect_ok(unmap_region(t, vaddr, bytes));
    commit(t);
    expect_tables(0);
}

/* Fails at `at`, and changes nothing. */
static void expect_refused(struct test *t, pt64_status_t status, pt64_vaddr_t at,
                           pt64_vaddr_t vaddr, pt64_size_t size)
{
    struct snapshot before;

    snapshot_take(t, &before);
    expect_failure(status, at, collapse(t, vaddr, size));
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(pages_of_the_next_size_become_a_huge_page_of_each_size)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        map_small(t, some_vaddr(t), size, size_at(t, level - 1), RW);
        commit(t);
        t->arena.allocations_left = 0;
        expect_ok(collapse(t, some_vaddr(t), size));
        t->arena.allocations_left = SIZE_MAX;
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        commit(t);
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        expect_tables(root_level(t) - level);
        unmap_all(t, some_vaddr(t), size);
    }
}

static bool has_two_huge_sizes(const struct test *t)
{
    return top_leaf_level(t) >= 2 && has_three_levels(t);
}

/* The first and the last piece of the huge page are of the smallest size. */
TEST_IF(has_two_huge_sizes, "needs pages of three sizes", pages_of_several_sizes_become_one)
{
    uint64_t size = size_at(t, 2);
    uint64_t huge = huge_size(t);

    map_small(t, some_vaddr(t), huge, page_size(t), RW);
    expect_ok(map_region(t, some_vaddr(t) + huge, some_paddr(t) + huge, size - huge, RW));
    expect_ok(protect_region(t, some_vaddr(t) + 3 * huge + page_size(t), page_size(t), R));
    expect_ok(protect_region(t, some_vaddr(t) + 3 * huge, huge, RW));
    expect_tables(root_level(t) - 2 + 3);
    expect_ok(collapse(t, some_vaddr(t), size));
    expect_page(some_vaddr(t), some_paddr(t), size, RW);
    commit(t);
    expect_tables(root_level(t) - 2);
    unmap_all(t, some_vaddr(t), size);
}

/* The guard has been in the node of the smaller pages, which it holds until the commit. */
TEST(no_call_under_the_guard_finds_the_smaller_pages_again)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t last = some_vaddr(t) + huge - page;

    map_small(t, some_vaddr(t), huge, page, RW);
    expect_ok(protect(t, last, R));
    expect_ok(protect(t, last, RW));
    expect_ok(collapse(t, some_vaddr(t), huge));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, last, map(t, last, some_paddr(t), page, RW));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, last, unmap(t, last));
    expect_failure(PT64_MAPPED_TO_HUGE_PAGE, last, protect(t, last, R));
    expect_page(some_vaddr(t), some_paddr(t), huge, RW);
    unmap_all(t, some_vaddr(t), huge);
}

TEST(a_page_that_was_split_is_whole_again)
{
    uint64_t huge = huge_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge, RW));
    expect_ok(protect_region(t, some_vaddr(t) + page_size(t), page_size(t), R));
    commit(t);
    expect_refused(t, PT64_BAD_FLAGS, some_vaddr(t) + page_size(t), some_vaddr(t), huge);
    expect_ok(protect_region(t, some_vaddr(t) + page_size(t), page_size(t), RW));
    expect_ok(collapse(t, some_vaddr(t), huge));
    expect_page(some_vaddr(t), some_paddr(t), huge, RW);
    unmap_all(t, some_vaddr(t), huge);
}

/* Pieces with these flags become a page with these flags, if pages of both sizes can have them. */
static void try_flags(struct test *t, pt64_flags_t flags)
{
    uint64_t huge = huge_size(t);

    if (!can_say(t, flags) || map(t, some_vaddr(t) + huge, some_paddr(t), huge, flags) != PT64_OK)
        return;
    map_small(t, some_vaddr(t), huge, page_size(t), flags);
    commit(t);
    expect_ok(collapse(t, some_vaddr(t), huge));
    commit(t);
    expect_page(some_vaddr(t), some_paddr(t), huge, flags);
    expect_ok(unmap_region(t, some_vaddr(t), 2 * huge));
    commit(t);
}

/* Hidden pages too. */
TEST(a_huge_page_has_the_flags_of_its_pieces)
{
    const pt64_flags_t permissions[] = {0, R, RW, RX, RWU};

    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
        if ((flags & ~flags_of(t)) == 0)
            try_flags(t, flags);
    EACH_FORMAT_FLAG(flag, format_flags(t))
    for (size_t i = 0; i < sizeof permissions / sizeof permissions[0]; i++)
        try_flags(t, permissions[i] | flag);
}

TEST(a_huge_page_stays_as_it_is)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        listen(t);
        expect_ok(collapse(t, some_vaddr(t), size_at(t, level)));
        commit(t);
        assert_int_equal(flushes(t), 0);
        expect_page(some_vaddr(t), some_paddr(t), size_at(t, level), RW);
        unmap_all(t, some_vaddr(t), size_at(t, level));
    }
}

/* ---- what differs ---- */

TEST(what_is_not_one_huge_page_is_refused_and_stays)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    size_t count = entries_at(t, 0);
    const size_t places[] = {0, 1, count / 2, count - 1};

    map_small(t, vaddr, huge, page, RW);
    commit(t);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        pt64_vaddr_t at = vaddr + places[i] * page;
        pt64_paddr_t frame = some_paddr(t) + places[i] * page;

        /* What the first page is, the second is not. */
        expect_ok(protect(t, at, RX));
        expect_refused(t, PT64_BAD_FLAGS, places[i] > 0 ? at : vaddr + page, vaddr, huge);
        expect_ok(protect(t, at, 0));
        expect_refused(t, PT64_BAD_FLAGS, places[i] > 0 ? at : vaddr + page, vaddr, huge);
        expect_ok(remap(t, at, frame ^ huge, RW));
        expect_refused(t, PT64_NOT_ALIGNED, places[i] > 0 ? at : vaddr + page, vaddr, huge);
        expect_ok(remap(t, at, frame ^ page, RW));
        expect_refused(t, PT64_NOT_ALIGNED, at, vaddr, huge);
        expect_ok(unmap(t, at));
        expect_refused(t, PT64_NOT_MAPPED, at, vaddr, huge);
        expect_ok(t->s->mark(t->guard, at, page, 1, NULL));
        expect_refused(t, PT64_MARKED, at, vaddr, huge);
        expect_ok(unmap(t, at));
        expect_ok(map(t, at, frame, page, RW));
        commit(t);
    }
    expect_ok(collapse(t, vaddr, huge));
    unmap_all(t, vaddr, huge);
}

/* The soft flags too, which hardware does not read. */
TEST(pages_that_differ_in_any_flag_are_refused)
{
    uint64_t huge = huge_size(t);
    pt64_vaddr_t odd = some_vaddr(t) + 3 * page_size(t);

    EACH_FLAG(flag, flags_of(t) & ~HISTORY)
    {
        pt64_flags_t other = RW ^ flag;

        if (!can_say(t, RW) || !can_say(t, other) || (granted & flag))
            continue;
        map_small(t, some_vaddr(t), huge, page_size(t), RW);
        expect_ok(unmap(t, odd));
        expect_ok(map(t, odd, some_paddr(t) + 3 * page_size(t), page_size(t), other));
        expect_refused(t, PT64_BAD_FLAGS, odd, some_vaddr(t), huge);
        expect_ok(unmap_region(t, some_vaddr(t), huge));
        commit(t);
    }
}

TEST(a_place_without_smaller_pages_is_refused)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_refused(t, PT64_NOT_MAPPED, vaddr, vaddr, huge);
    expect_ok(t->s->populate(t->guard, vaddr, page, page));
    expect_refused(t, PT64_NOT_MAPPED, vaddr, vaddr, huge);
    expect_ok(t->s->mark(t->guard, vaddr, huge, 1, NULL));
    expect_refused(t, PT64_MARKED, vaddr, vaddr, huge);
    expect_ok(unmap(t, vaddr));
    commit(t);
    for (unsigned level = 2; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, vaddr, some_paddr(t), size_at(t, level), RW));
        expect_refused(t, PT64_MAPPED_TO_HUGE_PAGE, vaddr + huge, vaddr + huge, huge);
        expect_ok(unmap(t, vaddr));
        expect_ok(t->s->mark(t->guard, vaddr, size_at(t, level), 1, NULL));
        expect_refused(t, PT64_MARKED, vaddr + huge, vaddr + huge, huge);
        expect_ok(unmap(t, vaddr));
        commit(t);
    }
}

TEST(collapsing_with_bad_arguments_changes_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    map_small(t, vaddr, huge, page, RW);
    commit(t);
    expect_refused(t, PT64_BAD_SIZE, vaddr, vaddr, 0);
    expect_refused(t, PT64_BAD_SIZE, vaddr, vaddr, 1);
    expect_refused(t, PT64_BAD_SIZE, vaddr, vaddr, page);
    expect_refused(t, PT64_BAD_SIZE, vaddr, vaddr, 2 * page);
    expect_refused(t, PT64_BAD_SIZE, vaddr, vaddr, PT64_SIZE_ANY);
    expect_refused(t, PT64_NOT_ALIGNED, vaddr + page, vaddr + page, huge);
    expect_refused(t, PT64_NOT_ALIGNED, vaddr + 1, vaddr + 1, huge);
    unmap_all(t, vaddr, huge);
}

static bool translates_a_part(const struct test *t)
{
    struct half halves[2];

    return halves[halves_of(t, halves) - 1].last != UINT64_MAX || halves[0].first != 0;
}

TEST_IF(translates_a_part, "needs addresses that a root does not translate",
        collapsing_where_no_root_leads_is_refused)
{
    struct half halves[2];
    pt64_vaddr_t beyond =
        halves[halves_of(t, halves) - 1].last == UINT64_MAX ? 0 : halves[0].last + 1;

    if (halves[0].first == 0)
        beyond = halves[0].last + 1;
    expect_refused(t, PT64_BAD_ADDRESS, beyond, beyond, huge_size(t));
}

/* The first frame decides: the others follow it, but no huge page can begin there. */
TEST(frames_that_no_huge_page_can_have_are_refused)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t) + page, huge, RW, page));
    expect_refused(t, PT64_NOT_ALIGNED, some_vaddr(t), some_vaddr(t), huge);
    unmap_all(t, some_vaddr(t), huge);
}

TEST(an_adopted_table_keeps_the_sizes_of_its_pages)
{
    uint64_t huge = huge_size(t);

    map_small(t, some_vaddr(t), huge, page_size(t), RW);
    commit(t);
    expect_ok(t->s->adopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    expect_refused(t, PT64_BAD_FLAGS, some_vaddr(t), some_vaddr(t), huge);
}

static bool has_root_pages(const struct test *t)
{
    return top_leaf_level(t) == root_level(t);
}

TEST_IF(has_root_pages, "needs pages at the root's level", a_pinned_slot_keeps_its_table)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_vaddr_t vaddr = pt64_align_down(some_vaddr(t), slot);

    map_small(t, vaddr, slot, size_at(t, root_level(t) - 1), RW);
    expect_ok(t->s->pin(t->guard, vaddr, slot));
    commit(t);
    expect_refused(t, PT64_BORROWED, vaddr, vaddr, slot);
}

TEST(what_is_borrowed_is_not_collapsed)
{
    uint64_t slot = size_at(t, root_level(t));
    uint64_t huge = huge_size(t);
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);

    expect_ok(t->s->map_region(guard, some_vaddr(t), some_paddr(t), huge, RW, page_size(t)));
    expect_ok(t->s->pin(guard, pt64_align_down(some_vaddr(t), slot), slot));
    t->s->commit(guard);
    expect_ok(t->s->copy_from(t->guard, lender, pt64_align_down(some_vaddr(t), slot), slot));
    if (has_root_pages(t) && top_leaf_level(t) == 1)
        expect(PT64_BORROWED, t->s->collapse(guard, some_vaddr(t), huge));
    else
        expect_ok(t->s->collapse(guard, some_vaddr(t), huge));
    t->s->commit(guard);
    expect_failure(PT64_BORROWED, some_vaddr(t), collapse(t, some_vaddr(t), huge));
    t->s->destroy(t->table);
    end_table(t, lender, guard);
}

/* ---- hardware ---- */

static bool has_history(const struct test *t)
{
    return (flags_of(t) & HISTORY) != 0;
}

/* Any piece may have it: the first, one between, the last, all. */
TEST_IF(has_history, "needs accessed or dirty flags", a_huge_page_has_the_history_of_any_piece)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    size_t count = entries_at(t, 0);
    const size_t places[] = {0, 1, count - 1};

    EACH_FLAG(flag, HISTORY & flags_of(t))
    {
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            if (!can_say(t, RW | flag) || !can_say(t, RW))
                continue;
            map_small(t, some_vaddr(t), huge, page, RW);
            expect_ok(change_region(t, some_vaddr(t) + places[i] * page, page, flag, 0));
            commit(t);
            expect_ok(collapse(t, some_vaddr(t), huge));
            expect_page(some_vaddr(t), some_paddr(t), huge, RW | flag);
            unmap_all(t, some_vaddr(t), huge);
        }
    }
}

TEST(a_huge_page_has_what_hardware_sets_in_a_piece_until_the_flush)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t piece = size_at(t, level - 1);
        struct late_store store;

        map_small(t, some_vaddr(t), size, piece, RW);
        commit(t);
        arm_late_store(t, &store, some_vaddr(t) + size - piece);
        expect_ok(collapse(t, some_vaddr(t), size));
        assert_true(store.is_done);
        t->arena.on_flush = NULL;
        expect_page(some_vaddr(t), some_paddr(t), size, RW | stored_flags(t));
        commit(t);
        unmap_all(t, some_vaddr(t), size);
    }
}

/* ---- what is flushed, and freed ---- */

TEST(every_piece_is_flushed_before_the_call_returns)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    map_small(t, some_vaddr(t), huge, page, RW);
    listen(t);
    expect_ok(collapse(t, some_vaddr(t), huge));
    assert_int_equal(flushes(t), 1);
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
    for (size_t i = 0; i < t->arena.event_count; i++)
        if (t->arena.events[i].kind == ARENA_FLUSH)
            for (uint64_t offset = 0; offset < huge; offset += page)
                assert_true(covers(&t->arena.events[i].request, some_vaddr(t) + offset, page));
    commit(t);
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 1);
    unmap_all(t, some_vaddr(t), huge);
}

/* While the flush runs, hardware walks to what is at an address, and software asks for it. */
struct look {
    struct test *t;
    bool is_there; /* hardware finds the page */
    pt64_status_t status;
    struct pt64_mapping page;
};

static void look_in_flush(void *arg, const struct pt64_flush *request)
{
    struct look *look = arg;
    struct test *t = look->t;
    struct oracle_page page;

    (void)request;
    look->is_there =
        oracle_walk(&t->oracle, t->s->root(t->table), some_vaddr(t), &page, NULL) == ORACLE_PAGE;
    look->status = query(t, some_vaddr(t), &look->page);
}

static struct look collapse_and_look(struct test *t, pt64_size_t size)
{
    struct look look = {.t = t};

    commit(t);
    t->arena.on_flush = look_in_flush;
    t->arena.on_flush_arg = &look;
    expect_ok(collapse(t, some_vaddr(t), size));
    t->arena.on_flush = NULL;
    return look;
}

/* Arm ARM D8.17.1: a change of size needs a break, unless the CPU has FEAT_BBM level 2. SDM 3A
 * 5.10.4.2 and AMD's erratum 383: small pages are gone from every cache before a huge one comes.
 * LoongArch 5.4.1: the TLB must not hold pages of two sizes at an address. */
static bool must_break_to_grow(const struct test *t)
{
    return (is_arm(t) && strstr(t->s->name, "bbm2") == NULL) || has_tlb_of_x86(t) ||
           is_loongarch64(t);
}

TEST(pieces_are_broken_before_the_huge_page_is_made_only_where_they_must)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct look look;

        map_small(t, some_vaddr(t), size, size_at(t, level - 1), RW);
        look = collapse_and_look(t, size);
        assert_int_equal(look.is_there, !must_break_to_grow(t));
        /* Software sees a page that is being changed, where the absent entry keeps it. */
        if (!must_break_to_grow(t) || is_arm(t)) {
            assert_int_equal(look.status, PT64_OK);
            assert_true(look.page.size == size && look.page.flags == RW);
        }
        unmap_all(t, some_vaddr(t), size);
    }
}

/* Nobody can access them, so that nothing has to be gone first: software finds them all the time.
 */
TEST(hidden_pieces_are_broken_only_where_invalid_entries_are_cached)
{
    uint64_t huge = huge_size(t);
    struct look look;

    map_small(t, some_vaddr(t), huge, page_size(t), 0);
    look = collapse_and_look(t, huge);
    assert_false(look.is_there);
    if (!is_loongarch64(t)) {
        assert_int_equal(look.status, PT64_OK);
        assert_true(look.page.size == huge && look.page.flags == 0);
    }
    expect_page(some_vaddr(t), some_paddr(t), huge, 0);
    unmap_all(t, some_vaddr(t), huge);
}

static bool has_dirty(const struct test *t)
{
    return (flags_of(t) & PT64_DIRTY) != 0;
}

/* Only one piece is dirty. Arm ARM D8.4.4: where hardware sets dirty, a page that is not dirty
 * refuses stores, and pages of two sizes must have the same permissions. */
TEST_IF(has_dirty, "needs a dirty flag", pieces_that_differ_in_dirty_are_broken_on_arm)
{
    uint64_t huge = huge_size(t);
    struct look look;

    map_small(t, some_vaddr(t), huge, page_size(t), RW);
    expect_ok(change_region(t, some_vaddr(t) + page_size(t), page_size(t), PT64_DIRTY, 0));
    look = collapse_and_look(t, huge);
    assert_int_equal(look.is_there, !is_arm(t) && !must_break_to_grow(t));
    expect_page(some_vaddr(t), some_paddr(t), huge, RW | PT64_DIRTY);
    unmap_all(t, some_vaddr(t), huge);
}

/* A CPU with FEAT_BBM level 2 that sets dirty. */
static const struct pt64_handler careful_handler = ARENA_HANDLER;

PAGE_TABLE64_DEFINE(careful, pt64_aarch64_4k48_bbm2, pt64_aarch64_hafdbs_pte, careful_handler);

#define PLACE UINT64_C(0x40000000)

struct peek {
    struct arena *arena;
    const careful_t *table;
    bool was_valid; /* in the last flush: bit 0 of the descriptor of the 2 MiB at PLACE */
};

/* Arm ARM D8.3.1: bits 47:12 of a table descriptor, by levels of 9 bits. */
static void peek_in_flush(void *arg, const struct pt64_flush *request)
{
    struct peek *peek = arg;
    uint64_t entry = careful_root(peek->table);

    (void)request;
    for (unsigned shift = 39; shift >= 21; shift -= 9) {
        const uint64_t *words = arena_phys_to_virt(peek->arena, entry & 0xfffffffff000);

        entry = words[PLACE >> shift & 511];
    }
    peek->was_valid = entry & 1;
}

/* Whether the pages stay valid while they are collapsed, if one of them has other flags. */
static bool stay_valid(struct test *t, pt64_flags_t odd)
{
    const pt64_flags_t flags = PT64_READ | PT64_WRITE | PT64_ACCESSED;
    struct peek peek;
    careful_t table;
    careful_guard_t guard;

    expect_ok(careful_create(&table, &t->arena));
    careful_begin(&guard, &table);
    expect_ok(careful_map_region(&guard, PLACE, 0, PT64_SIZE_2M, flags, PT64_SIZE_4K));
    expect_ok(careful_change_region(&guard, PLACE + PT64_SIZE_4K, PT64_SIZE_4K, odd & ~flags,
                                    flags & ~odd));
    careful_commit(&guard);
    peek = (struct peek){&t->arena, &table, false};
    t->arena.on_flush = peek_in_flush;
    t->arena.on_flush_arg = &peek;
    expect_ok(careful_collapse(&guard, PLACE, PT64_SIZE_2M));
    t->arena.on_flush = NULL;
    careful_commit(&guard);
    careful_destroy(&table);
    return peek.was_valid;
}

/* Arm ARM D8.4.4: a page that is not dirty refuses stores, and pages of two sizes must have the
 * same permissions. D8.5: one that is not accessed is in no TLB. */
TEST_ONCE(with_bbm_level_2_only_pieces_that_differ_in_dirty_are_broken)
{
    const pt64_flags_t flags = PT64_READ | PT64_WRITE | PT64_ACCESSED;

    assert_true(stay_valid(t, flags));
    assert_true(stay_valid(t, flags & ~PT64_ACCESSED));
    assert_false(stay_valid(t, flags | PT64_DIRTY));
}

/* More of them than a guard can hold until the commit. */
TEST(many_huge_pages_are_made_under_one_guard)
{
    enum {
        COUNT = PT64_RETIRED + 3
    };
    uint64_t huge = huge_size(t);

    if (COUNT > entries_at(t, 1) / 2)
        return;
    map_small(t, some_vaddr(t), COUNT * huge, page_size(t), RW);
    for (unsigned i = 0; i < COUNT; i++)
        expect_ok(collapse(t, some_vaddr(t) + i * huge, huge));
    commit(t);
    for (unsigned i = 0; i < COUNT; i++)
        expect_page(some_vaddr(t) + i * huge, some_paddr(t) + i * huge, huge, RW);
    unmap_all(t, some_vaddr(t), COUNT * huge);
}

/* What is pending of the pieces is in the way of a huge page where sizes must not mix. */
TEST(pages_that_were_changed_under_the_same_guard_are_collapsed)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    map_small(t, some_vaddr(t), huge, page, RW);
    commit(t);
    expect_ok(protect_region(t, some_vaddr(t), huge, R));
    expect_ok(remap(t, some_vaddr(t) + page, some_paddr(t), R));
    expect_ok(remap(t, some_vaddr(t) + page, some_paddr(t) + page, R));
    expect_ok(collapse(t, some_vaddr(t), huge));
    expect_page(some_vaddr(t), some_paddr(t), huge, R);
    unmap_all(t, some_vaddr(t), huge);
}
