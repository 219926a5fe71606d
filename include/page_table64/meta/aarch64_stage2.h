/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of AArch64 stage 2, for a hypervisor at EL2, and the register values that switch
 * a table on. The addresses of a table are a guest's physical addresses (IPA). Entries are those of
 * pte/aarch64_stage2.h.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.2 "Translation process", with the tables of initial lookup levels and of concatenated tables
 * at stage 2; D8.16 "Translation Lookaside Buffers"; D8.17 "TLB maintenance"; the registers in
 * D24.2 "General system control registers".
 *
 * The id of a table is its VMID. The invalidations are broadcast in the Inner Shareable domain, so
 * that several CPUs need nothing else.
 *
 * A TLB may hold stage 2 by itself, by IPA, and combined with the guest's stage 1, by virtual
 * address. An invalidation by IPA reaches the first kind only (D8.17.5, TLBI IPAS2E1). The second
 * kind can be made anew from the first. So a flush drops the first kind, waits, and then drops all
 * combined entries of the VMID (TLBI VMALLE1IS), once for all ranges of a request.
 *
 * The instructions act on the VMID in VTTBR_EL2. If that is another one, the flush loads VTTBR_EL2
 * with the table's root and VMID, and puts the old value back. Meanwhile:
 *
 * - VTCR_EL2 has the value for this table. Where guests differ in it, the handler's flush loads it,
 *   calls name_flush_local, and puts it back.
 * - HCR_EL2.{E2H, TGE} is not {1, 1}: VMALLE1IS would act on the host. A host with FEAT_VHE clears
 *   TGE in the same way, and masks interrupts.
 * - No interrupt handler enters a guest.
 *
 * A table without an id, and a request that is `global`, take TLBI ALLE1IS, which drops everything
 * of every VMID: name_set_id makes flushes small.
 *
 * The entry into a guest is the context synchronization event that its instruction fetches need. A
 * vCPU that moves to another CPU may find combined entries of another vCPU of the same VM there:
 * the hypervisor executes TLBI VMALLE1 then, as Linux does. It invalidates a VMID (TLBI
 * VMALLS12E1IS) before it gives the VMID to another table. It sets HCR_EL2.VM after VTCR_EL2,
 * VTTBR_EL2 and an ISB.
 */
#ifndef PAGE_TABLE64_META_AARCH64_STAGE2_H
#define PAGE_TABLE64_META_AARCH64_STAGE2_H

#include "../pte/aarch64_stage2.h"
#include "../regs/aarch64_stage2.h"
#include "aarch64.h"

PT64_TRAITS_BEGIN

/* ---- register values ---- */

/** @cond engine */

/**
 * VTCR_EL2.SL0 and SL2 (D24.2): with the 4 KiB granule SL0 0 is lookup level 2, 1 is 1, 2 is 0, and
 * with SL2 set 0 is -1. With the others SL0 0 is lookup level 3, 1 is 2, 2 is 1, 3 is 0.
 */
PT64_MEMBER uint64_t pt64_aarch64_stage2_start(const struct pt64_meta *meta, unsigned levels)
{
    uint64_t sl0 = meta->page_shift == 12 ? levels - 2 : levels - 1;

    return levels == 5 ? PT64_AARCH64_VTCR_SL2 : sl0 << PT64_AARCH64_VTCR_SL0_SHIFT;
}

/** @endcond */

/**
 * VTCR_EL2 for tables of this geometry. The limits are those of pt64_aarch64_stage2_limits, or
 * those of the geometry with the paddr_bits of the CPU: PS should not be more than the CPU has.
 * `options` are PT64_AARCH64_VTCR_VS and its like.
 */
PT64_MEMBER uint64_t pt64_aarch64_vtcr(const struct pt64_meta *meta,
                                       const struct pt64_limits *limits, uint64_t options)
{
    return PT64_AARCH64_VTCR(limits->vaddr_bits) |
           pt64_aarch64_tg0(meta->page_shift) << PT64_AARCH64_VTCR_TG0_SHIFT |
           pt64_aarch64_stage2_start(meta, limits->levels) |
           (meta->architecture == PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE ? PT64_AARCH64_VTCR_DS
                                                                        : 0) |
           pt64_aarch64_tcr_ips(limits) << PT64_AARCH64_VTCR_PS_SHIFT | options;
}

/**
 * VTTBR_EL2 for a table at `root`, which is aligned to the size of the whole concatenated root.
 * Bits 51:48 of the root are where TTBR0_EL1 has them: see pt64_aarch64_ttbr.
 */
