/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of Intel VT-d, by which an IOMMU translates the requests of devices: those of the second
 * stage, which has a format of its own, and of the first, which has that of x86-64.
 *
 * Source: Intel Virtualization Technology for Directed I/O, architecture specification, chapter 3
 * "DMA Remapping", in particular 3.6 "First-Stage Translation" and 3.7 "Second-Stage Translation",
 * and 9.8 "Second-Stage Paging Entries". Linux, drivers/iommu/generic_pt/fmt/vtdss.h, and QEMU,
 * hw/i386/intel_iommu_internal.h, agree on the bits. That EMT and IPAT are ignored unless the PASID
 * entry has EMTE is as believed: it was read in no second source.
 *
 * | level | entry   | maps | links                        |
 * | ----- | ------- | ---- | ---------------------------- |
 * | 0     | SS-PTE  | 4K   |                              |
 * | 1     | SS-PDE  | 2M   | a page table                 |
 * | 2     | SS-PDPE | 1G   | a page directory             |
 * | 3     | SS-PML4E |     | a page-directory-pointer table |
 * | 4     | SS-PML5E |     | a PML4 table                 |
 *
 * An entry of the second stage has no present bit: it is present if it allows anything.
 */
#ifndef PAGE_TABLE64_PTE_VTD_H
#define PAGE_TABLE64_PTE_VTD_H

#include "x86_64_iommu.h"

/** No ELF machine: x86-64 (62) and the second stage (0x30000). */
#define PT64_VTD_SS_ARCHITECTURE 0x3003e
/** No ELF machine: x86-64 (62) and the first stage (0x40000). */
#define PT64_VTD_FS_ARCHITECTURE 0x4003e

PT64_TRAITS_BEGIN

#define PT64_VTD_SS_R       ((pt64_entry_t)1 << 0)  /**< reads; ANDed over the walk */
#define PT64_VTD_SS_W       ((pt64_entry_t)1 << 1)  /**< writes; ANDed over the walk */
#define PT64_VTD_SS_X       ((pt64_entry_t)1 << 2)  /**< execute requests, where they are on */
#define PT64_VTD_SS_EMT     ((pt64_entry_t)15 << 3) /**< EMT and IPAT, where EMTE is set */
#define PT64_VTD_SS_PS      ((pt64_entry_t)1 << 7)  /**< huge page, above level 0 */
#define PT64_VTD_SS_A       ((pt64_entry_t)1 << 8)  /**< accessed, where SSADE is set */
#define PT64_VTD_SS_D       ((pt64_entry_t)1 << 9)  /**< dirty, likewise; of a leaf */
#define PT64_VTD_SS_SNP     ((pt64_entry_t)1 << 11) /**< snoop, of a leaf; reserved without SC */
#define PT64_VTD_SS_SOFT0   ((pt64_entry_t)1 << 52) /**< PT64_SOFT0; hardware ignores 60:52 */
#define PT64_VTD_SS_SOFT1   ((pt64_entry_t)1 << 53) /**< PT64_SOFT1 */
#define PT64_VTD_SS_TM      ((pt64_entry_t)1 << 62) /**< transient mapping, for device TLBs */
#define PT64_VTD_SS_ADDRESS UINT64_C(0x000ffffffffff000) /**< bits 51:12 */
/** Bits left to software: 10, 60:52 and 63. Without SSADE also 9:8. */
#define PT64_VTD_SS_SOFTWARE UINT64_C(0x9ff0000000000400)

/* ---- flags of these formats ---- */

/**
 * Requests to the page snoop the caches of the CPUs, even those that a device marked no-snoop
 * (SNP). A flag of pt64_vtd_ss_snp_pte and pt64_vtd_ss_ad_snp_pte. Protecting keeps it.
 */
#define PT64_VTD_SNOOP ((pt64_flags_t)1 << 16)

/** @cond engine */

/** What makes an entry present. */
#define PT64_VTD_SS_RWX (PT64_VTD_SS_R | PT64_VTD_SS_W | PT64_VTD_SS_X)
/** What other features give a meaning. The formats never set it. */
#define PT64_VTD_SS_EXTENDED (PT64_VTD_SS_X | PT64_VTD_SS_EMT | PT64_VTD_SS_TM)

