/* SPDX-License-Identifier: MIT */
/* The register values that enable a table, computed here by hand from the field tables of the
 * manuals. A flush on another machine than the table's executes nothing. */
#include <page_table64.h>
#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/meta/armv7.h>
#include <page_table64/meta/ept.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/npt.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/x86_64.h>
#include <page_table64/pte/x86_64.h>

#include "test.h"

#define ROOT UINT64_C(0x123456789000)

/* SDM 3A, 2.5 "Control Registers" and 2.2.1 (IA32_EFER); 13.12 for IA32_PAT, a byte an entry: WB 6,
 * WT 4, UC- 7, UC 0, WC 1; volume 4 for the numbers of the MSRs. */
TEST_ONCE(bits_of_x86_64_are_those_of_the_manual)
{
    assert_int_equal(PT64_X86_64_SOFT0, 0x200);
    assert_int_equal(PT64_X86_64_SOFT1, 0x400);
    assert_int_equal(PT64_X86_64_CR0_PE, 1);
    assert_int_equal(PT64_X86_64_CR0_WP, 0x10000);
    assert_int_equal(PT64_X86_64_CR0_PG, 0x80000000);
    assert_int_equal(PT64_X86_64_CR4_PAE, 0x20);
    assert_int_equal(PT64_X86_64_CR4_PGE, 0x80);
    assert_int_equal(PT64_X86_64_CR4_LA57, 0x1000);
    assert_int_equal(PT64_X86_64_CR4_PCIDE, 0x20000);
    assert_int_equal(PT64_X86_64_CR4_SMEP, 0x100000);
    assert_int_equal(PT64_X86_64_CR4_SMAP, 0x200000);
    assert_int_equal(PT64_X86_64_MSR_EFER, 0xc0000080);
    assert_int_equal(PT64_X86_64_EFER_LME, 0x100);
    assert_int_equal(PT64_X86_64_EFER_LMA, 0x400);
    assert_int_equal(PT64_X86_64_EFER_NXE, 0x800);
    assert_int_equal(PT64_X86_64_MSR_PAT, 0x277);
    assert_int_equal(PT64_X86_64_PAT_VALUE, 0x0007040100070406);
}

/* Arm ARM D24.2: SCTLR_EL1, TCR_EL1, TCR_EL2, MAIR_EL1 (0xff write-back, 0x04 Device-nGnRE, 0x44
 * non-cacheable, 0x00 Device-nGnRnE, 0xf0 Tagged). */
TEST_ONCE(bits_of_aarch64_are_those_of_the_manual)
{
    assert_int_equal(PT64_AARCH64_SCTLR_M, 1);
    assert_int_equal(PT64_AARCH64_SCTLR_C, 4);
    assert_int_equal(PT64_AARCH64_SCTLR_I, 0x1000);
    assert_int_equal(PT64_AARCH64_SCTLR_WXN, 0x80000);
    assert_int_equal(PT64_AARCH64_TCR_EPD0, 0x80);
    assert_int_equal(PT64_AARCH64_TCR_EPD1, 0x800000);
    assert_int_equal(PT64_AARCH64_TCR_AS, 0x1000000000);
    assert_int_equal(PT64_AARCH64_TCR_HA, 0x8000000000);
    assert_int_equal(PT64_AARCH64_TCR_HD, 0x10000000000);
    assert_int_equal(PT64_AARCH64_TCR_EL2_HA, 0x200000);
    assert_int_equal(PT64_AARCH64_TCR_EL2_HD, 0x400000);
    assert_int_equal(PT64_AARCH64_MAIR_VALUE, 0xff004404ff);
    assert_int_equal(PT64_AARCH64_MAIR_TAGGED_VALUE, 0xf0004404ff);
}

/* SDM 3C, 26.6.11 "Extended-Page-Table Pointer (EPTP)": type 2:0, 6 write-back; length less 1 in
 * 5:3; bit 6 accessed and dirty flags; the root in 51:12. */
TEST_ONCE(an_eptp_names_the_levels_and_the_root)
{
    assert_true(pt64_ept_eptp(&pt64_ept_gpa48.limits, 0x12345000, 0) == 0x1234501e);
    assert_true(pt64_ept_eptp(&pt64_ept_gpa48.limits, 0x12345000, PT64_EPT_EPTP_AD) == 0x1234505e);
    assert_true(pt64_ept_eptp(&pt64_ept_gpa57.limits, 0xffffffffff000, 0) == 0xffffffffff026);
    assert_true(pt64_ept_eptp(&pt64_ept_gpa57.limits, 0, PT64_EPT_EPTP_AD) == 0x66);
    assert_true(pt64_ept_eptp_root(UINT64_C(0xfffffffffffff05e)) == UINT64_C(0xffffffffff000));
    assert_int_equal(pt64_ept_eptp_levels(0x1234501e), 4);
    assert_int_equal(pt64_ept_eptp_levels(0x12345066), 5);
}

/* SDM 3D, A.10: 0 execute-only, 6 and 7 page-walk length 4 and 5, 14 write-back, 16 2M, 17 1G, 20
 * INVEPT, 21 accessed and dirty flags, 25 and 26 its types. 3C, 26.6.2: bits 1, 18 and 22. */
TEST_ONCE(bits_of_ept_are_those_of_the_manual)
{
    assert_int_equal(PT64_EPT_MSR_CAP, 0x48c);
    assert_int_equal(PT64_EPT_CAP_EXECUTE_ONLY, 1);
    assert_int_equal(PT64_EPT_CAP_4_LEVELS, 0x40);
    assert_int_equal(PT64_EPT_CAP_5_LEVELS, 0x80);
    assert_int_equal(PT64_EPT_CAP_WB, 0x4000);
    assert_int_equal(PT64_EPT_CAP_2M, 0x10000);
    assert_int_equal(PT64_EPT_CAP_1G, 0x20000);
    assert_int_equal(PT64_EPT_CAP_INVEPT, 0x100000);
    assert_int_equal(PT64_EPT_CAP_AD, 0x200000);
    assert_int_equal(PT64_EPT_CAP_INVEPT_CONTEXT, 0x2000000);
    assert_int_equal(PT64_EPT_CAP_INVEPT_ALL, 0x4000000);
    assert_int_equal(PT64_EPT_CONTROL_ENABLE, 2);
    assert_int_equal(PT64_EPT_CONTROL_VE, 0x40000);
    assert_int_equal(PT64_EPT_CONTROL_MBEC, 0x400000);
}

