/* SPDX-License-Identifier: MIT */
/* What a guard gathers, and when the handler is called. */
#include <string.h>

#include "test.h"

/* VT-d 6.2, AMD-Vi 2.4: entries that are not present are cached where CAP.CM or NpCache says so. */
static bool caches_holes(const struct test *t)
{
    return strstr(t->s->name, "_cm") != NULL || strstr(t->s->name, "_np") != NULL;
}

/* The need of each kind of change, by architecture: the least that the manuals require. */
static enum pt64_need need_of_new_page(const struct test *t)
{
    switch (t->oracle.format.arch) {
    case ORACLE_X86_64:
    case ORACLE_I386:
    case ORACLE_EPT: /* SDM 3C, 30.4.2 */
    case ORACLE_NPT:
        return PT64_NEED_NOTHING; /* SDM 3A, 5.10.4.3: not-present entries are not cached */
    case ORACLE_AARCH64:
    case ORACLE_ARMV7:
        return PT64_NEED_BARRIER; /* D8.16: entries that fault are not cached; DSB, ISB */
    case ORACLE_RISCV:            /* SFENCE.VMA, unless Svvptc */
        return t->s->meta->needs.created == PT64_NEED_NOTHING ? PT64_NEED_NOTHING : PT64_NEED_LEAF;
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return caches_holes(t) ? PT64_NEED_LEAF : PT64_NEED_NOTHING;
    case ORACLE_LOONGARCH64:
    default:
        return PT64_NEED_LEAF; /* volume 1, 5.4.2: the invalid half of a pair is cached */
    }
}

/* The only request since listen. */
static const struct pt64_flush *the_request(const struct test *t)
{
    const struct pt64_flush *request = NULL;

    assert_int_equal(flushes(t), 1);
    for (size_t i = 0; i < t->arena.event_count; i++)
        if (t->arena.events[i].kind == ARENA_FLUSH)
            request = &t->arena.events[i].request;
    assert_true(request->root == t->s->root(t->table));
    return request;
}

/* Checks that the requests are well formed: traits.h, struct pt64_flush. */
static void expect_well_formed(const struct test *t)
{
    for (size_t i = 0; i < t->arena.event_count; i++) {
        const struct pt64_flush *request = &t->arena.events[i].request;

        if (t->arena.events[i].kind != ARENA_FLUSH)
            continue;
        assert_true(request->count <= PT64_FLUSH_RANGES);
        assert_true(!(request->everything && request->ended) || request->count == 0);
        assert_true(request->everything || !request->ended);
        for (unsigned r = 0; r < request->count; r++) {
            const struct pt64_flush_range *range = &request->ranges[r];

            assert_true(range->stride != 0 && range->bytes != 0);
            assert_int_equal(range->vaddr % range->stride, 0);
            assert_int_equal(range->bytes % range->stride, 0);
            assert_true(oracle_is_vaddr(&t->oracle.format, range->vaddr));
            assert_true(oracle_is_vaddr(&t->oracle.format, range->vaddr + range->bytes - 1));
            assert_true(range->vaddr <= range->vaddr + (range->bytes - 1));
        }
    }
}

/* Whether a range of the request, or all of it, drops cached steps of walks. */
static bool asks_for_walks(const struct pt64_flush *request)
{
    for (unsigned i = 0; i < request->count; i++)
        if (request->ranges[i].tables)
            return true;
    return request->everything;
}

static bool any_request_covers(const struct test *t, pt64_vaddr_t vaddr, pt64_size_t size)
{
    for (size_t i = 0; i < t->arena.event_count; i++)
        if (t->arena.events[i].kind == ARENA_FLUSH &&
            covers(&t->arena.events[i].request, vaddr, size))
            return true;
    return false;
}

TEST(a_guard_without_changes_flushes_nothing)
{
    struct pt64_mapping page;

    expect(PT64_NOT_MAPPED, query(t, some_vaddr(t), &page));
    expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
    expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
    expect_ok(protect_region(t, some_vaddr(t), huge_size(t), R));
    commit(t);
    commit(t);
    assert_int_equal(flushes(t), 0);
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        a_new_page_asks_for_what_the_manual_says)
{
    enum pt64_need need = need_of_new_page(t);

    /* In an existing node, so that only the page is new. */
    expect_ok(map(t, some_vaddr(t) + page_size(t), 0, page_size(t), RW));
    listen(t);
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    assert_int_equal(flushes(t), 0);
    commit(t);
    expect_well_formed(t);
    if (need == PT64_NEED_NOTHING) {
        assert_int_equal(flushes(t), 0);
    } else if (need == PT64_NEED_BARRIER) {
        assert_int_equal(the_request(t)->count, 0);
        assert_false(the_request(t)->everything);
    } else {
        assert_int_equal(the_request(t)->count, 1);
        assert_int_equal(the_request(t)->ranges[0].vaddr, some_vaddr(t));
        assert_int_equal(the_request(t)->ranges[0].bytes, page_size(t));
        assert_int_equal(the_request(t)->ranges[0].stride, page_size(t));
    }
}

