/* SPDX-License-Identifier: MIT */
/* Limits that a kernel of AArch64 finds at boot, and tables of one type that differ in them. */
#include <page_table64.h>

#include <stdio.h>
#include <string.h>

#include "test.h"

/* What a flush executes is noted here instead, as it is written in the header. */
static char executed[4096];

static void note_instruction(const char *instruction)
{
    size_t length = strlen(executed);

    snprintf(executed + length, sizeof executed - length, "%s\n", instruction);
}

#undef PT64_EXECUTE_IF
#define PT64_EXECUTE_IF(is_native, ...) note_instruction(#__VA_ARGS__)

#include <page_table64/meta/aarch64.h>

/* ---- from the registers of a CPU to limits ---- */

/* A register whose field of four bits at `shift` has this value, and whose other bits are set. */
static uint64_t with_field(unsigned shift, unsigned value)
{
    return ~(UINT64_C(15) << shift) | (uint64_t)value << shift;
}

static struct pt64_limits limits_of(uint64_t isar0, uint64_t mmfr0, uint64_t mmfr2)
{
    const struct pt64_aarch64_id_registers registers = {isar0, mmfr0, mmfr2};

    return pt64_aarch64_limits(&pt64_aarch64_any, &registers, 48, true);
}

/* D8.1.6, table "Implemented physical address size": PARange is 3:0. Entries of the 4 KiB granule
 * hold 48 bits (D8.1.7, RQQQSJ). */
TEST_ONCE(physical_addresses_are_as_wide_as_parange_says)
{
    static const unsigned bits[] = {32, 36, 40, 42, 44, 48, 48, 48};

    for (unsigned parange = 0; parange < 8; parange++)
        assert_int_equal(limits_of(0, with_field(0, parange), 0).paddr_bits, bits[parange]);
}

/* D24.2: ID_AA64ISAR0_EL1.TLB, 59:56, is 2 with FEAT_TLBIRANGE and 1 with FEAT_TLBIOS alone.
 * ID_AA64MMFR2_EL1.TTL, 51:48, is 1 with FEAT_TTL. */
TEST_ONCE(ranges_take_both_features)
{
    assert_false(limits_of(with_field(56, 0), 0, with_field(48, 1)).by_range);
    assert_false(limits_of(with_field(56, 1), 0, with_field(48, 1)).by_range);
    assert_false(limits_of(with_field(56, 2), 0, with_field(48, 0)).by_range);
    assert_true(limits_of(with_field(56, 2), 0, with_field(48, 1)).by_range);
    assert_int_equal(limits_of(0, 0, 0).flush_limit, pt64_aarch64_4k48.limits.flush_limit);
    assert_int_equal(limits_of(with_field(56, 2), 0, with_field(48, 1)).flush_limit,
                     pt64_aarch64_4k48_tlbirange.limits.flush_limit);
}

static void expect_resize(unsigned bbm, bool takes_conflicts, enum pt64_resize resize)
{
    const struct pt64_aarch64_id_registers registers = {.mmfr2 = with_field(52, bbm)};
    struct pt64_limits limits =
        pt64_aarch64_limits(&pt64_aarch64_any, &registers, 48, takes_conflicts);

    assert_int_equal(limits.split, resize);
    assert_int_equal(limits.grow, resize);
}

/* D24.2: ID_AA64MMFR2_EL1.BBM, 55:52, is the level. Level 2 may report a TLB conflict abort
 * (D8.17.2, IHYQMB), level 3 reports none. */
TEST_ONCE(sizes_change_without_a_break_where_the_kernel_takes_what_follows)
{
    expect_resize(0, true, PT64_RESIZE_BREAK);
    expect_resize(1, true, PT64_RESIZE_BREAK);
    expect_resize(2, false, PT64_RESIZE_BREAK);
    expect_resize(2, true, PT64_RESIZE_FLUSH);
    expect_resize(3, false, PT64_RESIZE_FLUSH);
    expect_resize(3, true, PT64_RESIZE_FLUSH);
}

/* Cortex-A53 has 40 bits and none of the features. */
static const struct pt64_aarch64_id_registers cortex_a53 = {.mmfr0 = 2};