TEST_ONCE(limits_of_ept_are_those_of_its_capabilities)
{
    struct pt64_limits all = pt64_ept_limits(5, 0xf01063341c1, 46);
    struct pt64_limits some = pt64_ept_limits(4, 0xf0106114140, 39);
    struct pt64_limits none = pt64_ept_limits(4, 0x20040, 36);

    assert_true(all.levels == 5 && all.vaddr_bits == 57 && all.leaf_levels == 3);
    assert_true(all.paddr_bits == 46 && all.execute_only && all.no_execute);
    assert_true(some.levels == 4 && some.vaddr_bits == 48 && some.leaf_levels == 2);
    assert_true(some.paddr_bits == 39 && !some.execute_only);
    assert_int_equal(none.leaf_levels, 1);
}

/* APM 2, appendix B "VMCB Layout", 15.16.1 and 15.25.3; CPUID Fn8000_000A_EDX. */
TEST_ONCE(fields_of_npt_are_those_of_the_manual)
{
    assert_int_equal(PT64_NPT_VMCB_ASID, 0x58);
    assert_int_equal(PT64_NPT_VMCB_TLB_CONTROL, 0x5c);
    assert_int_equal(PT64_NPT_VMCB_NESTED, 0x90);
    assert_int_equal(PT64_NPT_VMCB_NCR3, 0xb0);
    assert_int_equal(PT64_NPT_NESTED_ENABLE, 1);
    assert_int_equal(PT64_NPT_CPUID_NP, 1);
    assert_int_equal(PT64_NPT_FLUSH_NOTHING, 0);
    assert_int_equal(pt64_npt_tlb_control(0x44f), 3);
    assert_int_equal(pt64_npt_tlb_control(0x40f), 1);
    assert_true(pt64_npt_ncr3(ROOT) == ROOT);
    assert_true(pt64_npt_ncr3_root(UINT64_MAX) == UINT64_C(0xffffffffff000));
}

TEST_ONCE(limits_of_npt_are_those_of_the_host)
{
    struct pt64_limits wide = pt64_npt_limits(0x1020, 0x4100000, 52);
    struct pt64_limits narrow = pt64_npt_limits(0x20, 0, 48);

    assert_true(wide.levels == 5 && wide.vaddr_bits == 57 && wide.leaf_levels == 3);
    assert_true(wide.no_execute && wide.paddr_bits == 52);
    assert_true(narrow.levels == 4 && narrow.vaddr_bits == 48 && narrow.leaf_levels == 2);
    assert_true(!narrow.no_execute && narrow.paddr_bits == 48);
}

/* ARMv7 ARM, B4.1: CONTEXTIDR, DACR, SCTLR, TTBCR. */
TEST_ONCE(bits_of_armv7_are_those_of_the_manual)
{
    assert_int_equal(PT64_ARMV7_SHORT_SOFT0, 0x80);
    assert_int_equal(PT64_ARMV7_SCTLR_M, 1);
    assert_int_equal(PT64_ARMV7_SCTLR_C, 4);
    assert_int_equal(PT64_ARMV7_SCTLR_Z, 0x800);
    assert_int_equal(PT64_ARMV7_SCTLR_I, 0x1000);
    assert_int_equal(PT64_ARMV7_SCTLR_HA, 0x20000);
    assert_int_equal(PT64_ARMV7_SCTLR_WXN, 0x80000);
    assert_int_equal(PT64_ARMV7_SCTLR_TRE, 0x10000000);
    assert_int_equal(PT64_ARMV7_SCTLR_AFE, 0x20000000);
    assert_int_equal(PT64_ARMV7_DACR_VALUE, 1);  /* D0 01, client; all others 00, no access */
    assert_int_equal(PT64_ARMV7_TTBCR_SHORT, 0); /* EAE, PD0, PD1 and N 0 */
    assert_int_equal(PT64_ARMV7_TTBCR_LPAE, 0x80003500); /* EAE, SH0 11, ORGN0 01, IRGN0 01 */
    assert_int_equal(PT64_ARMV7_CONTEXTIDR_ASID, 0xff);
    assert_int_equal(PT64_ARMV7_MAIR0_VALUE, 0x004404ff);
    assert_int_equal(PT64_ARMV7_MAIR1_VALUE, 0);
}

/* PRRR: TRn at 2n, 0 Strongly-ordered, 1 Device, 2 Normal; DS0 16, DS1 17, NS0 18, NS1 19, NOSn at
 * 24 + n. NMRR: IRn at 2n, ORn at 16 + 2n, 0 non-cacheable, 1 write-back and write-allocate. */
TEST_ONCE(memory_types_of_armv7_are_in_prrr_and_nmrr)
{
    static const unsigned types[] = {0, 1, 0, 0, 2, 0, 0, 2};
    static const unsigned caching[] = {0, 0, 0, 0, 0, 0, 0, 1};
    uint64_t prrr = 0xff0b0000;
    uint64_t nmrr = 0;

    for (unsigned n = 0; n < 8; n++) {
        prrr |= types[n] << 2 * n;
        nmrr |= caching[n] << 2 * n | caching[n] << (16 + 2 * n);
    }
    assert_int_equal(PT64_ARMV7_PRRR_VALUE, prrr);
    assert_int_equal(PT64_ARMV7_NMRR_VALUE, nmrr);
}

/* TTBR0 with the Multiprocessing Extensions: IRGN[1] 0, S 1, RGN 4:3, NOS 5, IRGN[0] 6, and with
 * N 0 the root in 31:14. With EAE: ASID 55:48, the root in 39:5. */
TEST_ONCE(ttbr0_of_armv7_holds_the_root_and_how_nodes_are_read)
{
    assert_int_equal(pt64_armv7_short_ttbr(0x80004000), 0x8000406a);
    assert_int_equal(pt64_armv7_short_ttbr_root(0x8000406a), 0x80004000);
    assert_int_equal(pt64_armv7_short_ttbr_root(UINT32_MAX), 0xffffc000);
    assert_true(pt64_armv7_lpae_ttbr(0x1280000020, 0) == 0x1280000020);
    assert_true(pt64_armv7_lpae_ttbr(0x1280000020, 0x5a) == 0x005a001280000020);
    assert_true(pt64_armv7_lpae_ttbr_root(0x005a001280000020) == 0x1280000020);
    assert_true(pt64_armv7_lpae_ttbr_root(UINT64_MAX) == 0xffffffffe0);
}