TEST(a_new_page_in_new_tables_asks_for_what_the_manual_says)
{
    enum pt64_need need = need_of_new_page(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    commit(t);
    expect_well_formed(t);
    if (holds_root(t))
        assert_true(the_request(t)->everything && !the_request(t)->ended);
    else if (need == PT64_NEED_NOTHING)
        assert_int_equal(flushes(t), 0);
    else if (need == PT64_NEED_BARRIER)
        assert_true(the_request(t)->count == 0 && !the_request(t)->everything);
    else
        assert_true(covers(the_request(t), some_vaddr(t), page_size(t)));
    /* SFENCE.VMA with an address orders leaves only. The new links need the form without. */
    if ((is_riscv(t) || is_iommu(t)) && need != PT64_NEED_NOTHING)
        assert_true(asks_for_walks(the_request(t)));
}

/* The range starts at the first address of the page that was there, and is as long as the page. */
TEST_IF(flushes_by_address, "needs invalidation by address", an_unmapped_page_is_invalidated)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t) + size, some_paddr(t), size, RW));
        listen(t);
        expect_ok(unmap(t, some_vaddr(t) + size));
        assert_int_equal(flushes(t), 0);
        commit(t);
        expect_well_formed(t);
        assert_int_equal(the_request(t)->count, 1);
        assert_int_equal(the_request(t)->ranges[0].vaddr, some_vaddr(t) + size);
        assert_int_equal(the_request(t)->ranges[0].bytes, size);
        assert_int_equal(the_request(t)->ranges[0].stride, size);
        expect_ok(unmap_region(t, some_vaddr(t), 2 * size));
        commit(t);
    }
}

TEST(a_changed_page_is_invalidated)
{
    const pt64_flags_t sets[] = {R, RX, RW, RW | DEVICE, RW | UNCACHED, RW};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_flags_t before = RW;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), before));
        for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            listen(t);
            expect_ok(protect(t, some_vaddr(t), sets[i]));
            commit(t);
            expect_well_formed(t);
            assert_int_equal(any_request_covers(t, some_vaddr(t), size_at(t, level)),
                             sets[i] != before && (i < 3 || has_memory_types(t)) &&
                                 (sets[i] != RX || level > 0 || flushes_added_permissions(t)));
            before = sets[i];
        }
        listen(t);
        expect_ok(remap(t, some_vaddr(t), 0, RW));
        commit(t);
        expect_well_formed(t);
        assert_true(any_request_covers(t, some_vaddr(t), size_at(t, level)));
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

TEST(each_page_of_a_changed_region_is_invalidated)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 3 * huge, RW));
    listen(t);
    expect_ok(protect_region(t, some_vaddr(t) + huge - page, huge + 2 * page, R));
    commit(t);
    expect_well_formed(t);
    assert_true(any_request_covers(t, some_vaddr(t) + huge - page, page));
    assert_true(any_request_covers(t, some_vaddr(t) + huge, huge));
    assert_true(any_request_covers(t, some_vaddr(t) + 2 * huge, page));
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        pages_of_a_region_that_stay_as_they_are_are_not_invalidated)
{
    uint64_t page = page_size(t);
    const struct pt64_flush *request;

    expect_ok(
        t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 12 * page, RW, page_size(t)));
    expect_ok(protect_region(t, some_vaddr(t), 4 * page, R));
    expect_ok(protect_region(t, some_vaddr(t) + 6 * page, 2 * page, R));
    commit(t);
    arena_clear_events(&t->arena);
    expect_ok(protect_region(t, some_vaddr(t), 8 * page, R));
    commit(t);
    assert_int_equal(t->arena.event_count, 1);
    request = &t->arena.events[0].request;
    assert_false(request->everything);
    for (unsigned i = 0; i < 12; i++)
        assert_int_equal(covers(request, some_vaddr(t) + i * page, page), i >= 4 && i < 6);
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        holes_of_an_unmapped_region_are_not_invalidated)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t) + page, some_paddr(t), 2 * page, RW));
    expect_ok(map(t, some_vaddr(t) + 6 * page, some_paddr(t), page, RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), 6 * page));
    commit(t);
    assert_int_equal(the_request(t)->count, 1);
    assert_int_equal(the_request(t)->ranges[0].vaddr, some_vaddr(t) + page);
    assert_int_equal(the_request(t)->ranges[0].bytes, 2 * page);
}

