/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of ARMv7-A: short descriptors of 4 bytes, and the long descriptors of the Large Physical
 * Address Extension, of 8 bytes.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.5
 * "Short-descriptor translation table format", B3.6 "Long-descriptor translation table format",
 * B3.7 "Memory access control", B3.8 "Memory region attributes". Where that manual leaves something
 * open, DDI 0487 (issue M.b), chapter G5, says it for AArch32.
 *
 * Levels count from the leaf:
 *
 * | level | short descriptors        | maps, links                            |
 * | ----- | ------------------------ | -------------------------------------- |
 * | 0     | second-level descriptor  | a small page, 4K                       |
 * | 1     | first-level descriptor   | a section, 1M; a page table of 1 KiB   |
 *
 * | level | long descriptors         | maps, links                            |
 * | ----- | ------------------------ | -------------------------------------- |
 * | 0     | third-level descriptor   | a page, 4K                             |
 * | 1     | second-level descriptor  | a block, 2M; a third-level table       |
 * | 2     | first-level descriptor   | a block, 1G; a second-level table      |
 *
 * Short descriptors, with SCTLR.TRE set: TEX[0], C and B are an index into PRRR and NMRR, which
 * hold the values of regs/armv7.h. A format uses one domain, domain 0, which is a client in DACR.
 * These entries are PT64_UNKNOWN, so that they are no pages of a table, and their slots are not
 * free:
 *
 * - Large pages (64K) and supersections (16M), which fill sixteen slots.
 * - Sections and links that say what a small page cannot: another domain, NS, PXN, or the
 *   implementation defined bit 9. A split could not keep it.
 * - Leaves with TEX[2] set, which marks an absent form; with an index that PRRR leaves
 *   implementation defined (6) or that the formats do not use (2, 3, 5); with AP[2:0] 100, which is
 *   reserved.
 *
 * PXN is never set: small pages have none of their own, and it needs ID_MMFR0.VMSA of at least 4.
 * So privileged code can execute the executable pages of unprivileged code. No flag says that
 * privileged code alone writes what others read (AP[2:0] 010), or that memory is Strongly-ordered:
 * a page that says so is told as PT64_READ and PT64_USER, or as PT64_DEVICE.
 */
#ifndef PAGE_TABLE64_PTE_ARMV7_H
#define PAGE_TABLE64_PTE_ARMV7_H

#include "../regs/armv7.h"
#include "aarch64.h"

#define PT64_ARMV7_ARCHITECTURE 40 /**< EM_ARM */

PT64_TRAITS_BEGIN

/* ---- short descriptors ---- */

#define PT64_ARMV7_SHORT_TYPE    ((pt64_entry_t)3 << 0) /**< 0: every access faults */
#define PT64_ARMV7_SHORT_LINK    ((pt64_entry_t)1 << 0) /**< type of a page table; of a large page */
#define PT64_ARMV7_SHORT_LEAF    ((pt64_entry_t)2 << 0) /**< type of a section or small page */
#define PT64_ARMV7_SHORT_PAGE    UINT64_C(0xfffff000)   /**< address of a small page, 31:12 */
#define PT64_ARMV7_SHORT_SECTION UINT64_C(0xfff00000)   /**< address of a section, 31:20 */
#define PT64_ARMV7_SHORT_TABLE   UINT64_C(0xfffffc00)   /**< address of a page table, 31:10 */

/* The attributes of a small page. Those of a section are 6 places higher, but for B, C and XN. */
#define PT64_ARMV7_SHORT_XN    ((pt64_entry_t)1 << 0)  /**< never executed; bit 4 of a section */
#define PT64_ARMV7_SHORT_B     ((pt64_entry_t)1 << 2)  /**< of the memory type; in a section too */
#define PT64_ARMV7_SHORT_C     ((pt64_entry_t)1 << 3)  /**< of the memory type; in a section too */
#define PT64_ARMV7_SHORT_AP0   ((pt64_entry_t)1 << 4)  /**< AP[0]; with SCTLR.AFE: accessed */
#define PT64_ARMV7_SHORT_AP1   ((pt64_entry_t)1 << 5)  /**< AP[1]: PL0 access */
#define PT64_ARMV7_SHORT_TEX0  ((pt64_entry_t)1 << 6)  /**< of the memory type */
#define PT64_ARMV7_SHORT_SOFT0 ((pt64_entry_t)1 << 7)  /**< PT64_SOFT0; TEX[2:1] are software's */
#define PT64_ARMV7_SHORT_TEX2  ((pt64_entry_t)1 << 8)  /**< see PT64_ARMV7_SHORT_BROKEN */
#define PT64_ARMV7_SHORT_AP2   ((pt64_entry_t)1 << 9)  /**< AP[2]: read-only */
#define PT64_ARMV7_SHORT_S     ((pt64_entry_t)1 << 10) /**< Normal memory is shareable */
#define PT64_ARMV7_SHORT_NG    ((pt64_entry_t)1 << 11) /**< not global */

