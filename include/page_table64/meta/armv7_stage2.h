/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of ARMv7-A stage 2 (Virtualization Extensions), for a hypervisor in Hyp mode,
 * and the register values that switch a table on. The addresses of a table are a guest's physical
 * addresses (IPA). Entries are those of pte/armv7_stage2.h.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.6
 * "Long-descriptor translation table format", B3.9 "Translation Lookaside Buffers (TLBs)", B3.10
 * "TLB maintenance requirements"; the registers in B4.1.
 *
 * The id of a table is its VMID, of 8 bits. The invalidations are broadcast in the Inner Shareable
 * domain, so that several CPUs need nothing else.
 *
 * No instruction of ARMv7 invalidates by IPA: TLBIIPAS2IS came with ARMv8. An operation by virtual
 * address reaches what its address was translated by, which the hypervisor does not know. So every
 * flush drops all that the TLBs hold for a VMID, of stage 2 by itself and combined with the guest's
 * stage 1 (TLBIALLIS in Hyp mode, B3.10.5).
 *
 * TLBIALLIS acts on the VMID in VTTBR. If that is another one, the flush loads VTTBR with the
 * table's root and VMID, and puts the old value back. Meanwhile:
 *
 * - VTCR is PT64_ARMV7_VTCR_4K40.
 * - No interrupt handler enters a guest.
 *
 * A table without an id, and a request that is `global`, take TLBIALLNSNHIS, which drops everything
 * of every VMID: name_set_id makes flushes small.
 *
 * The entry into a guest is the context synchronization that its instruction fetches need. A vCPU
 * that moves to another CPU may find combined entries of another vCPU of the same VM there: the
 * hypervisor executes TLBIALL then, as Linux does. It executes TLBIALLIS for a VMID before it gives
 * the VMID to another table. It sets HCR.VM after VTCR, VTTBR and an ISB.
 */
#ifndef PAGE_TABLE64_META_ARMV7_STAGE2_H
#define PAGE_TABLE64_META_ARMV7_STAGE2_H

#include "../pte/armv7_stage2.h"
#include "../regs/armv7_stage2.h"
#include "armv7.h"

PT64_TRAITS_BEGIN

/* ---- register values ---- */

/** VTTBR for a table at `root`, which is aligned to the 8 KiB of the whole concatenated root. */
PT64_MEMBER uint64_t pt64_armv7_vttbr(pt64_paddr_t root, unsigned vmid)
{
    return root | (uint64_t)vmid << PT64_ARMV7_VTTBR_VMID_SHIFT;
}

/** The root in a value of VTTBR, whatever its VMID. */
PT64_MEMBER pt64_paddr_t pt64_armv7_vttbr_root(uint64_t vttbr)
{
    return vttbr & PT64_ARMV7_VTTBR_BADDR;
}

/**
 * The address at which a guest's access faulted, by HPFAR, and HDFAR or HIFAR. HPFAR is not valid
 * after a permission fault, unless the access was the guest's own walk (HSR.ISS.S1PTW): the
 * hypervisor then translates HDFAR or HIFAR by ATS1CPR (B3.13.5).
 */
PT64_MEMBER pt64_vaddr_t pt64_armv7_stage2_fault(uint32_t hpfar, uint32_t far)
{
    return (pt64_vaddr_t)(hpfar & PT64_ARMV7_HPFAR_FIPA) << 8 | (far & 0xfff);
}

/** @cond engine */

/* ---- the TLB ---- */

PT64_MEMBER uint64_t pt64_armv7_stage2_read_vttbr(void)
{
    uint64_t vttbr = 0;

    PT64_ARMV7_EXECUTE("mrrc p15, 6, %Q0, %R0, c2" : "=r"(vttbr));
    return vttbr;
}

PT64_MEMBER void pt64_armv7_stage2_write_vttbr(uint64_t vttbr)
{
    PT64_ARMV7_EXECUTE("mcrr p15, 6, %Q0, %R0, c2" : : "r"(vttbr) : "memory");
}

/** TLBIALLNSNHIS: all of both stages of every VMID. */
PT64_MEMBER void pt64_armv7_stage2_invalidate_every(void)
{
    PT64_ARMV7_EXECUTE("mcr p15, 4, %0, c8, c3, 4" : : "r"(0) : "memory");
}

/**
 * The first barrier completes the stores, and walks of the guest that was current. VTTBR is
 * synchronized before the invalidation, and put back when that is complete.
 */
PT64_MEMBER void pt64_armv7_stage2_invalidate_vm(const struct pt64_flush *request)
{
    uint64_t before = pt64_armv7_stage2_read_vttbr();
    uint64_t vttbr = pt64_armv7_vttbr(request->root, (unsigned)request->id & 0xff);
    bool is_other = (before ^ vttbr) >> PT64_ARMV7_VTTBR_VMID_SHIFT != 0;

    pt64_armv7_complete();
    if (is_other) {
        pt64_armv7_stage2_write_vttbr(vttbr);
        pt64_armv7_synchronize();
    }
    pt64_armv7_invalidate_all();
    pt64_armv7_complete();
    if (is_other)
        pt64_armv7_stage2_write_vttbr(before);
    pt64_armv7_synchronize();
}

/** For execution in Hyp mode. */
PT64_MEMBER void pt64_armv7_stage2_flush(const struct pt64_flush *request)
{
    if (!request->everything && request->count == 0) {
        pt64_armv7_publish();
        pt64_armv7_synchronize();
    } else if (pt64_armv7_is_of_all(request)) {
        pt64_armv7_publish();
        pt64_armv7_stage2_invalidate_every();
        pt64_armv7_complete();
        pt64_armv7_synchronize();
    } else {
        pt64_armv7_stage2_invalidate_vm(request);
    }
}

/** @endcond */

/* ---- geometries ---- */

/**
 * VTCR.T0SZ -8, SL0 1: a root of 1024 entries, two concatenated tables of 8 KiB together, other
 * nodes of 4 KiB; IPAs and physical addresses of 40 bits; pages of 4K, 2M and 1G. What takes
 * break-before-make is the same as at stage 1, and so are the stores: see pt64_armv7_lpae.
 */
PT64_TRAIT struct pt64_meta pt64_armv7_stage2_4k40 =
    PT64_ARMV7_META(PT64_ARMV7_STAGE2_ARCHITECTURE, 8, 9, 3, 40, 40, pt64_armv7_stage2_flush);

PT64_TRAITS_END

#endif
