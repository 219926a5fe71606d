/* SPDX-License-Identifier: MIT */
/* AArch64 stage 2: register values, what a flush executes, and what its entries say to hardware. */
#include "executed.h"

#include "test.h"

#include <page_table64/meta/aarch64_stage2.h>

/* ---- registers ---- */

/* D24.2: HCR_EL2, VTCR_EL2, VTTBR_EL2, HPFAR_EL2. */
TEST_ONCE(bits_of_stage_2_are_those_of_the_manual)
{
    assert_int_equal(PT64_AARCH64_HCR_VM, 1);
    assert_int_equal(PT64_AARCH64_HCR_TGE, 0x8000000);
    assert_int_equal(PT64_AARCH64_HCR_E2H, 0x400000000);
    assert_int_equal(PT64_AARCH64_HCR_FWB, 0x400000000000);
    assert_int_equal(PT64_AARCH64_VTCR_VS, 0x80000);
    assert_int_equal(PT64_AARCH64_VTCR_HA, 0x200000);
    assert_int_equal(PT64_AARCH64_VTCR_HD, 0x400000);
}

static uint64_t vtcr_of(const struct pt64_meta *meta, unsigned paddr_bits)
{
    struct pt64_limits limits = meta->limits;

    limits.paddr_bits = paddr_bits;
    return pt64_aarch64_vtcr(meta, &limits, 0);
}

/*
 * VTCR_EL2: T0SZ 5:0, SL0 7:6, IRGN0 9:8 and ORGN0 11:10 (1: write-back), SH0 13:12 (3: inner), TG0
 * 15:14 (0: 4K, 1: 64K, 2: 16K), PS 18:16 (2: 40 bits, 5: 48 bits), bit 31 RES1. SL0 of the 4 KiB
 * granule: 1 is level 1, 2 is level 0. Of the others: 1 is level 2, 2 is level 1.
 */
TEST_ONCE(vtcr_says_width_start_granule_and_size)
{
    assert_true(vtcr_of(&pt64_aarch64_stage2_4k40, 40) == 0x80023558);
    assert_true(vtcr_of(&pt64_aarch64_stage2_4k39, 40) == 0x80023559);
    assert_true(vtcr_of(&pt64_aarch64_stage2_4k48, 48) == 0x80053590);
    assert_true(vtcr_of(&pt64_aarch64_stage2_16k40, 48) == 0x8005b598);
    assert_true(vtcr_of(&pt64_aarch64_stage2_16k47, 48) == 0x8005b591);
    assert_true(vtcr_of(&pt64_aarch64_stage2_64k40, 40) == 0x80027558);
    assert_true(vtcr_of(&pt64_aarch64_stage2_64k48, 48) == 0x80057590);
    assert_true(pt64_aarch64_vtcr(&pt64_aarch64_stage2_4k48, &pt64_aarch64_stage2_4k48.limits,
                                  PT64_AARCH64_VTCR_VS | PT64_AARCH64_VTCR_HA) == 0x802d3590);
}

/* DS 32, SL2 33; PS 6 is 52 bits. SL0 3 is level 0 of the 16 KiB granule. */
TEST_ONCE(vtcr_of_52_bits_says_where_addresses_are)
{
    assert_true(vtcr_of(&pt64_aarch64_stage2_4k52, 52) == UINT64_C(0x38006350c));
    assert_true(vtcr_of(&pt64_aarch64_stage2_16k52, 52) == UINT64_C(0x18006b5cc));
    assert_true(vtcr_of(&pt64_aarch64_stage2_64k52, 52) == UINT64_C(0x08006758c));
    assert_true(pt64_aarch64_vttbr(0x000a123456789000, 3) == UINT64_C(0x0003123456789028));
}

/* VMID 63:48, BADDR 47:1, CnP 0. */
TEST_ONCE(vttbr_holds_vmid_and_root)
{
    assert_true(pt64_aarch64_vttbr(0x123456782000, 0xabcd) == UINT64_C(0xabcd123456782000));
    assert_true(pt64_aarch64_vttbr_root(UINT64_C(0xabcd123456782001)) == 0x123456782000);
}

/* HPFAR_EL2.FIPA, 43:4, is IPA[51:12]. NS is bit 63. */
TEST_ONCE(the_address_of_a_fault_is_in_two_registers)
{
    assert_true(pt64_aarch64_stage2_fault(UINT64_C(0x80000fedcba98760), 0xffff000000001234) ==
                UINT64_C(0x000fedcba9876234));
}