/* Privileged ISA, "satp", "hgatp" and "sstatus"; LoongArch vol. 1, 7.1 and 7.4.1. */
TEST_ONCE(bits_of_riscv_and_loongarch64_are_those_of_the_manuals)
{
    assert_int_equal(PT64_LOONGARCH64_PWCH_HPTW, 0x1000000);
    assert_int_equal(PT64_RISCV_SATP_SV32, 1);
    assert_int_equal(PT64_RISCV_SATP_SV39, 8);
    assert_int_equal(PT64_RISCV_SATP_SV48, 9);
    assert_int_equal(PT64_RISCV_SATP_SV57, 10);
    assert_int_equal(PT64_RISCV_HGATP_SV32X4, 1);
    assert_int_equal(PT64_RISCV_HGATP_SV39X4, 8);
    assert_int_equal(PT64_RISCV_HGATP_SV48X4, 9);
    assert_int_equal(PT64_RISCV_HGATP_SV57X4, 10);
    assert_int_equal(PT64_RISCV_SSTATUS_SUM, 0x40000);
    assert_int_equal(PT64_RISCV_SSTATUS_MXR, 0x80000);
    assert_int_equal(PT64_LOONGARCH64_CSR_CRMD, 0);
    assert_int_equal(PT64_LOONGARCH64_CSR_BADV, 7);
    assert_int_equal(PT64_LOONGARCH64_CSR_ASID, 0x18);
    assert_int_equal(PT64_LOONGARCH64_CSR_PGDL, 0x19);
    assert_int_equal(PT64_LOONGARCH64_CSR_PGDH, 0x1a);
    assert_int_equal(PT64_LOONGARCH64_CSR_PGD, 0x1b);
    assert_int_equal(PT64_LOONGARCH64_CSR_PWCL, 0x1c);
    assert_int_equal(PT64_LOONGARCH64_CSR_PWCH, 0x1d);
    assert_int_equal(PT64_LOONGARCH64_CSR_STLBPS, 0x1e);
    assert_int_equal(PT64_LOONGARCH64_CSR_TLBRENTRY, 0x88);
    assert_int_equal(PT64_LOONGARCH64_CSR_TLBRSAVE, 0x8b);
    assert_int_equal(PT64_LOONGARCH64_CSR_TLBREHI, 0x8e);
    assert_int_equal(PT64_LOONGARCH64_CSR_DMW0, 0x180);
    assert_int_equal(PT64_LOONGARCH64_CRMD_DA, 8);
    assert_int_equal(PT64_LOONGARCH64_CRMD_VALUE, 0xb0);
}

/* SDM 3A, table "Use of CR3": 11:0 are PCID, or PWT and PCD; 63 says not to invalidate. */
TEST_ONCE(cr3_holds_the_root)
{
    assert_true(pt64_x86_64_cr3(ROOT) == ROOT);
    assert_true(pt64_x86_64_cr3_root(ROOT | 0xfff | UINT64_C(1) << 63) == ROOT);
    assert_int_equal(PT64_X86_64_CR3_PCID, 0xfff);
    assert_true(PT64_X86_64_CR3_NOFLUSH == UINT64_C(1) << 63);
}

static uint64_t ips_of(unsigned paddr_bits)
{
    struct pt64_limits limits = {.paddr_bits = paddr_bits};

    return pt64_aarch64_tcr_ips(&limits);
}

/* D8.1.7, table "Output address size configuration". */
TEST_ONCE(ips_is_the_smallest_that_has_the_address_bits)
{
    static const unsigned sizes[] = {32, 36, 40, 42, 44, 48, 52};

    for (unsigned ips = 0; ips <= 6; ips++) {
        assert_int_equal(ips_of(sizes[ips]), ips);
        assert_int_equal(ips_of(sizes[ips] - 1), ips);
    }
    assert_int_equal(ips_of(33), 1);
    assert_int_equal(ips_of(56), 6);
}

/* D24.2 "TCR_EL1": T0SZ 5:0, IRGN0 9:8, ORGN0 11:10, SH0 13:12, TG0 15:14, the same for 1 from bit
 * 16 on, where TG1 is 2 for 4 KiB; IPS 34:32. TxSZ is 64 - 48 = 0x10, 64 - 42 = 0x16 or 64 - 39 =
 * 0x19. */
TEST_ONCE(tcr_describes_both_halves)
{
    const struct pt64_limits small = {.vaddr_bits = 39, .paddr_bits = 32};
    const struct pt64_limits middle = {.vaddr_bits = 42, .paddr_bits = 40};
    const struct pt64_limits large = {.vaddr_bits = 48, .paddr_bits = 48};

    assert_true(PT64_AARCH64_TCR_EL1_4K(48, 48) == UINT64_C(0xb5103510));
    assert_true(PT64_AARCH64_TCR_EL1_4K(39, 48) == UINT64_C(0xb5103519));
    assert_true(PT64_AARCH64_TCR_EL1_4K(48, 39) == UINT64_C(0xb5193510));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_4k48, &large, 0) == UINT64_C(0x5b5103510));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_4k48, &small, PT64_AARCH64_TCR_EPD1) ==
                UINT64_C(0xb5993519));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_4k48, &middle,
                                     PT64_AARCH64_TCR_HA | PT64_AARCH64_TCR_HD) ==
                UINT64_C(0x182b5163516));
    assert_true(PT64_AARCH64_TCR_EL2_4K(48) == UINT64_C(0x80803510));
    assert_true(pt64_aarch64_tcr_el2(&pt64_aarch64_el2_4k48, &middle, 0) == UINT64_C(0x80823516));
    assert_true(pt64_aarch64_tcr_el2(&pt64_aarch64_el2_4k48, &large, PT64_AARCH64_TCR_EL2_HA) ==
                UINT64_C(0x80a53510));
}

/* TG0 is 2 for 16 KiB and 1 for 64 KiB, TG1 is 1 and 3. DS is bit 59. TxSZ is 64 - 47 = 0x11, 64 -
 * 42 = 0x16 or 64 - 52 = 0xc. In TCR_EL2 and TCR_EL3 PS is 18:16, DS is bit 32, and 23 and 31 are
 * RES1. */
TEST_ONCE(tcr_says_granule_and_ds)
{
    const struct pt64_limits of_16k = {.vaddr_bits = 47, .paddr_bits = 40};
    const struct pt64_limits of_64k = {.vaddr_bits = 42, .paddr_bits = 52};
    const struct pt64_limits widest = {.vaddr_bits = 52, .paddr_bits = 52};

    assert_true(PT64_AARCH64_TCR_EL1_16K(47, 47) == 0x7511b511);
    assert_true(PT64_AARCH64_TCR_EL1_64K(42, 42) == 0xf5167516);
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_16k47, &of_16k, 0) == UINT64_C(0x27511b511));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_64k_any, &of_64k, 0) == UINT64_C(0x6f5167516));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_64k52, &widest, PT64_AARCH64_TCR_EPD1) ==
                UINT64_C(0x6f58c750c));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_4k52, &widest, 0) ==
                UINT64_C(0x08000006b50c350c));
    assert_true(pt64_aarch64_tcr_el1(&pt64_aarch64_16k52_upper, &widest, 0) ==
                UINT64_C(0x08000006750cb50c));
    assert_true(pt64_aarch64_tcr_el2(&pt64_aarch64_el2_4k52, &widest, 0) == UINT64_C(0x18086350c));
    assert_true(pt64_aarch64_tcr_el2(&pt64_aarch64_el2_64k52, &widest, 0) == 0x8086750c);
    assert_true(pt64_aarch64_tcr_el2(&pt64_aarch64_el3_4k48, &of_16k, 0) == 0x80823511);
}

