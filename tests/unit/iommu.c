/* SPDX-License-Identifier: MIT */
/*
 * The requests of examples/iommu, against the words that the manuals ask for. VT-d 6.5.2, AMD IOMMU
 * specification 2.4, SMMUv3 architecture 4.4, RISC-V IOMMU "Command-Queue".
 */
#include "test.h"

#include "../../examples/iommu/amdvi.h"
#include "../../examples/iommu/riscv.h"
#include "../../examples/iommu/smmuv3.h"
#include "../../examples/iommu/vtd.h"

#include <page_table64/meta/amdvi.h>
#include <page_table64/meta/vtd.h>

#define FOUR_PAGES 0x4000

static struct pt64_flush of_range(uint64_t vaddr, uint64_t bytes, uint64_t stride, bool tables)
{
    struct pt64_flush request = {.id = PT64_NO_ID, .count = 1};

    request.ranges[0] = (struct pt64_flush_range){vaddr, bytes, stride, true, tables};
    return request;
}

static const struct pt64_flush everything = {.everything = true, .ended = true};
static const struct pt64_flush nothing = {.everything = false};

static void expect_words(uint64_t low, uint64_t high, uint64_t expected_low, uint64_t expected_high)
{
    assert_int_equal(low, expected_low);
    assert_int_equal(high, expected_high);
}

/* ---- VT-d ---- */

static const struct vtd_target vtd = {.by_address = true, .max_mask = 9, .domain = 7};

static void expect_vtd(const struct vtd_target *target, struct pt64_flush request, uint64_t low,
                       uint64_t high)
{
    struct vtd_command commands[VTD_COMMANDS];

    assert_int_equal(vtd_encode(target, &request, commands), 1);
    expect_words(commands[0].low, commands[0].high, low, high);
}

/* Type 3:0 is 2, granularity 5:4, DW 6, DR 7, domain 31:16; AM 5:0, IH 6, address 63:12. */
TEST_ONCE(vtd_invalidates_an_aligned_block_of_the_domain)
{
    expect_vtd(&vtd, of_range(0x12345000, 0x1000, 0x1000, false), 0x70032, 0x12345040);
    expect_vtd(&vtd, of_range(0x12345000, 0x1000, 0x1000, true), 0x70032, 0x12345000);
    expect_vtd(&vtd, of_range(0x12346000, 0x2000, 0x1000, true), 0x70032, 0x12346001);
    expect_vtd(&vtd, of_range(0x12345000, 0x2000, 0x1000, false), 0x70032, 0x12344042);
    expect_vtd(&vtd, of_range(0x40200000, 0x200000, 0x200000, false), 0x70032, 0x40200049);
}

TEST_ONCE(vtd_invalidates_the_domain_where_a_block_does_not_do)
{
    struct vtd_target whole = vtd;

    whole.by_address = false;
    expect_vtd(&vtd, everything, 0x70022, 0);
    expect_vtd(&vtd, of_range(0x40000000, 0x40000000, 0x40000000, false), 0x70022, 0);
    expect_vtd(&vtd, of_range(0x401ff000, 0x2000, 0x1000, false), 0x70022, 0);
    expect_vtd(&whole, of_range(0x12345000, 0x1000, 0x1000, false), 0x70022, 0);
}

/* Type 6: PASID 51:32. Granularity 2 is all of the PASID. */
TEST_ONCE(vtd_invalidates_by_pasid_in_a_first_stage)
{
    struct vtd_target first = vtd, drains = vtd;

    first.first_stage = true;
    first.pasid = 0x54321;
    drains.drains = true;
    expect_vtd(&first, of_range(0x12345000, 0x1000, 0x1000, false), 0x5432100070036, 0x12345040);
    expect_vtd(&first, everything, 0x5432100070026, 0);
    expect_vtd(&drains, everything, 0x700e2, 0);
}

