/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of Intel VT-d, and the entries that switch a table on.
 *
 * Source: Intel Virtualization Technology for Directed I/O, architecture specification, chapter 3
 * "DMA Remapping", chapter 6 "Caching Translation Information", 9.3 "Context Entry", 9.6
 * "Scalable-Mode PASID Table Entry" and 11.4.2 "Capability Register". Linux, drivers/iommu/intel,
 * agrees on fields and needs. That both sizes may be cached while a page is split or collapsed, as
 * long as they map the same, is as believed.
 *
 * No instruction of a CPU reaches an IOTLB: the handler has a flush, which writes invalidations
 * into the IOMMU's queue or registers (examples/iommu/vtd.h) and waits for them. Where devices have
 * TLBs of their own (ATS), it invalidates these next. A request that faults is not tried again, so
 * nothing here leaves a page out while it changes: sizes change by one store and a flush, and a
 * permission that is added is invalidated at once.
 *
 * An IOMMU whose walks do not snoop (ECAP.C, bit 0, in legacy mode; ECAP.SMPWC, bit 48, in scalable
 * mode) needs the handler's `publish`: a CLFLUSH of each cache line, and a fence.
 *
 * Where CAP has CM (bit 7: an emulated IOMMU, which shadows tables), or RWBF (bit 4: the IOMMU sees
 * a new entry only after a write buffer flush), use a geometry that ends in `_cm`.
 */
#ifndef PAGE_TABLE64_META_VTD_H
#define PAGE_TABLE64_META_VTD_H

#include "common/iommu.h"
#include "../pte/vtd.h"
#include "../regs/vtd.h"

PT64_TRAITS_BEGIN

/* ---- what switches a table on ---- */

/** Bits 63:0 of the context entry, in legacy mode, of devices that use a second stage. */
PT64_MEMBER uint64_t pt64_vtd_context_low(pt64_paddr_t root)
{
    return root | 1;
}

/** Bits 127:64. The domain is that of the invalidations. `limits` are those of the table. */
PT64_MEMBER uint64_t pt64_vtd_context_high(const struct pt64_limits *limits, uint16_t domain)
{
    return (uint64_t)domain << 8 | (limits->levels - 2);
}

/**
 * Bits 63:0 of the PASID entry, in scalable mode, for a second stage. Bits 79:64 are the domain.
 * @param ad whether the format is one with accessed and dirty flags (SSADE)
 */
PT64_MEMBER uint64_t pt64_vtd_pasid_second(const struct pt64_limits *limits, pt64_paddr_t root,
                                           bool ad)
{
    return root | (ad ? 0x200 : 0) | 0x80 | (uint64_t)(limits->levels - 2) << 2 | 1;
}

/** Bits 191:128 of the PASID entry for a first stage, whose bits 63:0 are PT64_VTD_PASID_FIRST. */
PT64_MEMBER uint64_t pt64_vtd_pasid_first(const struct pt64_limits *limits, pt64_paddr_t root)
{
    return root | (uint64_t)(limits->levels - 4) << 2;
}

/** P, and PGTT 1: first stage only. */
#define PT64_VTD_PASID_FIRST UINT64_C(0x41)

/** The root in any of these but pt64_vtd_context_high. */
PT64_MEMBER pt64_paddr_t pt64_vtd_root(uint64_t value)
{
    return value & PT64_VTD_SS_ADDRESS;
}

/** @cond engine */

/* ---- the limits of an IOMMU, from its capability register ---- */

/** Of SAGAW, bits 12:8, the most levels that it supports: bit 1 is three. 0 if it is none of ours.
 */
PT64_MEMBER unsigned pt64_vtd_ss_levels(uint64_t cap)
{
    for (unsigned levels = 5; levels >= 3; levels--)
        if (pt64_shift_right(cap, 6 + levels) & 1)
            return levels;
    return 0;
}

/** Pages that one invalidation covers: 2^MAMV (bits 53:48), at most 2^18. */
PT64_MEMBER unsigned pt64_vtd_flush_limit(uint64_t cap)
{
    unsigned mamv = (unsigned)(cap >> 48) & 63;

    return cap & PT64_VTD_CAP_PSI ? 1U << (mamv < 18 ? mamv : 18) : 0;
}