static void expect_root(unsigned vaddr_bits, unsigned levels, unsigned leaf_levels,
                        unsigned root_entries)
{
    struct pt64_limits limits =
        pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, vaddr_bits, false);

    assert_int_equal(limits.levels, levels);
    assert_int_equal(limits.leaf_levels, leaf_levels);
    assert_int_equal(limits.vaddr_bits, vaddr_bits);
    assert_int_equal(pt64_node_entries(&pt64_aarch64_any, &limits, levels - 1), root_entries);
    assert_true(limits.no_execute);
}

/* D8.2, table "4KB granule, determining stage 1 initial lookup level". TxSZ is at most 39 without
 * FEAT_TTST (D8.1.9, RPLCGL). */
TEST_ONCE(levels_follow_from_the_width_of_addresses)
{
    expect_root(25, 2, 2, 16);
    expect_root(30, 2, 2, 512);
    expect_root(31, 3, 3, 2);
    expect_root(36, 3, 3, 64);
    expect_root(39, 3, 3, 512);
    expect_root(40, 4, 3, 2);
    expect_root(42, 4, 3, 8);
    expect_root(47, 4, 3, 256);
    expect_root(48, 4, 3, 512);
}

/* ---- other granules, and 52-bit addresses ---- */

/* ID_AA64MMFR0_EL1 with PARange 3:0, TGran16 23:20, TGran64 27:24 and TGran4 31:28. */
static uint64_t mmfr0_with(unsigned parange, unsigned gran16, unsigned gran64, unsigned gran4)
{
    return parange | (uint64_t)gran16 << 20 | (uint64_t)gran64 << 24 | (uint64_t)gran4 << 28;
}

static struct pt64_limits found(const struct pt64_meta *meta, uint64_t mmfr0, uint64_t mmfr2,
                                unsigned vaddr_bits)
{
    const struct pt64_aarch64_id_registers registers = {.mmfr0 = mmfr0, .mmfr2 = mmfr2};

    return pt64_aarch64_limits(meta, &registers, vaddr_bits, false);
}

static unsigned levels_with(const struct pt64_meta *meta, uint64_t mmfr0)
{
    return found(meta, mmfr0, 0, 48).levels;
}

/* D24.2 "ID_AA64MMFR0_EL1": TGran4 and TGran64 are 0 with the granule and 15 without, TGran16 is 1
 * and 0. TGran4 is 1 and TGran16 is 2 with FEAT_LPA2. */
TEST_ONCE(a_granule_that_the_cpu_lacks_has_no_levels)
{
    assert_int_equal(levels_with(&pt64_aarch64_any, mmfr0_with(5, 0, 15, 0)), 4);
    assert_int_equal(levels_with(&pt64_aarch64_any, mmfr0_with(5, 1, 0, 15)), 0);
    assert_int_equal(levels_with(&pt64_aarch64_16k_any, mmfr0_with(5, 1, 15, 15)), 4);
    assert_int_equal(levels_with(&pt64_aarch64_16k_any, mmfr0_with(5, 0, 0, 0)), 0);
    assert_int_equal(levels_with(&pt64_aarch64_64k_any, mmfr0_with(5, 0, 0, 15)), 3);
    assert_int_equal(levels_with(&pt64_aarch64_64k_any, mmfr0_with(5, 1, 15, 0)), 0);
    assert_int_equal(levels_with(&pt64_aarch64_4k_lpa2_any, mmfr0_with(6, 0, 15, 1)), 4);
    assert_int_equal(levels_with(&pt64_aarch64_4k_lpa2_any, mmfr0_with(6, 2, 0, 0)), 0);
    assert_int_equal(levels_with(&pt64_aarch64_4k_lpa2_any, mmfr0_with(6, 2, 0, 15)), 0);
    assert_int_equal(levels_with(&pt64_aarch64_16k_lpa2_any, mmfr0_with(6, 2, 15, 15)), 4);
    assert_int_equal(levels_with(&pt64_aarch64_16k_lpa2_any, mmfr0_with(6, 1, 0, 1)), 0);
}