/* What only first-level descriptors have. */
#define PT64_ARMV7_SECTION_XN   ((pt64_entry_t)1 << 4)  /**< XN of a section */
#define PT64_ARMV7_SHORT_DOMAIN ((pt64_entry_t)15 << 5) /**< of a section or page table */
#define PT64_ARMV7_SHORT_IMP    ((pt64_entry_t)1 << 9)  /**< implementation defined */
#define PT64_ARMV7_SUPERSECTION ((pt64_entry_t)1 << 18) /**< a supersection, not a section */
#define PT64_ARMV7_SECTION_NS   ((pt64_entry_t)1 << 19) /**< Non-secure, in Secure state */
/** In a link: PXN, NS, a bit that should be zero, the domain, bit 9. */
#define PT64_ARMV7_SHORT_IMPOSED ((pt64_entry_t)255 << 2)

/**
 * With a type of 0, this bit marks a small page that is broken until it is made anew; hardware
 * ignores the other bits (B3.5.1). No leaf has TEX[2] set. XN is part of the type: the absent form
 * keeps it in the place of C, since TEX[0] and B tell the memory type.
 */
#define PT64_ARMV7_SHORT_BROKEN PT64_ARMV7_SHORT_TEX2
/** The same of a section: TEX[2] and bit 9. */
#define PT64_ARMV7_SECTION_BROKEN (PT64_ARMV7_SHORT_TEX2 << 6 | PT64_ARMV7_SHORT_IMP)

/** @cond engine */

/* ---- small pages, and sections in their form ---- */

/** The bits 11:4 of a small page: those that a section has 6 places higher. */
#define PT64_ARMV7_SHORT_SHIFTED ((pt64_entry_t)255 << 4)
/** The bits that a section has in the same places. */
#define PT64_ARMV7_SHORT_SHARED (PT64_ARMV7_SHORT_B | PT64_ARMV7_SHORT_C | PT64_ARMV7_SHORT_LEAF)
/** The index into PRRR and NMRR. */
#define PT64_ARMV7_SHORT_INDEX (PT64_ARMV7_SHORT_TEX0 | PT64_ARMV7_SHORT_C | PT64_ARMV7_SHORT_B)
#define PT64_ARMV7_SHORT_AP    (PT64_ARMV7_SHORT_AP0 | PT64_ARMV7_SHORT_AP1 | PT64_ARMV7_SHORT_AP2)

/*
 * The indices of the memory types. They mean the same where SCTLR.TRE and PT64_SOFT0 are clear.
 */
#define PT64_ARMV7_SHORT_DEVICE     PT64_ARMV7_SHORT_B     /**< index 1 */
#define PT64_ARMV7_SHORT_UNCACHED   PT64_ARMV7_SHORT_TEX0  /**< index 4 */
#define PT64_ARMV7_SHORT_WRITE_BACK PT64_ARMV7_SHORT_INDEX /**< index 7 */

/** A section as a small page: the same attributes and address. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_page_of(pt64_entry_t section)
{
    pt64_entry_t page = section & (PT64_ARMV7_SHORT_SECTION | PT64_ARMV7_SHORT_SHARED);

    page |= section >> 6 & PT64_ARMV7_SHORT_SHIFTED;
    return page | (section & PT64_ARMV7_SECTION_XN ? PT64_ARMV7_SHORT_XN : 0);
}

/** A small page, or some bits of it, as a section. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_section_of(pt64_entry_t page)
{
    pt64_entry_t section = page & (PT64_ARMV7_SHORT_SECTION | PT64_ARMV7_SHORT_SHARED);

    section |= (page & PT64_ARMV7_SHORT_SHIFTED) << 6;
    return section | (page & PT64_ARMV7_SHORT_XN ? PT64_ARMV7_SECTION_XN : 0);
}

/** A leaf at `level`, in the form of a small page. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_read(pt64_entry_t leaf, unsigned level)
{
    return level == 0 ? leaf : pt64_armv7_short_page_of(leaf);
}

/** A small page, or some bits of it, as a leaf at `level`. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_make(pt64_entry_t page, unsigned level)
{
    return level == 0 ? page : pt64_armv7_short_section_of(page);
}

/* ---- what the two formats have in common ---- */

PT64_MEMBER pt64_entry_t pt64_armv7_short_index(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return PT64_ARMV7_SHORT_DEVICE;
    if (flags & PT64_UNCACHED)
        return PT64_ARMV7_SHORT_UNCACHED;
    return PT64_ARMV7_SHORT_WRITE_BACK;
}

