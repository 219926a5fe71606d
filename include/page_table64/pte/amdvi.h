/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of AMD-Vi, by which an IOMMU translates the requests of devices: those of host tables
 * (v1), which have a format of their own, and of guest tables (v2), which have that of x86-64.
 *
 * Source: AMD I/O Virtualization Technology (IOMMU) Specification (48882), 2.2.3 "I/O Page Tables
 * for Host Translations", table "I/O Page Table Entry Fields", and 2.2.6 "I/O Page Tables for Guest
 * Translations". Linux, drivers/iommu/generic_pt/fmt/amdv1.h, and Xen, iommu-defs.h, agree on the
 * bits. That a table entry may skip levels is as believed: QEMU follows it, but it was read in no
 * second source.
 *
 * | level | in the manual | maps | links           |
 * | ----- | ------------- | ---- | --------------- |
 * | 0     | level 1       | 4K   |                 |
 * | 1     | level 2       | 2M   | a level 1 table |
 * | 2     | level 3       | 1G   | a level 2 table |
 * | 3     | level 4       |      | a level 3 table |
 * | 4     | level 5       |      | a level 4 table |
 */
#ifndef PAGE_TABLE64_PTE_AMDVI_H
#define PAGE_TABLE64_PTE_AMDVI_H

#include "x86_64_iommu.h"

/** No ELF machine: x86-64 (62) and host tables (0x50000). */
#define PT64_AMDVI_V1_ARCHITECTURE 0x5003e
/** No ELF machine: x86-64 (62) and guest tables (0x60000). */
#define PT64_AMDVI_V2_ARCHITECTURE 0x6003e

PT64_TRAITS_BEGIN

#define PT64_AMDVI_PR         ((pt64_entry_t)1 << 0)       /**< present */
#define PT64_AMDVI_SOFT0      ((pt64_entry_t)1 << 1)       /**< PT64_SOFT0; hardware ignores 4:1 */
#define PT64_AMDVI_SOFT1      ((pt64_entry_t)1 << 2)       /**< PT64_SOFT1 */
#define PT64_AMDVI_A          ((pt64_entry_t)1 << 5)       /**< accessed, where the DTE has HAD */
#define PT64_AMDVI_D          ((pt64_entry_t)1 << 6)       /**< dirty, likewise; of a leaf */
#define PT64_AMDVI_NEXT_LEVEL ((pt64_entry_t)7 << 9)       /**< 0: a page; 7: one of another size */
#define PT64_AMDVI_RESERVED   UINT64_C(0x07f0000000000000) /**< bits 58:52 */
#define PT64_AMDVI_U          ((pt64_entry_t)1 << 59) /**< a hint for the translations of devices */
#define PT64_AMDVI_FC         ((pt64_entry_t)1 << 60) /**< force coherent; of a leaf */
#define PT64_AMDVI_IR         ((pt64_entry_t)1 << 61) /**< reads; ANDed over the walk */
#define PT64_AMDVI_IW         ((pt64_entry_t)1 << 62) /**< writes; ANDed over the walk */
#define PT64_AMDVI_ADDRESS    UINT64_C(0x000ffffffffff000) /**< bits 51:12 */
/** Bits left to software: 4:1, 8:7 and 63. Without HAD also 6:5. */
#define PT64_AMDVI_SOFTWARE UINT64_C(0x800000000000019e)

/* ---- flags of these formats ---- */

/**
 * Requests to the page snoop the caches of the CPUs, even those that a device marked no-snoop (FC).
 * A flag of the formats of host tables. Protecting keeps it.
 */
#define PT64_AMDVI_FORCE_COHERENT ((pt64_flags_t)1 << 16)

/** @cond engine */

/** From PT64_READ and PT64_WRITE to IR and IW. */
#define PT64_AMDVI_RIGHTS_SHIFT 61
/** From PT64_SOFT0 and PT64_SOFT1 down to their bits. */
#define PT64_AMDVI_SOFT_SHIFT 8
/** From PT64_AMDVI_FORCE_COHERENT to FC. */
#define PT64_AMDVI_FC_SHIFT         44
#define PT64_AMDVI_NEXT_LEVEL_SHIFT 9