PT64_MEMBER uint64_t pt64_aarch64_vttbr(pt64_paddr_t root, unsigned vmid)
{
    return pt64_aarch64_ttbr(root, vmid);
}

/**
 * The root in a value of VTTBR_EL2, whatever its VMID and CnP. PS is at most 5, and DS is clear;
 * otherwise it is pt64_aarch64_ttbr_root_of_52_bits.
 */
PT64_MEMBER pt64_paddr_t pt64_aarch64_vttbr_root(uint64_t vttbr)
{
    return vttbr & PT64_AARCH64_VTTBR_BADDR;
}

/**
 * The address at which a guest's access faulted, by HPFAR_EL2 and FAR_EL2. HPFAR_EL2 is not valid
 * after a permission fault, unless the access was the guest's own walk (ESR_EL2.ISS.S1PTW): the
 * hypervisor then translates FAR_EL2 by AT S1E1R (D24.2 "HPFAR_EL2").
 */
PT64_MEMBER pt64_vaddr_t pt64_aarch64_stage2_fault(uint64_t hpfar, uint64_t far)
{
    return (hpfar & PT64_AARCH64_HPFAR_FIPA) << 8 | (far & 0xfff);
}

/** @cond engine */

/* ---- the TLB ---- */

PT64_MEMBER uint64_t pt64_aarch64_stage2_read_vttbr(void)
{
    uint64_t vttbr = 0;

    PT64_AARCH64_EXECUTE("mrs %0, vttbr_el2" : "=r"(vttbr));
    return vttbr;
}

PT64_MEMBER void pt64_aarch64_stage2_write_vttbr(uint64_t vttbr)
{
    PT64_AARCH64_EXECUTE("msr vttbr_el2, %0" : : "r"(vttbr) : "memory");
}

/**
 * TLBI IPAS2E1IS, and IPAS2LE1IS, which spares cached steps of the walk. Neither reaches combined
 * entries.
 */