PT64_MEMBER pt64_flags_t pt64_armv7_short_memory_type(pt64_entry_t page)
{
    switch (page & PT64_ARMV7_SHORT_INDEX) {
    case PT64_ARMV7_SHORT_WRITE_BACK:
        return 0;
    case PT64_ARMV7_SHORT_UNCACHED:
        return PT64_UNCACHED;
    default: /* Device, and Strongly-ordered, which no flag encodes */
        return PT64_DEVICE;
    }
}

/**
 * A page is executed only where it can be read (B3.7.2). Device memory must not be executable: a
 * CPU may fetch speculatively wherever execution is allowed (A3.5.7).
 */
PT64_MEMBER bool pt64_armv7_short_can_encode_some(pt64_flags_t flags, pt64_flags_t known)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    return (flags & ~known) == 0 && (type & (type - 1)) == 0 &&
           ((flags & PT64_READ) != 0 || (flags & PT64_PERMISSIONS) == 0) &&
           (flags & (PT64_DEVICE | PT64_EXECUTE)) != (PT64_DEVICE | PT64_EXECUTE);
}

/** A small page with these flags, but for its permissions to read and write. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_common_page(pt64_flags_t flags)
{
    pt64_entry_t page = PT64_ARMV7_SHORT_LEAF | PT64_ARMV7_SHORT_S | pt64_armv7_short_index(flags);

    page |= flags & PT64_EXECUTE ? 0 : PT64_ARMV7_SHORT_XN;
    page |= flags & PT64_GLOBAL ? 0 : PT64_ARMV7_SHORT_NG;
    page |= flags & PT64_SOFT0 ? PT64_ARMV7_SHORT_SOFT0 : 0;
    return page;
}

/** The flags of a small page, but for its permissions. */
PT64_MEMBER pt64_flags_t pt64_armv7_short_common_flags(pt64_entry_t page)
{
    pt64_flags_t flags = pt64_armv7_short_memory_type(page);

    flags |= page & PT64_ARMV7_SHORT_NG ? 0 : PT64_GLOBAL;
    flags |= page & PT64_ARMV7_SHORT_SOFT0 ? PT64_SOFT0 : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

PT64_MEMBER pt64_paddr_t pt64_armv7_short_leaf_address(pt64_entry_t leaf, unsigned level)
{
    return leaf & (level == 0 ? PT64_ARMV7_SHORT_PAGE : PT64_ARMV7_SHORT_SECTION);
}

/** A link imposes nothing: domain 0, PXN and NS clear. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                               unsigned level)
{
    return paddr | PT64_ARMV7_SHORT_LINK;
}

PT64_MEMBER pt64_paddr_t pt64_armv7_short_link_address(pt64_entry_t link, unsigned level)
{
    return link & PT64_ARMV7_SHORT_TABLE;
}

/**
 * The bits, by the type of the entry, that no entry of these formats has: those of other types, and
 * those that a small page could not keep. In a section, bit 0 is PXN.
 */
PT64_MEMBER pt64_entry_t pt64_armv7_short_foreign_bits(pt64_entry_t entry, unsigned level)
{
    if (!(entry & PT64_ARMV7_SHORT_LEAF))
        return level == 0 ? PT64_ARMV7_SHORT_LINK : PT64_ARMV7_SHORT_IMPOSED;
    if (level == 0)
        return PT64_ARMV7_SHORT_TEX2;
    return PT64_ARMV7_SHORT_LINK | PT64_ARMV7_SHORT_DOMAIN | PT64_ARMV7_SHORT_IMP |
           PT64_ARMV7_SHORT_TEX2 << 6 | PT64_ARMV7_SUPERSECTION | PT64_ARMV7_SECTION_NS;
}

/** Whether the formats use this index. C is set where TEX[0] and B are. */
PT64_MEMBER bool pt64_armv7_short_knows_index(pt64_entry_t page)
{
    bool needs_c = (page & PT64_ARMV7_SHORT_TEX0) != 0 && (page & PT64_ARMV7_SHORT_B) != 0;

    return ((page & PT64_ARMV7_SHORT_C) != 0) == needs_c;
}

PT64_MEMBER enum pt64_kind pt64_armv7_short_kind_by(pt64_entry_t entry, unsigned level,
                                                    bool knows_leaf)
{
    if ((entry & PT64_ARMV7_SHORT_TYPE) == 0)
        return PT64_EMPTY;
    if (entry & pt64_armv7_short_foreign_bits(entry, level))
        return PT64_UNKNOWN;
    if (!(entry & PT64_ARMV7_SHORT_LEAF))
        return PT64_LINK;
    return knows_leaf ? PT64_LEAF : PT64_UNKNOWN;
}

/**
 * The wrong bits are those by which the entry is another's, or else its type. There are no low bits
 * of an address.
 */
PT64_MEMBER pt64_entry_t pt64_armv7_short_wrong_by(pt64_entry_t entry, unsigned level,
                                                   enum pt64_kind kind, pt64_size_t page)
{
    pt64_entry_t foreign = entry & pt64_armv7_short_foreign_bits(entry, level);

    if (kind == PT64_UNKNOWN)
        return foreign != 0 ? foreign : entry & PT64_ARMV7_SHORT_TYPE;
    return kind == PT64_LEAF && page == 0 ? PT64_ARMV7_SHORT_LEAF : 0;
}

/** `said` are the bits of a small page that flags encode. Protecting keeps the others. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_protect_by(pt64_entry_t old, pt64_entry_t leaf,
                                                     unsigned level, pt64_entry_t said)
{
    pt64_entry_t entry = (old & ~pt64_armv7_short_make(said, level)) | leaf;
    pt64_entry_t not_global = pt64_armv7_short_make(PT64_ARMV7_SHORT_NG, level);

    return old & not_global ? entry : entry & ~not_global;
}

/** Strongly-ordered memory, and Normal memory that is not shareable, which no flag makes. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_kept(unsigned level)
{
    return pt64_armv7_short_make(PT64_ARMV7_SHORT_INDEX | PT64_ARMV7_SHORT_S, level);
}

/** What flags encode in both formats. */
#define PT64_ARMV7_SHORT_SAID                                                                     \
    (PT64_ARMV7_SHORT_XN | PT64_ARMV7_SHORT_INDEX | PT64_ARMV7_SHORT_AP1 | PT64_ARMV7_SHORT_AP2 | \
     PT64_ARMV7_SHORT_S | PT64_ARMV7_SHORT_NG)

/** A small page can say all that a section does. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_demote(pt64_entry_t leaf, unsigned level)
{
    return pt64_armv7_short_page_of(leaf);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_absent(const struct pt64_limits *limits,
                                                 pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = leaf & ~PT64_ARMV7_SHORT_TYPE;

    if (level > 0)
        return entry | PT64_ARMV7_SECTION_BROKEN;
    entry = (entry & ~PT64_ARMV7_SHORT_C) | PT64_ARMV7_SHORT_BROKEN;
    return leaf & PT64_ARMV7_SHORT_XN ? entry | PT64_ARMV7_SHORT_C : entry;
}

/** The small page of an absent form: XN comes back from the place of C, and C from TEX[0] and B. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_present_page(pt64_entry_t entry)
{
    pt64_entry_t page =
        entry & ~(PT64_ARMV7_SHORT_BROKEN | PT64_ARMV7_SHORT_C | PT64_ARMV7_SHORT_TYPE);

    page |= pt64_armv7_short_knows_index(page) ? 0 : PT64_ARMV7_SHORT_C;
    page |= entry & PT64_ARMV7_SHORT_C ? PT64_ARMV7_SHORT_XN : 0;
    return page | PT64_ARMV7_SHORT_LEAF;
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_present(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t mark = level == 0 ? PT64_ARMV7_SHORT_BROKEN : PT64_ARMV7_SECTION_BROKEN;

    if ((entry & (mark | PT64_ARMV7_SHORT_TYPE)) != mark)
        return 0;
    if (level == 0)
        return pt64_armv7_short_present_page(entry);
    return (entry & ~mark) | PT64_ARMV7_SHORT_LEAF;
}

/*
 * A hidden page: bit 9, without TEX[2], and a type of 0. In a small page bit 9 is AP[2], which a
 * page that is not written has, and XN is part of the type: no hidden page is executable.
 */
#define PT64_ARMV7_SHORT_HIDDEN PT64_ARMV7_SHORT_AP2
/** A mark, in bits 31:10: bit 7 without bits 9 and 8, and a type of 0. */
#define PT64_ARMV7_SHORT_MARK ((pt64_entry_t)1 << 7)

PT64_MEMBER pt64_entry_t pt64_armv7_short_hide(pt64_entry_t leaf, unsigned level)
{
    return (leaf & ~PT64_ARMV7_SHORT_TYPE) | PT64_ARMV7_SHORT_HIDDEN;
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t tex2 = pt64_armv7_short_make(PT64_ARMV7_SHORT_TEX2, level);

    if ((entry & (PT64_ARMV7_SHORT_TYPE | PT64_ARMV7_SHORT_HIDDEN | tex2)) !=
        PT64_ARMV7_SHORT_HIDDEN)
        return 0;
    if (level == 0)
        return entry | PT64_ARMV7_SHORT_LEAF | PT64_ARMV7_SHORT_XN;
    return (entry ^ PT64_ARMV7_SHORT_IMP) | PT64_ARMV7_SHORT_LEAF;
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_mark(const struct pt64_limits *limits, uint64_t mark,
                                               unsigned level)
{
    return mark >> 22 != 0 ? 0 : mark << 10 | PT64_ARMV7_SHORT_MARK;
}

PT64_MEMBER bool pt64_armv7_short_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = entry >> 10;
    return (entry & 0x3ff) == PT64_ARMV7_SHORT_MARK;
}

/* ---- AP[2:0], with SCTLR.AFE clear ---- */

#define PT64_ARMV7_SHORT_FLAGS \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_SOFT0)

/* The rights that AP[2:0] grants, in the unused upper half of a value. */
#define PT64_ARMV7_PL1_READS  ((pt64_entry_t)1 << 32)
#define PT64_ARMV7_PL1_WRITES ((pt64_entry_t)1 << 33)
#define PT64_ARMV7_PL0_READS  ((pt64_entry_t)1 << 34)
#define PT64_ARMV7_PL0_WRITES ((pt64_entry_t)1 << 35)

/** B3.7.1, table "VMSAv7 AP[2:0] access permissions model". */
PT64_MEMBER pt64_entry_t pt64_armv7_short_rights(pt64_entry_t page)
{
    switch (page & PT64_ARMV7_SHORT_AP) {
    case PT64_ARMV7_SHORT_AP0: /* 001 */
        return PT64_ARMV7_PL1_READS | PT64_ARMV7_PL1_WRITES;
    case PT64_ARMV7_SHORT_AP1: /* 010 */
        return PT64_ARMV7_PL1_READS | PT64_ARMV7_PL1_WRITES | PT64_ARMV7_PL0_READS;
    case PT64_ARMV7_SHORT_AP1 | PT64_ARMV7_SHORT_AP0: /* 011 */
        return PT64_ARMV7_PL1_READS | PT64_ARMV7_PL1_WRITES | PT64_ARMV7_PL0_READS |
               PT64_ARMV7_PL0_WRITES;
    case PT64_ARMV7_SHORT_AP2 | PT64_ARMV7_SHORT_AP0: /* 101 */
        return PT64_ARMV7_PL1_READS;
    case PT64_ARMV7_SHORT_AP2 | PT64_ARMV7_SHORT_AP1: /* 110, deprecated */
    case PT64_ARMV7_SHORT_AP:                         /* 111 */
        return PT64_ARMV7_PL1_READS | PT64_ARMV7_PL0_READS;
    default: /* 000, and 100, which is reserved */
        return 0;
    }
}

/** A user page with no permission cannot be told from any other page without. */
PT64_MEMBER bool pt64_armv7_short_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                             unsigned level)
{
    return pt64_armv7_short_can_encode_some(flags, PT64_ARMV7_SHORT_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                               unsigned level)
{
    pt64_entry_t page = pt64_armv7_short_common_page(flags);

    page |= flags & PT64_READ ? PT64_ARMV7_SHORT_AP0 : 0;
    page |= flags & PT64_USER ? PT64_ARMV7_SHORT_AP1 : 0;
    page |= (flags & (PT64_READ | PT64_WRITE)) == PT64_READ ? PT64_ARMV7_SHORT_AP2 : 0;
    return pt64_armv7_short_make(page, level);
}

/**
 * Of a page that PL0 may read, the rights are those of PL0. AP[2:0] 010 also lets PL1 write, for
 * which there is no flag.
 */
PT64_MEMBER pt64_flags_t pt64_armv7_short_decode(pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t page = pt64_armv7_short_read(leaf, level);
    pt64_entry_t rights = pt64_armv7_short_rights(page);
    bool is_user = (rights & PT64_ARMV7_PL0_READS) != 0;
    pt64_flags_t flags = pt64_armv7_short_common_flags(page);

    if (!(rights & PT64_ARMV7_PL1_READS))
        return flags;
    flags |= PT64_READ | (is_user ? PT64_USER : 0);
    flags |= rights & (is_user ? PT64_ARMV7_PL0_WRITES : PT64_ARMV7_PL1_WRITES) ? PT64_WRITE : 0;
    flags |= page & PT64_ARMV7_SHORT_XN ? 0 : PT64_EXECUTE;
    return flags;
}

/** AP[2:0] 100 is reserved. */
PT64_MEMBER enum pt64_kind pt64_armv7_short_kind(const struct pt64_limits *limits,
                                                 pt64_entry_t entry, unsigned level)
{
    pt64_entry_t page = pt64_armv7_short_read(entry, level);

    return pt64_armv7_short_kind_by(entry, level,
                                    pt64_armv7_short_knows_index(page) &&
                                        (page & PT64_ARMV7_SHORT_AP) != PT64_ARMV7_SHORT_AP2);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_wrong(const struct pt64_limits *limits,
                                                pt64_entry_t entry, unsigned level,
                                                pt64_size_t page)
{
    return pt64_armv7_short_wrong_by(entry, level, pt64_armv7_short_kind(limits, entry, level),
                                     page);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                  unsigned level)
{
    return pt64_armv7_short_protect_by(old, leaf, level,
                                       PT64_ARMV7_SHORT_SAID | PT64_ARMV7_SHORT_AP0);
}

/**
 * Another address, memory type, shareability or globality takes break-before-make. The values of
 * AP[2:0] are compared by the rights that they grant. A page that PL0 may access takes rights from
 * PL1 where a CPU has CPSR.PAN. SCTLR.UWXN is taken to be clear.
 */
PT64_MEMBER enum pt64_change pt64_armv7_short_change(pt64_entry_t old, pt64_entry_t now,
                                                     unsigned level)
{
    pt64_entry_t from = pt64_armv7_short_read(old, level);
    pt64_entry_t to = pt64_armv7_short_read(now, level);
    struct pt64_change_bits bits;

    bits.grants = PT64_ARMV7_PL1_READS | PT64_ARMV7_PL1_WRITES | PT64_ARMV7_PL0_WRITES;
    bits.refuses = PT64_ARMV7_SHORT_XN;
    bits.trades = PT64_ARMV7_PL0_READS;
    bits.notes = 0;
    bits.moved =
        ~(bits.grants | bits.refuses | bits.trades | PT64_ARMV7_SHORT_AP | PT64_ARMV7_SHORT_SOFT0);
    return pt64_change_by(&bits, from | pt64_armv7_short_rights(from),
                          to | pt64_armv7_short_rights(to));
}

/** @endcond */

/**
 * Short descriptors with SCTLR.AFE clear. A page may refuse every access, by flags without a
 * permission. There is no accessed flag.
 */
PT64_TRAIT struct pt64_pte pt64_armv7_short_pte = {
    .architecture = PT64_ARMV7_ARCHITECTURE,
    .flags = PT64_ARMV7_SHORT_FLAGS,
    .can_encode = pt64_armv7_short_can_encode,
    .leaf = pt64_armv7_short_leaf,
    .address = pt64_armv7_short_address,
    .leaf_address = pt64_armv7_short_leaf_address,
    .decode = pt64_armv7_short_decode,
    .protect = pt64_armv7_short_protect,
    .kept = pt64_armv7_short_kept,
    .demote = pt64_armv7_short_demote,
    .change = pt64_armv7_short_change,
    .link = pt64_armv7_short_link,
    .link_address = pt64_armv7_short_link_address,
    .absent = pt64_armv7_short_absent,
    .present = pt64_armv7_short_present,
    .hide = pt64_armv7_short_hide,
    .show = pt64_armv7_short_show,
    .mark = pt64_armv7_short_mark,
    .mark_of = pt64_armv7_short_mark_of,
    .kind = pt64_armv7_short_kind,
    .wrong = pt64_armv7_short_wrong,
};

/** @cond engine */

/* ---- AP[2:1] and an access flag, with SCTLR.AFE set ---- */

#define PT64_ARMV7_SHORT_AFE_FLAGS (PT64_ARMV7_SHORT_FLAGS | PT64_ACCESSED)

/** Every page can be read by privileged code. */
PT64_MEMBER bool pt64_armv7_short_afe_can_encode(const struct pt64_limits *limits,
                                                 pt64_flags_t flags, unsigned level)
{
    return (flags & PT64_READ) != 0 &&
           pt64_armv7_short_can_encode_some(flags, PT64_ARMV7_SHORT_AFE_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_afe_leaf(const struct pt64_limits *limits,
                                                   pt64_flags_t flags, unsigned level)
{
    pt64_entry_t page = pt64_armv7_short_common_page(flags);

    page |= flags & PT64_ACCESSED ? PT64_ARMV7_SHORT_AP0 : 0;
    page |= flags & PT64_USER ? PT64_ARMV7_SHORT_AP1 : 0;
    page |= flags & PT64_WRITE ? 0 : PT64_ARMV7_SHORT_AP2;
    return pt64_armv7_short_make(page, level);
}

/** B3.7.1, table "VMSAv7 AP[2:1] access permissions model". */
PT64_MEMBER pt64_flags_t pt64_armv7_short_afe_decode(pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t page = pt64_armv7_short_read(leaf, level);
    pt64_flags_t flags = pt64_armv7_short_common_flags(page) | PT64_READ;

    flags |= page & PT64_ARMV7_SHORT_AP0 ? PT64_ACCESSED : 0;
    flags |= page & PT64_ARMV7_SHORT_AP1 ? PT64_USER : 0;
    flags |= page & PT64_ARMV7_SHORT_AP2 ? 0 : PT64_WRITE;
    flags |= page & PT64_ARMV7_SHORT_XN ? 0 : PT64_EXECUTE;
    return flags;
}

PT64_MEMBER enum pt64_kind pt64_armv7_short_afe_kind(const struct pt64_limits *limits,
                                                     pt64_entry_t entry, unsigned level)
{
    return pt64_armv7_short_kind_by(
        entry, level, pt64_armv7_short_knows_index(pt64_armv7_short_read(entry, level)));
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_afe_wrong(const struct pt64_limits *limits,
                                                    pt64_entry_t entry, unsigned level,
                                                    pt64_size_t page)
{
    return pt64_armv7_short_wrong_by(entry, level, pt64_armv7_short_afe_kind(limits, entry, level),
                                     page);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_afe_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                      unsigned level)
{
    return pt64_armv7_short_protect_by(old, leaf, level, PT64_ARMV7_SHORT_SAID);
}

PT64_MEMBER pt64_entry_t pt64_armv7_short_afe_clean(pt64_entry_t leaf, pt64_flags_t flags,
                                                    unsigned level)
{
    pt64_entry_t accessed = pt64_armv7_short_make(PT64_ARMV7_SHORT_AP0, level);

    return flags & PT64_ACCESSED ? leaf & ~accessed : leaf;
}

/** A TLB holds no entry whose access flag is clear (B3.9; DDI 0487, G5.8). */
PT64_MEMBER enum pt64_change pt64_armv7_short_afe_change(pt64_entry_t old, pt64_entry_t now,
                                                         unsigned level)
{
    struct pt64_change_bits bits;

    bits.grants = 0;
    bits.refuses = PT64_ARMV7_SHORT_XN | PT64_ARMV7_SHORT_AP2;
    bits.trades = PT64_ARMV7_SHORT_AP1;
    bits.notes = PT64_ARMV7_SHORT_AP0;
    bits.moved = ~(PT64_ARMV7_SHORT_XN | PT64_ARMV7_SHORT_AP | PT64_ARMV7_SHORT_SOFT0);
    return pt64_change_by(&bits, pt64_armv7_short_read(old, level),
                          pt64_armv7_short_read(now, level));
}

/** @endcond */

/**
 * Short descriptors with SCTLR.AFE set and SCTLR.HA clear. Hardware does not set the accessed flag:
 * the caller sets PT64_ACCESSED or handles the Access flag fault.
 */
PT64_TRAIT struct pt64_pte pt64_armv7_short_afe_pte = {
    .architecture = PT64_ARMV7_ARCHITECTURE,
    .flags = PT64_ARMV7_SHORT_AFE_FLAGS,
    .can_encode = pt64_armv7_short_afe_can_encode,
    .leaf = pt64_armv7_short_afe_leaf,
    .address = pt64_armv7_short_address,
    .leaf_address = pt64_armv7_short_leaf_address,
    .decode = pt64_armv7_short_afe_decode,
    .protect = pt64_armv7_short_afe_protect,
    .kept = pt64_armv7_short_kept,
    .demote = pt64_armv7_short_demote,
    .clean = pt64_armv7_short_afe_clean,
    .change = pt64_armv7_short_afe_change,
    .link = pt64_armv7_short_link,
    .link_address = pt64_armv7_short_link_address,
    .absent = pt64_armv7_short_absent,
    .present = pt64_armv7_short_present,
    .hide = pt64_armv7_short_hide,
    .show = pt64_armv7_short_show,
    .mark = pt64_armv7_short_mark,
    .mark_of = pt64_armv7_short_mark_of,
    .kind = pt64_armv7_short_afe_kind,
    .wrong = pt64_armv7_short_afe_wrong,
};

/* ---- long descriptors ---- */

/*
 * As in AArch64 stage 1, but for what follows: B3.6.1 "Long-descriptor translation table format
 * descriptors", B3.7.2 "Execute-never restrictions on instruction fetching".
 */
#define PT64_ARMV7_LPAE_ADDRESS UINT64_C(0x000000fffffff000) /**< bits 39:12 */
#define PT64_ARMV7_LPAE_BEYOND  UINT64_C(0x000fff0000000000) /**< 51:40 should be zero */
#define PT64_ARMV7_LPAE_PXN     ((pt64_entry_t)1 << 53)      /**< PL1 may not fetch */
#define PT64_ARMV7_LPAE_XN      ((pt64_entry_t)1 << 54)      /**< neither PL1 nor PL0 may fetch */

/**
 * A flag of long descriptors, with PT64_DEVICE: Strongly-ordered memory (A3.5.6). PT64_DEVICE by
 * itself is Device memory, whose stores may be acknowledged before they arrive. A memory type:
 * protecting makes it anew, and name_change_region does not take it. Its bit is that of
 * PT64_AARCH64_NGNRNE, as the types are the same.
 */
#define PT64_ARMV7_STRONGLY_ORDERED (1U << 16)

/** @cond engine */

#define PT64_ARMV7_LPAE_FLAGS                                                                    \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_ACCESSED | PT64_SOFT0 | \
     PT64_SOFT1 | PT64_ARMV7_STRONGLY_ORDERED)

/** A page is executed only where it can be read (B3.7.2). */
PT64_MEMBER bool pt64_armv7_lpae_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    return (flags & PT64_READ) != 0 && pt64_aarch64_can_encode_some(flags, PT64_ARMV7_LPAE_FLAGS);
}

PT64_MEMBER pt64_paddr_t pt64_armv7_lpae_leaf_address(pt64_entry_t leaf, unsigned level)
{
    return leaf & PT64_ARMV7_LPAE_ADDRESS & pt64_aarch64_address_bits(level);
}

PT64_MEMBER pt64_paddr_t pt64_armv7_lpae_link_address(pt64_entry_t link, unsigned level)
{
    return link & PT64_ARMV7_LPAE_ADDRESS;
}

/**
 * XN holds for both privilege levels, PXN for PL1. PL1 never executes a page that PL0 may access.
 * PL0 cannot execute a page of PL1: it would need a right to read it.
 */
PT64_MEMBER pt64_entry_t pt64_armv7_lpae_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    bool kernel_execute = (flags & (PT64_USER | PT64_EXECUTE)) == PT64_EXECUTE;
    pt64_entry_t entry = pt64_aarch64_common_leaf(flags & PT64_ARMV7_LPAE_FLAGS, level);

    entry |= flags & PT64_USER ? PT64_AARCH64_AP_USER : 0;
    entry |= flags & PT64_GLOBAL ? 0 : PT64_AARCH64_NG;
    entry |= flags & PT64_EXECUTE ? 0 : PT64_ARMV7_LPAE_XN;
    entry |= kernel_execute ? 0 : PT64_ARMV7_LPAE_PXN;
    return entry;
}

/** The types of MAIR0 and MAIR1: Strongly-ordered from index 3 on. */
PT64_MEMBER pt64_flags_t pt64_armv7_lpae_memory_type(pt64_entry_t leaf)
{
    switch ((leaf & PT64_AARCH64_ATTR_INDEX) >> 2) {
    case 0:
        return 0;
    case 1:
        return PT64_DEVICE;
    case 2:
        return PT64_UNCACHED;
    default:
        return PT64_DEVICE | PT64_ARMV7_STRONGLY_ORDERED;
    }
}

PT64_MEMBER pt64_flags_t pt64_armv7_lpae_decode(pt64_entry_t leaf, unsigned level)
{
    bool is_user = (leaf & PT64_AARCH64_AP_USER) != 0;
    pt64_entry_t refused = is_user ? PT64_ARMV7_LPAE_XN : PT64_ARMV7_LPAE_XN | PT64_ARMV7_LPAE_PXN;
    pt64_flags_t flags = pt64_aarch64_common_flags(leaf) | pt64_armv7_lpae_memory_type(leaf);

    flags |= is_user ? PT64_USER : 0;
    flags |= leaf & refused ? 0 : PT64_EXECUTE;
    flags |= leaf & PT64_AARCH64_NG ? 0 : PT64_GLOBAL;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_armv7_lpae_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                               unsigned level, pt64_size_t page)
{
    pt64_entry_t beyond = entry & PT64_AARCH64_VALID ? entry & PT64_ARMV7_LPAE_BEYOND : 0;

    return beyond | pt64_aarch64_wrong(limits, entry, level, page);
}

/** @endcond */

/**
 * Long descriptors at PL1 and PL0, with SCTLR.HA clear. Hardware does not set the accessed flag:
 * the caller sets PT64_ACCESSED or handles the Access flag fault. An adopted table must not use the
 * Contiguous bit.
 */
PT64_TRAIT struct pt64_pte pt64_armv7_lpae_pte = {
    .architecture = PT64_ARMV7_ARCHITECTURE,
    .flags = PT64_ARMV7_LPAE_FLAGS,
    .can_encode = pt64_armv7_lpae_can_encode,
    .leaf = pt64_armv7_lpae_leaf,
    .address = pt64_aarch64_address,
    .leaf_address = pt64_armv7_lpae_leaf_address,
    .decode = pt64_armv7_lpae_decode,
    .protect = pt64_aarch64_protect,
    .kept = pt64_aarch64_kept,
    .demote = pt64_aarch64_demote,
    .clean = pt64_aarch64_clean,
    .change = pt64_aarch64_change,
    .link = pt64_aarch64_link,
    .link_address = pt64_armv7_lpae_link_address,
    .absent = pt64_aarch64_absent,
    .present = pt64_aarch64_present,
    .hide = pt64_aarch64_hide,
    .show = pt64_aarch64_show,
    .mark = pt64_aarch64_mark,
    .mark_of = pt64_aarch64_mark_of,
    .kind = pt64_aarch64_kind,
    .wrong = pt64_armv7_lpae_wrong,
};

PT64_TRAITS_END

#endif
