/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of AArch64 stage 1 translation: VMSAv8-64 with direct permissions, for every granule and
 * for output addresses of 48 or 52 bits.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.3.1 "VMSAv8-64 descriptor formats", tables "Stage 1 VMSAv8-64 Table descriptor fields" and
 * "Stage 1 VMSAv8-64 Block and Page descriptor fields"; D8.4.1 "Stage 1 permissions"; D8.5
 * "Hardware updates to the translation tables"; D8.6 "Memory region attributes".
 *
 * Levels count from the leaf: level n is lookup level 3 - n of the manual. An entry of level 0 maps
 * a page, one above it maps a block or links a table.
 *
 * | level | 4 KiB granule | 16 KiB granule | 64 KiB granule |
 * | ----- | ------------- | -------------- | -------------- |
 * | 0     | 4K            | 16K            | 64K            |
 * | 1     | 2M            | 32M            | 512M           |
 * | 2     | 1G            | 64G with LPA2  | 4T with 52-bit physical addresses |
 * | 3     | 512G with LPA2 | no block      |                |
 * | 4     | no block      |                |                |
 *
 * There are three ways to hold an address (D8.3.1), of which the last is FEAT_LPA2:
 *
 * | formats  | for                          | bits in place | other bits             |
 * | -------- | ---------------------------- | ------------- | ---------------------- |
 * | `_pte`   | every granule, 48 bits       | 47:12         |                        |
 * | `_lpa_`  | 64 KiB, FEAT_LPA             | 47:16         | 51:48 in 15:12         |
 * | `_lpa2_` | 4 and 16 KiB, TCR_ELx.DS set | 49:12         | 51:50 in 9:8, not SH   |
 *
 * A CPU with FEAT_LPA reads bits 15:12 as address bits even where TCR_ELx.IPS says 48 bits, so an
 * `_lpa_` format serves CPUs with and without the feature, by paddr_bits of the limits. A table of
 * one kind is no table of another: a geometry and an entry format that differ in this do not
 * compile.
 *
 * The library never sets the Contiguous bit. An adopted table must not use it either: a change of
 * one page of a contiguous set misprograms the rest (D8.7.1 "The Contiguous bit").
 */
#ifndef PAGE_TABLE64_PTE_AARCH64_H
#define PAGE_TABLE64_PTE_AARCH64_H

#include "../regs/aarch64.h"
#include "../traits.h"
#include "change.h"

#define PT64_AARCH64_ARCHITECTURE 183 /**< EM_AARCH64: 48-bit output addresses */
/** Of the 64 KiB granule with addresses as FEAT_LPA has them: another format to the engine. */
#define PT64_AARCH64_LPA_ARCHITECTURE (1U << 16 | PT64_AARCH64_ARCHITECTURE)
/** The same of a table that is walked with TCR_ELx.DS set (FEAT_LPA2). */
#define PT64_AARCH64_LPA2_ARCHITECTURE (2U << 16 | PT64_AARCH64_ARCHITECTURE)

PT64_TRAITS_BEGIN

#define PT64_AARCH64_VALID      ((pt64_entry_t)1 << 0)  /**< clear: every access faults */
#define PT64_AARCH64_NOT_BLOCK  ((pt64_entry_t)1 << 1)  /**< a page at level 0, a table above */
#define PT64_AARCH64_ATTR_INDEX ((pt64_entry_t)7 << 2)  /**< index of a byte of MAIR_ELx */
#define PT64_AARCH64_AP_USER    ((pt64_entry_t)1 << 6)  /**< AP[1]: EL0 access; RES1 without EL0 */
#define PT64_AARCH64_AP_RO      ((pt64_entry_t)1 << 7)  /**< AP[2]: read-only */
#define PT64_AARCH64_SH         ((pt64_entry_t)3 << 8)  /**< shareability of Normal memory */
#define PT64_AARCH64_SH_INNER   ((pt64_entry_t)3 << 8)  /**< inner shareable */
#define PT64_AARCH64_AF         ((pt64_entry_t)1 << 10) /**< accessed */
#define PT64_AARCH64_NG         ((pt64_entry_t)1 << 11) /**< not global; RES0 without EL0 */
#define PT64_AARCH64_NT         ((pt64_entry_t)1 << 16) /**< in a block, with FEAT_BBML1 */
#define PT64_AARCH64_DBM        ((pt64_entry_t)1 << 51) /**< a store may clear AP[2] (TCR.HD) */
#define PT64_AARCH64_CONTIGUOUS \
    ((pt64_entry_t)1 << 52) /**< one of a set that the TLB may hold as one */
#define PT64_AARCH64_PXN        ((pt64_entry_t)1 << 53) /**< EL1 may not fetch; RES0 without EL0 */
#define PT64_AARCH64_UXN        ((pt64_entry_t)1 << 54) /**< EL0 may not fetch; XN without EL0 */
#define PT64_AARCH64_SOFT0      ((pt64_entry_t)1 << 55) /**< PT64_SOFT0; 58:55 are software's */
#define PT64_AARCH64_SOFT1      ((pt64_entry_t)1 << 56) /**< PT64_SOFT1 */
#define PT64_AARCH64_SOFT_DIRTY ((pt64_entry_t)1 << 57) /**< see the HAFDBS format */
#define PT64_AARCH64_ADDRESS    UINT64_C(0x0000fffffffff000) /**< bits 47:12 */
#define PT64_AARCH64_NS         ((pt64_entry_t)1 << 5)   /**< Non-secure address, in Secure state */
#define PT64_AARCH64_BEYOND     ((pt64_entry_t)3 << 48)  /**< RES0 above a 48-bit address */
#define PT64_AARCH64_GP         ((pt64_entry_t)1 << 50)  /**< guarded page (FEAT_BTI) */
#define PT64_AARCH64_PBHA       ((pt64_entry_t)31 << 59) /**< for the implementation, 63:59 */