static void expect_found(const struct pt64_meta *meta, unsigned vaddr_bits, unsigned levels,
                         unsigned leaf_levels, unsigned paddr_bits, unsigned root_entries)
{
    struct pt64_limits limits = found(meta, mmfr0_with(6, 2, 0, 1), UINT64_C(1) << 16, vaddr_bits);

    assert_int_equal(limits.levels, levels);
    assert_int_equal(limits.leaf_levels, leaf_levels);
    assert_int_equal(limits.paddr_bits, paddr_bits);
    assert_int_equal(pt64_node_entries(meta, &limits, levels - 1), root_entries);
}

/* D8.2.7 to D8.2.9. ID_AA64MMFR2_EL1.VARange, 19:16, is 1 with FEAT_LVA. */
TEST_ONCE(levels_follow_from_the_granule_and_the_width_of_addresses)
{
    expect_found(&pt64_aarch64_16k_any, 36, 2, 2, 48, 2048);
    expect_found(&pt64_aarch64_16k_any, 47, 3, 2, 48, 2048);
    expect_found(&pt64_aarch64_16k_any, 48, 4, 2, 48, 2);
    expect_found(&pt64_aarch64_64k_any, 25, 1, 1, 52, 512);
    expect_found(&pt64_aarch64_64k_any, 42, 2, 2, 52, 8192);
    expect_found(&pt64_aarch64_64k_any, 48, 3, 3, 52, 64);
    expect_found(&pt64_aarch64_64k_any, 52, 3, 3, 52, 1024);
    expect_found(&pt64_aarch64_4k_lpa2_any, 48, 4, 4, 52, 512);
    expect_found(&pt64_aarch64_4k_lpa2_any, 52, 5, 4, 52, 16);
    expect_found(&pt64_aarch64_16k_lpa2_any, 52, 4, 3, 52, 32);
}

/* D8.3.1.2: blocks of 4T are for 52-bit physical addresses, those of 512G and 64G for DS. */
TEST_ONCE(addresses_of_52_bits_take_their_features)
{
    uint64_t smaller = mmfr0_with(5, 2, 0, 1), lva = UINT64_C(1) << 16;

    assert_int_equal(found(&pt64_aarch64_64k_any, smaller, 0, 48).paddr_bits, 48);
    assert_int_equal(found(&pt64_aarch64_64k_any, smaller, 0, 48).leaf_levels, 2);
    assert_int_equal(found(&pt64_aarch64_64k_any, smaller, 0, 49).levels, 0);
    assert_int_equal(found(&pt64_aarch64_64k_any, smaller, lva, 52).levels, 3);
    assert_int_equal(found(&pt64_aarch64_64k_any, smaller, lva, 53).levels, 0);
    assert_int_equal(found(&pt64_aarch64_16k_any, smaller, lva, 49).levels, 0);
    assert_int_equal(found(&pt64_aarch64_4k_lpa2_any, smaller, 0, 52).leaf_levels, 4);
    assert_int_equal(found(&pt64_aarch64_4k_lpa2_any, smaller, 0, 52).paddr_bits, 48);
    assert_int_equal(found(&pt64_aarch64_16k_lpa2_any, smaller, 0, 52).leaf_levels, 3);
}

/* ---- tables of one type ---- */

struct place {
    struct arena *arena;
    struct pt64_limits limits;
};

static pt64_paddr_t place_alloc(void *ctx, size_t bytes)
{
    return arena_alloc_frame(((struct place *)ctx)->arena, bytes);
}

static void place_free(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    arena_free_frame(((struct place *)ctx)->arena, frame, bytes);
}

static void *place_pointer(void *ctx, pt64_paddr_t frame)
{
    return arena_phys_to_virt(((struct place *)ctx)->arena, frame);
}

static const struct pt64_limits *place_limits(void *ctx)
{
    return &((struct place *)ctx)->limits;
}

static const struct pt64_handler place_handler = {place_alloc, place_free, place_pointer, NULL,
                                                  place_limits};

PAGE_TABLE64_DEFINE(lower, pt64_aarch64_any, pt64_aarch64_pte, place_handler);
PAGE_TABLE64_DEFINE(upper, pt64_aarch64_any_upper, pt64_aarch64_pte, place_handler);

/* A table of each half, and what hardware makes of them. */
struct space {
    struct place place;
    struct oracle lower_oracle, upper_oracle;
    lower_t lower;
    upper_t upper;
};

#define WIDTHS 5

static const unsigned widths[WIDTHS] = {36, 39, 42, 47, 48};