/** From PT64_ACCESSED and PT64_DIRTY to their bits. */
#define PT64_VTD_SS_NOTES_SHIFT 3
/** From PT64_SOFT0 and PT64_SOFT1 to their bits. */
#define PT64_VTD_SS_SOFT_SHIFT 43
/** From PT64_VTD_SNOOP down to its bit. */
#define PT64_VTD_SS_SNP_SHIFT 5

/* ---- leaves ---- */

#define PT64_VTD_SS_FLAGS        (PT64_READ | PT64_WRITE | PT64_SOFT0 | PT64_SOFT1)
#define PT64_VTD_SS_SNP_FLAGS    (PT64_VTD_SS_FLAGS | PT64_VTD_SNOOP)
#define PT64_VTD_SS_AD_FLAGS     (PT64_VTD_SS_FLAGS | PT64_ACCESSED | PT64_DIRTY)
#define PT64_VTD_SS_AD_SNP_FLAGS (PT64_VTD_SS_AD_FLAGS | PT64_VTD_SNOOP)

/** A page that allows nothing is not present. */
PT64_MEMBER bool pt64_vtd_ss_can_say(pt64_flags_t flags, pt64_flags_t known)
{
    return (flags & ~known) == 0 && (flags & (PT64_READ | PT64_WRITE)) != 0;
}

PT64_MEMBER bool pt64_vtd_ss_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                        unsigned level)
{
    return pt64_vtd_ss_can_say(flags, PT64_VTD_SS_FLAGS);
}

PT64_MEMBER bool pt64_vtd_ss_snp_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    return pt64_vtd_ss_can_say(flags, PT64_VTD_SS_SNP_FLAGS);
}

PT64_MEMBER bool pt64_vtd_ss_ad_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                           unsigned level)
{
    return pt64_vtd_ss_can_say(flags, PT64_VTD_SS_AD_FLAGS);
}

PT64_MEMBER bool pt64_vtd_ss_ad_snp_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                               unsigned level)
{
    return pt64_vtd_ss_can_say(flags, PT64_VTD_SS_AD_SNP_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    pt64_entry_t entry = flags & (PT64_READ | PT64_WRITE);

    entry |= level > 0 ? PT64_VTD_SS_PS : 0;
    entry |= (flags & (PT64_ACCESSED | PT64_DIRTY)) << PT64_VTD_SS_NOTES_SHIFT;
    entry |= (flags & PT64_VTD_SNOOP) >> PT64_VTD_SS_SNP_SHIFT;
    return entry | (pt64_entry_t)(flags & (PT64_SOFT0 | PT64_SOFT1)) << PT64_VTD_SS_SOFT_SHIFT;
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

/** Of a leaf and of a link. */
PT64_MEMBER pt64_paddr_t pt64_vtd_ss_address_of(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_VTD_SS_ADDRESS;
}

/** No leaf has SNP where the hardware lacks it: there the bit is reserved. */
PT64_MEMBER pt64_flags_t pt64_vtd_ss_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = (pt64_flags_t)entry & (PT64_READ | PT64_WRITE);

    flags |= ((pt64_flags_t)entry << PT64_VTD_SS_SNP_SHIFT) & PT64_VTD_SNOOP;
    return flags | ((pt64_flags_t)(entry >> PT64_VTD_SS_SOFT_SHIFT) & (PT64_SOFT0 | PT64_SOFT1));
}

PT64_MEMBER pt64_flags_t pt64_vtd_ss_ad_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_vtd_ss_decode(entry, level) |
           ((pt64_flags_t)(entry >> PT64_VTD_SS_NOTES_SHIFT) & (PT64_ACCESSED | PT64_DIRTY));
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return (old & ~(PT64_VTD_SS_R | PT64_VTD_SS_W)) | leaf;
}