/* Type 5, SW 5, data 63:32. IVT 63, IIRG 61:60, DR 49, DW 48, domain 47:32. */
TEST_ONCE(vtd_waits_and_has_registers)
{
    struct vtd_command wait = vtd_wait(0x1000, 0x600d);
    struct vtd_command page = {0x100f2, 0};
    struct vtd_command commands[VTD_COMMANDS];

    expect_words(wait.low, wait.high, 0x600d00000025, 0x1000);
    assert_true(vtd_iotlb_register(&page) == UINT64_C(0xb003000100000000));
    assert_int_equal(vtd_encode(&vtd, &nothing, commands), 0);
}

/* ---- AMD-Vi ---- */

static const struct amdvi_target amdvi = {.domain = 7};

static void expect_amdvi(const struct amdvi_target *target, struct pt64_flush request, uint64_t low,
                         uint64_t high)
{
    struct amdvi_command commands[AMDVI_COMMANDS];

    assert_int_equal(amdvi_encode(target, &request, commands), 1);
    expect_words(commands[0].low, commands[0].high, low, high);
}

/* Opcode 63:60 is 3, domain 47:32, PASID 19:0; S 0, PDE 1, GN 2, address 63:12. */
TEST_ONCE(amdvi_has_the_size_of_a_block_in_its_address)
{
    const uint64_t low = UINT64_C(0x3000000700000000);
    const struct amdvi_target guest = {.domain = 7, .guest_table = true, .pasid = 5};

    expect_amdvi(&amdvi, of_range(0x12345000, 0x1000, 0x1000, false), low, 0x12345000);
    expect_amdvi(&amdvi, of_range(0x12345000, 0x1000, 0x1000, true), low, 0x12345002);
    expect_amdvi(&amdvi, of_range(0x12346000, 0x2000, 0x1000, false), low, 0x12346001);
    expect_amdvi(&amdvi, of_range(0x12345000, 0x2000, 0x1000, false), low, 0x12345001);
    expect_amdvi(&amdvi, of_range(0x40200000, 0x200000, 0x200000, true), low, 0x402ff003);
    expect_amdvi(&amdvi, everything, low, UINT64_C(0x7ffffffffffff003));
    expect_amdvi(&amdvi, of_range(0, (uint64_t)1 << 53, (uint64_t)1 << 53, false), low,
                 UINT64_C(0x7ffffffffffff003));
    expect_amdvi(&guest, of_range(0x12345000, 0x1000, 0x1000, false), low | 5, 0x12345004);
}

TEST_ONCE(amdvi_waits_for_a_store)
{
    struct amdvi_command wait = amdvi_wait(0x2000, 0x600d);
    struct amdvi_command commands[AMDVI_COMMANDS];

    expect_words(wait.low, wait.high, UINT64_C(0x1000000000002001), 0x600d);
    assert_int_equal(amdvi_encode(&amdvi, &nothing, commands), 0);
}

/* ---- SMMUv3 ---- */

static void expect_smmuv3(const struct smmuv3_target *target, struct pt64_flush request,
                          uint64_t low, uint64_t high)
{
    struct smmuv3_command commands[8];

    assert_int_equal(smmuv3_encode(target, &request, commands, 8), 1);
    expect_words(commands[0].low, commands[0].high, low, high);
}

/* Opcode 7:0, VMID 47:32, ASID 63:48; leaf 0, address 63:12. */
TEST_ONCE(smmuv3_names_the_asid_and_the_address)
{
    const struct smmuv3_target first = {.asid = 5};
    const struct smmuv3_target second = {.stage2 = true, .vmid = 3};
    struct pt64_flush global = of_range(0x10000, 0x1000, 0x1000, false);
    struct pt64_flush all = everything;

    expect_smmuv3(&first, of_range(0x10000, 0x1000, 0x1000, false), 0x5000000000012, 0x10001);
    expect_smmuv3(&first, of_range(0x10000, 0x1000, 0x1000, true), 0x5000000000012, 0x10000);
    expect_smmuv3(&first, everything, 0x5000000000011, 0);
    global.global = all.global = true;
    expect_smmuv3(&first, global, 0x13, 0x10001);
    expect_smmuv3(&first, all, 0x10, 0);
    expect_smmuv3(&second, of_range(0x200000, 0x200000, 0x200000, false), 0x30000002a, 0x200001);
    expect_smmuv3(&second, everything, 0x300000028, 0);
    assert_int_equal(smmuv3_sync().low, 0x46);
}