static struct oracle oracle_of(struct arena *arena, unsigned vaddr_bits, const char *half)
{
    struct oracle oracle = {.memory = {arena_read, arena}};
    char id[32];

    snprintf(id, sizeof id, "aarch64_4k%u%s", vaddr_bits, half);
    assert_true(oracle_parse(id, &oracle.format));
    oracle.format.memory_types = PT64_AARCH64_MAIR_VALUE;
    oracle.format.paddr_bits = 40;
    return oracle;
}

/* A CPU's memory, for which all frames and pages are. */
static void memory_init(struct arena *arena)
{
    arena_init(arena, ARENA_MIDDLE, 40);
}

static void memory_fini(struct arena *arena)
{
    assert_int_equal(arena->live, 0);
    assert_null(arena_defect(arena));
    arena_fini(arena);
}

static void space_create(struct space *space, struct arena *arena, unsigned vaddr_bits)
{
    space->place.arena = arena;
    space->place.limits = pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, vaddr_bits, false);
    space->lower_oracle = oracle_of(arena, vaddr_bits, "");
    space->upper_oracle = oracle_of(arena, vaddr_bits, "_upper");
    expect_ok(lower_create(&space->lower, &space->place));
    expect_ok(upper_create(&space->upper, &space->place));
}

static void space_destroy(struct space *space)
{
    lower_destroy(&space->lower);
    upper_destroy(&space->upper);
}

#define PAGE       PT64_SIZE_4K
#define PADDR_END  (UINT64_C(1) << 40)
#define LAST_FRAME (PADDR_END - PAGE)

/* The first page of the half, a block in its middle and its last page. */
static void fill_lower(struct space *space)
{
    uint64_t end = UINT64_C(1) << space->place.limits.vaddr_bits;
    lower_guard_t guard;

    lower_begin(&guard, &space->lower);
    expect_ok(lower_map(&guard, 0, 0, PAGE, RW));
    expect_ok(lower_map(&guard, end / 2, PT64_SIZE_1G, PT64_SIZE_1G, RW));
    expect_ok(lower_map(&guard, end - PAGE, LAST_FRAME, PAGE, R));
    lower_commit(&guard);
}

static void fill_upper(struct space *space)
{
    uint64_t end = UINT64_C(1) << space->place.limits.vaddr_bits;
    upper_guard_t guard;

    upper_begin(&guard, &space->upper);
    expect_ok(upper_map(&guard, 0 - end, 0, PAGE, RW));
    expect_ok(upper_map(&guard, 0 - end / 2, PT64_SIZE_1G, PT64_SIZE_1G, RW));
    expect_ok(upper_map(&guard, 0 - PAGE, LAST_FRAME, PAGE, R));
    upper_commit(&guard);
}

static void expect_walk(const struct oracle *oracle, pt64_paddr_t root, pt64_vaddr_t vaddr,
                        pt64_paddr_t paddr, uint64_t size)
{
    const char *why = NULL;
    struct oracle_page page;

    assert_int_equal(oracle_walk(oracle, root, vaddr, &page, &why), ORACLE_PAGE);
    assert_true(page.paddr == paddr && page.size == size && page.vaddr == vaddr);
}

/* Hardware finds these three pages from `first` to `last` and no others, below a root of the size
 * that it takes it for. */
static void expect_pages(const struct oracle *oracle, pt64_paddr_t root, pt64_vaddr_t first,
                         pt64_vaddr_t middle, pt64_vaddr_t last)
{
    struct oracle_survey survey;

    expect_walk(oracle, root, first, 0, PAGE);
    expect_walk(oracle, root, middle, PT64_SIZE_1G, PT64_SIZE_1G);
    expect_walk(oracle, root, last, LAST_FRAME, PAGE);
    oracle_survey(oracle, root, &survey);
    assert_null(survey.defect);
    assert_int_equal(survey.page_count, 3);
    for (size_t i = 0; i < survey.frame_count; i++) {
        const struct oracle_frame *frame = &survey.frames[i];

        assert_true(arena_is_live(oracle->memory.ctx, frame->paddr, (size_t)frame->bytes));
    }
    oracle_survey_free(&survey);
}