/** PS is no part of an SS-PTE. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_demote(pt64_entry_t leaf, unsigned level)
{
    return level == 1 ? leaf & ~PT64_VTD_SS_PS : leaf;
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_clean(pt64_entry_t leaf, pt64_flags_t flags, unsigned level)
{
    return leaf &
           ~((pt64_entry_t)(flags & (PT64_ACCESSED | PT64_DIRTY)) << PT64_VTD_SS_NOTES_SHIFT);
}

PT64_MEMBER enum pt64_change pt64_vtd_ss_change_by(pt64_entry_t old, pt64_entry_t now,
                                                   pt64_entry_t notes)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_VTD_SS_ADDRESS | PT64_VTD_SS_SNP;
    bits.grants = PT64_VTD_SS_R | PT64_VTD_SS_W;
    bits.refuses = 0;
    bits.trades = 0;
    bits.notes = notes;
    return pt64_change_by(&bits, old, now);
}

PT64_MEMBER enum pt64_change pt64_vtd_ss_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    return pt64_vtd_ss_change_by(old, now, 0);
}

PT64_MEMBER enum pt64_change pt64_vtd_ss_ad_change(pt64_entry_t old, pt64_entry_t now,
                                                   unsigned level)
{
    return pt64_vtd_ss_change_by(old, now, PT64_VTD_SS_A | PT64_VTD_SS_D);
}

/** A request that began while the page was still writable may set D late. */
PT64_MEMBER bool pt64_vtd_ss_ad_is_volatile(pt64_entry_t entry, unsigned level)
{
    return (entry & (PT64_VTD_SS_A | PT64_VTD_SS_D)) != (PT64_VTD_SS_A | PT64_VTD_SS_D);
}

/* ---- other entries ---- */

/** Permissions are ANDed over the walk. Links grant everything: only leaves refuse. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                          unsigned level)
{
    return paddr | PT64_VTD_SS_R | PT64_VTD_SS_W;
}

PT64_MEMBER bool pt64_vtd_ss_is_leaf(pt64_entry_t entry, unsigned level)
{
    return level == 0 || (entry & PT64_VTD_SS_PS) != 0;
}

/** Reserved: address bits that the host does not have, and SNP in a link. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_snp_reserved(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level)
{
    pt64_entry_t above =
        PT64_VTD_SS_ADDRESS & pt64_shift_left(~(pt64_entry_t)0, limits->paddr_bits);

    return entry & (pt64_vtd_ss_is_leaf(entry, level) ? above : above | PT64_VTD_SS_SNP);
}

/** Besides, SNP in a leaf. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_reserved(const struct pt64_limits *limits, pt64_entry_t entry,
                                              unsigned level)
{
    return pt64_vtd_ss_snp_reserved(limits, entry, level) | (entry & PT64_VTD_SS_SNP);
}

/** What an entry is with these bits reserved. */
PT64_MEMBER enum pt64_kind pt64_vtd_ss_kind_by(pt64_entry_t entry, unsigned level,
                                               pt64_entry_t reserved)
{
    if (!(entry & PT64_VTD_SS_RWX))
        return PT64_EMPTY;
    if (reserved | (entry & PT64_VTD_SS_EXTENDED))
        return PT64_UNKNOWN;
    return pt64_vtd_ss_is_leaf(entry, level) ? PT64_LEAF : PT64_LINK;
}

PT64_MEMBER enum pt64_kind pt64_vtd_ss_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                            unsigned level)
{
    return pt64_vtd_ss_kind_by(entry, level, pt64_vtd_ss_reserved(limits, entry, level));
}

PT64_MEMBER enum pt64_kind pt64_vtd_ss_snp_kind(const struct pt64_limits *limits,
                                                pt64_entry_t entry, unsigned level)
{
    return pt64_vtd_ss_kind_by(entry, level, pt64_vtd_ss_snp_reserved(limits, entry, level));
}