TEST_ONCE(smmuv3_invalidates_each_page_or_everything)
{
    const struct smmuv3_target first = {.asid = 5};
    struct pt64_flush request = of_range(0x10000, FOUR_PAGES, 0x1000, false);
    struct smmuv3_command commands[4];

    assert_int_equal(smmuv3_encode(&first, &request, commands, 4), 4);
    for (unsigned i = 0; i < 4; i++)
        expect_words(commands[i].low, commands[i].high, 0x5000000000012, 0x10001 + i * 0x1000);
    assert_int_equal(smmuv3_encode(&first, &request, commands, 3), 1);
    expect_words(commands[0].low, commands[0].high, 0x5000000000011, 0);
    assert_int_equal(smmuv3_encode(&first, &nothing, commands, 4), 0);
}

/* ---- RISC-V ---- */

static const struct riscv_iommu_target riscv = {
    .by_range = true, .non_leaf = true, .pscid = 5, .gscid = 9};

static void expect_riscv(const struct riscv_iommu_target *target, struct pt64_flush request,
                         uint64_t low, uint64_t high)
{
    struct riscv_iommu_command commands[4];

    assert_int_equal(riscv_iommu_encode(target, &request, commands, 4), 1);
    expect_words(commands[0].low, commands[0].high, low, high);
}

/* Opcode 6:0, func3 9:7, AV 10, PSCID 31:12, PSCV 32, GV 33, NL 34, GSCID 59:44; S 9, address from
 * bit 10 on. */
TEST_ONCE(riscv_names_the_pscid_or_gscid_and_the_address)
{
    struct riscv_iommu_target second = riscv, nested = riscv, plain = riscv;
    struct pt64_flush global = everything;

    second.second_stage = nested.has_guest = global.global = true;
    plain.non_leaf = false;
    expect_riscv(&riscv, of_range(0x12345000, 0x1000, 0x1000, false), 0x100005401, 0x48d1400);
    expect_riscv(&riscv, of_range(0x12345000, 0x1000, 0x1000, true), 0x500005401, 0x48d1400);
    expect_riscv(&riscv, of_range(0x12345000, 0x2000, 0x1000, false), 0x100005401, 0x48d1600);
    expect_riscv(&riscv, everything, 0x100005001, 0);
    expect_riscv(&riscv, global, 1, 0);
    expect_riscv(&plain, of_range(0x12345000, 0x1000, 0x1000, true), 0x100005001, 0);
    expect_riscv(&second, of_range(0x12345000, 0x1000, 0x1000, false), 0x900200000481, 0x48d1400);
    expect_riscv(&second, everything, 0x900200000081, 0);
    expect_riscv(&nested, everything, 0x900300005001, 0);
}

TEST_ONCE(riscv_invalidates_each_page_where_a_command_names_no_range)
{
    struct riscv_iommu_target single = riscv;
    struct pt64_flush request = of_range(0x10000, FOUR_PAGES, 0x1000, false);
    struct riscv_iommu_command commands[4], fence = riscv_iommu_fence(0x1000, 0x600d);

    single.by_range = false;
    assert_int_equal(riscv_iommu_encode(&single, &request, commands, 4), 4);
    for (unsigned i = 0; i < 4; i++)
        expect_words(commands[i].low, commands[i].high, 0x100005401, 0x4000 + i * 0x400);
    assert_int_equal(riscv_iommu_encode(&single, &request, commands, 3), 1);
    expect_words(commands[0].low, commands[0].high, 0x100005001, 0);
    assert_int_equal(riscv_iommu_encode(&riscv, &nothing, commands, 4), 0);
    expect_words(fence.low, fence.high, 0x600d00003402, 0x400);
}