/* D24.2 "TTBR0_EL1": ASID 63:48, BADDR 47:1, CnP bit 0. A root of eight entries is aligned to its
 * 64 bytes (D8.2.5.2). */
TEST_ONCE(ttbr_holds_root_and_asid)
{
    assert_true(pt64_aarch64_ttbr(ROOT, 0) == ROOT);
    assert_true(pt64_aarch64_ttbr(ROOT, 0xabcd) == (ROOT | UINT64_C(0xabcd) << 48));
    assert_true(pt64_aarch64_ttbr_root(ROOT | UINT64_C(0xabcd) << 48 | 1) == ROOT);
    assert_true(pt64_aarch64_ttbr_root(pt64_aarch64_ttbr(ROOT + 0x40, 0xabcd) | 1) == ROOT + 0x40);
}

/* With 52-bit addresses BADDR 47:6 are those bits of the root, and 5:2 its bits 51:48. */
TEST_ONCE(ttbr_holds_a_root_of_52_bits)
{
    const pt64_paddr_t root = UINT64_C(0x000a923456789a40);
    const uint64_t ttbr = UINT64_C(0xabcd923456789a68);

    assert_true(pt64_aarch64_ttbr(root, 0xabcd) == ttbr);
    assert_true(pt64_aarch64_ttbr_root_of_52_bits(ttbr | 1) == root);
    assert_true(pt64_aarch64_ttbr(UINT64_C(0xc00000000040), 0) == UINT64_C(0xc00000000040));
}

/* D8.17.5.1: VA[55:12] in 43:0, ASID 63:48. */
TEST_ONCE(tlbi_takes_an_address_in_pages)
{
    assert_true(pt64_aarch64_tlbi_operand(UINT64_C(0xffff800012345000), 0) ==
                UINT64_C(0xff800012345));
    assert_true(pt64_aarch64_tlbi_operand(0x1000, 0xabcd) == (UINT64_C(0xabcd) << 48 | 1));
}

/* D8.17.5.1: lookup level 3 holds the smallest pages; 0 is any. */
TEST_ONCE(tlbi_is_told_the_level_where_there_is_but_one)
{
    struct pt64_flush_range range = {0, PT64_SIZE_1G, PT64_SIZE_4K, true, false};

    assert_int_equal(pt64_aarch64_lookup_level(&range, 12), 3);
    range.stride = PT64_SIZE_2M;
    assert_int_equal(pt64_aarch64_lookup_level(&range, 12), 2);
    range.stride = PT64_SIZE_1G;
    assert_int_equal(pt64_aarch64_lookup_level(&range, 12), 1);
    range.stride = PT64_SIZE_512G;
    assert_int_equal(pt64_aarch64_lookup_level(&range, 12), 0);
    range.stride = PT64_SIZE_1G;
    range.tables = true;
    assert_int_equal(pt64_aarch64_lookup_level(&range, 12), 0);
}

static void expect_level(unsigned page_shift, pt64_size_t stride, unsigned level, uint64_t ttl)
{
    const struct pt64_flush_range range = {0, stride, stride, true, false};

    assert_int_equal(pt64_aarch64_lookup_level(&range, page_shift), level);
    assert_true(pt64_aarch64_ttl(page_shift, level) == ttl << 44);
}

/* D8.17.5.1, table "TTL field": 3:2 is 1 for 4 KiB, 2 for 16 and 3 for 64; 1:0 is the level. */
TEST_ONCE(tlbi_is_told_the_level_of_every_granule)
{
    expect_level(12, PT64_SIZE_4K, 3, 7);
    expect_level(12, PT64_SIZE_1G, 1, 5);
    expect_level(12, PT64_SIZE_512G, 0, 0);
    expect_level(14, PT64_SIZE_16K, 3, 11);
    expect_level(14, PT64_SIZE_32M, 2, 10);
    expect_level(14, PT64_SIZE_64G, 1, 9);
    expect_level(16, PT64_SIZE_64K, 3, 15);
    expect_level(16, PT64_SIZE_512M, 2, 14);
    expect_level(16, PT64_SIZE_4T, 1, 13);
}

/* D8.17.5.2: (NUM + 1) * 2^(5 * SCALE + 1) pages; NUM has 5 bits, SCALE 2. */
static void expect_range(uint64_t pages, unsigned scale, unsigned num, uint64_t covered)
{
    struct pt64_aarch64_tlbi_range range = pt64_aarch64_tlbi_range_of(pages);

    assert_int_equal(range.scale, scale);
    assert_int_equal(range.num, num);
    assert_true(range.pages == covered);
}

TEST_ONCE(a_tlbi_range_covers_no_more_than_it_is_asked_to)
{
    expect_range(2, 0, 0, 2);
    expect_range(3, 0, 0, 2);
    expect_range(63, 0, 30, 62);
    expect_range(64, 1, 0, 64);
    expect_range(UINT64_C(1) << 11, 2, 0, UINT64_C(1) << 11);
    expect_range(UINT64_C(1) << 16, 3, 0, UINT64_C(1) << 16);
    expect_range((UINT64_C(1) << 21) - 1, 3, 30, UINT64_C(31) << 16);
    expect_range(UINT64_C(1) << 21, 3, 31, UINT64_C(1) << 21);
    expect_range(UINT64_C(33) << 16, 3, 31, UINT64_C(1) << 21);
    expect_range(UINT64_C(1) << 40, 3, 31, UINT64_C(1) << 21);
}

/* D8.17.5.2: ASID 63:48, TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, the address 36:0. It is that
 * of the page, or with DS set in units of 64 KiB. */
static void expect_operand(unsigned page_shift, bool has_ds, uint64_t tg, uint64_t base)
{
    const struct pt64_aarch64_granule granule = {page_shift, has_ds};
    const struct pt64_aarch64_tlbi_range range = {2, 30, 0};

    assert_true(
        pt64_aarch64_tlbi_range_operand(granule, UINT64_C(0xffff800012340000), 0xabcd, range, 3) ==
        (base | UINT64_C(3) << 37 | UINT64_C(30) << 39 | UINT64_C(2) << 44 | tg << 46 |
         UINT64_C(0xabcd) << 48));
}

TEST_ONCE(a_tlbi_range_has_its_address_in_pages_or_in_64_kib)
{
    expect_operand(12, false, 1, UINT64_C(0x1800012340));
    expect_operand(14, false, 2, UINT64_C(0x1e000048d0));
    expect_operand(16, false, 3, UINT64_C(0x1f80001234));
    expect_operand(12, true, 1, UINT64_C(0x1f80001234));
    expect_operand(14, true, 2, UINT64_C(0x1f80001234));
}