/** Besides, bits 20:12 or 29:12 of a huge page, and PS at a level without huge pages. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_wrong_by(pt64_entry_t entry, unsigned level, pt64_size_t page,
                                              pt64_entry_t reserved)
{
    if (!(entry & (PT64_VTD_SS_R | PT64_VTD_SS_W)))
        return 0;
    if (!pt64_vtd_ss_is_leaf(entry, level))
        return reserved;
    if (page == 0)
        return reserved | PT64_VTD_SS_PS;
    return reserved | (entry & (page - 1) & PT64_VTD_SS_ADDRESS);
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                           unsigned level, pt64_size_t page)
{
    return pt64_vtd_ss_wrong_by(entry, level, page, pt64_vtd_ss_reserved(limits, entry, level));
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_snp_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                               unsigned level, pt64_size_t page)
{
    return pt64_vtd_ss_wrong_by(entry, level, page, pt64_vtd_ss_snp_reserved(limits, entry, level));
}

/* ---- entries that are not present: hardware ignores all bits but 2:0 ---- */

/* Bits of EMT, which are clear in a leaf. */
#define PT64_VTD_SS_HIDDEN     ((pt64_entry_t)1 << 3) /**< a hidden page */
#define PT64_VTD_SS_MARK       ((pt64_entry_t)1 << 4) /**< a mark in bits 63:5 */
#define PT64_VTD_SS_TAG        (PT64_VTD_SS_RWX | PT64_VTD_SS_HIDDEN | PT64_VTD_SS_MARK)
#define PT64_VTD_SS_MARK_SHIFT 5

PT64_MEMBER pt64_entry_t pt64_vtd_ss_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ (PT64_VTD_SS_R | PT64_VTD_SS_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & PT64_VTD_SS_TAG) != PT64_VTD_SS_HIDDEN)
        return 0;
    return entry ^ (PT64_VTD_SS_R | PT64_VTD_SS_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_vtd_ss_mark(const struct pt64_limits *limits, uint64_t mark,
                                          unsigned level)
{
    if (pt64_shift_right(mark, 64 - PT64_VTD_SS_MARK_SHIFT) != 0)
        return 0;
    return mark << PT64_VTD_SS_MARK_SHIFT | PT64_VTD_SS_MARK;
}

PT64_MEMBER bool pt64_vtd_ss_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = entry >> PT64_VTD_SS_MARK_SHIFT;
    return (entry & PT64_VTD_SS_TAG) == PT64_VTD_SS_MARK;
}

/** @endcond */

/**
 * The entry format of the second stage, in legacy mode or where the PASID entry has SSADE clear. A
 * page allows reads, writes or both. There is no PT64_EXECUTE, no PT64_USER and no memory type:
 * devices have none. Bits 8 and 9 are left to software.
 *
 * An entry with X, a memory type or TM, which other software may have made for an IOMMU with these
 * features, is neither a page nor an empty slot to the library. A mark has 59 bits.
 */
PT64_TRAIT struct pt64_pte pt64_vtd_ss_pte = {
    .architecture = PT64_VTD_SS_ARCHITECTURE,
    .flags = PT64_VTD_SS_FLAGS,
    .can_encode = pt64_vtd_ss_can_encode,
    .leaf = pt64_vtd_ss_leaf,
    .address = pt64_vtd_ss_address,
    .leaf_address = pt64_vtd_ss_address_of,
    .decode = pt64_vtd_ss_decode,
    .protect = pt64_vtd_ss_protect,
    .demote = pt64_vtd_ss_demote,
    .change = pt64_vtd_ss_change,
    .link = pt64_vtd_ss_link,
    .link_address = pt64_vtd_ss_address_of,
    .hide = pt64_vtd_ss_hide,
    .show = pt64_vtd_ss_show,
    .mark = pt64_vtd_ss_mark,
    .mark_of = pt64_vtd_ss_mark_of,
    .kind = pt64_vtd_ss_kind,
    .wrong = pt64_vtd_ss_wrong,
};