TEST(each_page_of_an_unmapped_region_is_invalidated)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t) + page, some_paddr(t) + page, 2 * huge, RW));
    expect_ok(map(t, some_vaddr(t) + 5 * huge, 0, huge, RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), 6 * huge));
    commit(t);
    expect_well_formed(t);
    for (uint64_t at = page; at < huge; at += page)
        assert_true(any_request_covers(t, some_vaddr(t) + at, page));
    assert_true(any_request_covers(t, some_vaddr(t) + huge, huge));
    assert_true(any_request_covers(t, some_vaddr(t) + 2 * huge, page));
    assert_true(any_request_covers(t, some_vaddr(t) + 5 * huge, huge));
}

/* A node that goes as a whole takes all its pages with it, the last as well as the first. */
TEST(each_page_of_a_dropped_subtree_is_invalidated)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    const uint64_t places[] = {3 * page, huge / 2, huge - page};

    for (unsigned i = 0; i < 3; i++)
        expect_ok(map(t, some_vaddr(t) + places[i], 0, page, RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), huge));
    commit(t);
    expect_well_formed(t);
    for (unsigned i = 0; i < 3; i++)
        assert_true(any_request_covers(t, some_vaddr(t) + places[i], page));
}

static bool is_harvested_by_address(const struct test *t)
{
    return (flags_of(t) & PT64_ACCESSED) != 0 && flushes_by_address(t);
}

TEST_IF(is_harvested_by_address, "needs an accessed flag and invalidation by address",
        a_harvested_page_is_invalidated_alone)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page, RW));
    expect_ok(protect(t, some_vaddr(t) + page, RW | PT64_ACCESSED));
    listen(t);
    expect_ok(t->s->test_and_clear_accessed(t->guard, some_vaddr(t), 4 * page, ignore_page, NULL));
    commit(t);
    assert_int_equal(the_request(t)->count, 1);
    assert_int_equal(the_request(t)->ranges[0].vaddr, some_vaddr(t) + page);
    assert_int_equal(the_request(t)->ranges[0].bytes, page);
}

TEST_IF(flushes_by_address, "needs invalidation by address", neighbouring_pages_become_one_range)
{
    uint64_t page = page_size(t);
    const uint64_t count = 4;

    for (unsigned down = 0; down < 2; down++) {
        expect_ok(map_region(t, some_vaddr(t), some_paddr(t), count * page, RW));
        listen(t);
        for (uint64_t i = 0; i < count; i++)
            expect_ok(unmap(t, some_vaddr(t) + (down ? count - 1 - i : i) * page));
        commit(t);
        assert_int_equal(the_request(t)->count, 1);
        assert_int_equal(the_request(t)->ranges[0].vaddr, some_vaddr(t));
        assert_int_equal(the_request(t)->ranges[0].bytes, count * page);
        assert_int_equal(the_request(t)->ranges[0].stride, page);
    }
}

TEST_IF(flushes_by_address, "needs invalidation by address", separate_pages_become_separate_ranges)
{
    uint64_t page = page_size(t);

    for (uint64_t i = 0; i < PT64_FLUSH_RANGES; i++)
        expect_ok(map(t, some_vaddr(t) + 2 * i * page, 0, page, RW));
    listen(t);
    for (uint64_t i = 0; i < PT64_FLUSH_RANGES; i++)
        expect_ok(unmap(t, some_vaddr(t) + 2 * i * page));
    commit(t);
    assert_int_equal(the_request(t)->count, PT64_FLUSH_RANGES);
    for (uint64_t i = 0; i < PT64_FLUSH_RANGES; i++) {
        assert_true(covers(the_request(t), some_vaddr(t) + 2 * i * page, page));
        assert_false(covers(the_request(t), some_vaddr(t) + (2 * i + 1) * page, page));
    }
}

