/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of ARMv7-A, with short descriptors and with long ones (LPAE), and the register
 * values that switch a table on.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.9
 * "Translation Lookaside Buffers (TLBs)", B3.10 "TLB maintenance requirements", B4.2.2 "Cache and
 * branch predictor maintenance operations, VMSA". DDI 0487 (issue M.b), G5.8 and G5.9, says the
 * same of AArch32, and more.
 *
 * The CPUs have the Multiprocessing Extensions: ID_MMFR3 has 2 in bits 15:12, invalidations are
 * broadcast, and 1 in bits 23:20, the walker reads the data cache. The invalidations reach the CPUs
 * of the Inner Shareable domain, so that several CPUs need nothing else. The id of a table is its
 * ASID, of 8 bits. If the table has no id, or if the request is `global`, the invalidations reach
 * every ASID.
 *
 * A request maintains neither caches nor branch predictors. Before code runs through a new mapping
 * whose instructions were just written, the kernel executes DCCMVAU for each line of them, DSB ISH,
 * ICIALLUIS, DSB ISH and ISB. ICIALLUIS invalidates the branch predictors too. Where an address
 * merely shows other instructions than before, BPIALLIS is enough in its place (B2.2.9). A CPU that
 * is to execute pages which another CPU has just mapped needs an ISB or an exception of its own.
 *
 * With short descriptors the kernel writes PRRR, NMRR, DACR, TTBCR, TTBR0 and SCTLR.TRE, then DSB,
 * ISB, TLBIALL, DSB, ISB, and sets SCTLR.M. With long ones MAIR0 and MAIR1 are in the place of
 * PRRR, NMRR and DACR. TTBR0 with long descriptors holds the ASID. With short ones CONTEXTIDR does,
 * and the two do not change at once: the kernel switches by way of an ASID that no table has, or
 * of a table with global pages only (B3.10.4). It invalidates an ASID (TLBIASIDIS) before it gives
 * the ASID to another table.
 *
 * A CPU must not split, move or retype a huge page that maps its own code, its stack, the guard or
 * the table's nodes: the page is absent for a moment, and the CPU needs it in between.
 */
#ifndef PAGE_TABLE64_META_ARMV7_H
#define PAGE_TABLE64_META_ARMV7_H

#include "../pte/armv7.h"
#include "../regs/armv7.h"

PT64_TRAITS_BEGIN

/* ---- register values ---- */

/** TTBR0 for a table of short descriptors at `root`. */
PT64_MEMBER uint32_t pt64_armv7_short_ttbr(pt64_paddr_t root)
{
    return (uint32_t)(root | PT64_ARMV7_TTBR_WALKS);
}

/** The root in a value of TTBR0 with short descriptors, where N of TTBCR is 0. */
PT64_MEMBER pt64_paddr_t pt64_armv7_short_ttbr_root(uint32_t ttbr)
{
    return ttbr & PT64_ARMV7_TTBR_ROOT;
}

/** TTBR0 for a table of long descriptors at `root`. */
PT64_MEMBER uint64_t pt64_armv7_lpae_ttbr(pt64_paddr_t root, unsigned asid)
{
    return root | (uint64_t)asid << PT64_ARMV7_LPAE_TTBR_ASID_SHIFT;
}

/** The root in a value of TTBR0 with long descriptors, whatever its ASID. */
PT64_MEMBER pt64_paddr_t pt64_armv7_lpae_ttbr_root(uint64_t ttbr)
{
    return ttbr & PT64_ARMV7_LPAE_TTBR_ROOT;
}

/** @cond engine */

/* ---- the TLB ---- */

#if defined(__arm__) && !defined(PT64_HOSTED)
#define PT64_ARMV7_IS_NATIVE 1
#else
#define PT64_ARMV7_IS_NATIVE 0
#endif

#define PT64_ARMV7_EXECUTE(...) PT64_EXECUTE_IF(PT64_ARMV7_IS_NATIVE, __VA_ARGS__)

/** The walkers of all CPUs see the stores before this barrier. */
PT64_MEMBER void pt64_armv7_publish(void)
{
    PT64_ARMV7_EXECUTE("dsb ishst" : : : "memory");
}

PT64_MEMBER void pt64_armv7_complete(void)
{
    PT64_ARMV7_EXECUTE("dsb ish" : : : "memory");
}

PT64_MEMBER void pt64_armv7_synchronize(void)
{
    PT64_ARMV7_EXECUTE("isb" : : : "memory");
}

/* The invalidations drop leaves and cached steps of the walk (B3.10.5). */

/** TLBIMVAIS: one address in one ASID, and in global pages. */
PT64_MEMBER void pt64_armv7_invalidate(uint32_t vaddr, uint32_t asid)
{
    PT64_ARMV7_EXECUTE("mcr p15, 0, %0, c8, c3, 1" : : "r"(vaddr | asid) : "memory");
}

/** TLBIMVAAIS: one address in every ASID. */
PT64_MEMBER void pt64_armv7_invalidate_any(uint32_t vaddr)
{
    PT64_ARMV7_EXECUTE("mcr p15, 0, %0, c8, c3, 3" : : "r"(vaddr) : "memory");
}

/** TLBIASIDIS: all of one ASID, except global pages. */
PT64_MEMBER void pt64_armv7_invalidate_asid(uint32_t asid)
{
    PT64_ARMV7_EXECUTE("mcr p15, 0, %0, c8, c3, 2" : : "r"(asid) : "memory");
}