/**
 * With VALID clear, these two bits mark a leaf that is broken until it is made anew. Hardware
 * ignores bits 63:1 of an invalid descriptor (D8.3.1), so the descriptor still has the whole leaf.
 * No leaf has bits 49:48 set. Bit 49 says whether software bit 58 was clear in the leaf. The two
 * marks tell a broken leaf from what other software keeps in invalid descriptors: Linux's pages
 * without access have bit 58 alone, and its pages in swap have bit 58 clear.
 */
#define PT64_AARCH64_BROKEN       ((pt64_entry_t)1 << 48 | (pt64_entry_t)1 << 58)
#define PT64_AARCH64_BROKEN_PLAIN ((pt64_entry_t)1 << 49) /**< bit 58 was clear */

/**
 * With VALID clear, bit 49 alone marks a hidden page, which has the whole leaf in the other bits.
 */
#define PT64_AARCH64_HIDDEN ((pt64_entry_t)1 << 49)
/** With VALID and software bit 58 clear, bit 48 alone marks a mark, which is in bits 47:1. */
#define PT64_AARCH64_MARK ((pt64_entry_t)1 << 48)

/* ---- flags of these formats, besides those of types.h ---- */

/**
 * With PT64_DEVICE: Device-nGnRnE, whose stores are acknowledged by their end point alone (B2,
 * "Device memory"). PT64_DEVICE by itself is Device-nGnRE. A memory type: protecting makes it anew,
 * and name_change_region does not take it.
 */
#define PT64_AARCH64_NGNRNE (1U << 16)
/**
 * Ordinary memory with allocation tags (FEAT_MTE2, D8.6 and D24.2 "MAIR_EL1"), if MAIR_ELx holds
 * PT64_AARCH64_MAIR_TAGGED_VALUE. With PT64_AARCH64_MAIR_VALUE it is ordinary memory. A memory type
 * as above, without PT64_DEVICE or PT64_UNCACHED. Whether tags are checked depends on SCTLR_ELx.TCF
 * and ATA.
 */
#define PT64_AARCH64_TAGGED (1U << 17)
/**
 * A guarded page (FEAT_BTI; D8.3.1.2, field GP): an indirect branch into it goes to a landing pad,
 * or raises a Branch Target exception. The bit is RES0 on a CPU without. Protecting keeps it, and
 * name_change_region sets and clears it.
 */
#define PT64_AARCH64_GUARDED (1U << 18)

/** @cond engine */

/** What name_change_region sets and clears, and protecting keeps. */
#define PT64_AARCH64_STICKY PT64_AARCH64_GUARDED
/** Memory types that go with one of PT64_MEMORY_TYPES, or with none. */
#define PT64_AARCH64_TYPES (PT64_AARCH64_NGNRNE | PT64_AARCH64_TAGGED)

/** From PT64_AARCH64_NGNRNE and TAGGED to indices 2 and 4: so nGnRnE is 3, as Device-nGnRE is 1. */
#define PT64_AARCH64_TYPES_SHIFT 13
/** From PT64_AARCH64_GUARDED to GP. */
#define PT64_AARCH64_GUARDED_SHIFT 32