/* ---- limits ---- */

static struct pt64_limits limits_of(unsigned parange, unsigned ipa_bits)
{
    const struct pt64_aarch64_id_registers registers = {.mmfr0 = parange};

    return pt64_aarch64_stage2_limits(&registers, ipa_bits, false);
}

/*
 * D8.2, table "4KB granule, determining stage 2 initial lookup level": up to 16 tables of level 1
 * reach 43 bits, of level 2 34 bits. The library takes up to 8.
 */
TEST_ONCE(walks_start_where_few_tables_are_concatenated)
{
    static const struct {
        unsigned ipa_bits, levels;
    } rows[] = {{25, 2}, {32, 2}, {33, 2}, {34, 3}, {39, 3}, {40, 3}, {42, 3}, {43, 4}, {48, 4}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pt64_limits limits = limits_of(5, rows[i].ipa_bits);

        assert_int_equal(limits.levels, rows[i].levels);
        assert_int_equal(limits.leaf_levels, rows[i].levels < 3 ? 2 : 3);
        assert_int_equal(limits.vaddr_bits, rows[i].ipa_bits);
        assert_int_equal(limits.paddr_bits, 48);
    }
}

/* An IPA has at most as many bits as the CPU has physical address bits: PARange 2 is 40. */
TEST_ONCE(a_guest_has_no_more_addresses_than_the_cpu)
{
    assert_int_equal(limits_of(2, 40).levels, 3);
    assert_int_equal(limits_of(2, 41).levels, 0);
    assert_int_equal(limits_of(5, 24).levels, 0);
    assert_int_equal(limits_of(5, 49).levels, 0);
}

/* ---- what a flush executes ---- */

#define PUBLISH  "dsb ishst;"
#define COMPLETE "dsb ish;"
#define ISB      "isb;"
#define READ     "mrs %0, vttbr_el2;"
#define WRITE    "msr vttbr_el2, %0;"
#define LEAF     "tlbi ipas2le1is, %0;"
#define WALK     "tlbi ipas2e1is, %0;"
#define COMBINED "tlbi vmalle1is;"

/*
 * Linux, arch/arm64/kvm/hyp/nvhe/tlb.c: stage 2 by IPA, a barrier, then all of stage 1. VTTBR_EL2
 * reads as 0 here, so that VMID 0 is loaded already.
 */
TEST_ONCE(stage_2_entries_go_before_combined_ones)
{
    struct pt64_flush one = request_of(0, 1);
    struct pt64_flush other = request_of(7, 1);
    struct pt64_flush many = request_of(7, 3);

    expect_executed(&pt64_aarch64_stage2_4k40, &one,
                    READ COMPLETE LEAF COMPLETE COMBINED COMPLETE ISB);
    expect_executed(&pt64_aarch64_stage2_64k48, &other,
                    READ COMPLETE WRITE ISB LEAF COMPLETE COMBINED COMPLETE WRITE ISB);
    many.ranges[1].tables = true;
    expect_executed(&pt64_aarch64_stage2_4k40, &many,
                    READ COMPLETE WRITE ISB LEAF WALK LEAF COMPLETE COMBINED COMPLETE WRITE ISB);
}

TEST_ONCE(everything_of_a_guest_goes_by_one_instruction)
{
    struct pt64_flush request = request_of(7, 0);

    request.everything = true;
    expect_executed(&pt64_aarch64_stage2_4k40, &request,
                    READ COMPLETE WRITE ISB "tlbi vmalls12e1is;" COMPLETE WRITE ISB);
}

/* No instruction by IPA reaches other VMIDs than the current one. */
TEST_ONCE(without_an_id_every_guest_is_meant)
{
    struct pt64_flush request = request_of(PT64_NO_ID, 1);

    expect_executed(&pt64_aarch64_stage2_4k40, &request, PUBLISH "tlbi alle1is;" COMPLETE ISB);
    request = request_of(7, 1);
    request.global = true;
    expect_executed(&pt64_aarch64_stage2_4k40, &request, PUBLISH "tlbi alle1is;" COMPLETE ISB);
}

TEST_ONCE(what_only_appeared_in_a_guest_takes_barriers)
{
    struct pt64_flush request = request_of(7, 0);

    expect_executed(&pt64_aarch64_stage2_4k40, &request, PUBLISH ISB);
}