/* ---- every page of a range, and no more than its aligned block ---- */

struct block {
    uint64_t first;
    uint64_t pages;
};

static struct block vtd_block(const struct pt64_flush *request)
{
    struct vtd_target target = vtd;
    struct vtd_command commands[VTD_COMMANDS];

    target.max_mask = 63;
    assert_int_equal(vtd_encode(&target, request, commands), 1);
    return (struct block){commands[0].high >> 12, UINT64_C(1) << (commands[0].high & 0x3f)};
}

/* Ones from the lowest bit up, and a zero, stand for twice as many pages. */
static struct block napot(uint64_t page, bool is_block)
{
    uint64_t ones = 0;

    if (!is_block)
        return (struct block){page, 1};
    while (page >> ones & 1)
        ones++;
    return (struct block){page >> (ones + 1) << (ones + 1), UINT64_C(2) << ones};
}

static struct block amdvi_block(const struct pt64_flush *request)
{
    struct amdvi_command commands[AMDVI_COMMANDS];

    assert_int_equal(amdvi_encode(&amdvi, request, commands), 1);
    return napot(commands[0].high >> 12, commands[0].high & 1);
}

static struct block riscv_block(const struct pt64_flush *request)
{
    struct riscv_iommu_command commands[1];

    assert_int_equal(riscv_iommu_encode(&riscv, request, commands, 1), 1);
    return napot(commands[0].high >> 10 & ((UINT64_C(1) << 52) - 1), commands[0].high >> 9 & 1);
}

static void expect_block(struct block block, uint64_t first, uint64_t pages)
{
    assert_true(block.first <= first && first + pages <= block.first + block.pages);
    assert_int_equal(block.first % block.pages, 0);
    /* A half of it would not do. */
    if (block.pages > 1)
        assert_int_not_equal(first / (block.pages / 2), (first + pages - 1) / (block.pages / 2));
}

TEST_ONCE(a_block_holds_the_range_and_a_half_of_it_does_not)
{
    static const uint64_t firsts[] = {0,       1,       2,         3,        0x1ff,
                                      0x200,   0x201,   0x3fff0,   0x3ffff,  0x40000,
                                      0x7ffff, 0x80000, 0xfffffff, 0x1000000};

    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (uint64_t pages = 1; pages < 2000; pages += pages / 3 + 1) {
            struct pt64_flush request =
                of_range(firsts[i] << 12, pages << 12, PT64_SIZE_4K, pages % 2 == 0);

            expect_block(vtd_block(&request), firsts[i], pages);
            expect_block(amdvi_block(&request), firsts[i], pages);
            expect_block(riscv_block(&request), firsts[i], pages);
        }
}

/* Each range of a request has a command. */
TEST_ONCE(each_range_of_a_request_is_a_command)
{
    struct pt64_flush request = of_range(0x1000, 0x1000, 0x1000, false);
    struct vtd_command descriptors[VTD_COMMANDS];
    struct amdvi_command commands[AMDVI_COMMANDS];

    for (request.count = 1; request.count < PT64_FLUSH_RANGES; request.count++)
        request.ranges[request.count] = (struct pt64_flush_range){
            0x10000 * (request.count + 1), 0x1000, 0x1000, true, request.count == 1};
    assert_int_equal(vtd_encode(&vtd, &request, descriptors), PT64_FLUSH_RANGES);
    assert_int_equal(amdvi_encode(&amdvi, &request, commands), PT64_FLUSH_RANGES);
    for (unsigned i = 1; i < PT64_FLUSH_RANGES; i++) {
        assert_int_equal(descriptors[i].high, 0x10000 * (i + 1) | (i == 1 ? 0 : 0x40));
        assert_int_equal(commands[i].high, 0x10000 * (i + 1) | (i == 1 ? 2 : 0));
    }
}

