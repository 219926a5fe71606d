/* SPDX-License-Identifier: MIT */
/* ARMv7 stage 2: register values, what a flush executes, and what its entries say to hardware. */
#include "executed.h"

#include "test.h"

#include <page_table64/meta/armv7_stage2.h>

/* ---- registers ---- */

/* B4.1, VTCR: T0SZ 3:0 and its sign S 4 (-8), SL0 7:6 (1: the first level), IRGN0 9:8 and ORGN0
 * 11:10 (1: write-back), SH0 13:12 (3: inner), 31 RES1. */
TEST_ONCE(bits_of_armv7_stage_2_are_those_of_the_manual)
{
    assert_int_equal(PT64_ARMV7_HCR_VM, 1);
    assert_int_equal(PT64_ARMV7_VTCR_4K40, 0x80003558);
}

/* VMID 55:48, BADDR 39:x, where x is 5 - T0SZ. */
TEST_ONCE(vttbr_of_armv7_holds_vmid_and_root)
{
    assert_true(pt64_armv7_vttbr(0x1280002000, 0) == 0x1280002000);
    assert_true(pt64_armv7_vttbr(0x1280002000, 0x5a) == UINT64_C(0x005a001280002000));
    assert_true(pt64_armv7_vttbr_root(UINT64_C(0x005a001280002000)) == 0x1280002000);
    assert_true(pt64_armv7_vttbr_root(UINT64_MAX) == UINT64_C(0xffffffe000));
}

/* HPFAR: FIPA[39:12] in 31:4. */
TEST_ONCE(the_address_of_a_fault_on_armv7_is_in_two_registers)
{
    assert_true(pt64_armv7_stage2_fault(0xfedcba9f, 0xfffff234) == UINT64_C(0xfedcba9234));
}

/* ---- what a flush executes ---- */

#define PUBLISH  "dsb ishst;"
#define COMPLETE "dsb ish;"
#define ISB      "isb;"
#define READ     "mrrc p15, 6, %Q0, %R0, c2;"
#define WRITE    "mcrr p15, 6, %Q0, %R0, c2;"
#define VMID     "mcr p15, 0, %0, c8, c3, 0;"
#define EVERY    "mcr p15, 4, %0, c8, c3, 4;"

/* TLBIALLIS, by the VMID in VTTBR, which reads as 0 here, so that VMID 0 is loaded already. A VMID
 * has 8 bits. */
TEST_ONCE(whatever_ends_in_an_armv7_guest_all_of_its_vmid_goes)
{
    struct pt64_flush one = request_of(0, 1);
    struct pt64_flush other = request_of(7, 3);
    struct pt64_flush wide = request_of(0x100, 1);

    expect_executed(&pt64_armv7_stage2_4k40, &one, READ COMPLETE VMID COMPLETE ISB);
    expect_executed(&pt64_armv7_stage2_4k40, &wide, READ COMPLETE VMID COMPLETE ISB);
    expect_executed(&pt64_armv7_stage2_4k40, &other,
                    READ COMPLETE WRITE ISB VMID COMPLETE WRITE ISB);
    other.ranges[1].tables = true;
    expect_executed(&pt64_armv7_stage2_4k40, &other,
                    READ COMPLETE WRITE ISB VMID COMPLETE WRITE ISB);
    other.everything = true;
    expect_executed(&pt64_armv7_stage2_4k40, &other,
                    READ COMPLETE WRITE ISB VMID COMPLETE WRITE ISB);
    other.count = 0;
    expect_executed(&pt64_armv7_stage2_4k40, &other,
                    READ COMPLETE WRITE ISB VMID COMPLETE WRITE ISB);
}

/* TLBIALLNSNHIS */
TEST_ONCE(without_an_id_every_armv7_guest_is_meant)
{
    struct pt64_flush request = request_of(PT64_NO_ID, 1);

    expect_executed(&pt64_armv7_stage2_4k40, &request, PUBLISH EVERY COMPLETE ISB);
    request = request_of(7, 1);
    request.global = true;
    expect_executed(&pt64_armv7_stage2_4k40, &request, PUBLISH EVERY COMPLETE ISB);
}

TEST_ONCE(what_only_appeared_in_an_armv7_guest_takes_barriers)
{
    struct pt64_flush request = request_of(7, 0);

    expect_executed(&pt64_armv7_stage2_4k40, &request, PUBLISH ISB);
}

/* ---- entries ---- */

static bool is_armv7_stage2(const struct test *t)
{
    return is_armv7(t) && t->oracle.format.stage2;
}

/* B3.7.2: XN is bit 54, HAP[1] bit 6. */
TEST_IF(is_armv7_stage2, "needs ARMv7's stage 2", an_armv7_guest_executes_only_what_it_reads)
{
    const struct pt64_pte *pte = t->s->pte;
    uint64_t page = leaf_entry(t->s, some_paddr(t), RX | PT64_WRITE, 0);

    assert_int_equal(pte->decode(page, 0), RX | PT64_WRITE);
    assert_int_equal(pte->decode(page | UINT64_C(1) << 54, 0), R | PT64_WRITE);
    assert_int_equal(pte->decode(page & ~UINT64_C(0x40), 0), PT64_WRITE);
    assert_false(pte->can_encode(&t->s->meta->limits, PT64_EXECUTE, 0));
    assert_false(pte->can_encode(&t->s->meta->limits, PT64_WRITE | PT64_EXECUTE, 0));
    assert_true(pte->can_encode(&t->s->meta->limits, PT64_WRITE, 0));
}