/* RIPAS2LE1IS is SYS #4, C8, C0, #6 and RIPAS2E1IS SYS #4, C8, C0, #2. Three pages: two, and one.
 */
TEST_ONCE(a_range_of_a_guest_is_one_instruction)
{
    struct pt64_flush request = request_of(0, 1);

    request.ranges[0].bytes = 3 * PT64_SIZE_4K;
    expect_executed(&pt64_aarch64_stage2_4k40_tlbirange, &request,
                    READ COMPLETE "sys #4, c8, c0, #6, %0;" LEAF COMPLETE COMBINED COMPLETE ISB);
    request.ranges[0].bytes = 2 * PT64_SIZE_4K;
    request.ranges[0].tables = true;
    expect_executed(&pt64_aarch64_stage2_4k40_tlbirange, &request,
                    READ COMPLETE "sys #4, c8, c0, #2, %0;" COMPLETE COMBINED COMPLETE ISB);
}

/*
 * D8.17.5.1: IPA[51:12] in 39:0; TTL 47:44 is the granule (1: 4K, 2: 16K, 3: 64K) and the lookup
 * level. D8.17.5.2: TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, the address in granules 36:0.
 */
TEST_ONCE(operands_are_those_of_the_manual)
{
    struct pt64_aarch64_tlbi_range step = {.scale = 1, .num = 3};

    assert_true(pt64_aarch64_stage2_operand(0xfffffffff000) == 0xfffffffff);
    assert_true(
        pt64_aarch64_stage2_range_operand(0x80000000, step, 3, 12) ==
        (UINT64_C(1) << 46 | UINT64_C(1) << 44 | UINT64_C(3) << 39 | UINT64_C(3) << 37 | 0x80000));
    assert_true(
        pt64_aarch64_stage2_range_operand(0x80000000, step, 2, 16) ==
        (UINT64_C(3) << 46 | UINT64_C(1) << 44 | UINT64_C(3) << 39 | UINT64_C(2) << 37 | 0x8000));
}

/* ---- entries ---- */

static bool is_stage2(const struct test *t)
{
    return t->oracle.format.stage2;
}

static bool has_xnx(const struct test *t)
{
    return t->oracle.format.xnx;
}

static bool has_no_xnx(const struct test *t)
{
    return is_stage2(t) && !has_xnx(t);
}

static bool has_fwb(const struct test *t)
{
    return t->oracle.format.fwb;
}

static bool has_no_fwb(const struct test *t)
{
    return is_stage2(t) && !has_fwb(t);
}

static uint64_t page_of(const struct test *t, pt64_flags_t flags)
{
    return leaf_entry(t->s, some_paddr(t), flags, 0);
}

static void expect_change(const struct test *t, enum pt64_change change, uint64_t old, uint64_t now)
{
    for (unsigned level = 0; level < 2; level++)
        assert_int_equal(t->s->pte->change(old, now, level), change);
}

static void expect_changes(const struct test *t, enum pt64_change set, enum pt64_change cleared,
                           uint64_t leaf, unsigned bit)
{
    uint64_t mask = UINT64_C(1) << bit;

    expect_change(t, set, leaf & ~mask, leaf | mask);
    expect_change(t, cleared, leaf | mask, leaf & ~mask);
}

/* RWHZWS: MemAttr 5:2, SH 9:8, FnXS 11, the address, Contiguous 52, PBHA 63:59. */
TEST_IF(is_stage2, "needs stage 2 of Arm", what_a_change_is_at_stage_2)
{
    static const unsigned moves[] = {2, 3, 4, 5, 8, 9, 11, 47, 52, 59, 63};

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        expect_changes(t, PT64_MOVED, PT64_MOVED, page_of(t, R), moves[i]);
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, page_of(t, R), 6);
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, page_of(t, R), 7);
    expect_changes(t, PT64_CREATED, PT64_TIGHTENED, page_of(t, R), 10);
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, page_of(t, R), 51);
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, page_of(t, R), 54);
    for (unsigned bit = 55; bit <= 58; bit++)
        expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, page_of(t, R), bit);
}