PT64_MEMBER void pt64_aarch64_stage2_invalidate(uint64_t operand, bool tables)
{
    if (tables)
        PT64_AARCH64_EXECUTE("tlbi ipas2e1is, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("tlbi ipas2le1is, %0" : : "r"(operand) : "memory");
}

/** TLBI RIPAS2E1IS and RIPAS2LE1IS, for assemblers that do not know them. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_range(uint64_t operand, bool tables)
{
    if (tables)
        PT64_AARCH64_EXECUTE("sys #4, c8, c0, #2, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("sys #4, c8, c0, #6, %0" : : "r"(operand) : "memory");
}

/** Invalidates all combined entries, and those of stage 1, of the current VMID. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_combined(void)
{
    PT64_AARCH64_EXECUTE("tlbi vmalle1is" : : : "memory");
}

/** Invalidates all of both stages of the current VMID. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_vmid(void)
{
    PT64_AARCH64_EXECUTE("tlbi vmalls12e1is" : : : "memory");
}

/** Invalidates all of both stages of every VMID. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_every(void)
{
    PT64_AARCH64_EXECUTE("tlbi alle1is" : : : "memory");
}

/**
 * The operand for one address (D8.17.5.1): IPA[51:12] in bits 39:0 for every granule. TTL, bits
 * 47:44, is 0: any level. Bit 63 is 0: a Non-secure address.
 */
PT64_MEMBER uint64_t pt64_aarch64_stage2_operand(pt64_vaddr_t ipa)
{
    return ipa >> 12 & UINT64_C(0x000000ffffffffff);
}

/**
 * The operand for a range (D8.17.5.2): TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, the address in
 * units of the granule 36:0.
 */
PT64_MEMBER uint64_t pt64_aarch64_stage2_range_operand(pt64_vaddr_t ipa,
                                                       struct pt64_aarch64_tlbi_range step,
                                                       uint64_t level, unsigned page_shift)
{
    return (ipa >> page_shift & UINT64_C(0x0000001fffffffff)) | level << 37 |
           (uint64_t)step.num << 39 | (uint64_t)step.scale << 44 |
           pt64_aarch64_tlbi_tg(page_shift) << 46;
}

/** Invalidates one page, with its level where that is known. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_at_level(const struct pt64_flush_range *range,
                                                         pt64_vaddr_t ipa, unsigned page_shift)
{
    uint64_t level = pt64_aarch64_lookup_level(range, page_shift);

    pt64_aarch64_stage2_invalidate(
        pt64_aarch64_stage2_operand(ipa) | pt64_aarch64_ttl(page_shift, level), range->tables);
}

/** One instruction for each page. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_each(const struct pt64_flush_range *range)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_stage2_invalidate(pt64_aarch64_stage2_operand(range->vaddr + offset),
                                       range->tables);
}

/** A range invalidation covers pages of every size, and counts smallest pages. */
PT64_MEMBER void pt64_aarch64_stage2_invalidate_ranges(const struct pt64_flush_range *range,
                                                       unsigned page_shift)
{
    uint64_t left = range->bytes >> page_shift;
    pt64_vaddr_t ipa = range->vaddr;

    if (range->bytes == range->stride) {
        pt64_aarch64_stage2_invalidate_at_level(range, ipa, page_shift);
        return;
    }
    while (left > 1) {
        struct pt64_aarch64_tlbi_range step = pt64_aarch64_tlbi_range_of(left);

        pt64_aarch64_stage2_invalidate_range(
            pt64_aarch64_stage2_range_operand(
                ipa, step, pt64_aarch64_lookup_level(range, page_shift), page_shift),
            range->tables);
        ipa += step.pages << page_shift;
        left -= step.pages;
    }
    if (left == 1)
        pt64_aarch64_stage2_invalidate_at_level(range, ipa, page_shift);
}

PT64_MEMBER void pt64_aarch64_stage2_invalidate_4k_ranges(const struct pt64_flush_range *range)
{
    pt64_aarch64_stage2_invalidate_ranges(range, 12);
}

PT64_MEMBER void pt64_aarch64_stage2_invalidate_16k_ranges(const struct pt64_flush_range *range)
{
    pt64_aarch64_stage2_invalidate_ranges(range, 14);
}

PT64_MEMBER void pt64_aarch64_stage2_invalidate_64k_ranges(const struct pt64_flush_range *range)
{
    pt64_aarch64_stage2_invalidate_ranges(range, 16);
}

/**
 * Makes the VMID of a request current, and returns what VTTBR_EL2 held. The barrier before it
 * completes the stores, and walks of the guest that was current.
 */
PT64_MEMBER uint64_t pt64_aarch64_stage2_enter(const struct pt64_flush *request)
{
    uint64_t before = pt64_aarch64_stage2_read_vttbr();
    uint64_t vttbr = pt64_aarch64_vttbr(request->root, (unsigned)request->id);

    pt64_aarch64_complete();
    if ((before ^ vttbr) >> PT64_AARCH64_VTTBR_VMID_SHIFT != 0) {
        pt64_aarch64_stage2_write_vttbr(vttbr);
        pt64_aarch64_synchronize();
    }
    return before;
}

/** Puts back what VTTBR_EL2 held. */
PT64_MEMBER void pt64_aarch64_stage2_leave(const struct pt64_flush *request, uint64_t before)
{
    uint64_t vttbr = pt64_aarch64_vttbr(request->root, (unsigned)request->id);

    if ((before ^ vttbr) >> PT64_AARCH64_VTTBR_VMID_SHIFT != 0)
        pt64_aarch64_stage2_write_vttbr(before);
    pt64_aarch64_synchronize();
}

/**
 * The order is that of Linux and of D8.17.5: the stores, then stage 2 by itself, then what combines
 * it with stage 1. While stage 2 entries are left, a walk may combine them anew.
 */
PT64_MEMBER void
pt64_aarch64_stage2_invalidate_vm(const struct pt64_flush *request,
                                  void (*invalidate)(const struct pt64_flush_range *range))
{
    uint64_t before = pt64_aarch64_stage2_enter(request);

    if (request->everything) {
        pt64_aarch64_stage2_invalidate_vmid();
    } else {
        for (unsigned i = 0; i < request->count; i++)
            invalidate(&request->ranges[i]);
        pt64_aarch64_complete();
        pt64_aarch64_stage2_invalidate_combined();
    }
    pt64_aarch64_complete();
    pt64_aarch64_stage2_leave(request, before);
}

PT64_MEMBER void pt64_aarch64_stage2_run(const struct pt64_flush *request,
                                         void (*invalidate)(const struct pt64_flush_range *range))
{
    if (!request->everything && request->count == 0) {
        pt64_aarch64_publish();
        pt64_aarch64_synchronize();
    } else if (request->id == PT64_NO_ID || request->global) {
        pt64_aarch64_publish();
        pt64_aarch64_stage2_invalidate_every();
        pt64_aarch64_complete();
        pt64_aarch64_synchronize();
    } else {
        pt64_aarch64_stage2_invalidate_vm(request, invalidate);
    }
}

/** For execution at EL2, with any granule. */
PT64_MEMBER void pt64_aarch64_stage2_flush(const struct pt64_flush *request)
{
    pt64_aarch64_stage2_run(request, pt64_aarch64_stage2_invalidate_each);
}

/** The same, where every CPU has FEAT_TLBIRANGE and FEAT_TTL (both from Armv8.4). */
PT64_MEMBER void pt64_aarch64_stage2_4k_flush_by_range(const struct pt64_flush *request)
{
    pt64_aarch64_stage2_run(request, pt64_aarch64_stage2_invalidate_4k_ranges);
}

PT64_MEMBER void pt64_aarch64_stage2_16k_flush_by_range(const struct pt64_flush *request)
{
    pt64_aarch64_stage2_run(request, pt64_aarch64_stage2_invalidate_16k_ranges);
}

PT64_MEMBER void pt64_aarch64_stage2_64k_flush_by_range(const struct pt64_flush *request)
{
    pt64_aarch64_stage2_run(request, pt64_aarch64_stage2_invalidate_64k_ranges);
}

/* Otherwise gcc makes one function of the two below, which calls by a pointer. */
PT64_MEMBER void pt64_aarch64_stage2_flush_as_found(const struct pt64_flush *request)
    __attribute__((flatten));

/** One of the two, as the limits of the table say. */
PT64_MEMBER void pt64_aarch64_stage2_flush_as_found(const struct pt64_flush *request)
{
    if (request->by_range)
        pt64_aarch64_stage2_4k_flush_by_range(request);
    else
        pt64_aarch64_stage2_flush(request);
}

/** @endcond */

/* ---- geometries ---- */

/** @cond engine */

/** Blocks are at lookup levels 1 and 2 with the 4 KiB granule, and at 2 with the others (D8.2). */
#define PT64_AARCH64_STAGE2_LIMITS(page_shift_, ipa_bits_, levels_, resize_, by_range_) \
    PT64_AARCH64_LIMITS(levels_, ipa_bits_, (page_shift_) == 12 ? 3U : 2U, 48, resize_, by_range_)

/*
 * Entries that fault are never cached, and so need the barriers alone. What takes break-before-make
 * is the same as at stage 1 (D8.17).
 */
#define PT64_AARCH64_STAGE2_WITH(page_shift_, flush_, ...)                                        \
    PT64_AARCH64_META(PT64_AARCH64_STAGE2_ARCHITECTURE, page_shift_, 0, PT64_SPACE_LOWER, flush_, \
                      __VA_ARGS__)

/** @endcond */

/**
 * A struct pt64_meta for a granule of 2^`page_shift` bytes (12, 14 or 16) and addresses of
 * `ipa_bits`, whose walks start at lookup level `start`. A root of more entries than fill a granule
 * is that of up to 16 concatenated tables. With s = page_shift - 3 a start is legal if
 * `ipa_bits` is from (3 - start) * s + page_shift + 1 to (3 - start) * s + page_shift + s + 4, and
 * the root has at most PT64_MAX_ROOT_ENTRIES.
 *
 * `ipa_bits` is at most the CPU's PARange. Start level 0 of the 4 KiB granule, and 1 of the 64 KiB
 * granule, need 44 bits of physical address, 1 of the 16 KiB granule 42: other CPUs start one level
 * lower, from more concatenated tables.
 */
#define PT64_AARCH64_STAGE2(page_shift, ipa_bits, start) \
    PT64_AARCH64_STAGE2_WITH(                            \
        page_shift, pt64_aarch64_stage2_flush,           \
        PT64_AARCH64_STAGE2_LIMITS(page_shift, ipa_bits, 4U - (start), PT64_RESIZE_BREAK, false))
/** The same where every CPU has FEAT_BBML2, and reports no TLB conflict at stage 2. */
#define PT64_AARCH64_STAGE2_BBM2(page_shift, ipa_bits, start) \
    PT64_AARCH64_STAGE2_WITH(                                 \
        page_shift, pt64_aarch64_stage2_flush,                \
        PT64_AARCH64_STAGE2_LIMITS(page_shift, ipa_bits, 4U - (start), PT64_RESIZE_FLUSH, false))
/** The same where every CPU has FEAT_TLBIRANGE and FEAT_TTL. */
#define PT64_AARCH64_STAGE2_TLBIRANGE(page_shift, ipa_bits, start)     \
    PT64_AARCH64_STAGE2_WITH(                                          \
        page_shift,                                                    \
        (page_shift) == 12   ? pt64_aarch64_stage2_4k_flush_by_range   \
        : (page_shift) == 14 ? pt64_aarch64_stage2_16k_flush_by_range  \
                             : pt64_aarch64_stage2_64k_flush_by_range, \
        PT64_AARCH64_STAGE2_LIMITS(page_shift, ipa_bits, 4U - (start), PT64_RESIZE_BREAK, true))

/**
 * The same for addresses of up to 52 bits on both sides: with `architecture`
 * PT64_AARCH64_STAGE2_LPA_ARCHITECTURE for the 64 KiB granule (FEAT_LPA), and
 * PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE for the others (FEAT_LPA2), whose start may be -1. Blocks
 * are at one level more.
 */
#define PT64_AARCH64_STAGE2_WIDE(architecture, page_shift, ipa_bits, start)                      \
    PT64_AARCH64_META(architecture, page_shift, 64, PT64_SPACE_LOWER, pt64_aarch64_stage2_flush, \
                      PT64_AARCH64_LIMITS(4U - (start), ipa_bits, (page_shift) == 12 ? 4U : 3U,  \
                                          52, PT64_RESIZE_BREAK, false))

/**
 * The limits of a table that CPUs with these registers walk, for pt64_aarch64_stage2_any. If CPUs
 * differ, each field of a register is the smallest of theirs. The walk starts at the lowest level
 * that needs at most eight concatenated tables.
 * @param ipa_bits the width of the guest's physical addresses: 25 to 48, and at most that of the
 *        CPU's. With any other, name_create answers PT64_BAD_SIZE.
 * @param takes_conflicts whether the CPUs are known to report no TLB conflict at stage 2. If not,
 *        FEAT_BBML2 is not used: a guest's VMALLE1 does not end such a conflict. CPUs with
 *        FEAT_BBML3 never report one.
 */
PT64_MEMBER struct pt64_limits
pt64_aarch64_stage2_limits(const struct pt64_aarch64_id_registers *registers, unsigned ipa_bits,
                           bool takes_conflicts)
{
    struct pt64_limits limits =
        pt64_aarch64_limits(&pt64_aarch64_any, registers, ipa_bits, takes_conflicts);

    if (ipa_bits > limits.paddr_bits)
        limits.levels = 0;
    else if (limits.levels != 0)
        limits.levels = (ipa_bits - 15 + 8) / 9;
    limits.leaf_levels = limits.levels < 3 ? limits.levels : 3;
    return limits;
}

/** 4K pages, IPAs of 39 bits, a root of 512 entries at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k39 = PT64_AARCH64_STAGE2(12, 39, 1);
/** 4K pages, IPAs of 40 bits, a root of two concatenated tables at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k40 = PT64_AARCH64_STAGE2(12, 40, 1);
/** The same with FEAT_BBML2, see PT64_AARCH64_STAGE2_BBM2. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k40_bbm2 = PT64_AARCH64_STAGE2_BBM2(12, 40, 1);
/** The same with FEAT_TLBIRANGE, see PT64_AARCH64_STAGE2_TLBIRANGE. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k40_tlbirange =
    PT64_AARCH64_STAGE2_TLBIRANGE(12, 40, 1);
/** 4K pages, IPAs of 48 bits, a root of 512 entries at lookup level 0. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k48 = PT64_AARCH64_STAGE2(12, 48, 0);
/** 16K pages, IPAs of 40 bits, a root of 16 entries at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_16k40 = PT64_AARCH64_STAGE2(14, 40, 1);
/** 16K pages, IPAs of 47 bits, a root of 2048 entries at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_16k47 = PT64_AARCH64_STAGE2(14, 47, 1);
/** 64K pages, IPAs of 40 bits, a root of 2048 entries at lookup level 2. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_64k40 = PT64_AARCH64_STAGE2(16, 40, 2);
/** 64K pages, IPAs of 48 bits, a root of 64 entries at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_64k48 = PT64_AARCH64_STAGE2(16, 48, 1);

/** FEAT_LPA2: 4K pages, IPAs of 52 bits, a root of 16 entries at lookup level -1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_4k52 =
    PT64_AARCH64_STAGE2_WIDE(PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE, 12, 52, -1U);
/** FEAT_LPA2: 16K pages, IPAs of 52 bits, a root of 32 entries at lookup level 0. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_16k52 =
    PT64_AARCH64_STAGE2_WIDE(PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE, 14, 52, 0U);
/** FEAT_LPA: 64K pages, IPAs of 52 bits, a root of 1024 entries at lookup level 1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_64k52 =
    PT64_AARCH64_STAGE2_WIDE(PT64_AARCH64_STAGE2_LPA_ARCHITECTURE, 16, 52, 1U);

/**
 * 4K pages, where the limits of the handler say how wide IPAs are and what the CPU has:
 * pt64_aarch64_stage2_limits makes them.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_stage2_any =
    PT64_AARCH64_STAGE2_WITH(12, pt64_aarch64_stage2_flush_as_found, {.levels = 0});

PT64_TRAITS_END

#endif