static void expect_full(struct space *space)
{
    uint64_t end = UINT64_C(1) << space->place.limits.vaddr_bits;

    expect_pages(&space->lower_oracle, lower_root(&space->lower), 0, end / 2, end - PAGE);
    expect_pages(&space->upper_oracle, upper_root(&space->upper), 0 - end, 0 - end / 2, 0 - PAGE);
}

TEST_ONCE(tables_of_several_widths_stand_side_by_side)
{
    struct space spaces[WIDTHS];
    struct arena arena;

    memory_init(&arena);
    for (unsigned i = 0; i < WIDTHS; i++)
        space_create(&spaces[i], &arena, widths[i]);
    for (unsigned i = 0; i < WIDTHS; i++)
        fill_lower(&spaces[i]);
    for (unsigned i = 0; i < WIDTHS; i++)
        fill_upper(&spaces[i]);
    for (unsigned i = 0; i < WIDTHS; i++)
        expect_full(&spaces[i]);
    for (unsigned i = 0; i < WIDTHS; i++)
        space_destroy(&spaces[i]);
    memory_fini(&arena);
}

/* D8.2.5.2: a root is aligned to its size. That of 42 bits has eight entries. */
TEST_ONCE(a_small_root_shares_its_page)
{
    struct space space;
    struct arena arena;

    memory_init(&arena);
    arena.next += 64;
    space_create(&space, &arena, 42);
    assert_true(lower_root(&space.lower) % PAGE == 64);
    assert_true(upper_root(&space.upper) % PAGE == 128);
    fill_lower(&space);
    fill_upper(&space);
    expect_full(&space);
    space_destroy(&space);
    memory_fini(&arena);
}

static void expect_bad_vaddr(struct space *space, pt64_vaddr_t below, pt64_vaddr_t above)
{
    struct pt64_mapping page;
    lower_guard_t lower;
    upper_guard_t upper;

    expect(PT64_BAD_ADDRESS, lower_query(&space->lower, above, &page));
    expect(PT64_BAD_ADDRESS, upper_query(&space->upper, below, &page));
    lower_begin(&lower, &space->lower);
    expect(PT64_BAD_ADDRESS, lower_map(&lower, above, 0, PAGE, RW));
    expect(PT64_BAD_ADDRESS,
           lower_map_region(&lower, above - PAGE, 0, 2 * PAGE, RW, PT64_SIZE_ANY));
    lower_commit(&lower);
    upper_begin(&upper, &space->upper);
    expect(PT64_BAD_ADDRESS, upper_map(&upper, below, 0, PAGE, RW));
    expect(PT64_BAD_ADDRESS, upper_map_region(&upper, below, 0, 2 * PAGE, RW, PT64_SIZE_ANY));
    upper_commit(&upper);
}

TEST_ONCE(addresses_beyond_the_width_are_bad)
{
    struct arena arena;

    memory_init(&arena);
    for (unsigned i = 0; i < WIDTHS; i++) {
        uint64_t end = UINT64_C(1) << widths[i];
        struct space space;

        space_create(&space, &arena, widths[i]);
        expect_bad_vaddr(&space, 0 - end - PAGE, end);
        space_destroy(&space);
    }
    memory_fini(&arena);
}

/* D8.1.7, IHGDWP: hardware would report an Address size fault. */
TEST_ONCE(addresses_beyond_those_of_the_cpu_are_bad)
{
    struct space space;
    struct arena arena;
    lower_guard_t guard;
    lower_t other;

    memory_init(&arena);
    space_create(&space, &arena, 39);
    lower_begin(&guard, &space.lower);
    expect(PT64_BAD_ADDRESS, lower_map(&guard, 0, PADDR_END, PAGE, RW));
    expect(PT64_BAD_ADDRESS, lower_map_region(&guard, 0, LAST_FRAME, 2 * PAGE, RW, PT64_SIZE_ANY));
    expect_ok(lower_map(&guard, 0, LAST_FRAME, PAGE, RW));
    expect(PT64_BAD_ADDRESS, lower_remap(&guard, 0, PADDR_END, RW));
    lower_commit(&guard);
    arena.lie = PADDR_END;
    expect(PT64_NO_MEMORY, lower_create(&other, &space.place));
    space_destroy(&space);
    memory_fini(&arena);
}