/* A range is invalidated in steps of one size. A huge page next to small ones is another range. */
TEST_IF(flushes_by_address, "needs invalidation by address",
        pages_of_different_sizes_become_separate_ranges)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map(t, some_vaddr(t) + huge - page, 0, page, RW));
    expect_ok(map(t, some_vaddr(t) + huge, 0, huge, RW));
    expect_ok(map(t, some_vaddr(t) + 2 * huge, 0, page, RW));
    listen(t);
    expect_ok(unmap(t, some_vaddr(t) + huge - page));
    expect_ok(unmap(t, some_vaddr(t) + huge));
    expect_ok(unmap(t, some_vaddr(t) + 2 * huge));
    commit(t);
    expect_well_formed(t);
    assert_int_equal(the_request(t)->count, 3);
    assert_true(covers(the_request(t), some_vaddr(t) + huge - page, page));
    assert_true(covers(the_request(t), some_vaddr(t) + huge, huge));
    assert_true(covers(the_request(t), some_vaddr(t) + 2 * huge, page));
}

TEST(too_many_ranges_become_everything)
{
    uint64_t page = page_size(t);

    for (uint64_t i = 0; i <= PT64_FLUSH_RANGES; i++)
        expect_ok(map(t, some_vaddr(t) + 2 * i * page, 0, page, RW));
    listen(t);
    for (uint64_t i = 0; i <= PT64_FLUSH_RANGES; i++)
        expect_ok(unmap(t, some_vaddr(t) + 2 * i * page));
    commit(t);
    expect_well_formed(t);
    assert_true(the_request(t)->everything);
}

static bool has_more_pages_than_a_flush(const struct test *t)
{
    return flushes_by_address(t) &&
           t->s->meta->limits.flush_limit <
               (UINT64_C(1) << (t->oracle.format.vaddr_bits - 1)) / page_size(t);
}

TEST_IF(has_more_pages_than_a_flush, "needs more pages than can be invalidated by address",
        too_many_invalidations_become_everything)
{
    uint64_t page = page_size(t);
    uint64_t limit = t->s->meta->limits.flush_limit;
    /* By range a huge page counts as the pages that it stands for. */
    uint64_t size = t->s->meta->limits.by_range ? huge_size(t) : page;

    expect_ok(t->s->map_region(t->guard, some_vaddr(t), 0, limit * page, RW, size));
    expect_ok(map(t, some_vaddr(t) + limit * page, 0, page, RW));
    for (uint64_t count = limit; count <= limit + 1; count++) {
        listen(t);
        expect_ok(protect_region(t, some_vaddr(t), count * page, R));
        commit(t);
        expect_well_formed(t);
        assert_int_equal(the_request(t)->everything, count > limit);
        assert_true(covers(the_request(t), some_vaddr(t) + limit * page - size, size));
        expect_ok(protect_region(t, some_vaddr(t), count * page, RW));
    }
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        huge_pages_are_invalidated_by_their_size)
{
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 3 * huge, RW));
    listen(t);
    expect_ok(protect_region(t, some_vaddr(t), 3 * huge, R));
    commit(t);
    assert_int_equal(the_request(t)->count, 1);
    assert_int_equal(the_request(t)->ranges[0].stride, huge);
    assert_int_equal(the_request(t)->ranges[0].bytes, 3 * huge);
}

TEST(ignore_flushes_nothing_and_frees)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
    t->s->ignore(t->guard);
    assert_int_equal(flushes(t), 0);
    expect_tables(0);
    commit(t);
    assert_int_equal(flushes(t), 0);
}

TEST_IF(flushes_by_address, "needs invalidation by address",
        a_guard_is_empty_after_commit_and_can_go_on)
{
    uint64_t page = page_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page, RW));
    listen(t);
    expect_ok(unmap(t, some_vaddr(t)));
    commit(t);
    arena_clear_events(&t->arena);
    commit(t);
    assert_int_equal(flushes(t), 0);
    expect_ok(unmap(t, some_vaddr(t) + 2 * page));
    commit(t);
    assert_true(covers(the_request(t), some_vaddr(t) + 2 * page, page));
    assert_false(covers(the_request(t), some_vaddr(t), page));
}