/** TLBIALLIS */
PT64_MEMBER void pt64_armv7_invalidate_all(void)
{
    PT64_ARMV7_EXECUTE("mcr p15, 0, %0, c8, c3, 0" : : "r"(0) : "memory");
}

/**
 * Whether a request is for every ASID. The form for one ASID matches global pages too, but only
 * that ASID's cached walks to them (DDI 0487, G5.9.5). So what several tables share takes the form
 * for any ASID.
 */
PT64_MEMBER bool pt64_armv7_is_of_all(const struct pt64_flush *request)
{
    return request->id == PT64_NO_ID || request->global;
}

PT64_MEMBER void pt64_armv7_invalidate_whole(const struct pt64_flush *request)
{
    if (pt64_armv7_is_of_all(request))
        pt64_armv7_invalidate_all();
    else
        pt64_armv7_invalidate_asid((uint32_t)request->id & 0xff);
}

/** One address is enough for a whole page, even if the TLB holds it in parts. */
PT64_MEMBER void pt64_armv7_invalidate_each(const struct pt64_flush *request,
                                            const struct pt64_flush_range *range)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
        uint32_t vaddr = (uint32_t)(range->vaddr + offset);

        if (pt64_armv7_is_of_all(request))
            pt64_armv7_invalidate_any(vaddr);
        else
            pt64_armv7_invalidate(vaddr, (uint32_t)request->id & 0xff);
    }
}

/**
 * The barriers are those of B3.10.1. The first completes the stores before the invalidation: a
 * walker could otherwise cache the old entry again. The second completes the invalidation on all
 * CPUs before what follows. After the third this CPU fetches no instruction through the old entry.
 */
PT64_MEMBER void pt64_armv7_flush(const struct pt64_flush *request)
{
    pt64_armv7_publish();
    if (request->everything)
        pt64_armv7_invalidate_whole(request);
    for (unsigned i = 0; i < request->count && !request->everything; i++)
        pt64_armv7_invalidate_each(request, &request->ranges[i]);
    if (request->everything || request->count > 0)
        pt64_armv7_complete();
    pt64_armv7_synchronize();
}

/**
 * An entry that faults is not cached (B3.9). A barrier and a synchronization order the next walk
 * after the store that made it.
 */
PT64_MEMBER void pt64_armv7_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    pt64_armv7_complete();
    pt64_armv7_synchronize();
}

/** More broadcasts than this drop as much as a full flush: a large TLB has this many entries. */
#define PT64_ARMV7_FLUSH_LIMIT 512

/* ---- geometries ---- */

/*
 * Entries that fault are never cached, so a new mapping needs only the barriers that let the
 * walkers see it. Another address, memory type, shareability, globality or size takes
 * break-before-make (B3.10.1; DDI 0487, G5.9.1.1).
 */
#define PT64_ARMV7_META(architecture_, entry_bytes_, index_bits_, levels_, vaddr_bits_, \
                        paddr_bits_, flush_)                                            \
    {                                                                                   \
        .architecture = (architecture_),                                                \
        .entry_bytes = (entry_bytes_),                                                  \
        .page_shift = 12,                                                               \
        .index_bits = (index_bits_),                                                    \
        .limits =                                                                       \
            {                                                                           \
                .levels = (levels_),                                                    \
                .vaddr_bits = (vaddr_bits_),                                            \
                .leaf_levels = (levels_),                                               \
                .paddr_bits = (paddr_bits_),                                            \
                .no_execute = true,                                                     \
                .by_range = false,                                                      \
                .split = PT64_RESIZE_BREAK,                                             \
                .grow = PT64_RESIZE_BREAK,                                              \
                .flush_limit = PT64_ARMV7_FLUSH_LIMIT,                                  \
            },                                                                          \
        .space = PT64_SPACE_LOWER,                                                      \
        .needs_sink = false,                                                            \
        .break_to_move = true,                                                          \
        .root_is_held = false,                                                          \
        .root_paddr_bits = 0,                                                           \
        .needs =                                                                        \
            {                                                                           \
                .created = PT64_NEED_BARRIER,                                           \
                .linked = PT64_NEED_BARRIER,                                            \
                .relaxed = PT64_NEED_LEAF,                                              \
                .tightened = PT64_NEED_LEAF,                                            \
                .moved = PT64_NEED_LEAF,                                                \
                .resized = PT64_NEED_LEAF,                                              \
                .removed = PT64_NEED_LEAF,                                              \
                .unlinked = PT64_NEED_WALK,                                             \
            },                                                                          \
        .flush = (flush_),                                                              \
        .fix_fault = pt64_armv7_fix_fault,                                              \
    }

/** @endcond */

/**
 * Short descriptors, TTBCR.N 0: a root of 16 KiB, other nodes of 1 KiB; 32-bit addresses, physical
 * ones too; pages of 4K and 1M.
 */
PT64_TRAIT struct pt64_meta pt64_armv7_short =
    PT64_ARMV7_META(PT64_ARMV7_ARCHITECTURE, 4, 8, 2, 32, 32, pt64_armv7_flush);
/**
 * LPAE, TTBCR.T0SZ 0: a root of four entries, 32 bytes, other nodes of 4 KiB; 40-bit physical
 * addresses; pages of 4K, 2M and 1G. An entry is written by STRD, which the walker of a CPU with
 * LPAE never sees in part (A3.5.3).
 */
PT64_TRAIT struct pt64_meta pt64_armv7_lpae =
    PT64_ARMV7_META(PT64_ARMV7_ARCHITECTURE, 8, 9, 3, 32, 40, pt64_armv7_flush);

PT64_TRAITS_END

#endif