/* ---- leaves ---- */

#define PT64_AMDVI_V1_FLAGS \
    (PT64_READ | PT64_WRITE | PT64_SOFT0 | PT64_SOFT1 | PT64_AMDVI_FORCE_COHERENT)
#define PT64_AMDVI_V1_AD_FLAGS (PT64_AMDVI_V1_FLAGS | PT64_ACCESSED | PT64_DIRTY)

/** Hardware knows pages that allow nothing. To the library these are hidden, and not present. */
PT64_MEMBER bool pt64_amdvi_v1_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    return (flags & ~PT64_AMDVI_V1_FLAGS) == 0 && (flags & (PT64_READ | PT64_WRITE)) != 0;
}

PT64_MEMBER bool pt64_amdvi_v1_ad_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                             unsigned level)
{
    return pt64_amdvi_v1_can_encode(limits, flags & ~(PT64_ACCESSED | PT64_DIRTY), level);
}

/** A and D have the places of PT64_ACCESSED and PT64_DIRTY. */
PT64_MEMBER pt64_entry_t pt64_amdvi_v1_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    pt64_entry_t entry = PT64_AMDVI_PR | (flags & (PT64_ACCESSED | PT64_DIRTY));

    entry |= (flags & (PT64_SOFT0 | PT64_SOFT1)) >> PT64_AMDVI_SOFT_SHIFT;
    entry |= (pt64_entry_t)(flags & (PT64_READ | PT64_WRITE)) << PT64_AMDVI_RIGHTS_SHIFT;
    return entry | (pt64_entry_t)(flags & PT64_AMDVI_FORCE_COHERENT) << PT64_AMDVI_FC_SHIFT;
}

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

/** Of a leaf and of a link. */
PT64_MEMBER pt64_paddr_t pt64_amdvi_v1_address_of(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_AMDVI_ADDRESS;
}

PT64_MEMBER pt64_flags_t pt64_amdvi_v1_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags =
        (pt64_flags_t)(entry >> PT64_AMDVI_RIGHTS_SHIFT) & (PT64_READ | PT64_WRITE);

    flags |= ((pt64_flags_t)entry << PT64_AMDVI_SOFT_SHIFT) & (PT64_SOFT0 | PT64_SOFT1);
    return flags | ((pt64_flags_t)(entry >> PT64_AMDVI_FC_SHIFT) & PT64_AMDVI_FORCE_COHERENT);
}

PT64_MEMBER pt64_flags_t pt64_amdvi_v1_ad_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_amdvi_v1_decode(entry, level) |
           ((pt64_flags_t)entry & (PT64_ACCESSED | PT64_DIRTY));
}

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return (old & ~(PT64_AMDVI_IR | PT64_AMDVI_IW)) | leaf;
}

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_clean(pt64_entry_t leaf, pt64_flags_t flags, unsigned level)
{
    return leaf & ~((pt64_entry_t)flags & (PT64_AMDVI_A | PT64_AMDVI_D));
}

PT64_MEMBER enum pt64_change pt64_amdvi_v1_change_by(pt64_entry_t old, pt64_entry_t now,
                                                     pt64_entry_t notes)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_AMDVI_ADDRESS | PT64_AMDVI_U | PT64_AMDVI_FC;
    bits.grants = PT64_AMDVI_IR | PT64_AMDVI_IW;
    bits.refuses = 0;
    bits.trades = 0;
    bits.notes = notes;
    return pt64_change_by(&bits, old, now);
}

PT64_MEMBER enum pt64_change pt64_amdvi_v1_change(pt64_entry_t old, pt64_entry_t now,
                                                  unsigned level)
{
    return pt64_amdvi_v1_change_by(old, now, 0);
}

PT64_MEMBER enum pt64_change pt64_amdvi_v1_ad_change(pt64_entry_t old, pt64_entry_t now,
                                                     unsigned level)
{
    return pt64_amdvi_v1_change_by(old, now, PT64_AMDVI_A | PT64_AMDVI_D);
}