/* Privileged ISA, "satp": MODE 63:60, ASID 59:44, PPN 43:0. */
TEST_ONCE(satp_holds_mode_asid_and_root)
{
    uint64_t satp = pt64_riscv_satp(PT64_RISCV_SATP_SV48, 0x1abcd, ROOT);

    assert_true(satp == (UINT64_C(9) << 60 | UINT64_C(0xabcd) << 44 | ROOT >> 12));
    assert_int_equal(pt64_riscv_satp_mode(satp), 9);
    assert_true(pt64_riscv_satp_root(satp) == ROOT);
}

/* Where SXLEN is 32: MODE 31, ASID 30:22, PPN 21:0. */
TEST_ONCE(satp_of_32_bits_holds_mode_asid_and_root)
{
    uint32_t satp = pt64_riscv_satp32(PT64_RISCV_SATP_SV32, 0x3ab, UINT64_C(0x3fedcb000));

    assert_int_equal(satp, 0x80000000 | 0x1abU << 22 | 0x3fedcb);
    assert_int_equal(pt64_riscv_satp32_mode(satp), 1);
    assert_true(pt64_riscv_satp32_root(satp) == UINT64_C(0x3fedcb000));
}

/* "hgatp": MODE 63:60, VMID 57:44, PPN 43:0. */
TEST_ONCE(hgatp_holds_mode_vmid_and_root)
{
    uint64_t hgatp = pt64_riscv_hgatp(PT64_RISCV_HGATP_SV48X4, 0x1abcd, ROOT);

    assert_true(hgatp == (UINT64_C(9) << 60 | UINT64_C(0x2bcd) << 44 | ROOT >> 12));
    assert_int_equal(pt64_riscv_hgatp_mode(hgatp), 9);
    assert_true(pt64_riscv_hgatp_root(hgatp) == ROOT);
}

/* Where HSXLEN is 32: MODE 31, VMID 28:22, PPN 21:0. */
TEST_ONCE(hgatp_of_32_bits_holds_mode_vmid_and_root)
{
    uint32_t hgatp = pt64_riscv_hgatp32(PT64_RISCV_HGATP_SV32X4, 0x1ab, UINT64_C(0x3fedcc000));

    assert_int_equal(hgatp, 0x80000000 | 0x2bU << 22 | 0x3fedcc);
    assert_int_equal(pt64_riscv_hgatp32_mode(hgatp), 1);
    assert_true(pt64_riscv_hgatp32_root(hgatp) == UINT64_C(0x3fedcc000));
}

/* Table "HFENCE.GVMA": rs1 holds a guest physical address shifted right by 2. */
TEST_ONCE(a_guest_address_loses_two_bits_in_a_fence)
{
    assert_true(pt64_riscv_hfence_operand(UINT64_C(0x3fffff000)) == 0xfffffc00);
}

static void expect_limits(struct pt64_limits limits, struct pt64_limits expected)
{
    assert_int_equal(limits.levels, expected.levels);
    assert_int_equal(limits.vaddr_bits, expected.vaddr_bits);
    assert_int_equal(limits.leaf_levels, expected.leaf_levels);
    assert_int_equal(limits.paddr_bits, expected.paddr_bits);
    assert_int_equal(limits.no_execute, expected.no_execute);
    assert_int_equal(limits.by_range, expected.by_range);
    assert_int_equal(limits.split, expected.split);
    assert_int_equal(limits.grow, expected.grow);
    assert_int_equal(limits.flush_limit, expected.flush_limit);
}

/* Privileged ISA, table "Encoding of satp MODE field": 8 is Sv39, 9 Sv48, 10 Sv57. That of hgatp is
 * the same. */
TEST_ONCE(limits_of_a_mode_are_those_of_its_geometry)
{
    expect_limits(pt64_riscv_limits(8), pt64_riscv_sv39.limits);
    expect_limits(pt64_riscv_limits(9), pt64_riscv_sv48.limits);
    expect_limits(pt64_riscv_limits(10), pt64_riscv_sv57.limits);
    expect_limits(pt64_riscv_gstage_limits(8), pt64_riscv_sv39x4.limits);
    expect_limits(pt64_riscv_gstage_limits(9), pt64_riscv_sv48x4.limits);
    expect_limits(pt64_riscv_gstage_limits(10), pt64_riscv_sv57x4.limits);
}

/* Arm ARM D24.2: ID_AA64MMFR0_EL1.PARange 3:0 is 5 for 48 bits; ID_AA64MMFR2_EL1.TTL 51:48 is 1
 * with FEAT_TTL, BBM 55:52 is 2 with FEAT_BBML2; ID_AA64ISAR0_EL1.TLB 59:56 is 2 with
 * FEAT_TLBIRANGE. */
TEST_ONCE(limits_of_an_aarch64_cpu_are_those_of_its_geometry)
{
    const struct pt64_aarch64_id_registers plain = {.mmfr0 = 5};
    const struct pt64_aarch64_id_registers tlbirange = {
        .isar0 = UINT64_C(2) << 56, .mmfr0 = 5, .mmfr2 = UINT64_C(1) << 48};
    const struct pt64_aarch64_id_registers bbm2 = {.mmfr0 = 5, .mmfr2 = UINT64_C(2) << 52};

    expect_limits(pt64_aarch64_limits(&pt64_aarch64_any, &plain, 48, true),
                  pt64_aarch64_4k48.limits);
    expect_limits(pt64_aarch64_limits(&pt64_aarch64_any, &tlbirange, 48, true),
                  pt64_aarch64_4k48_tlbirange.limits);
    expect_limits(pt64_aarch64_limits(&pt64_aarch64_any, &bbm2, 48, true),
                  pt64_aarch64_4k48_bbm2.limits);
    expect_limits(pt64_aarch64_limits(&pt64_aarch64_any, &bbm2, 48, false),
                  pt64_aarch64_4k48.limits);
}

/* SDM 2A, "CPUID": 80000001H EDX 20 is NX, 26 Page1GB; 80000008H EAX 7:0 MAXPHYADDR, 15:8 the width
 * of a linear address. SDM 3A, 2.5: LA57 is bit 12 of CR4. */
TEST_ONCE(limits_of_an_x86_64_cpu_are_those_of_its_features)
{
    uint32_t all = 1U << 20 | 1U << 26;
    struct pt64_limits expected = pt64_x86_64_la57.limits;

    expect_limits(pt64_x86_64_limits(0x10a0, all, 0x3934), pt64_x86_64_la57.limits);
    expect_limits(pt64_x86_64_limits(0x00a0, all, 0x3934), pt64_x86_64_la48.limits);
    expect_limits(pt64_x86_64_limits(0x00a0, 1U << 20, 0x3034), pt64_x86_64_la48_no1g.limits);
    expected.paddr_bits = 46;
    expect_limits(pt64_x86_64_limits(0x1020, all | 0x2800, 0x392e), expected);
    expected.no_execute = false;
    expect_limits(pt64_x86_64_limits(0x1020, 1U << 26, 0x392e), expected);
}

