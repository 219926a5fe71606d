/* SPDX-License-Identifier: MIT */
/* A handler without a flush hook: the meta's own flush runs, with the same request. The metas of
 * the headers execute nothing on this machine, so a recording meta stands in for them. */
#include <page_table64.h>
#include <page_table64/meta/x86_64.h>

#include "test.h"

static struct pt64_flush seen;
static unsigned flush_count;
static size_t frees_before_flush;
static struct arena *watched;
static uint64_t fault_id;
static pt64_vaddr_t fault_vaddr;

static void record_flush(const struct pt64_flush *request)
{
    seen = *request;
    flush_count++;
    frees_before_flush = arena_count(watched, ARENA_FREE);
}

static void record_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    fault_id = id;
    fault_vaddr = vaddr;
}

#define RECORDING_META(root_is_held_, flush_limit_) \
    {                                               \
        .entry_bytes = 8,                           \
        .page_shift = 12,                           \
        .index_bits = 9,                            \
        .limits = {.levels = 4,                     \
                   .vaddr_bits = 48,                \
                   .leaf_levels = 3,                \
                   .paddr_bits = 52,                \
                   .no_execute = true,              \
                   .flush_limit = (flush_limit_)},  \
        .space = PT64_SPACE_SIGN_EXTENDED,          \
        .root_is_held = (root_is_held_),            \
        .needs = {.tightened = PT64_NEED_LEAF,      \
                  .removed = PT64_NEED_LEAF,        \
                  .unlinked = PT64_NEED_WALK},      \
        .flush = record_flush,                      \
        .fix_fault = record_fault,                  \
    }

PT64_TRAITS_BEGIN
static const struct pt64_meta recording_meta = RECORDING_META(false, 33);
/* The CPU holds the root's entries, and may be asked for as many invalidations as a slot of the
 * root has pages. */
static const struct pt64_meta held_meta = RECORDING_META(true, 1U << 27);
PT64_TRAITS_END

static const struct pt64_handler no_hook = {
    arena_alloc_frame, arena_free_frame, arena_phys_to_virt, NULL, NULL, NULL};

PAGE_TABLE64_DEFINE(hookless, recording_meta, pt64_x86_64_pte, no_hook);
PAGE_TABLE64_DEFINE(held, held_meta, pt64_x86_64_pte, no_hook);

/* Makes a table, counts flushes from now on, and begins a guard on the table. */
static void begin_hookless(struct test *t, hookless_t *table, hookless_guard_t *guard)
{
    watched = &t->arena;
    expect_ok(hookless_create(table, &t->arena));
    flush_count = 0;
    hookless_begin(guard, table);
}

TEST_ONCE(without_a_hook_the_meta_flushes)
{
    hookless_t table;
    hookless_guard_t guard;

    begin_hookless(t, &table, &guard);
    expect_ok(hookless_map(&guard, 0x5000, 0x6000, PT64_SIZE_4K, PT64_READ | PT64_WRITE));
    hookless_commit(&guard);
    assert_int_equal(flush_count, 0);
    expect_ok(hookless_unmap_region(&guard, 0x5000, PT64_SIZE_4K));
    hookless_commit(&guard);
    assert_int_equal(flush_count, 1);
    assert_int_equal(frees_before_flush, 0);
    assert_true(arena_count(&t->arena, ARENA_FREE) > 0);
    assert_true(seen.root == hookless_root(&table));
    assert_true(seen.everything || covers(&seen, 0x5000, PT64_SIZE_4K));
    hookless_destroy(&table);
}

/* An interrupt handler calls it on other CPUs. It runs the meta's flush and touches no table. */
TEST_ONCE(flush_local_runs_the_request_here)
{
    struct pt64_flush request = {.root = 0x1000, .everything = true};

    watched = &t->arena;
    flush_count = 0;
    hookless_flush_local(&request);
    assert_int_equal(flush_count, 1);
    assert_true(seen.everything && seen.root == 0x1000);
}