TEST(a_scoped_guard_on_what_nobody_has_seen_flushes_nothing)
{
    expect_ok(t->s->map_unseen(t->table, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    assert_int_equal(flushes(t), 0);
}

TEST(a_scoped_guard_commits_at_the_end_of_its_scope)
{
    expect_ok(t->s->map_in_scope(t->table, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    assert_int_equal(flushes(t),
                     need_of_new_page(t) == PT64_NEED_NOTHING && !holds_root(t) ? 0 : 1);
}

/* ---- unlinked nodes ---- */

/* Every node that is being unlinked lives until the first flush has returned. */
static void check_retired(void *arg, const struct pt64_flush *request)
{
    struct test *t = arg;

    (void)request;
    if (flushes(t) == 1)
        assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
}

TEST(unlinked_tables_are_freed_after_the_flush)
{
    for (unsigned level = 0; level <= root_level(t); level++) {
        size_t live;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
        expect_ok(map(t, some_vaddr(t) + 2 * huge_size(t), some_paddr(t), huge_size(t), RW));
        listen(t);
        live = t->arena.live;
        t->arena.on_flush = check_retired;
        t->arena.on_flush_arg = t;
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        assert_int_equal(t->arena.live, live);
        commit(t);
        t->arena.on_flush = NULL;
        assert_int_equal(flushes(t), 1);
        assert_true(any_request_covers(t, some_vaddr(t), page_size(t)));
        assert_true(arena_count(&t->arena, ARENA_FREE) > 0);
        expect_ok(unmap_region(t, some_vaddr(t), 3 * huge_size(t)));
        listen(t);
        expect_tables(0);
    }
}

/* Cached steps of the walk must go too. Where the CPU caches none, the leaves suffice. */
TEST(an_unlinked_table_asks_for_its_cached_walks_too)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
    commit(t);
    expect_well_formed(t);
    if (!is_loongarch64(t))
        assert_true(asks_for_walks(the_request(t)));
}

TEST_IF(is_riscv, "needs RISC-V", an_unlinked_table_needs_the_fence_without_address)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
    commit(t);
    assert_true(the_request(t)->everything);
}

TEST(replacing_an_empty_table_by_a_huge_page_flushes_before_it_frees)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    listen(t);
    t->arena.on_flush = check_retired;
    t->arena.on_flush_arg = t;
    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    commit(t);
    assert_true(arena_count(&t->arena, ARENA_FLUSH) >= 1);
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 1);
    if (!is_loongarch64(t))
        assert_true(any_request_covers(t, some_vaddr(t), page_size(t)));
}

static bool has_walk_caches_by_address(const struct test *t)
{
    return is_x86(t) || is_arm(t);
}

/* SDM 3A, 5.10.4.1; Arm ARM, D8.16: invalidating any one address that a node translated drops the
 * cached walks to the node. Each break is a flush of its own. */
TEST_IF(has_walk_caches_by_address, "needs walks cached by address",
        empty_tables_that_give_way_are_each_flushed_at_one_address)
{
    const unsigned count = 3;
    pt64_vaddr_t vaddr = some_vaddr(t) + huge_size(t);
    unsigned ranges = 0;

    for (unsigned i = 0; i < count; i++) {
        expect_ok(map(t, vaddr + i * huge_size(t), some_paddr(t), page_size(t), RW));
        expect_ok(unmap(t, vaddr + i * huge_size(t)));
    }
    listen(t);
    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 6 * huge_size(t), RW));
    commit(t);
    for (size_t e = 0; e < t->arena.event_count; e++) {
        const struct pt64_flush *request = &t->arena.events[e].request;

        if (t->arena.events[e].kind != ARENA_FLUSH)
            continue;
        assert_false(request->everything);
        assert_true(asks_for_walks(request) || request->count == 0);
        for (unsigned r = 0; r < request->count; r++) {
            assert_int_equal(request->ranges[r].stride, huge_size(t));
            ranges += (unsigned)(request->ranges[r].bytes / huge_size(t));
        }
    }
    assert_int_equal(ranges, count);
    for (unsigned i = 0; i < count; i++)
        assert_true(any_request_covers(t, vaddr + i * huge_size(t), huge_size(t)));
}

/* SDM 3A, 5.4.1: the CPU reads PDPTEs when CR3 is loaded. Another CPU that holds an absent one
 * faults, and loads it then. */
TEST_IF(holds_root, "needs a root that CPUs hold",
        a_change_of_a_root_that_cpus_hold_is_a_flush_of_everything)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_flush others;

    listen(t);
    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    commit(t);
    assert_true(the_request(t)->everything);
    assert_false(pt64_flush_for_others(the_request(t), &others));
    listen(t);
    expect_ok(map(t, vaddr + huge_size(t), some_paddr(t), page_size(t), RW));
    commit(t);
    assert_int_equal(flushes(t), 0);
    expect_ok(unmap_region(t, vaddr + huge_size(t), page_size(t)));
    commit(t);
    assert_true(asks_for_walks(the_request(t)) && !the_request(t)->everything);
    listen(t);
    expect_ok(unmap_region(t, vaddr, slot));
    assert_int_equal(arena_count(&t->arena, ARENA_FREE), 0);
    commit(t);
    assert_true(pt64_flush_for_others(the_request(t), &others) && others.everything);
    listen(t);
    expect_ok(t->s->pin(t->guard, vaddr, slot));
    commit(t);
    assert_true(the_request(t)->everything);
    assert_false(pt64_flush_for_others(the_request(t), &others));
}

