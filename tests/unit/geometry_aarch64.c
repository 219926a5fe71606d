/* SPDX-License-Identifier: MIT */
/* The geometries of AArch64, those that differ in numbers alone too, and their roots. */
#include <page_table64/meta/aarch64.h>

#include "test.h"

/* By the address bits that a lookup level resolves (Arm ARM, D8.2.7 to D8.2.9) and the levels that
 * have blocks (D8.3.1.2). */
static const struct row {
    const struct pt64_meta *lower, *upper;
    unsigned page_shift, vaddr_bits, paddr_bits, levels, leaf_levels;
    size_t root_bytes;
} rows[] = {
    {&pt64_aarch64_4k39, &pt64_aarch64_4k39_upper, 12, 39, 48, 3, 3, 4096},
    {&pt64_aarch64_4k48, &pt64_aarch64_4k48_upper, 12, 48, 48, 4, 3, 4096},
    {&pt64_aarch64_4k52, &pt64_aarch64_4k52_upper, 12, 52, 52, 5, 4, 128},
    {&pt64_aarch64_16k36, &pt64_aarch64_16k36_upper, 14, 36, 48, 2, 2, 16384},
    {&pt64_aarch64_16k47, &pt64_aarch64_16k47_upper, 14, 47, 48, 3, 2, 16384},
    {&pt64_aarch64_16k48, &pt64_aarch64_16k48_upper, 14, 48, 48, 4, 2, 16},
    {&pt64_aarch64_16k52, &pt64_aarch64_16k52_upper, 14, 52, 52, 4, 3, 256},
    {&pt64_aarch64_64k42, &pt64_aarch64_64k42_upper, 16, 42, 48, 2, 2, 65536},
    {&pt64_aarch64_64k48, &pt64_aarch64_64k48_upper, 16, 48, 48, 3, 2, 512},
    {&pt64_aarch64_64k48_lpa, &pt64_aarch64_64k48_upper_lpa, 16, 48, 52, 3, 3, 512},
    {&pt64_aarch64_64k52, &pt64_aarch64_64k52_upper, 16, 52, 52, 3, 3, 8192},
    {&pt64_aarch64_4k48_bbm2, &pt64_aarch64_4k48_upper_bbm2, 12, 48, 48, 4, 3, 4096},
    {&pt64_aarch64_4k48_tlbirange, &pt64_aarch64_4k48_upper_tlbirange, 12, 48, 48, 4, 3, 4096},
    {&pt64_aarch64_4k52_tlbirange, &pt64_aarch64_4k52_upper_tlbirange, 12, 52, 52, 5, 4, 128},
    {&pt64_aarch64_16k47_tlbirange, &pt64_aarch64_16k47_upper_tlbirange, 14, 47, 48, 3, 2, 16384},
    {&pt64_aarch64_16k52_tlbirange, &pt64_aarch64_16k52_upper_tlbirange, 14, 52, 52, 4, 3, 256},
    {&pt64_aarch64_64k48_tlbirange, &pt64_aarch64_64k48_upper_tlbirange, 16, 48, 48, 3, 2, 512},
    {&pt64_aarch64_el20_4k48, &pt64_aarch64_el20_4k48_upper, 12, 48, 48, 4, 3, 4096},
    {&pt64_aarch64_el2_4k48, NULL, 12, 48, 48, 4, 3, 4096},
    {&pt64_aarch64_el2_4k52, NULL, 12, 52, 52, 5, 4, 128},
    {&pt64_aarch64_el2_64k52, NULL, 16, 52, 52, 3, 3, 8192},
    {&pt64_aarch64_el3_4k48, NULL, 12, 48, 48, 4, 3, 4096},
};

static void expect_numbers(const struct row *row, const struct pt64_meta *meta,
                           enum pt64_space space)
{
    const struct pt64_limits *limits = &meta->limits;

    assert_int_equal(meta->page_shift, row->page_shift);
    assert_int_equal(meta->index_bits, row->page_shift - 3);
    assert_int_equal(meta->entry_bytes, 8);
    assert_int_equal(limits->vaddr_bits, row->vaddr_bits);
    assert_int_equal(limits->paddr_bits, row->paddr_bits);
    assert_int_equal(limits->levels, row->levels);
    assert_int_equal(limits->leaf_levels, row->leaf_levels);
    assert_int_equal(pt64_node_bytes(meta, limits, limits->levels - 1), row->root_bytes);
    assert_int_equal(meta->space, space);
}

TEST_ONCE(levels_and_roots_of_aarch64_are_those_of_the_manual)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_numbers(&rows[i], rows[i].lower, PT64_SPACE_LOWER);
        if (rows[i].upper != NULL)
            expect_numbers(&rows[i], rows[i].upper, PT64_SPACE_UPPER);
    }
}

static const struct pt64_limits of_two_entries = {
    .levels = 4, .vaddr_bits = 48, .leaf_levels = 3, .paddr_bits = 52, .no_execute = true};

static const struct pt64_limits *limits_of_two_entries(void *ctx)
{
    (void)ctx;
    return &of_two_entries;
}

static const struct pt64_handler small_root_handler = {
    arena_alloc_frame, arena_free_frame, arena_phys_to_virt, NULL, limits_of_two_entries, NULL};

PAGE_TABLE64_DEFINE(small_root, pt64_aarch64_16k_lpa2_any, pt64_aarch64_lpa2_pte,
                    small_root_handler);

/* D8.2.5.2: bits 5:0 of a 52-bit base are 0, so a root of two entries has a frame of 64 bytes. */
TEST_ONCE(a_root_whose_register_has_52_bits_is_aligned_to_64_bytes)
{
    small_root_t table, other;
    struct arena arena;
    pt64_paddr_t root;

    arena_init(&arena, ARENA_MIDDLE, 52);
    arena.next += 16;
    expect_ok(small_root_create(&table, &arena));
    root = small_root_root(&table);
    assert_int_equal(root % 64, 0);
    assert_true(arena_is_live(&arena, root, 64));
    assert_true(pt64_aarch64_ttbr_root_of_52_bits(pt64_aarch64_ttbr(root, 0)) == root);
    expect(PT64_NOT_ALIGNED, small_root_adopt(&other, root + 16, &arena));
    small_root_destroy(&table);
    assert_int_equal(arena.live, 0);
    arena_fini(&arena);
}