/* SDM 3A, tables 5-3 and 5-7: CR3 has bits 31:12 of the page directory, or 31:5 of the PDPTEs. */
TEST_ONCE(cr3_of_32_bits_holds_the_root)
{
    assert_true(pt64_i386_cr3(0x12345000) == 0x12345000);
    assert_true(pt64_i386_cr3_root(0x12345fff) == 0x12345000);
    assert_true(pt64_i386_pae_cr3_root(0x1234503f) == 0x12345020);
}

static void expect_same_geometry(const struct pt64_meta *a, const struct pt64_meta *b)
{
    assert_int_equal(a->limits.levels, b->limits.levels);
    assert_int_equal(a->page_shift, b->page_shift);
    assert_int_equal(a->index_bits, b->index_bits);
    assert_int_equal(a->limits.leaf_levels, b->limits.leaf_levels);
    assert_int_equal(a->limits.vaddr_bits, b->limits.vaddr_bits);
    assert_int_equal(a->limits.paddr_bits, b->limits.paddr_bits);
    assert_int_equal(a->space, b->space);
}

/* "Svvptc": the walker sees a page that became valid after a while, without a fence. */
TEST_ONCE(svvptc_spares_the_fence_of_a_new_page_and_no_other)
{
    static const struct pt64_meta *const pairs[][2] = {
        {&pt64_riscv_sv39, &pt64_riscv_sv39_svvptc},
        {&pt64_riscv_sv48, &pt64_riscv_sv48_svvptc},
        {&pt64_riscv_sv57, &pt64_riscv_sv57_svvptc},
        {&pt64_riscv_sv39x4, &pt64_riscv_sv39x4_svvptc},
        {&pt64_riscv_sv48x4, &pt64_riscv_sv48x4_svvptc},
        {&pt64_riscv_sv57x4, &pt64_riscv_sv57x4_svvptc},
    };

    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct pt64_needs plain = pairs[i][0]->needs;

        expect_same_geometry(pairs[i][0], pairs[i][1]);
        assert_int_equal(plain.created, PT64_NEED_LEAF);
        assert_int_equal(plain.linked, PT64_NEED_ALL);
        plain.created = PT64_NEED_NOTHING;
        plain.linked = PT64_NEED_NOTHING;
        assert_memory_equal(&plain, &pairs[i][1]->needs, sizeof plain);
    }
}

/* Vol. 1, 7.5.8 to 7.5.10. */
TEST_ONCE(pwcl_and_pwch_describe_the_walk)
{
    assert_true(pt64_loongarch64_pgd(ROOT) == ROOT);
    assert_true(pt64_loongarch64_pgd_root(ROOT | 0xfff) == ROOT);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_4k48), 0x13e4d52c);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_4k48), 0x267);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_16k47), 0x5e56e);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_16k47), 0x2e4);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_4k39), 0x4d52c);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_4k39), 0x25e);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_16k36), 0x16e);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_16k36), 0x2d9);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_64k42), 0x1b0);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_64k42), 0x35d);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_64k48), 0x6f5b0);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_64k48), 0x1aa);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_64k55), 0x6f5b0);
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_64k55), 0x36a);
    assert_int_equal(PT64_LOONGARCH64_PWCL_4K48, 0x13e4d52c);
    assert_int_equal(PT64_LOONGARCH64_PWCH_4K48, 0x267);
    assert_int_equal(PT64_LOONGARCH64_PWCL_16K47, 0x5e56e);
    assert_int_equal(PT64_LOONGARCH64_PWCH_16K47, 0x2e4);
    assert_int_equal(pt64_loongarch64_ps(&pt64_loongarch64_4k48), 12);
    assert_int_equal(pt64_loongarch64_ps(&pt64_loongarch64_16k47), 14);
    assert_int_equal(pt64_loongarch64_ps(&pt64_loongarch64_64k42), 16);
}

static struct pt64_limits by_valen(const struct pt64_meta *meta, unsigned valen)
{
    return pt64_loongarch64_limits(meta, (valen - 1) << 12 | 47U << 4);
}

static void expect_width(const struct pt64_meta *meta, unsigned valen, unsigned levels,
                         unsigned vaddr_bits)
{
    struct pt64_limits limits = by_valen(meta, valen);

    assert_int_equal(limits.levels, levels);
    assert_int_equal(limits.vaddr_bits, vaddr_bits);
    assert_int_equal(limits.paddr_bits, 48);
}

/* Vol. 1, 2.2.10.5: CPUCFG word 1 has PALEN - 1 in 11:4 and VALEN - 1 in 19:12. 5.2: each half has
 * VALEN - 1 bits. */
TEST_ONCE(limits_of_loongarch64_follow_valen_and_palen)
{
    struct pt64_limits limits;

    expect_width(&pt64_loongarch64_4k_any, 40, 3, 39);
    expect_width(&pt64_loongarch64_4k_any, 48, 4, 47);
    expect_width(&pt64_loongarch64_4k_any, 57, 4, 48);
    expect_width(&pt64_loongarch64_16k_any, 37, 2, 36);
    expect_width(&pt64_loongarch64_16k_any_upper, 40, 3, 39);
    expect_width(&pt64_loongarch64_16k_any, 48, 3, 47);
    expect_width(&pt64_loongarch64_16k_any, 64, 3, 47);
    expect_width(&pt64_loongarch64_64k_any, 43, 2, 42);
    expect_width(&pt64_loongarch64_64k_any_upper, 48, 3, 47);
    expect_width(&pt64_loongarch64_64k_any, 64, 3, 55);
    /* Other bits of the word say other things; an entry holds 48 bits. */
    limits = pt64_loongarch64_limits(&pt64_loongarch64_4k_any, 0xfff0000f | 47U << 12 | 39U << 4);
    assert_int_equal(limits.paddr_bits, 40);
    assert_int_equal(limits.vaddr_bits, 47);
    limits = pt64_loongarch64_limits(&pt64_loongarch64_4k_any, 47U << 12 | 51U << 4);
    assert_int_equal(limits.paddr_bits, 48);
    /* VALEN 48 with 64K pages: a root of 32 entries at bit 42. */
    limits = by_valen(&pt64_loongarch64_64k_any, 48);
    assert_int_equal(pt64_loongarch64_pwcl_of(&pt64_loongarch64_64k_any, &limits), 0x6f5b0);
    assert_int_equal(pt64_loongarch64_pwch_of(&pt64_loongarch64_64k_any, &limits), 5 << 6 | 42);
}