/** @endcond */

/**
 * The limits of an IOMMU for a second stage, for pt64_vtd_ss_any, or narrower ones for the other
 * geometries. The addresses that a table translates may be more than the IOMMU has (CAP.MGAW, bits
 * 21:16, plus 1): requests beyond these fault.
 * @param cap       the capability register. It has the levels (SAGAW), the sizes of pages (SLLPS)
 *                  and what an invalidation can say (PSI, MAMV).
 * @param host_bits the host address width: that of the ACPI table DMAR, plus 1
 */
PT64_MEMBER struct pt64_limits pt64_vtd_ss_limits(uint64_t cap, unsigned host_bits)
{
    unsigned huge = (unsigned)(cap >> 34) & 1;
    unsigned leaf_levels = 1 + huge + (huge & (unsigned)(cap >> 35));
    struct pt64_limits limits = PT64_IOMMU_LIMITS(pt64_vtd_ss_levels(cap), leaf_levels, host_bits,
                                                  pt64_vtd_flush_limit(cap));

    return limits;
}

/**
 * The same for a first stage, for pt64_vtd_fs_any: five levels with FL5LP (bit 60), pages of 1G
 * with FL1GP (bit 56).
 */
PT64_MEMBER struct pt64_limits pt64_vtd_fs_limits(uint64_t cap, unsigned host_bits)
{
    unsigned levels = 4 + ((unsigned)(cap >> 60) & 1);
    unsigned leaf_levels = 2 + ((unsigned)(cap >> 56) & 1);
    struct pt64_limits limits =
        PT64_IOMMU_LIMITS(levels, leaf_levels, host_bits, pt64_vtd_flush_limit(cap));

    return limits;
}

/** @cond engine */

/*
 * 6.2: entries that are not present are not cached, unless CAP.CM is set. Page-selective
 * invalidations keep the cached steps of the walks if they say that only leaves changed (IH).
 */
#define PT64_VTD_SS_META(...) \
    PT64_IOMMU_META(PT64_VTD_SS_ARCHITECTURE, PT64_SPACE_LOWER, __VA_ARGS__)
#define PT64_VTD_SS_CM_META(...) \
    PT64_IOMMU_EAGER_META(PT64_VTD_SS_ARCHITECTURE, PT64_SPACE_LOWER, __VA_ARGS__)
#define PT64_VTD_FS_META(...) \
    PT64_IOMMU_META(PT64_VTD_FS_ARCHITECTURE, PT64_SPACE_SIGN_EXTENDED, __VA_ARGS__)

/** @endcond */

/** Second stage, three levels, 39-bit addresses, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss39 =
    PT64_VTD_SS_META(PT64_IOMMU_LIMITS(3, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Second stage, four levels, 48-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss48 =
    PT64_VTD_SS_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Second stage, five levels, 57-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss57 =
    PT64_VTD_SS_META(PT64_IOMMU_LIMITS(5, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Second stage, four levels, for an IOMMU with CAP.CM or CAP.RWBF. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss48_cm =
    PT64_VTD_SS_CM_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Second stage, as the limits of the handler say: pt64_vtd_ss_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss_any = PT64_VTD_SS_META({.levels = 0});
/** The same for an IOMMU with CAP.CM or CAP.RWBF. */
PT64_TRAIT struct pt64_meta pt64_vtd_ss_any_cm = PT64_VTD_SS_CM_META({.levels = 0});

/** First stage, four levels, 48-bit addresses of both halves, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_vtd_fs48 =
    PT64_VTD_FS_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** First stage, five levels, 57-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_vtd_fs57 =
    PT64_VTD_FS_META(PT64_IOMMU_LIMITS(5, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** First stage, as the limits of the handler say: pt64_vtd_fs_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_vtd_fs_any = PT64_VTD_FS_META({.levels = 0});

PT64_TRAITS_END

#endif