/** AttrIndx of the memory type: the index of its byte in PT64_AARCH64_MAIR_VALUE. */
PT64_MEMBER pt64_entry_t pt64_aarch64_attr_index(pt64_flags_t flags)
{
    pt64_entry_t index = (flags & PT64_AARCH64_TYPES) >> PT64_AARCH64_TYPES_SHIFT;

    if (flags & PT64_DEVICE)
        return index | (pt64_entry_t)1 << 2;
    if (flags & PT64_UNCACHED)
        return (pt64_entry_t)2 << 2;
    return index;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_memory_type(pt64_entry_t entry)
{
    switch ((entry & PT64_AARCH64_ATTR_INDEX) >> 2) {
    case 0:
        return 0;
    case 1:
        return PT64_DEVICE;
    case 2:
        return PT64_UNCACHED;
    case 4:
        return PT64_AARCH64_TAGGED;
    default:
        return PT64_DEVICE | PT64_AARCH64_NGNRNE;
    }
}

/* ---- where a descriptor has the address (D8.3.1), at stage 1 and stage 2 ---- */

#define PT64_AARCH64_LPA_IN_PLACE  UINT64_C(0x0000ffffffff0000) /**< bits 47:16 */
#define PT64_AARCH64_LPA_UPPER     UINT64_C(0x000000000000f000) /**< address bits 51:48 */
#define PT64_AARCH64_LPA2_IN_PLACE UINT64_C(0x0003fffffffff000) /**< bits 49:12 */
#define PT64_AARCH64_LPA2_UPPER    UINT64_C(0x0000000000000300) /**< address bits 51:50, not SH */

/** Bit 16 of a block is nT and not an address bit (D8.3.1.2): a block of any granule is larger. */
PT64_MEMBER pt64_entry_t pt64_aarch64_in_place(pt64_entry_t bits, unsigned level)
{
    return level == 0 ? bits : bits & ~PT64_AARCH64_NT;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_address_bits(unsigned level)
{
    return pt64_aarch64_in_place(PT64_AARCH64_ADDRESS, level);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_leaf_address(pt64_entry_t entry, unsigned level)
{
    return entry & pt64_aarch64_address_bits(level);
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_link_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_AARCH64_ADDRESS;
}

/** Addresses with FEAT_LPA are additive below this bit, those with FEAT_LPA2 below the other. */
#define PT64_AARCH64_LPA_ADDITIVE_BITS  48
#define PT64_AARCH64_LPA2_ADDITIVE_BITS 50

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa_address(pt64_paddr_t paddr, unsigned level)
{
    return (paddr & PT64_AARCH64_LPA_IN_PLACE) | (paddr >> 36 & PT64_AARCH64_LPA_UPPER);
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_lpa_leaf_address(pt64_entry_t entry, unsigned level)
{
    return (entry & pt64_aarch64_in_place(PT64_AARCH64_LPA_IN_PLACE, level)) |
           (entry & PT64_AARCH64_LPA_UPPER) << 36;
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_lpa_link_address(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_lpa_leaf_address(entry, 0);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_address(pt64_paddr_t paddr, unsigned level)
{
    return (paddr & PT64_AARCH64_LPA2_IN_PLACE) | (paddr >> 42 & PT64_AARCH64_LPA2_UPPER);
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_lpa2_leaf_address(pt64_entry_t entry, unsigned level)
{
    return (entry & pt64_aarch64_in_place(PT64_AARCH64_LPA2_IN_PLACE, level)) |
           (entry & PT64_AARCH64_LPA2_UPPER) << 42;
}

PT64_MEMBER pt64_paddr_t pt64_aarch64_lpa2_link_address(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_lpa2_leaf_address(entry, 0);
}

/** The bits of an address that a CPU does not have, which raise an Address size fault. */
PT64_MEMBER pt64_paddr_t pt64_aarch64_above(const struct pt64_limits *limits)
{
    return ~(pt64_paddr_t)0 << limits->paddr_bits;
}

/**
 * The wrong bits of an entry: `reserved` in every valid one, the address bits `in_place` below the
 * size of a page, and the type bits. Bits below the size of a node, which granules above 4 KiB
 * have, do not follow from `page`: name_check finds them in a link.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_wrong_of(enum pt64_kind kind, pt64_entry_t entry,
                                               unsigned level, pt64_size_t page,
                                               pt64_entry_t reserved, pt64_entry_t in_place)
{
    switch (kind) {
    case PT64_EMPTY:
        return 0;
    case PT64_LINK:
        return entry & reserved;
    case PT64_LEAF:
        if (page != 0)
            return entry & (reserved | ((page - 1) & pt64_aarch64_in_place(in_place, level)));
        return PT64_AARCH64_VALID;
    default: /* PT64_UNKNOWN */
        return PT64_AARCH64_VALID;
    }
}

/* ---- what the regimes have in common ---- */

/** At most one memory type. Device-nGnRnE is a device type. */
PT64_MEMBER bool pt64_aarch64_is_type(pt64_flags_t flags)
{
    pt64_flags_t type = flags & (PT64_MEMORY_TYPES | PT64_AARCH64_TAGGED);

    return (type & (type - 1)) == 0 &&
           (flags & (PT64_DEVICE | PT64_AARCH64_NGNRNE)) != PT64_AARCH64_NGNRNE;
}

/**
 * Without FEAT_S1PIE a page that EL1 cannot read has no encoding, and of those that EL0 cannot read
 * only the one that EL0 executes (D8.4.1). Device memory must not be executable: a CPU may fetch
 * speculatively wherever execution is allowed (B2, "Device memory").
 */
PT64_MEMBER bool pt64_aarch64_can_encode_some(pt64_flags_t flags, pt64_flags_t known)
{
    return (flags & ~known) == 0 && pt64_aarch64_is_type(flags) &&
           ((flags & PT64_READ) != 0 || (flags & PT64_PERMISSIONS) == (PT64_EXECUTE | PT64_USER)) &&
           (flags & (PT64_DEVICE | PT64_EXECUTE)) != (PT64_DEVICE | PT64_EXECUTE);
}

/** Hardware ignores shareability where the memory type is Device or non-cacheable (D8.6). */
PT64_MEMBER pt64_entry_t pt64_aarch64_common_leaf(pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = PT64_AARCH64_VALID | PT64_AARCH64_SH_INNER;

    entry |= level == 0 ? PT64_AARCH64_NOT_BLOCK : 0;
    entry |= pt64_aarch64_attr_index(flags);
    entry |= (pt64_entry_t)(flags & PT64_AARCH64_GUARDED) << PT64_AARCH64_GUARDED_SHIFT;
    entry |= flags & PT64_WRITE ? 0 : PT64_AARCH64_AP_RO;
    entry |= flags & PT64_ACCESSED ? PT64_AARCH64_AF : 0;
    entry |= flags & PT64_SOFT0 ? PT64_AARCH64_SOFT0 : 0;
    entry |= flags & PT64_SOFT1 ? PT64_AARCH64_SOFT1 : 0;
    return entry;
}

/** All but what pt64_aarch64_type_flags tells, and what depends on the regime. */
PT64_MEMBER pt64_flags_t pt64_aarch64_common_flags(pt64_entry_t entry)
{
    pt64_flags_t flags = PT64_READ;

    flags |= entry & PT64_AARCH64_AP_RO ? 0 : PT64_WRITE;
    flags |= entry & PT64_AARCH64_AF ? PT64_ACCESSED : 0;
    flags |= entry & PT64_AARCH64_SOFT0 ? PT64_SOFT0 : 0;
    flags |= entry & PT64_AARCH64_SOFT1 ? PT64_SOFT1 : 0;
    return flags;
}

/** The memory type, and the flags that only AArch64 has. */
PT64_MEMBER pt64_flags_t pt64_aarch64_type_flags(pt64_entry_t entry)
{
    return pt64_aarch64_memory_type(entry) | (entry & PT64_AARCH64_GP ? PT64_AARCH64_GUARDED : 0);
}

/** NSTable, APTable, UXNTable and PXNTable (bits 63:59) are clear: only leaves restrict. */
PT64_MEMBER pt64_entry_t pt64_aarch64_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                           unsigned level)
{
    return paddr | PT64_AARCH64_VALID | PT64_AARCH64_NOT_BLOCK;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                               unsigned level)
{
    return pt64_aarch64_link(limits, pt64_aarch64_lpa_address(paddr, level), level);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_link(const struct pt64_limits *limits,
                                                pt64_paddr_t paddr, unsigned level)
{
    return pt64_aarch64_link(limits, pt64_aarch64_lpa2_address(paddr, level), level);
}

/** A block at level 0 is reserved (D8.3.1.2). */
PT64_MEMBER enum pt64_kind pt64_aarch64_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                             unsigned level)
{
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    if (!(entry & PT64_AARCH64_VALID))
        return PT64_EMPTY;
    if (level == 0)
        return is_block ? PT64_UNKNOWN : PT64_LEAF;
    return is_block ? PT64_LEAF : PT64_LINK;
}

/** What protecting makes anew. It keeps the other bits: NS is part of the address, GP is sticky. */
#define PT64_AARCH64_SAID                                                                    \
    (PT64_AARCH64_ATTR_INDEX | PT64_AARCH64_AP_USER | PT64_AARCH64_AP_RO | PT64_AARCH64_SH | \
     PT64_AARCH64_NG | PT64_AARCH64_DBM | PT64_AARCH64_PXN | PT64_AARCH64_UXN)

/** DBM goes with the write permission: where TCR.HD is set, it alone makes the page writable. */
PT64_MEMBER pt64_entry_t pt64_aarch64_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = (old & ~PT64_AARCH64_SAID) | leaf;

    return old & PT64_AARCH64_NG ? entry : entry & ~PT64_AARCH64_NG;
}

/** Other indices of MAIR and other shareability, which no flag makes. */
PT64_MEMBER pt64_entry_t pt64_aarch64_kept(unsigned level)
{
    return PT64_AARCH64_ATTR_INDEX | PT64_AARCH64_SH;
}

/**
 * A page and a table have the same type bits: the smaller leaf is a page at level 0 and a block
 * above. nT and Contiguous belonged to the block. In a page, nT would be an address bit.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_demote(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t small = entry & ~(PT64_AARCH64_NT | PT64_AARCH64_CONTIGUOUS);

    return level == 1 ? small | PT64_AARCH64_NOT_BLOCK : small;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_clean(pt64_entry_t entry, pt64_flags_t flags, unsigned level)
{
    return flags & PT64_ACCESSED ? entry & ~PT64_AARCH64_AF : entry;
}

/**
 * A change of the address, or of how the memory behaves there, takes break-before-make (D8.17,
 * RWHZWS): AttrIndx, SH, NS, nG, the Contiguous hint, PBHA. A translation with AF clear is not
 * cached (D8.5.1). A page that EL0 may access takes permissions from EL1: PSTATE.PAN refuses data
 * accesses, and EL1 does not execute what EL0 may write. An address of 52 bits has the same bits
 * and those of SH.
 */
PT64_MEMBER enum pt64_change pt64_aarch64_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_AARCH64_ADDRESS | PT64_AARCH64_BEYOND | PT64_AARCH64_ATTR_INDEX |
                 PT64_AARCH64_SH | PT64_AARCH64_NS | PT64_AARCH64_NG | PT64_AARCH64_CONTIGUOUS |
                 PT64_AARCH64_PBHA;
    bits.grants = PT64_AARCH64_DBM;
    bits.refuses = PT64_AARCH64_AP_RO | PT64_AARCH64_GP | PT64_AARCH64_PXN | PT64_AARCH64_UXN;
    bits.trades = PT64_AARCH64_AP_USER;
    bits.notes = PT64_AARCH64_AF;
    return pt64_change_by(&bits, old, now);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_absent(const struct pt64_limits *limits, pt64_entry_t leaf,
                                             unsigned level)
{
    pt64_entry_t entry = (leaf & ~PT64_AARCH64_VALID) | PT64_AARCH64_BROKEN;

    return leaf & PT64_AARCH64_BROKEN ? entry : entry | PT64_AARCH64_BROKEN_PLAIN;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_present(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t beyond = entry & PT64_AARCH64_BEYOND;

    if ((entry & (PT64_AARCH64_VALID | PT64_AARCH64_BROKEN)) != PT64_AARCH64_BROKEN)
        return 0;
    entry = (entry ^ beyond) | PT64_AARCH64_VALID;
    return beyond & PT64_AARCH64_BROKEN_PLAIN ? entry & ~PT64_AARCH64_BROKEN : entry;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ (PT64_AARCH64_VALID | PT64_AARCH64_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & (PT64_AARCH64_VALID | PT64_AARCH64_BEYOND)) != PT64_AARCH64_HIDDEN)
        return 0;
    return entry ^ (PT64_AARCH64_VALID | PT64_AARCH64_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_mark(const struct pt64_limits *limits, uint64_t mark,
                                           unsigned level)
{
    return mark >> 47 != 0 ? 0 : mark << 1 | PT64_AARCH64_MARK;
}

PT64_MEMBER bool pt64_aarch64_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = (entry ^ PT64_AARCH64_MARK) >> 1;
    return (entry & PT64_AARCH64_VALID) == 0 && *mark >> 47 == 0;
}

/** The CPU sets AF where TCR_ELx.HA is set, and never clears it (D8.5.1 "The Access flag"). */
PT64_MEMBER bool pt64_aarch64_is_volatile(pt64_entry_t entry, unsigned level)
{
    return !(entry & PT64_AARCH64_AF);
}

/** Bits 49:48 are RES0 beyond a 48-bit address (D8.3.1). */
PT64_MEMBER pt64_entry_t pt64_aarch64_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                            unsigned level, pt64_size_t page)
{
    pt64_entry_t above = PT64_AARCH64_ADDRESS & pt64_aarch64_above(limits);

    return pt64_aarch64_wrong_of(pt64_aarch64_kind(limits, entry, level), entry, level, page,
                                 PT64_AARCH64_BEYOND | above, PT64_AARCH64_ADDRESS);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa_wrong(const struct pt64_limits *limits,
                                                pt64_entry_t entry, unsigned level,
                                                pt64_size_t page)
{
    pt64_entry_t above = pt64_aarch64_lpa_address(pt64_aarch64_above(limits), level);

    return pt64_aarch64_wrong_of(pt64_aarch64_kind(limits, entry, level), entry, level, page,
                                 PT64_AARCH64_BEYOND | above, PT64_AARCH64_LPA_IN_PLACE);
}

/* ---- FEAT_LPA2: an address takes the place of shareability, and of the marks above ---- */

/**
 * With VALID clear. No leaf of the library has the Contiguous bit, and a leaf has the type bit that
 * its level says. These two bits of an absent entry, and software bit 58, say what it is:
 *
 * | Contiguous | bit 58 | AP[2] | the entry                       |
 * | ---------- | ------ | ----- | ------------------------------- |
 * | 1          | 1      | any   | is a broken leaf                |
 * | 1          | 0      | 1     | is a hidden page                |
 * | 1          | 0      | 0     | is a mark, in bits 51:8 and 4:2 |
 *
 * Where bit 58 of a leaf was another, the type bit is another too. A hidden page has AP[2] set, as
 * it cannot be written. Linux's pages in swap have the Contiguous bit clear, and so have its pages
 * without access but for some of hugetlbfs, in which bit 58 is clear.
 */
#define PT64_AARCH64_LPA2_TURNED (PT64_AARCH64_NOT_BLOCK | (pt64_entry_t)1 << 58)
#define PT64_AARCH64_LPA2_BROKEN (PT64_AARCH64_CONTIGUOUS | (pt64_entry_t)1 << 58)
#define PT64_AARCH64_LPA2_HIDDEN (PT64_AARCH64_CONTIGUOUS | PT64_AARCH64_AP_RO)

/** Gives bit 58 of an absent entry back to the leaf, if it was turned together with the type. */
PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_turned_back(pt64_entry_t entry, unsigned level)
{
    bool is_page = (entry & PT64_AARCH64_NOT_BLOCK) != 0;

    return is_page == (level == 0) ? entry : entry ^ PT64_AARCH64_LPA2_TURNED;
}

/** A leaf of a contiguous set, which an adopted table must not have, loses the hint. */
PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_absent(const struct pt64_limits *limits,
                                                  pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = (leaf & ~PT64_AARCH64_VALID) | PT64_AARCH64_CONTIGUOUS;

    return entry >> 58 & 1 ? entry : entry ^ PT64_AARCH64_LPA2_TURNED;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_present(pt64_entry_t entry, unsigned level)
{
    if ((entry & (PT64_AARCH64_VALID | PT64_AARCH64_LPA2_BROKEN)) != PT64_AARCH64_LPA2_BROKEN)
        return 0;
    return pt64_aarch64_lpa2_turned_back(entry, level) ^
           (PT64_AARCH64_VALID | PT64_AARCH64_CONTIGUOUS);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_hide(pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = leaf ^ (PT64_AARCH64_VALID | PT64_AARCH64_CONTIGUOUS);

    return entry >> 58 & 1 ? entry ^ PT64_AARCH64_LPA2_TURNED : entry;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t tells = PT64_AARCH64_VALID | PT64_AARCH64_LPA2_BROKEN | PT64_AARCH64_LPA2_HIDDEN;

    if ((entry & tells) != PT64_AARCH64_LPA2_HIDDEN)
        return 0;
    return pt64_aarch64_lpa2_turned_back(entry, level) ^
           (PT64_AARCH64_VALID | PT64_AARCH64_CONTIGUOUS);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_mark(const struct pt64_limits *limits, uint64_t mark,
                                                unsigned level)
{
    if (mark >> 47 != 0)
        return 0;
    return mark << 20 >> 12 | mark >> 44 << 2 | PT64_AARCH64_CONTIGUOUS;
}

PT64_MEMBER bool pt64_aarch64_lpa2_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = entry << 12 >> 20 | (entry >> 2 & 7) << 44;
    return entry == pt64_aarch64_lpa2_mark(NULL, *mark, level);
}

/** Shareability is that of TCR_ELx.SH0 or SH1 (D8.6). */
PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                   unsigned level)
{
    return pt64_aarch64_protect(old, leaf, level) | (old & PT64_AARCH64_LPA2_UPPER);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_kept(unsigned level)
{
    return PT64_AARCH64_ATTR_INDEX;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_wrong(const struct pt64_limits *limits,
                                                 pt64_entry_t entry, unsigned level,
                                                 pt64_size_t page)
{
    pt64_entry_t above = pt64_aarch64_lpa2_address(pt64_aarch64_above(limits), level);

    return pt64_aarch64_wrong_of(pt64_aarch64_kind(limits, entry, level), entry, level, page, above,
                                 PT64_AARCH64_LPA2_IN_PLACE);
}

/* ---- the members of a format, by where it has the address ---- */

/*
 * `address_` begins the names of the members that place an address, `state_` of those for entries
 * that are not present.
 */
#define PT64_AARCH64_PTE_BY(architecture_, additive_bits_, address_, state_, flags_, can_encode_, \
                            leaf_, decode_, protect_, clean_, is_volatile_)                       \
    {                                                                                             \
        .architecture = (architecture_),                                                          \
        .flags = (flags_),                                                                        \
        .sticky = PT64_AARCH64_STICKY,                                                            \
        .changeable = PT64_AARCH64_STICKY,                                                        \
        .additive_bits = (additive_bits_),                                                        \
        .can_encode = (can_encode_),                                                              \
        .leaf = (leaf_),                                                                          \
        .address = address_##_address,                                                            \
        .leaf_address = address_##_leaf_address,                                                  \
        .decode = (decode_),                                                                      \
        .protect = (protect_),                                                                    \
        .kept = state_##_kept,                                                                    \
        .demote = pt64_aarch64_demote,                                                            \
        .clean = (clean_),                                                                        \
        .change = pt64_aarch64_change,                                                            \
        .is_volatile = (is_volatile_),                                                            \
        .link = address_##_link,                                                                  \
        .link_address = address_##_link_address,                                                  \
        .absent = state_##_absent,                                                                \
        .present = state_##_present,                                                              \
        .hide = state_##_hide,                                                                    \
        .show = state_##_show,                                                                    \
        .mark = state_##_mark,                                                                    \
        .mark_of = state_##_mark_of,                                                              \
        .kind = pt64_aarch64_kind,                                                                \
        .wrong = address_##_wrong,                                                                \
    }

#define PT64_AARCH64_PTE(...) \
    PT64_AARCH64_PTE_BY(PT64_AARCH64_ARCHITECTURE, 0, pt64_aarch64, pt64_aarch64, __VA_ARGS__)

#define PT64_AARCH64_LPA_PTE(...)                                                      \
    PT64_AARCH64_PTE_BY(PT64_AARCH64_LPA_ARCHITECTURE, PT64_AARCH64_LPA_ADDITIVE_BITS, \
                        pt64_aarch64_lpa, pt64_aarch64, __VA_ARGS__)

#define PT64_AARCH64_LPA2_PTE(...)                                                       \
    PT64_AARCH64_PTE_BY(PT64_AARCH64_LPA2_ARCHITECTURE, PT64_AARCH64_LPA2_ADDITIVE_BITS, \
                        pt64_aarch64_lpa2, pt64_aarch64_lpa2, __VA_ARGS__)

/* ---- EL1&0 ---- */

#define PT64_AARCH64_FLAGS                                                                       \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_ACCESSED | PT64_SOFT0 | \
     PT64_SOFT1 | PT64_AARCH64_TYPES | PT64_AARCH64_GUARDED)

PT64_MEMBER bool pt64_aarch64_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                         unsigned level)
{
    return pt64_aarch64_can_encode_some(flags, PT64_AARCH64_FLAGS);
}

/** The bits that say that EL0 may execute a page and may not access it, and their values. */
#define PT64_AARCH64_EXECUTION                                                         \
    (PT64_AARCH64_AP_USER | PT64_AARCH64_AP_RO | PT64_AARCH64_DBM | PT64_AARCH64_PXN | \
     PT64_AARCH64_UXN)
#define PT64_AARCH64_EXECUTE_ONLY (PT64_AARCH64_AP_RO | PT64_AARCH64_PXN)

/**
 * At most one Exception level may execute a page. EL1 never executes a page that EL0 may access.
 * EL0 executes a page that it has no right to read if UXN is clear (D8.4.1): it is set in pages of
 * EL1, and clear in a page that is for EL0 to execute only.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                           unsigned level)
{
    bool user_execute = (flags & PT64_USER) != 0 && (flags & PT64_EXECUTE) != 0;
    bool kernel_execute = (flags & PT64_USER) == 0 && (flags & PT64_EXECUTE) != 0;
    pt64_entry_t entry = pt64_aarch64_common_leaf(flags, level);

    entry |= (flags & PT64_USER) && (flags & PT64_READ) ? PT64_AARCH64_AP_USER : 0;
    entry |= flags & PT64_GLOBAL ? 0 : PT64_AARCH64_NG;
    entry |= user_execute ? 0 : PT64_AARCH64_UXN;
    entry |= kernel_execute ? 0 : PT64_AARCH64_PXN;
    return entry;
}

/** Without SH, whose bits are those of the address. */
PT64_MEMBER pt64_entry_t pt64_aarch64_lpa2_leaf(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_leaf(limits, flags, level) & ~PT64_AARCH64_SH;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_decode(pt64_entry_t entry, unsigned level)
{
    bool is_user = (entry & PT64_AARCH64_AP_USER) != 0;
    pt64_flags_t flags = pt64_aarch64_common_flags(entry);

    if (entry & (PT64_AARCH64_ATTR_INDEX | PT64_AARCH64_GP))
        flags |= pt64_aarch64_type_flags(entry);
    flags |= is_user ? PT64_USER : 0;
    flags |= entry & (is_user ? PT64_AARCH64_UXN : PT64_AARCH64_PXN) ? 0 : PT64_EXECUTE;
    flags |= entry & PT64_AARCH64_NG ? 0 : PT64_GLOBAL;
    if ((entry & PT64_AARCH64_EXECUTION) == PT64_AARCH64_EXECUTE_ONLY)
        flags ^= PT64_READ | PT64_EXECUTE | PT64_USER;
    return flags;
}

/** @endcond */

/**
 * The EL1&0 regime (and EL2&0, under HCR_EL2.E2H), on every CPU. Where TCR_EL1.HA is clear, the
 * caller sets PT64_ACCESSED or handles the Access flag fault. TCR_EL1.HD makes no difference.
 *
 * A page with PT64_EXECUTE and PT64_USER alone is for EL0 to execute only. EL1 can still read it:
 * PSTATE.PAN refuses that only with FEAT_PAN3 and SCTLR_EL1.EPAN set. TCR_EL1.E0PD0 and E0PD1
 * refuse EL0 a whole half, whatever its pages say.
 *
 * No page is readable for EL0 and writable for EL1 alone: AP[2:1] has no such value, and the format
 * does not use permission indirection (FEAT_S1PIE), which has. There is no flag for it.
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_pte = PT64_AARCH64_PTE(
    PT64_AARCH64_FLAGS, pt64_aarch64_can_encode, pt64_aarch64_leaf, pt64_aarch64_decode,
    pt64_aarch64_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);
/** The same with 52-bit addresses of the 64 KiB granule (FEAT_LPA). */
PT64_TRAIT struct pt64_pte pt64_aarch64_lpa_pte = PT64_AARCH64_LPA_PTE(
    PT64_AARCH64_FLAGS, pt64_aarch64_can_encode, pt64_aarch64_leaf, pt64_aarch64_decode,
    pt64_aarch64_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);
/** The same with TCR_ELx.DS set: 52-bit addresses of the 4 and 16 KiB granules (FEAT_LPA2). */
PT64_TRAIT struct pt64_pte pt64_aarch64_lpa2_pte = PT64_AARCH64_LPA2_PTE(
    PT64_AARCH64_FLAGS, pt64_aarch64_can_encode, pt64_aarch64_lpa2_leaf, pt64_aarch64_decode,
    pt64_aarch64_lpa2_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);

/** @cond engine */

/* ---- EL1&0 with hardware management of the dirty state (FEAT_HAFDBS) ---- */

#define PT64_AARCH64_HAFDBS_FLAGS (PT64_AARCH64_FLAGS | PT64_DIRTY)

PT64_MEMBER bool pt64_aarch64_hafdbs_can_encode(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_can_encode_some(flags, PT64_AARCH64_HAFDBS_FLAGS);
}

/** A page with AP[2] clear is writable without DBM, and may have been written. */
PT64_MEMBER bool pt64_aarch64_hafdbs_is_dirty(pt64_entry_t entry)
{
    return !(entry & PT64_AARCH64_AP_RO) || (entry & PT64_AARCH64_SOFT_DIRTY);
}

/**
 * A page with DBM set is writable: clean with AP[2] set, dirty with AP[2] clear (D8.5.2.1, rules
 * XZFQH and BRFGY). A page that is not writable must have AP[2] set, so it keeps its dirty flag in
 * a software bit.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_set_dirty(pt64_entry_t entry, bool is_dirty)
{
    entry &= ~PT64_AARCH64_SOFT_DIRTY;
    entry |= PT64_AARCH64_AP_RO;
    if (!is_dirty)
        return entry;
    return entry & PT64_AARCH64_DBM ? entry & ~PT64_AARCH64_AP_RO : entry | PT64_AARCH64_SOFT_DIRTY;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_leaf(const struct pt64_limits *limits,
                                                  pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = pt64_aarch64_leaf(limits, flags, level);

    entry |= flags & PT64_WRITE ? PT64_AARCH64_DBM : 0;
    return pt64_aarch64_hafdbs_set_dirty(entry, (flags & PT64_DIRTY) != 0);
}

/** Without SH, whose bits are those of the address. */
PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_lpa2_leaf(const struct pt64_limits *limits,
                                                       pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_hafdbs_leaf(limits, flags, level) & ~PT64_AARCH64_SH;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_hafdbs_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_aarch64_decode(entry, level);

    flags |= entry & PT64_AARCH64_DBM ? PT64_WRITE : 0;
    flags |= pt64_aarch64_hafdbs_is_dirty(entry) ? PT64_DIRTY : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                     unsigned level)
{
    return pt64_aarch64_hafdbs_set_dirty(pt64_aarch64_protect(old, leaf, level),
                                         pt64_aarch64_hafdbs_is_dirty(old) ||
                                             pt64_aarch64_hafdbs_is_dirty(leaf));
}

PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_lpa2_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                          unsigned level)
{
    return pt64_aarch64_hafdbs_protect(old, leaf, level) | (old & PT64_AARCH64_LPA2_UPPER);
}

/** A page of an adopted table may be writable without DBM. It stays writable. */
PT64_MEMBER pt64_entry_t pt64_aarch64_hafdbs_clean(pt64_entry_t entry, pt64_flags_t flags,
                                                   unsigned level)
{
    entry = pt64_aarch64_clean(entry, flags, level);
    if (!(flags & PT64_DIRTY))
        return entry;
    entry |= entry & PT64_AARCH64_AP_RO ? 0 : PT64_AARCH64_DBM;
    return pt64_aarch64_hafdbs_set_dirty(entry, false);
}

/** Besides AF, the CPU writes only AP[2], and only in a writable-clean entry (D8.5.2.1). */
PT64_MEMBER bool pt64_aarch64_hafdbs_is_volatile(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t clean = PT64_AARCH64_DBM | PT64_AARCH64_AP_RO;

    return pt64_aarch64_is_volatile(entry, level) || (entry & clean) == clean;
}

/** @endcond */

/**
 * The EL1&0 regime on CPUs with ID_AA64MMFR1_EL1.HAFDBS at least 2, with TCR_EL1.HA and HD set. All
 * CPUs that use the table must be so: on any other the first store to a page faults.
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_hafdbs_pte = PT64_AARCH64_PTE(
    PT64_AARCH64_HAFDBS_FLAGS, pt64_aarch64_hafdbs_can_encode, pt64_aarch64_hafdbs_leaf,
    pt64_aarch64_hafdbs_decode, pt64_aarch64_hafdbs_protect, pt64_aarch64_hafdbs_clean,
    pt64_aarch64_hafdbs_is_volatile);
/** The same with 52-bit addresses of the 64 KiB granule (FEAT_LPA). */
PT64_TRAIT struct pt64_pte pt64_aarch64_hafdbs_lpa_pte = PT64_AARCH64_LPA_PTE(
    PT64_AARCH64_HAFDBS_FLAGS, pt64_aarch64_hafdbs_can_encode, pt64_aarch64_hafdbs_leaf,
    pt64_aarch64_hafdbs_decode, pt64_aarch64_hafdbs_protect, pt64_aarch64_hafdbs_clean,
    pt64_aarch64_hafdbs_is_volatile);
/** The same with TCR_ELx.DS set: 52-bit addresses of the 4 and 16 KiB granules (FEAT_LPA2). */
PT64_TRAIT struct pt64_pte pt64_aarch64_hafdbs_lpa2_pte = PT64_AARCH64_LPA2_PTE(
    PT64_AARCH64_HAFDBS_FLAGS, pt64_aarch64_hafdbs_can_encode, pt64_aarch64_hafdbs_lpa2_leaf,
    pt64_aarch64_hafdbs_decode, pt64_aarch64_hafdbs_lpa2_protect, pt64_aarch64_hafdbs_clean,
    pt64_aarch64_hafdbs_is_volatile);

/** @cond engine */

/* ---- EL2 ---- */

#define PT64_AARCH64_EL2_FLAGS (PT64_AARCH64_FLAGS & ~(PT64_USER | PT64_GLOBAL))

PT64_MEMBER bool pt64_aarch64_el2_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                             unsigned level)
{
    return pt64_aarch64_can_encode_some(flags, PT64_AARCH64_EL2_FLAGS);
}

/**
 * A regime with one privilege level has one XN; AP[1] is RES1, PXN and nG are RES0 (D8.3.1.2,
 * D8.4.1).
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_el2_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                               unsigned level)
{
    pt64_entry_t entry = pt64_aarch64_common_leaf(flags, level) | PT64_AARCH64_AP_USER;

    entry |= flags & PT64_EXECUTE ? 0 : PT64_AARCH64_UXN;
    return entry;
}

/** Without SH, whose bits are those of the address. */
PT64_MEMBER pt64_entry_t pt64_aarch64_el2_lpa2_leaf(const struct pt64_limits *limits,
                                                    pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_el2_leaf(limits, flags, level) & ~PT64_AARCH64_SH;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_el2_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_aarch64_common_flags(entry) | pt64_aarch64_type_flags(entry);

    flags |= entry & PT64_AARCH64_UXN ? 0 : PT64_EXECUTE;
    return flags;
}

/** @endcond */

/**
 * The EL2 regime: a hypervisor's own addresses, with HCR_EL2.E2H clear. And the EL3 regime, whose
 * entries are the same (D8.3.1.2): NS, which no flag sets and protecting keeps, says there in which
 * security state the address is.
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_el2_pte = PT64_AARCH64_PTE(
    PT64_AARCH64_EL2_FLAGS, pt64_aarch64_el2_can_encode, pt64_aarch64_el2_leaf,
    pt64_aarch64_el2_decode, pt64_aarch64_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);
/** The same with 52-bit addresses of the 64 KiB granule (FEAT_LPA). */
PT64_TRAIT struct pt64_pte pt64_aarch64_el2_lpa_pte = PT64_AARCH64_LPA_PTE(
    PT64_AARCH64_EL2_FLAGS, pt64_aarch64_el2_can_encode, pt64_aarch64_el2_leaf,
    pt64_aarch64_el2_decode, pt64_aarch64_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);
/** The same with TCR_ELx.DS set: 52-bit addresses of the 4 and 16 KiB granules (FEAT_LPA2). */
PT64_TRAIT struct pt64_pte pt64_aarch64_el2_lpa2_pte =
    PT64_AARCH64_LPA2_PTE(PT64_AARCH64_EL2_FLAGS, pt64_aarch64_el2_can_encode,
                          pt64_aarch64_el2_lpa2_leaf, pt64_aarch64_el2_decode,
                          pt64_aarch64_lpa2_protect, pt64_aarch64_clean, pt64_aarch64_is_volatile);

PT64_TRAITS_END

#endif