/* The geometries are alike but for the half, and for what is named. */
static void expect_kin(const struct pt64_meta *meta, const struct pt64_meta *of,
                       enum pt64_space space, unsigned levels, unsigned vaddr_bits,
                       unsigned leaf_levels)
{
    assert_int_equal(meta->architecture, of->architecture);
    assert_int_equal(meta->entry_bytes, of->entry_bytes);
    assert_int_equal(meta->page_shift, of->page_shift);
    assert_int_equal(meta->index_bits, of->index_bits);
    assert_int_equal(meta->space, space);
    assert_int_equal(meta->limits.levels, levels);
    assert_int_equal(meta->limits.vaddr_bits, vaddr_bits);
    assert_int_equal(meta->limits.leaf_levels, leaf_levels);
    assert_int_equal(meta->limits.paddr_bits, of->limits.paddr_bits);
    assert_int_equal(meta->limits.no_execute, of->limits.no_execute);
    assert_int_equal(meta->limits.split, of->limits.split);
    assert_int_equal(meta->limits.grow, of->limits.grow);
    assert_int_equal(meta->limits.flush_limit, of->limits.flush_limit);
    assert_int_equal(meta->needs_sink, of->needs_sink);
    assert_int_equal(meta->root_bytes, of->root_bytes);
    assert_memory_equal(&meta->needs, &of->needs, sizeof meta->needs);
    assert_true(meta->fix_fault == of->fix_fault);
}

/* Those of which formats.h has only a kin. */
TEST_ONCE(geometries_of_loongarch64_are_alike_but_for_their_numbers)
{
    const struct pt64_meta *of = &pt64_loongarch64_64k42;

    expect_kin(&pt64_loongarch64_64k42_upper, of, PT64_SPACE_UPPER, 2, 42, 2);
    expect_kin(&pt64_loongarch64_64k48, of, PT64_SPACE_LOWER, 3, 48, 2);
    expect_kin(&pt64_loongarch64_64k55, of, PT64_SPACE_LOWER, 3, 55, 2);
    expect_kin(&pt64_loongarch64_64k55_upper, of, PT64_SPACE_UPPER, 3, 55, 2);
    assert_true(pt64_loongarch64_64k42_upper.flush == of->flush);
    assert_true(pt64_loongarch64_64k48.flush == of->flush);
    assert_true(pt64_loongarch64_64k55.flush == of->flush);
    assert_true(pt64_loongarch64_64k55_upper.flush == of->flush);
    of = &pt64_loongarch64_4k39;
    expect_kin(&pt64_loongarch64_4k39_upper, of, PT64_SPACE_UPPER, 3, 39, 2);
    assert_true(pt64_loongarch64_4k39_upper.flush == of->flush);
    of = &pt64_loongarch64_16k47_64g;
    expect_kin(&pt64_loongarch64_16k36, of, PT64_SPACE_LOWER, 2, 36, 2);
    expect_kin(&pt64_loongarch64_16k47_upper_64g, of, PT64_SPACE_UPPER, 3, 47, 3);
    assert_true(pt64_loongarch64_16k36.flush == of->flush);
    assert_true(pt64_loongarch64_16k47_upper_64g.flush == of->flush);
}

/* What a flush of a guest's table invalidates by follows from the page size. */
TEST_ONCE(guests_have_the_geometries_of_hosts)
{
    assert_int_equal(pt64_loongarch64_lvz_4k48.page_shift, 12);
    assert_int_equal(pt64_loongarch64_lvz_16k47.page_shift, 14);
    assert_int_equal(pt64_loongarch64_lvz_64k55.page_shift, 16);
    assert_true(pt64_loongarch64_lvz_4k48.flush == pt64_loongarch64_lvz_flush_4k);
    assert_true(pt64_loongarch64_lvz_16k47.flush == pt64_loongarch64_lvz_flush_16k);
    assert_true(pt64_loongarch64_lvz_64k55.flush == pt64_loongarch64_lvz_flush_64k);
    assert_int_equal(pt64_loongarch64_pwcl(&pt64_loongarch64_lvz_16k47),
                     pt64_loongarch64_pwcl(&pt64_loongarch64_16k47));
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_lvz_16k47),
                     pt64_loongarch64_pwch(&pt64_loongarch64_16k47));
    assert_int_equal(pt64_loongarch64_pwch(&pt64_loongarch64_lvz_64k55),
                     pt64_loongarch64_pwch(&pt64_loongarch64_64k55));
    assert_int_equal(pt64_loongarch64_lvz_64k55.space, PT64_SPACE_LOWER);
}

/* 7.5.5: PGDL holds bits 63:12. */
TEST_ONCE(a_loongarch64_root_has_4_kib_at_least)
{
    const struct pt64_limits limits = by_valen(&pt64_loongarch64_64k_any, 48);
    const struct pt64_meta *meta = &pt64_loongarch64_64k48;

    assert_int_equal(pt64_node_bytes(&pt64_loongarch64_64k_any, &limits, 2), 4096);
    assert_int_equal(pt64_node_bytes(&pt64_loongarch64_64k_any, &limits, 1), 65536);
    assert_int_equal(pt64_node_bytes(meta, &meta->limits, 2), 4096);
    assert_int_equal(pt64_node_entries(meta, &meta->limits, 2), 64);
}

/* Requests of every shape, for every ASID or for one. Each returns; none ends the program. */
static void flush_all_shapes(const struct pt64_meta *meta, pt64_vaddr_t vaddr, uint64_t id,
                             bool by_range)
{
    uint64_t page = pt64_page_size(meta);
    uint64_t huge = pt64_slot_size(meta, 1);
    unsigned levels = meta->limits.leaf_levels;
    uint64_t largest = pt64_slot_size(meta, levels > 0 ? levels - 1 : 0);
    struct pt64_flush request = {.root = ROOT, .id = id, .by_range = by_range};

    meta->flush(&request);
    request.count = 4;
    request.ranges[0] = (struct pt64_flush_range){vaddr, page, page, true, true};
    request.ranges[1] = (struct pt64_flush_range){vaddr + 3 * page, 77 * page, page, true, false};
    request.ranges[2] = (struct pt64_flush_range){vaddr + huge, 2 * huge, huge, false, false};
    request.ranges[3] = (struct pt64_flush_range){vaddr + 5 * huge, 21 * page, page, true, true};
    meta->flush(&request);
    request.count = 1;
    request.ranges[0] = (struct pt64_flush_range){0, 2 * largest, largest, true, true};
    meta->flush(&request);
    request.count = 4;
    request.global = true;
    meta->flush(&request);
    request.count = 2;
    meta->flush(&request);
    request.everything = true; /* everything, and it only began */
    meta->flush(&request);
    request.count = 0;
    meta->flush(&request);
    request.global = false;
    meta->flush(&request);
    meta->fix_fault(id, vaddr);
}