/* The walk could begin at no level that the manual has for these. */
TEST_ONCE(widths_that_the_cpu_lacks_make_no_table)
{
    struct place place = {.arena = &t->arena};
    lower_t table;

    place.limits = pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, 24, false);
    expect(PT64_BAD_SIZE, lower_create(&table, &place));
    place.limits = pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, 49, false);
    expect(PT64_BAD_SIZE, lower_create(&table, &place));
    place.limits = pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, 64, false);
    expect(PT64_BAD_SIZE, lower_create(&table, &place));
}

/* A table with the limits of `place` borrows from one of 42 bits on a Cortex-A53. */
static void expect_loan(pt64_status_t status, struct place *place)
{
    struct place owner = {place->arena,
                          pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, 42, false)};
    lower_t lender, borrower;
    lower_guard_t guard;

    expect_ok(lower_create(&lender, &owner));
    lower_begin(&guard, &lender);
    expect_ok(lower_map(&guard, 0, 0, PAGE, RW));
    expect_ok(lower_pin(&guard, 0, PT64_SIZE_512G));
    lower_commit(&guard);
    expect_ok(lower_create(&borrower, place));
    lower_begin(&guard, &borrower);
    expect(status, lower_copy_from(&guard, &lender, 0, PT64_SIZE_512G));
    lower_commit(&guard);
    lower_destroy(&borrower);
    lower_destroy(&lender);
}

/* The one's changes would not keep to what the other's CPU demands. */
TEST_ONCE(tables_that_differ_in_width_or_in_how_sizes_change_share_nothing)
{
    struct place place;
    struct arena arena;

    memory_init(&arena);
    place = (struct place){&arena, pt64_aarch64_limits(&pt64_aarch64_any, &cortex_a53, 42, false)};
    expect_loan(PT64_OK, &place);
    place.limits.vaddr_bits = 41;
    expect_loan(PT64_BAD_SIZE, &place);
    place.limits.vaddr_bits = 42;
    place.limits.split = PT64_RESIZE_FLUSH;
    expect_loan(PT64_BAD_SIZE, &place);
    place.limits.split = PT64_RESIZE_BREAK;
    place.limits.grow = PT64_RESIZE_FLUSH;
    expect_loan(PT64_BAD_SIZE, &place);
    memory_fini(&arena);
}

/* ---- flushes ---- */

static unsigned count_of(const char *instruction)
{
    unsigned count = 0;

    for (const char *at = executed; (at = strstr(at, instruction)) != NULL; at++)
        count++;
    return count;
}

/* What it executes to unmap eight pages in a row. */
static void unmap_eight_pages(const struct pt64_aarch64_id_registers *registers)
{
    struct arena arena;
    struct place place = {&arena, pt64_aarch64_limits(&pt64_aarch64_any, registers, 39, false)};
    lower_guard_t guard;
    lower_t table;

    memory_init(&arena);
    expect_ok(lower_create(&table, &place));
    lower_begin(&guard, &table);
    expect_ok(lower_map_region(&guard, 0, 0, 9 * PAGE, RW, PAGE));
    lower_commit(&guard);
    executed[0] = 0;
    lower_begin(&guard, &table);
    expect_ok(lower_unmap_region(&guard, 0, 8 * PAGE));
    assert_int_equal(count_of("tlbi") + count_of("sys"), 0);
    lower_commit(&guard);
    lower_destroy(&table);
    memory_fini(&arena);
}

/* D8.17.5: TLBI VAALE1IS is for one address, TLBI RVAALE1IS, which is SYS #0, C8, C2, #7, for a
 * range. */
TEST_ONCE(a_flush_takes_ranges_where_the_cpu_has_them)
{
    const struct pt64_aarch64_id_registers neoverse_v1 = {
        .isar0 = UINT64_C(2) << 56, .mmfr0 = 5, .mmfr2 = UINT64_C(1) << 48};

    unmap_eight_pages(&cortex_a53);
    assert_int_equal(count_of("tlbi vaale1is"), 8);
    assert_int_equal(count_of("sys"), 0);
    unmap_eight_pages(&neoverse_v1);
    assert_int_equal(count_of("tlbi"), 0);
    assert_int_equal(count_of("sys #0, c8, c2, #7"), 1);
}