/* XN[1:0] 00, 01, 10 and 11: from one to another, some level loses the right, or none does. */
TEST_IF(has_xnx, "needs FEAT_XNX", execution_is_lost_by_either_level)
{
    static const bool el0[] = {true, true, false, false};
    static const bool el1[] = {true, false, false, true};

    for (unsigned from = 0; from < 4; from++)
        for (unsigned to = 0; to < 4; to++) {
            bool is_lost = (el0[from] && !el0[to]) || (el1[from] && !el1[to]);
            uint64_t plain = page_of(t, R | PT64_EXECUTE);

            expect_change(t,
                          from == to ? PT64_UNCHANGED
                          : is_lost  ? PT64_TIGHTENED
                                     : PT64_RELAXED,
                          plain | (uint64_t)from << 53, plain | (uint64_t)to << 53);
        }
}

TEST_IF(has_xnx, "needs FEAT_XNX", only_a_page_that_is_executed_names_a_level)
{
    const pt64_flags_t both = PT64_AARCH64_EXECUTE_EL0 | PT64_AARCH64_EXECUTE_EL1;

    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), R | PT64_AARCH64_EXECUTE_EL0));
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), RX | both));
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RX | PT64_AARCH64_EXECUTE_EL0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RX | PT64_AARCH64_EXECUTE_EL0);
    expect_ok(t->s->change_region(t->guard, some_vaddr(t), page_size(t), PT64_AARCH64_EXECUTE_EL1,
                                  PT64_AARCH64_EXECUTE_EL0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RX | PT64_AARCH64_EXECUTE_EL1);
    expect(PT64_BAD_FLAGS,
           t->s->change_region(t->guard, some_vaddr(t), page_size(t), 0, PT64_EXECUTE));
    expect_ok(t->s->protect(t->guard, some_vaddr(t), RX));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RX);
}

/* Without FEAT_XNX, XN[0] is RES0: hardware does not look at it. */
TEST_IF(has_no_xnx, "needs stage 2 without FEAT_XNX", xn0_says_nothing)
{
    uint64_t xn0 = UINT64_C(1) << 53;

    for (unsigned on = 0; on < 2; on++) {
        pt64_flags_t flags = on ? RX : R;

        assert_int_equal(t->s->pte->decode(page_of(t, flags) | xn0, 0), flags);
        expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, page_of(t, flags), 53);
    }
    expect_change(t, PT64_TIGHTENED, page_of(t, RX) | xn0, page_of(t, R));
}

/* Each of the sixteen values by D8.6: the outer caching in 3:2, the inner in 1:0. */
TEST_IF(has_no_fwb, "needs stage 2 without FEAT_S2FWB", every_memattr_is_told_without_fwb)
{
    uint64_t plain = page_of(t, RW) & ~UINT64_C(0x3c);

    for (unsigned value = 0; value < 16; value++) {
        pt64_flags_t type = value == 0    ? PT64_DEVICE | PT64_AARCH64_NGNRNE
                            : value < 4   ? PT64_DEVICE
                            : value == 15 ? 0
                                          : PT64_UNCACHED;

        assert_int_equal(t->s->pte->decode(plain | value << 2, 0), RW | type);
    }
}

/* MemAttr[2:0] of FEAT_S2FWB: 0 to 3 devices, 4 reserved, 5 non-cacheable, 6 write-back, 7 as stage
 * 1. MemAttr[3] does not matter. */
TEST_IF(has_fwb, "needs FEAT_S2FWB", every_memattr_is_told_with_fwb)
{
    static const pt64_flags_t types[] = {PT64_DEVICE | PT64_AARCH64_NGNRNE,
                                         PT64_DEVICE,
                                         PT64_DEVICE,
                                         PT64_DEVICE,
                                         PT64_UNCACHED,
                                         PT64_UNCACHED,
                                         0,
                                         PT64_AARCH64_AS_STAGE1};
    pt64_flags_t flags = R | (stored_flags(t) & PT64_DIRTY);
    uint64_t plain = page_of(t, flags) & ~UINT64_C(0x3c);

    for (unsigned value = 0; value < 16; value++)
        assert_int_equal(t->s->pte->decode(plain | value << 2, 0), flags | types[value & 7]);
}

/* A valid page without any right, of another's table: a page, which faults on every access. */
TEST_IF(is_stage2, "needs stage 2 of Arm", a_page_without_rights_is_a_page)
{
    uint64_t nothing = page_of(t, R) & ~(UINT64_C(1) << 6);

    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, nothing, 0), PT64_LEAF);
    assert_int_equal(t->s->pte->decode(nothing, 0), 0);
    assert_true(t->s->pte->protect(nothing, t->s->pte->leaf(&t->s->meta->limits, R, 0), 0) ==
                page_of(t, R));
}
