/* SPDX-License-Identifier: MIT */
/* Traits that do not fit each other make no table. They are variables here: constants would not
 * compile. */
#include <page_table64.h>

#include "test.h"

static struct pt64_meta odd_meta;
static struct pt64_pte odd_pte;
static struct pt64_handler odd_handler = {arena_alloc_frame, arena_free_frame, arena_phys_to_virt,
                                          arena_flush, NULL};

PT64_DEFINE_(numbered, odd_meta, odd_pte, odd_handler, 0);
/* Of the macro that promises entries of 8 bytes. */
PT64_DEFINE_(promised, odd_meta, odd_pte, odd_handler, 8);

/* The tests change these of the format. */
static void copy_traits(const struct test *t)
{
    odd_meta = *t->s->meta;
    odd_pte = *t->s->pte;
}

static void expect_made(struct test *t)
{
    numbered_t table;

    expect_ok(numbered_create(&table, &t->arena));
    numbered_destroy(&table);
}

/* Whether a table of the format can be made when `number` of its meta is `value`. */
static void expect_refused(struct test *t, unsigned *number, unsigned value)
{
    unsigned right = *number;
    size_t live = t->arena.live;
    struct pt64_mapping page;
    numbered_t table;
    numbered_guard_t guard;

    *number = value;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    assert_true(numbered_root(&table) == PT64_NO_FRAME);
    expect(PT64_BAD_SIZE, numbered_adopt(&table, t->s->root(t->table), &t->arena));
    assert_true(numbered_root(&table) == PT64_NO_FRAME);
    *number = right;
    expect(PT64_BAD_ADDRESS, numbered_query(&table, some_vaddr(t), &page));
    numbered_begin(&guard, &table);
    expect(PT64_BAD_ADDRESS, numbered_map(&guard, some_vaddr(t), 0, page_size(t), RW));
    numbered_commit(&guard);
    numbered_destroy(&table);
    assert_int_equal(t->arena.live, live);
}

/* The bits of an address that a slot of the root translates. */
static unsigned below_root(void)
{
    return odd_meta.page_shift + (odd_meta.limits.levels - 1) * odd_meta.index_bits;
}

TEST(numbers_that_do_not_fit_make_no_table)
{
    copy_traits(t);
    expect_refused(t, &odd_meta.entry_bytes, 2);
    expect_refused(t, &odd_meta.limits.vaddr_bits, below_root());
    expect_refused(t, &odd_meta.limits.vaddr_bits, below_root() + 30);
    expect_refused(t, &odd_meta.limits.vaddr_bits, below_root() + 40);
    expect_refused(t, &odd_meta.limits.vaddr_bits, 0);
    expect_refused(t, &odd_meta.limits.vaddr_bits, 64);
    expect_refused(t, &odd_meta.limits.levels, 0);
    expect_refused(t, &odd_meta.limits.levels, PT64_MAX_LEVELS + 1);
    expect_refused(t, &odd_meta.limits.leaf_levels, 0);
    expect_refused(t, &odd_meta.limits.leaf_levels, odd_meta.limits.levels + 1);
    expect_made(t);
}

/* The bits of an address are counted in numbers of 64 bits. */
TEST(addresses_of_64_bits_make_no_table)
{
    numbered_t table;

    copy_traits(t);
    odd_meta.root_paddr_bits = 0;
    odd_meta.page_shift = 16;
    odd_meta.index_bits = 13;
    odd_meta.limits.levels = 4;
    odd_meta.limits.leaf_levels = 1;
    odd_meta.limits.vaddr_bits = 64;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_meta.limits.vaddr_bits = 63;
    expect_made(t);
}

/* Which root slots are lent is told by two bits for each, in a node. */
TEST(a_root_that_has_more_slots_than_a_node_can_tell_of_makes_no_table)
{
    copy_traits(t);
    odd_meta.root_paddr_bits = 0;
    odd_meta.index_bits = 4;
    odd_meta.limits.levels = 2;
    odd_meta.limits.leaf_levels = 1;
    /* A node has 16 entries of 8 or of 4 bytes: 1024 or 512 bits. */
    odd_meta.limits.vaddr_bits = below_root() + (odd_meta.entry_bytes == 8 ? 9 : 8);
    expect_made(t);
    expect_refused(t, &odd_meta.limits.vaddr_bits, odd_meta.limits.vaddr_bits + 1);
}

TEST(entries_of_another_size_than_the_macro_is_for_make_no_table)
{
    promised_t table;

    copy_traits(t);
    odd_meta.root_paddr_bits = 0;
    odd_meta.entry_bytes = 4;
    expect(PT64_BAD_SIZE, promised_create(&table, &t->arena));
    assert_true(promised_root(&table) == PT64_NO_FRAME);
    odd_meta.entry_bytes = 8;
    expect_ok(promised_create(&table, &t->arena));
    promised_destroy(&table);
}