/* More nodes than a guard can hold: it flushes early, and still before it frees. */
TEST(a_guard_holds_any_number_of_unlinked_tables)
{
    const uint64_t tables = 200;
    bool flushed = false;

    for (uint64_t i = 0; i < tables; i++)
        expect_ok(map(t, some_vaddr(t) + i * huge_size(t), some_paddr(t), page_size(t), RW));
    listen(t);
    for (uint64_t i = 0; i < tables; i++)
        expect_ok(unmap_region(t, some_vaddr(t) + i * huge_size(t), page_size(t)));
    commit(t);
    expect_tables(0);
    for (size_t i = 0; i < t->arena.event_count; i++) {
        flushed |= t->arena.events[i].kind == ARENA_FLUSH;
        assert_true(flushed || t->arena.events[i].kind != ARENA_FREE);
    }
    assert_int_equal(t->arena.events[t->arena.event_count - 1].kind, ARENA_FREE);
}

static bool has_more_root_slots(const struct test *t)
{
    return oracle_table_entries(&t->oracle.format, root_level(t)) > PT64_RETIRED + 1;
}

/* No frame is freed before its flush: each free follows a flush that covers it. */
TEST_IF(has_more_root_slots, "needs more root slots than a guard retires",
        what_empties_while_a_guard_is_full_is_retired_too)
{
    uint64_t slot = size_at(t, root_level(t));

    for (unsigned i = 0; i < PT64_RETIRED; i++)
        expect_ok(map(t, some_vaddr(t) + i * slot, some_paddr(t), page_size(t), RW));
    for (unsigned i = 1; i < PT64_RETIRED; i++)
        expect_ok(unmap_region(t, some_vaddr(t) + i * slot, slot));
    expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
    commit(t);
    expect_tables(0);
}