static void flush_all_ways(const struct pt64_meta *meta, pt64_vaddr_t vaddr)
{
    static const uint64_t ids[] = {PT64_NO_ID, 0, 7};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        flush_all_shapes(meta, vaddr, ids[i], false);
        flush_all_shapes(meta, vaddr, ids[i], true);
    }
}

static bool has_instructions(const struct test *t)
{
    return t->s->meta->flush != NULL;
}

TEST_IF(has_instructions, "needs instructions of a CPU that reach the walker",
        a_flush_away_from_its_machine_executes_nothing)
{
    flush_all_ways(t->s->meta, some_vaddr(t));
}

/* Of which formats.h has only a kin. */
TEST_ONCE(a_flush_of_any_guest_executes_nothing_here)
{
    static const struct pt64_meta by_range_16k = PT64_AARCH64_STAGE2_TLBIRANGE(14, 40, 1);
    static const struct pt64_meta by_range_64k = PT64_AARCH64_STAGE2_TLBIRANGE(16, 40, 2);

    flush_all_ways(&by_range_16k, 0);
    flush_all_ways(&by_range_64k, 0);
    flush_all_ways(&pt64_aarch64_stage2_any, 0);
    flush_all_ways(&pt64_loongarch64_lvz_16k47, 0);
    flush_all_ways(&pt64_loongarch64_lvz_64k55, 0);
}

/* As the header says: all ASIDs share the upper half, and global translations have none. */
TEST_ONCE(a_loongarch_flush_by_address_is_one_that_leaves_nothing)
{
    struct pt64_flush request = {.root = 0x10000, .id = PT64_NO_ID, .count = 1};

    request.ranges[0] = (struct pt64_flush_range){0x4000, 0x8000, 0x4000, true, false};
    assert_int_equal(pt64_loongarch64_way_of(&request, 0), PT64_LOONGARCH64_BY_PAIR);
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_PAIR);
    request.ranges[0].vaddr = ~UINT64_C(0) << 46;
    assert_int_equal(pt64_loongarch64_way_of(&request, 0), PT64_LOONGARCH64_BY_PAIR);
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_ALL);
    request.id = 7;
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_OWN_PAIR);
    request.global = true;
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_ALL);
    request.global = false;
    request.everything = true;
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_ASID);
    request.id = PT64_NO_ID;
    assert_int_equal(pt64_loongarch64_way_of(&request, 0), PT64_LOONGARCH64_BY_ALL);
    /* Another ASID may hold translations below a slot that several tables share. */
    request.everything = false;
    request.global = true;
    request.ranges[0].vaddr = 0x4000;
    assert_int_equal(pt64_loongarch64_way_of(&request, 7), PT64_LOONGARCH64_BY_ALL);
    assert_int_equal(pt64_loongarch64_way_of(&request, 0), PT64_LOONGARCH64_BY_PAIR);
}

/* A GID is not known without an id, nor where tables of several guests share a part. */
TEST_ONCE(a_flush_for_a_guest_is_by_its_gid)
{
    struct pt64_flush request = {.root = 0x10000, .id = PT64_NO_ID, .count = 1};

    assert_int_equal(pt64_loongarch64_lvz_way_of(&request), PT64_LOONGARCH64_BY_GUESTS);
    request.id = 3;
    assert_int_equal(pt64_loongarch64_lvz_way_of(&request), PT64_LOONGARCH64_BY_GPA);
    request.everything = true;
    assert_int_equal(pt64_loongarch64_lvz_way_of(&request), PT64_LOONGARCH64_BY_GUEST);
    request.global = true;
    assert_int_equal(pt64_loongarch64_lvz_way_of(&request), PT64_LOONGARCH64_BY_GUESTS);
}

/* One invalidation for each pair of pages that the range touches. Here it is only checked that the
 * loop ends. */
TEST_ONCE(a_loongarch_range_ends_at_the_top_of_the_space)
{
    const struct pt64_flush_range range = {0 - UINT64_C(0x3000), 0x3000, 0x1000, true, false};

    pt64_loongarch64_invalidate_range(&range, PT64_LOONGARCH64_BY_PAIR, 0, 12);
    pt64_loongarch64_invalidate_range(&range, PT64_LOONGARCH64_BY_OWN_PAIR, 7, 12);
}

/* SDM 2A, "INVPCID". As the header says, a PCID is below 4096. */
TEST_ONCE(an_x86_64_id_is_a_pcid_and_whether_there_is_invpcid)
{
    assert_true(pt64_x86_64_id(0, false) == 0);
    assert_true(pt64_x86_64_id(0xfff, false) == 0xfff);
    assert_true(pt64_x86_64_id(0xfff, true) == 0x1fff);
    assert_true(pt64_x86_64_id(0, true) == 0x1000);
}

/* Also runs the flush. On another machine that executes nothing. */
static void expect_x86_way(const struct pt64_flush *request, bool has_pcids, uint64_t current,
                           enum pt64_x86_64_way way)
{
    struct pt64_x86_64_pcids pcids = {has_pcids, current};

    assert_int_equal(pt64_x86_64_way_of(request, pcids), way);
    pt64_x86_64_run(request, way);
}

/* SDM 3A, 5.10.4.1: INVLPG is for the current PCID. INVPCID is for any PCID but spares global
 * pages. A change of CR4.PGE spares nothing. */
TEST_ONCE(an_x86_64_flush_is_one_that_leaves_nothing)
{
    struct pt64_flush request = {.root = 0x1000, .id = PT64_NO_ID};

    expect_x86_way(&request, false, 0, PT64_X86_64_BY_NOTHING);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_NOTHING);
    request.count = 1;
    request.ranges[0] = (struct pt64_flush_range){0x4000, 0x3000, 0x1000, true, false};
    expect_x86_way(&request, false, 0, PT64_X86_64_BY_INVLPG);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_ALL); /* no one has said which PCID it is */
    request.id = pt64_x86_64_id(7, false);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_INVLPG);
    expect_x86_way(&request, true, 8, PT64_X86_64_BY_ALL);
    request.id = pt64_x86_64_id(7, true);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_INVPCID);
    expect_x86_way(&request, true, 8, PT64_X86_64_BY_INVPCID);
    expect_x86_way(&request, false, 0, PT64_X86_64_BY_INVLPG);
    request.global = true;
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_ALL);
    request.id = pt64_x86_64_id(7, false);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_ALL);
    expect_x86_way(&request, false, 0, PT64_X86_64_BY_INVLPG);
    request.global = false;
    request.count = 0;
    request.everything = true;
    expect_x86_way(&request, false, 0, PT64_X86_64_BY_ALL);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_ALL);
    request.id = pt64_x86_64_id(7, true);
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_CONTEXT);
    request.id = PT64_NO_ID;
    expect_x86_way(&request, true, 7, PT64_X86_64_BY_ALL);
}