static struct pt64_limits told;

static const struct pt64_limits *tell_limits(void *ctx)
{
    (void)ctx;
    return &told;
}

TEST(limits_that_nobody_tells_make_no_table)
{
    numbered_t table;

    copy_traits(t);
    told = odd_meta.limits;
    odd_meta.limits = (struct pt64_limits){0};
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_handler.limits = tell_limits;
    expect_made(t);
    odd_handler.limits = NULL;
}

/* What entries could add, the addresses of the CPU may not reach. */
TEST(a_run_ends_at_the_last_physical_page_below_what_entries_can_add)
{
    struct pt64_mapping run = {0, 0, 0, 0};
    numbered_t table;

    copy_traits(t);
    odd_pte.additive_bits = odd_meta.limits.paddr_bits + 1;
    plant_step_past_the_end(t);
    expect_ok(numbered_adopt(&table, t->s->root(t->table), &t->arena));
    expect_ok(numbered_next(&table, some_vaddr(t), UINT64_MAX, &run));
    assert_true(run.vaddr == some_vaddr(t) && run.size == page_size(t));
    numbered_release(&table);
    remove_step_past_the_end(t);
}

TEST(entries_of_another_architecture_make_no_table)
{
    copy_traits(t);
    odd_meta.architecture = 1;
    odd_pte.architecture = 1;
    expect_refused(t, &odd_pte.architecture, 2);
    odd_pte.architecture = 0;
    expect_made(t);
    odd_pte.architecture = 2;
    odd_meta.architecture = 0;
    expect_made(t);
}

/* A broken leaf is made again from its absent form, so the format must have both conversions. */
TEST(a_break_that_leaves_nothing_makes_no_table)
{
    numbered_t table;

    copy_traits(t);
    odd_meta.break_to_move = true;
    odd_pte.present = NULL;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_pte.absent = NULL;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_meta.break_to_move = false;
    expect_made(t);
}

TEST(a_handler_without_a_function_makes_no_table)
{
    const struct pt64_handler whole = odd_handler;
    numbered_t table;

    copy_traits(t);
    odd_handler.alloc_frame = NULL;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_handler = whole;
    odd_handler.free_frame = NULL;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_handler = whole;
    odd_handler.phys_to_virt = NULL;
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_handler = whole;
    expect_made(t);
}

/* The library can keep loans only of a root with fewer slots, two bits for each in a node. */
TEST(a_root_with_more_entries_than_the_library_keeps_book_of_makes_no_table)
{
    numbered_t table;

    copy_traits(t);
    /* Frames of the arena are as high as entries can address. */
    odd_meta.root_paddr_bits = 0;
    odd_meta.limits.vaddr_bits = below_root() + (table_bytes(t) < 2048 ? 13 : 14);
    expect(PT64_BAD_SIZE, numbered_create(&table, &t->arena));
    odd_meta.limits.vaddr_bits--;
    if (odd_meta.limits.vaddr_bits < 64)
        expect_made(t);
}

/* Its root slots hold pages: there is no node to pin or to lend. */
TEST(a_table_of_one_level_holds_pages_and_pins_nothing)
{
    struct pt64_mapping page;
    pt64_vaddr_t vaddr;
    numbered_t table;
    numbered_guard_t guard;

    copy_traits(t);
    odd_meta.root_paddr_bits = 0;
    odd_meta.limits.levels = 1;
    odd_meta.limits.leaf_levels = 1;
    odd_meta.limits.vaddr_bits = odd_meta.page_shift + 6;
    vaddr = pt64_first_vaddr(&odd_meta, &odd_meta.limits);
    expect_ok(numbered_create(&table, &t->arena));
    numbered_begin(&guard, &table);
    expect_ok(
        numbered_map_region(&guard, vaddr, some_paddr(t), 3 * page_size(t), RW, PT64_SIZE_ANY));
    expect_ok(numbered_query(&table, vaddr + 2 * page_size(t), &page));
    assert_true(page.paddr == some_paddr(t) + 2 * page_size(t));
    expect(PT64_BAD_SIZE, numbered_pin(&guard, vaddr, page_size(t)));
    expect_ok(numbered_pin(&guard, vaddr, 0));
    expect_ok(numbered_unmap(&guard, vaddr + page_size(t), NULL));
    expect_ok(numbered_unmap_region(&guard, vaddr, 3 * page_size(t)));
    expect(PT64_NOT_MAPPED, numbered_query(&table, vaddr, &page));
    numbered_commit(&guard);
    numbered_destroy(&table);
}