TEST(one_region_of_many_tables_is_freed_after_its_flush)
{
    const uint64_t tables = 100;

    for (uint64_t i = 0; i < tables; i++)
        expect_ok(map(t, some_vaddr(t) + i * huge_size(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(unmap_region(t, some_vaddr(t), tables * huge_size(t)));
    commit(t);
    expect_well_formed(t);
    for (uint64_t i = 0; i < tables; i++)
        assert_true(any_request_covers(t, some_vaddr(t) + i * huge_size(t), page_size(t)));
    expect_tables(0);
}

/* ---- break before make ---- */

struct broken {
    struct test *t;
    pt64_vaddr_t vaddr;
    pt64_size_t size; /* of the page that is there */
    size_t flushes;
    size_t faults; /* flushes during which the page was not there */
};

static void look_at_page(void *arg, const struct pt64_flush *request)
{
    struct broken *broken = arg;
    struct oracle_page page;

    broken->flushes++;
    if (covers(request, pt64_align_down(broken->vaddr, broken->size), broken->size) &&
        oracle_walk(&broken->t->oracle, broken->t->s->root(broken->t->table), broken->vaddr, &page,
                    NULL) == ORACLE_FAULT)
        broken->faults++;
}

static void watch(struct test *t, struct broken *broken, pt64_vaddr_t vaddr, pt64_size_t size)
{
    commit(t);
    *broken = (struct broken){.t = t, .vaddr = vaddr, .size = size};
    t->arena.on_flush = look_at_page;
    t->arena.on_flush_arg = broken;
}

static void unwatch(struct test *t)
{
    commit(t);
    t->arena.on_flush = NULL;
}

/* Arm ARM, D8.17.1: another output address or memory type needs a break, on every CPU. */
static bool must_break_to_move(const struct test *t)
{
    return is_arm(t);
}

TEST(a_page_is_broken_before_it_is_moved)
{
    struct broken broken;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        watch(t, &broken, some_vaddr(t), size);
        expect_ok(remap(t, some_vaddr(t), 0, RW));
        assert_int_equal(broken.faults, must_break_to_move(t) ? 1 : 0);
        unwatch(t);
        watch(t, &broken, some_vaddr(t), size);
        expect_ok(protect(t, some_vaddr(t), RW | DEVICE));
        assert_int_equal(broken.faults, must_break_to_move(t) ? 1 : 0);
        unwatch(t);
        watch(t, &broken, some_vaddr(t), size);
        expect_ok(protect_region(t, some_vaddr(t), size, RW | UNCACHED));
        assert_int_equal(broken.faults, must_break_to_move(t) ? 1 : 0);
        unwatch(t);
        expect_page(some_vaddr(t), 0, size, RW | UNCACHED);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* A change of permissions needs no break. */
TEST(a_page_is_not_broken_to_change_permissions)
{
    struct broken broken;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    watch(t, &broken, some_vaddr(t), page_size(t));
    expect_ok(protect(t, some_vaddr(t), R));
    expect_ok(protect(t, some_vaddr(t), RX));
    expect_ok(protect(t, some_vaddr(t), RW));
    commit(t);
    assert_int_equal(broken.flushes, 1);
    assert_int_equal(broken.faults, 0);
    unwatch(t);
}

/* D8.17.1: another size needs a break, unless the CPU has FEAT_BBM level 2. */
static bool must_break_to_split(const struct test *t)
{
    return is_arm(t) && strstr(t->s->name, "bbm2") == NULL;
}

/* SDM 3A, 5.10.4.2: a huge page may map something else than the small ones did. LoongArch 5.4.1:
 * the TLB must not hold both, valid or not. */
static bool must_break_to_grow(const struct test *t)
{
    return must_break_to_split(t) || has_tlb_of_x86(t) || is_loongarch64(t);
}

/* The same for small pages in the place of a huge one, and for a huge one in the place of small
 * ones, if the first were unmapped under the same guard. IOMMUs hold both only while they map the
 * same. */
static bool must_flush_between_sizes(const struct test *t)
{
    return is_arm(t) || has_tlb_of_x86(t) || is_iommu(t);
}

/* Where no break is needed, the page never goes missing. */
TEST(a_huge_page_is_broken_before_it_is_split)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        struct broken broken;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        watch(t, &broken, some_vaddr(t) + size / 2, size);
        expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
        if (must_break_to_split(t))
            assert_true(broken.faults >= 1);
        else
            assert_int_equal(broken.faults, 0);
        commit(t);
        assert_true(broken.flushes >= 1);
        unwatch(t);
        expect_page(some_vaddr(t) + size / 2, some_paddr(t) + size / 2, size_at(t, level - 1), RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* With break-before-make a node gives way to a huge page through an empty slot. */
TEST(an_empty_table_is_broken_before_a_huge_page_replaces_it)
{
    struct broken broken;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(unmap(t, some_vaddr(t)));
    watch(t, &broken, some_vaddr(t), page_size(t));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), RW));
    if (must_break_to_grow(t))
        assert_true(broken.flushes >= 1);
    unwatch(t);
    expect_page(some_vaddr(t), some_paddr(t), huge_size(t), RW);
}

/* A page that was unmapped but not flushed is still in a TLB when the next page comes. */
TEST(a_page_that_was_unmapped_is_flushed_before_another_takes_its_place)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct broken broken;

    /* A neighbour keeps the upper nodes, so that no call below needs a frame. */
    expect_ok(map(t, some_vaddr(t) + huge, some_paddr(t), page, RW));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    /* A second page in the node, so that the calls need only a free slot of the node that the guard
     * knows. */
    expect_ok(map(t, some_vaddr(t) + page, some_paddr(t), page, RW));
    watch(t, &broken, some_vaddr(t), page);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), 0, page, RW));
    assert_int_equal(broken.faults, must_break_to_move(t) ? 1 : 0);
    unwatch(t);
    expect_ok(unmap(t, some_vaddr(t) + page));
    watch(t, &broken, some_vaddr(t), page);
    expect_ok(unmap_region(t, some_vaddr(t), page));
    expect_ok(map_region(t, some_vaddr(t), 0, huge, RW));
    if (must_flush_between_sizes(t) || is_loongarch64(t))
        assert_int_equal(broken.faults, 1);
    unwatch(t);
    watch(t, &broken, some_vaddr(t), huge);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(map(t, some_vaddr(t), 0, page, RW));
    if (must_flush_between_sizes(t))
        assert_int_equal(broken.faults, 1);
    unwatch(t);
    expect_page(some_vaddr(t), 0, page, RW);
}