/* Whatever was below: no invalidation by address takes the root's entry from the CPU. */
TEST_ONCE(a_root_slot_that_cpus_hold_is_unlinked_by_a_flush_of_everything)
{
    const pt64_size_t slot = (pt64_size_t)1 << 39;
    held_t table;
    held_guard_t guard;

    watched = &t->arena;
    expect_ok(held_create(&table, &t->arena));
    held_begin(&guard, &table);
    expect_ok(held_populate(&guard, 0, PT64_SIZE_1G, PT64_SIZE_2M));
    expect_ok(held_map(&guard, slot, 0x6000, PT64_SIZE_4K, PT64_READ));
    held_commit(&guard);
    for (unsigned i = 0; i < 2; i++) {
        flush_count = 0;
        expect_ok(held_unmap_region(&guard, i * slot, slot));
        held_commit(&guard);
        assert_int_equal(flush_count, 1);
        assert_true(seen.everything && seen.ended);
    }
    held_destroy(&table);
}

static void expect_flushes(hookless_guard_t *guard, pt64_flags_t flags, unsigned count)
{
    expect_ok(hookless_protect(guard, 0x5000, flags));
    hookless_commit(guard);
    assert_int_equal(flush_count, count);
}

/* Where a meta says so, permissions that are given need no flush. Permissions that are taken do. So
 * does a page that changes hands between kernel and user: that takes some permissions too. */
TEST_ONCE(what_takes_permissions_is_told_from_what_gives_them)
{
    hookless_t table;
    hookless_guard_t guard;

    begin_hookless(t, &table, &guard);
    expect_ok(hookless_map(&guard, 0x5000, 0x6000, PT64_SIZE_4K, PT64_READ));
    hookless_commit(&guard);
    expect_flushes(&guard, PT64_READ | PT64_WRITE, 0);
    expect_flushes(&guard, PT64_READ | PT64_WRITE | PT64_EXECUTE, 0);
    expect_flushes(&guard, PT64_READ | PT64_WRITE, 1);
    expect_flushes(&guard, PT64_READ, 2);
    expect_flushes(&guard, PT64_READ | PT64_USER, 3);
    expect_flushes(&guard, PT64_READ, 4);
    expect_flushes(&guard, PT64_READ, 4);
    hookless_destroy(&table);
}

/* No CPU has the table loaded, but a CPU that loads it next must find it whole. */
TEST_ONCE(a_new_table_and_an_ignored_guard_are_published)
{
    hookless_t table;
    hookless_guard_t guard;

    watched = &t->arena;
    flush_count = 0;
    expect_ok(hookless_create(&table, &t->arena));
    assert_int_equal(flush_count, 1);
    assert_true(!seen.everything && seen.count == 0 && seen.root == hookless_root(&table));
    hookless_begin(&guard, &table);
    expect_ok(hookless_map(&guard, 0x5000, 0x6000, PT64_SIZE_4K, PT64_READ | PT64_WRITE));
    expect_ok(hookless_unmap(&guard, 0x5000, NULL));
    hookless_ignore(&guard);
    assert_int_equal(flush_count, 2);
    assert_true(!seen.everything && seen.count == 0);
    /* Links, hidden pages and marks ask for no request, and are published all the same. */
    hookless_begin(&guard, &table);
    expect_ok(hookless_mark(&guard, 0x5000, PT64_SIZE_4K, 1, NULL));
    hookless_ignore(&guard);
    assert_int_equal(flush_count, 3);
    hookless_destroy(&table);
}

/* A page that only appeared may fault on a CPU that was not told. The fault handler of that CPU
 * calls the meta's function with the table's id, and interrupts no other CPU. */
TEST_ONCE(fix_fault_is_the_metas_with_the_id_of_the_table)
{
    hookless_t table;
    hookless_guard_t guard;

    begin_hookless(t, &table, &guard);
    expect_ok(hookless_map(&guard, 0x5000, 0x6000, PT64_SIZE_4K, PT64_READ | PT64_WRITE));
    hookless_commit(&guard);
    hookless_fix_fault(&table, 0x5008);
    assert_true(fault_id == PT64_NO_ID && fault_vaddr == 0x5008);
    hookless_set_id(&table, 9);
    hookless_fix_fault(&table, 0x5010);
    assert_true(fault_id == 9 && fault_vaddr == 0x5010);
    assert_int_equal(flush_count, 0);
    hookless_destroy(&table);
}