/** A request that began while the page was still writable may set D late. */
PT64_MEMBER bool pt64_amdvi_v1_ad_is_volatile(pt64_entry_t entry, unsigned level)
{
    return (entry & (PT64_AMDVI_A | PT64_AMDVI_D)) != (PT64_AMDVI_A | PT64_AMDVI_D);
}

/* ---- other entries ---- */

PT64_MEMBER pt64_entry_t pt64_amdvi_next_level(unsigned level)
{
    return (pt64_entry_t)level << PT64_AMDVI_NEXT_LEVEL_SHIFT;
}

/**
 * Permissions are ANDed over the walk. Links grant everything: only leaves refuse. NextLevel is the
 * manual's number of the level below.
 */
PT64_MEMBER pt64_entry_t pt64_amdvi_v1_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                            unsigned level)
{
    return paddr | PT64_AMDVI_PR | PT64_AMDVI_IR | PT64_AMDVI_IW | pt64_amdvi_next_level(level);
}

/** Reserved in every entry: 58:52, and address bits that the IOMMU does not have. */
PT64_MEMBER pt64_entry_t pt64_amdvi_v1_reserved(const struct pt64_limits *limits)
{
    return PT64_AMDVI_RESERVED |
           (PT64_AMDVI_ADDRESS & pt64_shift_left(~(pt64_entry_t)0, limits->paddr_bits));
}

/** A link that skips levels, and a page of another size than the slot's, are not understood. */
PT64_MEMBER enum pt64_kind pt64_amdvi_v1_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                              unsigned level)
{
    pt64_entry_t next = entry & PT64_AMDVI_NEXT_LEVEL;

    if (!(entry & PT64_AMDVI_PR))
        return PT64_EMPTY;
    if (entry & pt64_amdvi_v1_reserved(limits))
        return PT64_UNKNOWN;
    if (next == 0)
        return PT64_LEAF;
    return level > 0 && next == pt64_amdvi_next_level(level) ? PT64_LINK : PT64_UNKNOWN;
}

/**
 * Besides, low bits of a huge page's address, and a NextLevel that is not below the entry's own
 * level. PR stands for a NextLevel of 0 at a level without pages.
 */
PT64_MEMBER pt64_entry_t pt64_amdvi_v1_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                             unsigned level, pt64_size_t page)
{
    pt64_entry_t next = entry & PT64_AMDVI_NEXT_LEVEL;
    pt64_entry_t wrong = entry & pt64_amdvi_v1_reserved(limits);

    if (!(entry & PT64_AMDVI_PR))
        return 0;
    if (next == PT64_AMDVI_NEXT_LEVEL)
        return wrong;
    if (next > pt64_amdvi_next_level(level))
        return wrong | next;
    if (next != 0)
        return wrong;
    return page == 0 ? wrong | PT64_AMDVI_PR : wrong | (entry & (page - 1) & PT64_AMDVI_ADDRESS);
}

/* ---- entries that are not present: hardware ignores bits 63:1 ---- */

#define PT64_AMDVI_HIDDEN     ((pt64_entry_t)1 << 52) /**< a hidden page; reserved in a leaf */
#define PT64_AMDVI_MARK       ((pt64_entry_t)1 << 53) /**< a mark in bits 51:1 */
#define PT64_AMDVI_MARK_IN    UINT64_C(0x000ffffffffffffe)
#define PT64_AMDVI_MARK_SHIFT 1

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ (PT64_AMDVI_PR | PT64_AMDVI_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & (PT64_AMDVI_PR | PT64_AMDVI_RESERVED)) != PT64_AMDVI_HIDDEN)
        return 0;
    return entry ^ (PT64_AMDVI_PR | PT64_AMDVI_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_amdvi_v1_mark(const struct pt64_limits *limits, uint64_t mark,
                                            unsigned level)
{
    if (mark > PT64_AMDVI_MARK_IN >> PT64_AMDVI_MARK_SHIFT)
        return 0;
    return mark << PT64_AMDVI_MARK_SHIFT | PT64_AMDVI_MARK;
}

PT64_MEMBER bool pt64_amdvi_v1_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = (entry & PT64_AMDVI_MARK_IN) >> PT64_AMDVI_MARK_SHIFT;
    return (entry & ~PT64_AMDVI_MARK_IN) == PT64_AMDVI_MARK;
}