/* Any of the ranges, and any part of it. Pages are numbers, from some address on. */
TEST(what_takes_the_place_of_broken_pages_waits_for_their_flush)
{
    static const struct {
        unsigned gone[2][2]; /* the first, and the count */
        unsigned made[2];
    } cases[] = {
        {{{4, 4}, {10, 1}}, {6, 1}}, {{{4, 4}, {10, 1}}, {7, 1}}, {{{4, 1}, {10, 1}}, {10, 1}},
        {{{4, 1}, {10, 4}}, {9, 3}}, {{{4, 4}, {10, 1}}, {3, 2}}, {{{4, 4}, {10, 1}}, {2, 9}},
    };
    pt64_vaddr_t base = some_vaddr(t) + huge_size(t);
    uint64_t page = page_size(t);

    /* A page that keeps the nodes. */
    expect_ok(map(t, base, 0, page, RW));
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned k = 0; k < 2; k++)
            expect_ok(map_region(t, base + cases[i].gone[k][0] * page, 0,
                                 cases[i].gone[k][1] * page, RW));
        listen(t);
        for (unsigned k = 0; k < 2; k++)
            expect_ok(
                unmap_region(t, base + cases[i].gone[k][0] * page, cases[i].gone[k][1] * page));
        assert_int_equal(flushes(t), 0);
        expect_ok(map_region(t, base + cases[i].made[0] * page, 0, cases[i].made[1] * page, RW));
        assert_int_equal(flushes(t), must_break_to_move(t) ? 1 : 0);
        expect_ok(unmap_region(t, base + cases[i].made[0] * page, cases[i].made[1] * page));
    }
}

/* The allocator may map pages where others were unmapped. With break-before-make the flush must
 * come before it. */
TEST(a_call_flushes_ahead_of_the_allocator_only_where_pages_are_broken)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 4 * page, RW));
    listen(t);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(map_region(t, some_vaddr(t) + 5 * page, 0, page, RW));
    assert_int_equal(flushes(t), 0);
    expect_ok(map_region(t, some_vaddr(t) + 3 * huge, 0, page, RW));
    assert_int_equal(flushes(t), must_flush_between_sizes(t) ? 1 : 0);
    commit(t);
}

/* A page that was flushed is not flushed a second time, nor for the sake of its neighbours. */
TEST(a_page_takes_the_place_of_one_that_was_flushed_at_once)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t pending = some_vaddr(t) + 4 * page;
    const pt64_vaddr_t gone[] = {pending - page, pending + page, pending + 8 * page};

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 16 * page, RW));
    for (unsigned i = 0; i < 3; i++)
        expect_ok(unmap(t, gone[i]));
    listen(t);
    expect_ok(unmap(t, pending));
    for (unsigned i = 0; i < 3; i++)
        expect_ok(map(t, gone[i], 0, page, RW));
    assert_int_equal(flushes(t), 0);
    commit(t);
    assert_int_equal(flushes(t), 1);
}

TEST(which_formats_break_before_make)
{
    assert_int_equal(t->s->meta->break_to_move, must_break_to_move(t));
    assert_int_equal(t->s->meta->limits.split == PT64_RESIZE_BREAK, must_break_to_split(t));
    assert_int_equal(t->s->meta->limits.grow >= PT64_RESIZE_BREAK, must_break_to_grow(t));
}

/* The request names the root of its table, whichever guard made it. */
TEST(requests_name_the_root)
{
    void *other = new_table(t);
    void *guard = new_guard(t, other);

    listen(t);
    expect_ok(t->s->map(guard, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(t->s->unmap(guard, some_vaddr(t), NULL));
    t->s->commit(guard);
    assert_int_equal(flushes(t), 1);
    assert_true(t->arena.events[t->arena.event_count - 1].request.root == t->s->root(other));
    end_table(t, other, guard);
}

/* Each of these nodes was empty, and each is freed. */
TEST(huge_pages_replace_more_tables_than_a_guard_holds)
{
    enum {
        TABLES = PT64_RETIRED + 4
    };
    pt64_vaddr_t vaddr = some_vaddr(t);

    for (unsigned i = 0; i < TABLES; i++) {
        expect_ok(map(t, vaddr + i * huge_size(t), some_paddr(t), page_size(t), RW));
        expect_ok(unmap(t, vaddr + i * huge_size(t)));
    }
    expect_ok(
        t->s->map_region(t->guard, vaddr, some_paddr(t), TABLES * huge_size(t), RW, PT64_SIZE_ANY));
    for (unsigned i = 0; i < TABLES; i++)
        expect_page(vaddr + i * huge_size(t), some_paddr(t) + i * huge_size(t), huge_size(t), RW);
    commit(t);
    expect_tables(root_level(t) - 1);
}