/* ---- limits, and what switches a table on ---- */

/* VT-d 11.4.2: SAGAW 12:8, SLLPS 37:34, PSI 39, MAMV 53:48, FL1GP 56, FL5LP 60. */
TEST_ONCE(limits_of_vtd_are_those_of_its_capabilities)
{
    uint64_t cap =
        UINT64_C(0x00d2008c40660462); /* of a client: 39 and 48 bits, 2M and 1G, MAMV 18 */
    struct pt64_limits limits = pt64_vtd_ss_limits(cap, 39);

    assert_int_equal(limits.levels, 4);
    assert_int_equal(limits.vaddr_bits, 48);
    assert_int_equal(limits.leaf_levels, 3);
    assert_int_equal(limits.paddr_bits, 39);
    assert_int_equal(limits.flush_limit, 1 << 18);
    limits = pt64_vtd_ss_limits(UINT64_C(0x9000400000000 | 0x200), 46); /* 39 bits, 2M, no PSI */
    assert_int_equal(limits.levels, 3);
    assert_int_equal(limits.leaf_levels, 2);
    assert_int_equal(limits.flush_limit, 0);
    limits = pt64_vtd_ss_limits(UINT64_C(0x3f008800000800), 52); /* 57 bits, without 2M */
    assert_int_equal(limits.levels, 5);
    assert_int_equal(limits.leaf_levels, 1);
    assert_int_equal(limits.flush_limit, 1 << 18);
    assert_int_equal(pt64_vtd_ss_limits(0, 52).levels, 0);
    limits = pt64_vtd_fs_limits(UINT64_C(0x1109008000000000), 52);
    assert_true(limits.levels == 5 && limits.leaf_levels == 3 && limits.flush_limit == 512);
    limits = pt64_vtd_fs_limits(0, 52);
    assert_true(limits.levels == 4 && limits.leaf_levels == 2 && limits.flush_limit == 0);
}

TEST_ONCE(limits_of_amdvi_are_those_of_its_mode)
{
    for (unsigned levels = 1; levels <= 5; levels++) {
        struct pt64_limits limits = pt64_amdvi_v1_limits(levels, 48);

        assert_int_equal(limits.vaddr_bits, 12 + 9 * levels);
        assert_int_equal(limits.leaf_levels, levels < 3 ? levels : 3);
        assert_int_equal(limits.paddr_bits, 48);
    }
    assert_int_equal(pt64_amdvi_v2_limits(5, 48).vaddr_bits, 57);
}

/* VT-d 9.3 and 9.6; AMD-Vi 2.2.2: V 0, TV 1, HAD 8:7, Mode 11:9, IR 61, IW 62. */
TEST_ONCE(entries_of_devices_hold_the_root_and_the_levels)
{
    const struct pt64_limits *four = &pt64_vtd_ss48.limits;
    uint64_t dte = pt64_amdvi_dte(&pt64_amdvi_v1_39.limits, 0x12345000, false);

    assert_true(pt64_vtd_context_low(0x12345000) == 0x12345001);
    assert_true(pt64_vtd_context_high(&pt64_vtd_ss39.limits, 0x1234) == 0x123401);
    assert_true(pt64_vtd_pasid_second(four, 0x12345000, false) == 0x12345089);
    assert_true(pt64_vtd_pasid_second(four, 0x12345000, true) == 0x12345289);
    assert_true(pt64_vtd_pasid_first(&pt64_vtd_fs57.limits, 0x12345000) == 0x12345004);
    assert_true(PT64_VTD_PASID_FIRST == 0x41);
    assert_true(pt64_vtd_root(0x12345289) == 0x12345000);
    assert_true(dte == UINT64_C(0x6000000012345603));
    assert_true(pt64_amdvi_dte(four, 0, true) == UINT64_C(0x6000000000000983));
    assert_true(pt64_amdvi_root(dte) == 0x12345000);
    assert_true(pt64_amdvi_gcr3(0x12345000) == 0x12345001);
}