/** @endcond */

/**
 * The entry format of host tables where the device table entry has HAD clear. A page allows reads,
 * writes or both. There is no PT64_EXECUTE, no PT64_USER and no memory type: devices have none.
 * Bits 5 and 6 are left to software.
 *
 * A huge page has NextLevel 0 and the size of its slot. A page with NextLevel 7, whose size is
 * another power of two, and a link that skips levels, which other software may have made, are
 * neither pages nor empty slots to the library. A mark has 51 bits.
 */
PT64_TRAIT struct pt64_pte pt64_amdvi_v1_pte = {
    .architecture = PT64_AMDVI_V1_ARCHITECTURE,
    .flags = PT64_AMDVI_V1_FLAGS,
    .sticky = PT64_AMDVI_FORCE_COHERENT,
    .changeable = PT64_AMDVI_FORCE_COHERENT,
    .can_encode = pt64_amdvi_v1_can_encode,
    .leaf = pt64_amdvi_v1_leaf,
    .address = pt64_amdvi_v1_address,
    .leaf_address = pt64_amdvi_v1_address_of,
    .decode = pt64_amdvi_v1_decode,
    .protect = pt64_amdvi_v1_protect,
    .change = pt64_amdvi_v1_change,
    .link = pt64_amdvi_v1_link,
    .link_address = pt64_amdvi_v1_address_of,
    .hide = pt64_amdvi_v1_hide,
    .show = pt64_amdvi_v1_show,
    .mark = pt64_amdvi_v1_mark,
    .mark_of = pt64_amdvi_v1_mark_of,
    .kind = pt64_amdvi_v1_kind,
    .wrong = pt64_amdvi_v1_wrong,
};

/**
 * The same where the device table entry has HAD 3 (the IOMMU has HASup and HDSup): the walker sets
 * the accessed flag of each entry that it uses, and the dirty flag of the page.
 */
PT64_TRAIT struct pt64_pte pt64_amdvi_v1_ad_pte = {
    .architecture = PT64_AMDVI_V1_ARCHITECTURE,
    .flags = PT64_AMDVI_V1_AD_FLAGS,
    .sticky = PT64_AMDVI_FORCE_COHERENT,
    .changeable = PT64_AMDVI_FORCE_COHERENT,
    .can_encode = pt64_amdvi_v1_ad_can_encode,
    .leaf = pt64_amdvi_v1_leaf,
    .address = pt64_amdvi_v1_address,
    .leaf_address = pt64_amdvi_v1_address_of,
    .decode = pt64_amdvi_v1_ad_decode,
    .protect = pt64_amdvi_v1_protect,
    .clean = pt64_amdvi_v1_clean,
    .change = pt64_amdvi_v1_ad_change,
    .is_volatile = pt64_amdvi_v1_ad_is_volatile,
    .link = pt64_amdvi_v1_link,
    .link_address = pt64_amdvi_v1_address_of,
    .hide = pt64_amdvi_v1_hide,
    .show = pt64_amdvi_v1_show,
    .mark = pt64_amdvi_v1_mark,
    .mark_of = pt64_amdvi_v1_mark_of,
    .kind = pt64_amdvi_v1_kind,
    .wrong = pt64_amdvi_v1_wrong,
};

/** The entry format of guest tables: see pte/x86_64_iommu.h. Every page can be read. */
PT64_TRAIT struct pt64_pte pt64_amdvi_v2_pte = PT64_X86_64_IOMMU_PTE(PT64_AMDVI_V2_ARCHITECTURE);

PT64_TRAITS_END

#endif
