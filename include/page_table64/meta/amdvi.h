/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of AMD-Vi, and the entries that switch a table on.
 *
 * Source: AMD I/O Virtualization Technology (IOMMU) Specification (48882), 2.2.2 "Device Table",
 * 2.2.3 "I/O Page Tables for Host Translations", 2.2.6 "I/O Page Tables for Guest Translations" and
 * 2.4 "Commands". Linux, drivers/iommu/amd, agrees on fields and needs. That both sizes may be
 * cached while a page is split or collapsed, as long as they map the same, is as believed.
 *
 * No instruction of a CPU reaches the IOMMU's TLB: the handler has a flush, which writes commands
 * into the IOMMU's ring (examples/iommu/amdvi.h) and waits for them. Where devices have TLBs of
 * their own (ATS), it invalidates these next. A request that faults is not tried again, so nothing
 * here leaves a page out while it changes: sizes change by one store and a flush, and a permission
 * that is added is invalidated at once.
 *
 * Where the capability header has NpCache (bit 26: an emulated IOMMU, which caches entries that are
 * not present), use a geometry that ends in `_np`.
 *
 * Mode 6, of six levels, is left out. The library's addresses are narrower than 64 bits, and with
 * 63 the root would be a frame of 64 entries, which is not aligned to 4K as a root must be, and in
 * which hardware would look up 128. A handler whose every frame is a whole page, and zero, can have
 * it: limits of its own for pt64_amdvi_v1_any say six levels and 63 bits. Pages of 512G, which
 * IOMMUs do not all have, are left out too.
 */
#ifndef PAGE_TABLE64_META_AMDVI_H
#define PAGE_TABLE64_META_AMDVI_H

#include "common/iommu.h"
#include "../pte/amdvi.h"
#include "../regs/amdvi.h"

PT64_TRAITS_BEGIN

/* ---- what switches a table on ---- */

/**
 * Bits 63:0 of the device table entry of devices that use host tables: V, TV, Mode, IR, IW. Bits
 * 79:64 are the domain.
 * @param limits those of the table
 * @param ad     whether the format is one with accessed and dirty flags (HAD 3)
 */
PT64_MEMBER uint64_t pt64_amdvi_dte(const struct pt64_limits *limits, pt64_paddr_t root, bool ad)
{
    return root | PT64_AMDVI_IR | PT64_AMDVI_IW | (uint64_t)limits->levels << 9 | (ad ? 0x180 : 0) |
           3;
}

/** An entry of the GCR3 table, which PASIDs index, for guest tables. */
PT64_MEMBER uint64_t pt64_amdvi_gcr3(pt64_paddr_t root)
{
    return root | 1;
}

/** The root in either of these. */
PT64_MEMBER pt64_paddr_t pt64_amdvi_root(uint64_t value)
{
    return value & PT64_AMDVI_ADDRESS;
}

/**
 * The limits of a host table, for pt64_amdvi_v1_any, or narrower ones for the other geometries.
 * @param levels     1 to 5: Mode of the device table entry. The IOMMU's own most is HATS.
 * @param paddr_bits PASize of the ACPI table IVRS
 */
PT64_MEMBER struct pt64_limits pt64_amdvi_v1_limits(unsigned levels, unsigned paddr_bits)
{
    struct pt64_limits limits =
        PT64_IOMMU_LIMITS(levels, levels < 3 ? levels : 3U, paddr_bits, PT64_IOMMU_FLUSH_LIMIT);

    return limits;
}

/**
 * The limits of a guest table, for pt64_amdvi_v2_any.
 * @param levels     4, or 5 where the IOMMU has it: GuestPagingMode of the device table entry
 * @param paddr_bits PASize of the ACPI table IVRS
 */
PT64_MEMBER struct pt64_limits pt64_amdvi_v2_limits(unsigned levels, unsigned paddr_bits)
{
    return pt64_amdvi_v1_limits(levels, paddr_bits);
}

/** @cond engine */

/*
 * 2.4.3 "INVALIDATE_IOMMU_PAGES": without PDE the cached steps of the walks stay. Entries that are
 * not present are not cached, unless the capability header has NpCache.
 */
#define PT64_AMDVI_V1_META(...) \
    PT64_IOMMU_META(PT64_AMDVI_V1_ARCHITECTURE, PT64_SPACE_LOWER, __VA_ARGS__)
#define PT64_AMDVI_V1_NP_META(...) \
    PT64_IOMMU_EAGER_META(PT64_AMDVI_V1_ARCHITECTURE, PT64_SPACE_LOWER, __VA_ARGS__)
#define PT64_AMDVI_V2_META(...) \
    PT64_IOMMU_META(PT64_AMDVI_V2_ARCHITECTURE, PT64_SPACE_SIGN_EXTENDED, __VA_ARGS__)

/** @endcond */

/** Host table, two levels (Mode 2), 30-bit addresses, pages of 4K and 2M. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_30 =
    PT64_AMDVI_V1_META(PT64_IOMMU_LIMITS(2, 2, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Host table, three levels (Mode 3), 39-bit addresses, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_39 =
    PT64_AMDVI_V1_META(PT64_IOMMU_LIMITS(3, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Host table, four levels (Mode 4), 48-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_48 =
    PT64_AMDVI_V1_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Host table, five levels (Mode 5), 57-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_57 =
    PT64_AMDVI_V1_META(PT64_IOMMU_LIMITS(5, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Host table, four levels, for an IOMMU with NpCache. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_48_np =
    PT64_AMDVI_V1_NP_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Host table, one to five levels, as the limits of the handler say: see pt64_amdvi_v1_limits. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_any = PT64_AMDVI_V1_META({.levels = 0});
/** The same for an IOMMU with NpCache. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v1_any_np = PT64_AMDVI_V1_NP_META({.levels = 0});

/** Guest table, four levels, 48-bit addresses of both halves, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v2_48 =
    PT64_AMDVI_V2_META(PT64_IOMMU_LIMITS(4, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Guest table, five levels, 57-bit addresses. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v2_57 =
    PT64_AMDVI_V2_META(PT64_IOMMU_LIMITS(5, 3, 52, PT64_IOMMU_FLUSH_LIMIT));
/** Guest table, as the limits of the handler say: pt64_amdvi_v2_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_amdvi_v2_any = PT64_AMDVI_V2_META({.levels = 0});

PT64_TRAITS_END

#endif