/** The same with PT64_VTD_SNOOP, for an IOMMU with snoop control (ECAP.SC, bit 7). */
PT64_TRAIT struct pt64_pte pt64_vtd_ss_snp_pte = {
    .architecture = PT64_VTD_SS_ARCHITECTURE,
    .flags = PT64_VTD_SS_SNP_FLAGS,
    .sticky = PT64_VTD_SNOOP,
    .changeable = PT64_VTD_SNOOP,
    .can_encode = pt64_vtd_ss_snp_can_encode,
    .leaf = pt64_vtd_ss_leaf,
    .address = pt64_vtd_ss_address,
    .leaf_address = pt64_vtd_ss_address_of,
    .decode = pt64_vtd_ss_decode,
    .protect = pt64_vtd_ss_protect,
    .demote = pt64_vtd_ss_demote,
    .change = pt64_vtd_ss_change,
    .link = pt64_vtd_ss_link,
    .link_address = pt64_vtd_ss_address_of,
    .hide = pt64_vtd_ss_hide,
    .show = pt64_vtd_ss_show,
    .mark = pt64_vtd_ss_mark,
    .mark_of = pt64_vtd_ss_mark_of,
    .kind = pt64_vtd_ss_snp_kind,
    .wrong = pt64_vtd_ss_snp_wrong,
};

/**
 * The entry format where the PASID entry has SSADE (bit 9; the IOMMU has ECAP.SLADS, bit 45): the
 * walker sets the accessed flag of each entry that it uses, and the dirty flag of the page.
 */
PT64_TRAIT struct pt64_pte pt64_vtd_ss_ad_pte = {
    .architecture = PT64_VTD_SS_ARCHITECTURE,
    .flags = PT64_VTD_SS_AD_FLAGS,
    .can_encode = pt64_vtd_ss_ad_can_encode,
    .leaf = pt64_vtd_ss_leaf,
    .address = pt64_vtd_ss_address,
    .leaf_address = pt64_vtd_ss_address_of,
    .decode = pt64_vtd_ss_ad_decode,
    .protect = pt64_vtd_ss_protect,
    .demote = pt64_vtd_ss_demote,
    .clean = pt64_vtd_ss_clean,
    .change = pt64_vtd_ss_ad_change,
    .is_volatile = pt64_vtd_ss_ad_is_volatile,
    .link = pt64_vtd_ss_link,
    .link_address = pt64_vtd_ss_address_of,
    .hide = pt64_vtd_ss_hide,
    .show = pt64_vtd_ss_show,
    .mark = pt64_vtd_ss_mark,
    .mark_of = pt64_vtd_ss_mark_of,
    .kind = pt64_vtd_ss_kind,
    .wrong = pt64_vtd_ss_wrong,
};

/** The same with PT64_VTD_SNOOP, for an IOMMU with snoop control too. */
PT64_TRAIT struct pt64_pte pt64_vtd_ss_ad_snp_pte = {
    .architecture = PT64_VTD_SS_ARCHITECTURE,
    .flags = PT64_VTD_SS_AD_SNP_FLAGS,
    .sticky = PT64_VTD_SNOOP,
    .changeable = PT64_VTD_SNOOP,
    .can_encode = pt64_vtd_ss_ad_snp_can_encode,
    .leaf = pt64_vtd_ss_leaf,
    .address = pt64_vtd_ss_address,
    .leaf_address = pt64_vtd_ss_address_of,
    .decode = pt64_vtd_ss_ad_decode,
    .protect = pt64_vtd_ss_protect,
    .demote = pt64_vtd_ss_demote,
    .clean = pt64_vtd_ss_clean,
    .change = pt64_vtd_ss_ad_change,
    .is_volatile = pt64_vtd_ss_ad_is_volatile,
    .link = pt64_vtd_ss_link,
    .link_address = pt64_vtd_ss_address_of,
    .hide = pt64_vtd_ss_hide,
    .show = pt64_vtd_ss_show,
    .mark = pt64_vtd_ss_mark,
    .mark_of = pt64_vtd_ss_mark_of,
    .kind = pt64_vtd_ss_snp_kind,
    .wrong = pt64_vtd_ss_snp_wrong,
};

/**
 * The entry format of the first stage, in scalable mode with SRE, NXE, EAFE and execute requests
 * off: see pte/x86_64_iommu.h. Every page can be read.
 */
PT64_TRAIT struct pt64_pte pt64_vtd_fs_pte = PT64_X86_64_IOMMU_PTE(PT64_VTD_FS_ARCHITECTURE);

PT64_TRAITS_END

#endif
