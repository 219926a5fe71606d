/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of LoongArch64 page tables, as LDDIR and LDPTE or the hardware walker read them.
 *
 * Source: LoongArch Reference Manual volume 1, v1.10: 5.3 "Memory Access Types", 5.4.2 "TLB Entry",
 * 5.4.5 "Multi-level Page Table Structure Supported by page walking", 7.5.3 "TLB Entry Low-order
 * Bits (TLBELO0, TLBELO1)", 7.5.9 for PWCH.HPTW_En; 4.2.5 for LDDIR and LDPTE.
 *
 * | level | the manual's                       | nodes of 4K   | of 16K         | of 64K |
 * | ----- | ---------------------------------- | ------------- | -------------- | ------ |
 * | 0     | page table, PTBase of PWCL         | 4K            | 16K            | 64K    |
 * | 1     | Dir1: a huge page, or a page table | 2M            | 32M            | 512M   |
 * | 2     | Dir2                               | 1G on some    | 64G on some    | none   |
 * | 3     |                                    | none          |                |        |
 *
 * The root is Dir3, whatever its level. `leaf_levels` of the limits says whether the CPU follows a
 * huge page above level 1: see pt64_loongarch64_4k48_1g.
 *
 * There are two encodings. In the first, V and P are set from the start, and D where stores are
 * allowed. No CPU needs to write an entry, with the hardware walker or without, and there is no
 * accessed or dirty flag. In the second, for the hardware walker, V is the accessed flag and D the
 * dirty flag. Each has a format with flags for PLV1, PLV2 and RPLV besides. The first also serves
 * tables of guests (LVZ).
 *
 * Other software may set V later. In an adopted table an entry with P and without V is PT64_UNKNOWN
 * to the first encoding, and a page to the second.
 *
 * Pages that are not readable need CPUCFG.1 RI. Pages that are not executable need CPUCFG.1 EP.
 * Pages that are restricted to their level need CPUCFG.1 RPLV.
 */
#ifndef PAGE_TABLE64_PTE_LOONGARCH64_H
#define PAGE_TABLE64_PTE_LOONGARCH64_H

#include "../traits.h"
#include "change.h"

#define PT64_LOONGARCH64_ARCHITECTURE 258 /**< EM_LOONGARCH */

PT64_TRAITS_BEGIN

#define PT64_LOONGARCH64_V   ((pt64_entry_t)1 << 0) /**< valid */
#define PT64_LOONGARCH64_D   ((pt64_entry_t)1 << 1) /**< stores do not fault (5.4.3.1) */
#define PT64_LOONGARCH64_PLV ((pt64_entry_t)3 << 2) /**< lowest privilege that may access */
#define PT64_LOONGARCH64_MAT ((pt64_entry_t)3 << 4) /**< memory access type */
#define PT64_LOONGARCH64_G   ((pt64_entry_t)1 << 6) /**< global, at level 0 */
#define PT64_LOONGARCH64_H   ((pt64_entry_t)1 << 6) /**< huge page, above level 0 */
#define PT64_LOONGARCH64_P   ((pt64_entry_t)1 << 7) /**< present, for software or HPTW */
#define PT64_LOONGARCH64_W   ((pt64_entry_t)1 << 8) /**< writable, for software or HPTW */
#define PT64_LOONGARCH64_SOFT_DIRTY \
    ((pt64_entry_t)1 << 9) /**< dirty, but not writable: in the format for the hardware walker */
#define PT64_LOONGARCH64_SOFT0   ((pt64_entry_t)1 << 10)      /**< PT64_SOFT0; LDPTE ignores 11:9 */
#define PT64_LOONGARCH64_SOFT1   ((pt64_entry_t)1 << 11)      /**< PT64_SOFT1 */
#define PT64_LOONGARCH64_HUGE_G  ((pt64_entry_t)1 << 12)      /**< global, above level 0 */
#define PT64_LOONGARCH64_NR      ((pt64_entry_t)1 << 61)      /**< loads fault */
#define PT64_LOONGARCH64_NX      ((pt64_entry_t)1 << 62)      /**< fetches fault */
#define PT64_LOONGARCH64_RPLV    ((pt64_entry_t)1 << 63)      /**< only PLV itself may access */
#define PT64_LOONGARCH64_ADDRESS UINT64_C(0x0000fffffffff000) /**< bits 47:12 */
/** Bits left to software: 11:9, and 60:48 above a 48-bit address. */
#define PT64_LOONGARCH64_SOFTWARE UINT64_C(0x1fff000000000e00)

#define PT64_LOONGARCH64_PLV_USER ((pt64_entry_t)3 << 2) /**< PLV3: user code */
#define PT64_LOONGARCH64_MAT_SUC  ((pt64_entry_t)0 << 4) /**< strongly ordered, uncached */
#define PT64_LOONGARCH64_MAT_CC   ((pt64_entry_t)1 << 4) /**< coherent, cached */
/**
 * Weakly ordered, uncached. Behind an LS7A bridge it is not coherent with the bus, and Linux does
 * not use it there. Do not use PT64_UNCACHED for memory that a device shares, unless the bridge is
 * known to be another one.
 */
#define PT64_LOONGARCH64_MAT_WUC ((pt64_entry_t)2 << 4)

/** @cond engine */

PT64_MEMBER pt64_entry_t pt64_loongarch64_mat(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return PT64_LOONGARCH64_MAT_SUC;
    if (flags & PT64_UNCACHED)
        return PT64_LOONGARCH64_MAT_WUC;
    return PT64_LOONGARCH64_MAT_CC;
}

PT64_MEMBER pt64_flags_t pt64_loongarch64_memory_type(pt64_entry_t entry)
{
    switch (entry & PT64_LOONGARCH64_MAT) {
    case PT64_LOONGARCH64_MAT_CC:
        return 0;
    case PT64_LOONGARCH64_MAT_WUC:
        return PT64_UNCACHED;
    default:
        return PT64_DEVICE;
    }
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_global_bit(unsigned level)
{
    return level == 0 ? PT64_LOONGARCH64_G : PT64_LOONGARCH64_HUGE_G;
}

#define PT64_LOONGARCH64_FLAGS \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_SOFT0 | PT64_SOFT1)

/** Every combination of permissions has an encoding, also none at all. */
PT64_MEMBER bool pt64_loongarch64_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                             unsigned level)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    return (flags & ~PT64_LOONGARCH64_FLAGS) == 0 && (type & (type - 1)) == 0;
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                               unsigned level)
{
    pt64_entry_t entry = PT64_LOONGARCH64_V | PT64_LOONGARCH64_P | pt64_loongarch64_mat(flags);

    entry |= flags & PT64_READ ? 0 : PT64_LOONGARCH64_NR;
    entry |= flags & PT64_WRITE ? PT64_LOONGARCH64_W | PT64_LOONGARCH64_D : 0;
    entry |= flags & PT64_EXECUTE ? 0 : PT64_LOONGARCH64_NX;
    entry |= flags & PT64_USER ? PT64_LOONGARCH64_PLV_USER : 0;
    entry |= flags & PT64_GLOBAL ? pt64_loongarch64_global_bit(level) : 0;
    entry |= flags & PT64_SOFT0 ? PT64_LOONGARCH64_SOFT0 : 0;
    entry |= flags & PT64_SOFT1 ? PT64_LOONGARCH64_SOFT1 : 0;
    entry |= level > 0 ? PT64_LOONGARCH64_H : 0;
    return entry;
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

/** A directory entry is only an address: LDDIR takes all its bits for one (4.2.5.1). */
PT64_MEMBER pt64_entry_t pt64_loongarch64_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                               unsigned level)
{
    return paddr;
}

/**
 * LDDIR checks no bit of a directory entry but H: without H every entry is a link. 0 is taken for
 * empty all the same, as other software means it so. Any other entry is a page if `valid` is set.
 * If only `half` is set, it is neither a page nor a free slot.
 */
PT64_MEMBER enum pt64_kind pt64_loongarch64_kind_by(pt64_entry_t entry, unsigned level,
                                                    pt64_entry_t valid, pt64_entry_t half)
{
    if (level > 0 && !(entry & PT64_LOONGARCH64_H))
        return entry == 0 ? PT64_EMPTY : PT64_LINK;
    if (entry & valid)
        return PT64_LEAF;
    return entry & half ? PT64_UNKNOWN : PT64_EMPTY;
}

/** P without V is a page of software that sets V on the first access. */
PT64_MEMBER enum pt64_kind pt64_loongarch64_kind(const struct pt64_limits *limits,
                                                 pt64_entry_t entry, unsigned level)
{
    return pt64_loongarch64_kind_by(entry, level, PT64_LOONGARCH64_V, PT64_LOONGARCH64_P);
}

/** Bit 12 of a huge page is not an address bit. */
PT64_MEMBER pt64_paddr_t pt64_loongarch64_leaf_address(pt64_entry_t entry, unsigned level)
{
    pt64_paddr_t address = entry & PT64_LOONGARCH64_ADDRESS;

    return level == 0 ? address : address & ~PT64_LOONGARCH64_HUGE_G;
}

PT64_MEMBER pt64_paddr_t pt64_loongarch64_link_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_LOONGARCH64_ADDRESS;
}

/**
 * D allows a store. With W, the walker or a fault handler sets D on a store. So a page with either
 * is writable. MAT 3 is reserved (5.3) and its effect is unknown: it decodes as PT64_DEVICE, the
 * safest choice.
 */
PT64_MEMBER pt64_flags_t pt64_loongarch64_decode(pt64_entry_t entry, unsigned level)
{
    bool is_user = (entry & PT64_LOONGARCH64_PLV) == PT64_LOONGARCH64_PLV_USER;
    pt64_flags_t flags = pt64_loongarch64_memory_type(entry);

    flags |= entry & PT64_LOONGARCH64_NR ? 0 : PT64_READ;
    flags |= entry & (PT64_LOONGARCH64_W | PT64_LOONGARCH64_D) ? PT64_WRITE : 0;
    flags |= entry & PT64_LOONGARCH64_NX ? 0 : PT64_EXECUTE;
    flags |= is_user ? PT64_USER : 0;
    flags |= entry & pt64_loongarch64_global_bit(level) ? PT64_GLOBAL : 0;
    flags |= entry & PT64_LOONGARCH64_SOFT0 ? PT64_SOFT0 : 0;
    flags |= entry & PT64_LOONGARCH64_SOFT1 ? PT64_SOFT1 : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                  unsigned level)
{
    pt64_entry_t keep =
        PT64_LOONGARCH64_ADDRESS | PT64_LOONGARCH64_SOFTWARE | pt64_loongarch64_global_bit(level);

    return (old & keep) | leaf;
}

/** MAT 3, which decodes as PT64_DEVICE, and RPLV, for which there is no flag. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_kept(unsigned level)
{
    return PT64_LOONGARCH64_MAT | PT64_LOONGARCH64_RPLV;
}

/** Bit 6 is H above level 0 and G at level 0. The G of a huge page moves there from bit 12. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_demote(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t small = entry;

    if (level == 1) {
        small &= ~(PT64_LOONGARCH64_H | PT64_LOONGARCH64_HUGE_G);
        small |= entry & PT64_LOONGARCH64_HUGE_G ? PT64_LOONGARCH64_G : 0;
    }
    return small;
}

/**
 * P and W grant as V and D do, which the walker sets from them. A TLB holds the V and D that it was
 * filled with, also clear ones (5.4.3). A page that becomes a user page takes permissions from the
 * kernel (RPLV). In huge pages bit 6 is H, which both leaves have, and bit 12 is G, which is among
 * the bits of the address.
 */
PT64_MEMBER enum pt64_change pt64_loongarch64_change(pt64_entry_t old, pt64_entry_t now,
                                                     unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_LOONGARCH64_ADDRESS | PT64_LOONGARCH64_MAT | PT64_LOONGARCH64_G;
    bits.grants = PT64_LOONGARCH64_V | PT64_LOONGARCH64_D | PT64_LOONGARCH64_P | PT64_LOONGARCH64_W;
    bits.refuses = PT64_LOONGARCH64_NR | PT64_LOONGARCH64_NX | PT64_LOONGARCH64_RPLV;
    bits.trades = PT64_LOONGARCH64_PLV;
    bits.notes = 0;
    return pt64_change_by(&bits, old, now);
}

/**
 * Two TLB entries that match one address are undefined behaviour (5.4.1). So the TLB must not be
 * filled with small pages where a huge page is about to be. From H without V it is filled with a
 * huge page that is not valid. From an empty slot, which leads to the sink, it is filled with small
 * pages that are not valid.
 */
PT64_MEMBER pt64_entry_t pt64_loongarch64_absent(const struct pt64_limits *limits,
                                                 pt64_entry_t leaf, unsigned level)
{
    return level > 0 ? PT64_LOONGARCH64_H : 0;
}

/*
 * Entries that are not present: V and P are clear, and H is set above level 0, as a walk follows
 * any other entry of a directory. W marks a hidden page, bit 9 without W a mark. D, which says
 * nothing then, keeps the V of the leaf: the accessed flag of the second format.
 */

#define PT64_LOONGARCH64_MARK PT64_LOONGARCH64_SOFT_DIRTY
/**
 * Above both places of G: no mark is global. And above the bits in which LDDIR notes the level of a
 * huge page, 14:13, which LDPTE reads whatever V says.
 */
#define PT64_LOONGARCH64_MARK_SHIFT 15

PT64_MEMBER pt64_entry_t pt64_loongarch64_hide(pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = leaf & ~(PT64_LOONGARCH64_V | PT64_LOONGARCH64_P | PT64_LOONGARCH64_D);

    return entry | PT64_LOONGARCH64_W | (leaf & PT64_LOONGARCH64_V ? PT64_LOONGARCH64_D : 0);
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t huge = level > 0 ? PT64_LOONGARCH64_H : 0;
    pt64_entry_t leaf = entry & ~(PT64_LOONGARCH64_W | PT64_LOONGARCH64_D);

    if ((entry & (PT64_LOONGARCH64_V | PT64_LOONGARCH64_P | PT64_LOONGARCH64_W | huge)) !=
        (PT64_LOONGARCH64_W | huge))
        return 0;
    return leaf | PT64_LOONGARCH64_P | (entry & PT64_LOONGARCH64_D ? PT64_LOONGARCH64_V : 0);
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_mark(const struct pt64_limits *limits, uint64_t mark,
                                               unsigned level)
{
    if (mark >> (64 - PT64_LOONGARCH64_MARK_SHIFT) != 0)
        return 0;
    return mark << PT64_LOONGARCH64_MARK_SHIFT | PT64_LOONGARCH64_MARK |
           (level > 0 ? PT64_LOONGARCH64_H : 0);
}

PT64_MEMBER bool pt64_loongarch64_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    pt64_entry_t huge = level > 0 ? PT64_LOONGARCH64_H : 0;

    *mark = entry >> PT64_LOONGARCH64_MARK_SHIFT;
    return (entry & ((1U << PT64_LOONGARCH64_MARK_SHIFT) - 1)) == (PT64_LOONGARCH64_MARK | huge);
}

/**
 * LDDIR takes all bits of a directory entry for an address. `half` is as in
 * pt64_loongarch64_kind_by.
 */
PT64_MEMBER pt64_entry_t pt64_loongarch64_wrong_by(pt64_entry_t entry, enum pt64_kind kind,
                                                   unsigned level, pt64_size_t page,
                                                   pt64_entry_t half)
{
    switch (kind) {
    case PT64_EMPTY:
        return 0;
    case PT64_LINK:
        return entry & ~PT64_LOONGARCH64_ADDRESS;
    case PT64_LEAF:
        if (page == 0)
            return PT64_LOONGARCH64_H;
        return entry & (page - 1) & PT64_LOONGARCH64_ADDRESS &
               ~(level > 0 ? PT64_LOONGARCH64_HUGE_G : 0);
    default: /* PT64_UNKNOWN */
        return half;
    }
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_wrong(const struct pt64_limits *limits,
                                                pt64_entry_t entry, unsigned level,
                                                pt64_size_t page)
{
    return pt64_loongarch64_wrong_by(entry, pt64_loongarch64_kind(limits, entry, level), level,
                                     page, PT64_LOONGARCH64_P);
}

/** @endcond */

/**
 * For every page size, with the hardware walker or without. PT64_UNCACHED is MAT_WUC: see the
 * warning at PT64_LOONGARCH64_MAT_WUC.
 */
PT64_TRAIT struct pt64_pte pt64_loongarch64_pte = {
    .architecture = PT64_LOONGARCH64_ARCHITECTURE,
    .flags = PT64_LOONGARCH64_FLAGS,
    .can_encode = pt64_loongarch64_can_encode,
    .leaf = pt64_loongarch64_leaf,
    .address = pt64_loongarch64_address,
    .leaf_address = pt64_loongarch64_leaf_address,
    .decode = pt64_loongarch64_decode,
    .protect = pt64_loongarch64_protect,
    .kept = pt64_loongarch64_kept,
    .demote = pt64_loongarch64_demote,
    .change = pt64_loongarch64_change,
    .link = pt64_loongarch64_link,
    .link_address = pt64_loongarch64_link_address,
    .absent = pt64_loongarch64_absent,
    .hide = pt64_loongarch64_hide,
    .show = pt64_loongarch64_show,
    .mark = pt64_loongarch64_mark,
    .mark_of = pt64_loongarch64_mark_of,
    .kind = pt64_loongarch64_kind,
    .wrong = pt64_loongarch64_wrong,
};

/* ---- with all privilege levels ---- */

/*
 * Flags of pt64_loongarch64_plv_pte (7.5.3: PLV and RPLV; 5.4.4 for what a TLB compares). PT64_USER
 * is PLV3, the lowest privilege. A page has at most one of PT64_USER, PT64_LOONGARCH64_PLV1 and
 * PT64_LOONGARCH64_PLV2; with none it is PLV0's. All are permissions: protecting makes them anew,
 * and name_change_region sets and clears them.
 */

/** PLV0 and PLV1 have the permissions. */
#define PT64_LOONGARCH64_PLV1 (1U << 16)
/** PLV0, PLV1 and PLV2 have the permissions. */
#define PT64_LOONGARCH64_PLV2 (1U << 17)
/** RPLV: only the level of the page has the permissions, and no more privileged one. */
#define PT64_LOONGARCH64_RESTRICTED (1U << 18)

/** @cond engine */

#define PT64_LOONGARCH64_PLV_FLAGS \
    (PT64_LOONGARCH64_PLV1 | PT64_LOONGARCH64_PLV2 | PT64_LOONGARCH64_RESTRICTED)

/** A page has one level. */
PT64_MEMBER bool pt64_loongarch64_plv_can_encode(const struct pt64_limits *limits,
                                                 pt64_flags_t flags, unsigned level)
{
    pt64_flags_t plv = flags & (PT64_USER | PT64_LOONGARCH64_PLV1 | PT64_LOONGARCH64_PLV2);

    return pt64_loongarch64_can_encode(limits, flags & ~PT64_LOONGARCH64_PLV_FLAGS, level) &&
           (plv & (plv - 1)) == 0;
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_plv_leaf(const struct pt64_limits *limits,
                                                   pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = pt64_loongarch64_leaf(limits, flags, level);

    entry |= flags & PT64_LOONGARCH64_PLV1 ? (pt64_entry_t)1 << 2 : 0;
    entry |= flags & PT64_LOONGARCH64_PLV2 ? (pt64_entry_t)2 << 2 : 0;
    entry |= flags & PT64_LOONGARCH64_RESTRICTED ? PT64_LOONGARCH64_RPLV : 0;
    return entry;
}

PT64_MEMBER pt64_flags_t pt64_loongarch64_plv_decode(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t plv = (entry & PT64_LOONGARCH64_PLV) >> 2;
    pt64_flags_t flags = pt64_loongarch64_decode(entry, level);

    flags |= plv == 1 ? PT64_LOONGARCH64_PLV1 : 0;
    flags |= plv == 2 ? PT64_LOONGARCH64_PLV2 : 0;
    flags |= entry & PT64_LOONGARCH64_RPLV ? PT64_LOONGARCH64_RESTRICTED : 0;
    return flags;
}

/** MAT 3, which decodes as PT64_DEVICE. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_plv_kept(unsigned level)
{
    return PT64_LOONGARCH64_MAT;
}

/** @endcond */

/** pt64_loongarch64_pte where code runs at PLV1 or PLV2, or pages are restricted to one level. */
PT64_TRAIT struct pt64_pte pt64_loongarch64_plv_pte = {
    .architecture = PT64_LOONGARCH64_ARCHITECTURE,
    .flags = PT64_LOONGARCH64_FLAGS | PT64_LOONGARCH64_PLV_FLAGS,
    .changeable = PT64_LOONGARCH64_PLV_FLAGS,
    .can_encode = pt64_loongarch64_plv_can_encode,
    .leaf = pt64_loongarch64_plv_leaf,
    .address = pt64_loongarch64_address,
    .leaf_address = pt64_loongarch64_leaf_address,
    .decode = pt64_loongarch64_plv_decode,
    .protect = pt64_loongarch64_protect,
    .kept = pt64_loongarch64_plv_kept,
    .demote = pt64_loongarch64_demote,
    .change = pt64_loongarch64_change,
    .link = pt64_loongarch64_link,
    .link_address = pt64_loongarch64_link_address,
    .absent = pt64_loongarch64_absent,
    .hide = pt64_loongarch64_hide,
    .show = pt64_loongarch64_show,
    .mark = pt64_loongarch64_mark,
    .mark_of = pt64_loongarch64_mark_of,
    .kind = pt64_loongarch64_kind,
    .wrong = pt64_loongarch64_wrong,
};

/* ---- of guests ---- */

/** @cond engine */

#define PT64_LOONGARCH64_LVZ_FLAGS (PT64_LOONGARCH64_FLAGS & ~(PT64_USER | PT64_GLOBAL))

PT64_MEMBER bool pt64_loongarch64_lvz_can_encode(const struct pt64_limits *limits,
                                                 pt64_flags_t flags, unsigned level)
{
    return (flags & (PT64_USER | PT64_GLOBAL)) == 0 &&
           (flags & (PT64_READ | PT64_EXECUTE)) == (PT64_READ | PT64_EXECUTE) &&
           pt64_loongarch64_can_encode(limits, flags, level);
}

PT64_MEMBER pt64_flags_t pt64_loongarch64_lvz_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_loongarch64_decode(entry, level) & PT64_LOONGARCH64_LVZ_FLAGS;
}

/** NR and NX besides. A page with one of them says what can_encode refuses. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_lvz_wrong(const struct pt64_limits *limits,
                                                    pt64_entry_t entry, unsigned level,
                                                    pt64_size_t page)
{
    pt64_entry_t wrong = pt64_loongarch64_wrong(limits, entry, level, page);

    if (pt64_loongarch64_kind(limits, entry, level) != PT64_LEAF)
        return wrong;
    return wrong | (entry & (PT64_LOONGARCH64_NR | PT64_LOONGARCH64_NX));
}

/** MAT 3, which decodes as PT64_DEVICE, and PLV and RPLV, for which there is no flag. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_lvz_kept(unsigned level)
{
    return PT64_LOONGARCH64_MAT | PT64_LOONGARCH64_PLV | PT64_LOONGARCH64_RPLV;
}

/** @endcond */

/**
 * Guest physical to host physical addresses (LVZ), for geometries whose names have `lvz`. Entries
 * are those that Linux's KVM makes: PLV is 0, and G, NR and NX are clear. Volume 3 of the manual is
 * not public, and whether NR and NX hold for a guest is not known: without PT64_READ or
 * PT64_EXECUTE flags are PT64_BAD_FLAGS, but for pages without any permission. name_check reports
 * NR and NX in an adopted table. Nor is it known how MAT here and in the tables of the guest
 * combine; KVM relies on MAT_SUC for devices.
 */
PT64_TRAIT struct pt64_pte pt64_loongarch64_lvz_pte = {
    .architecture = PT64_LOONGARCH64_ARCHITECTURE,
    .flags = PT64_LOONGARCH64_LVZ_FLAGS,
    .can_encode = pt64_loongarch64_lvz_can_encode,
    .leaf = pt64_loongarch64_leaf,
    .address = pt64_loongarch64_address,
    .leaf_address = pt64_loongarch64_leaf_address,
    .decode = pt64_loongarch64_lvz_decode,
    .protect = pt64_loongarch64_protect,
    .kept = pt64_loongarch64_lvz_kept,
    .demote = pt64_loongarch64_demote,
    .change = pt64_loongarch64_change,
    .link = pt64_loongarch64_link,
    .link_address = pt64_loongarch64_link_address,
    .absent = pt64_loongarch64_absent,
    .hide = pt64_loongarch64_hide,
    .show = pt64_loongarch64_show,
    .mark = pt64_loongarch64_mark,
    .mark_of = pt64_loongarch64_mark_of,
    .kind = pt64_loongarch64_kind,
    .wrong = pt64_loongarch64_lvz_wrong,
};

/** @cond engine */

/* ---- with the hardware walker ---- */

#define PT64_LOONGARCH64_HPTW_FLAGS (PT64_LOONGARCH64_FLAGS | PT64_ACCESSED | PT64_DIRTY)

/** D, and the bit that stands for it. */
#define PT64_LOONGARCH64_DIRT (PT64_LOONGARCH64_D | PT64_LOONGARCH64_SOFT_DIRTY)

/** Every combination of permissions has an encoding, also none at all. */
PT64_MEMBER bool pt64_loongarch64_hptw_can_encode(const struct pt64_limits *limits,
                                                  pt64_flags_t flags, unsigned level)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    return (flags & ~PT64_LOONGARCH64_HPTW_FLAGS) == 0 && (type & (type - 1)) == 0;
}

/**
 * The TLB allows stores by D, whatever W is. So a page that is not writable keeps its dirty flag in
 * a software bit.
 */
PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_with_dirt(pt64_entry_t entry, bool is_dirty)
{
    entry &= ~PT64_LOONGARCH64_DIRT;
    if (!is_dirty)
        return entry;
    return entry | (entry & PT64_LOONGARCH64_W ? PT64_LOONGARCH64_D : PT64_LOONGARCH64_SOFT_DIRTY);
}

/** A leaf of the first encoding as one of the second. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_leaf_of(pt64_entry_t entry, pt64_flags_t flags)
{
    entry &= flags & PT64_ACCESSED ? ~(pt64_entry_t)0 : ~PT64_LOONGARCH64_V;
    return pt64_loongarch64_hptw_with_dirt(entry, (flags & PT64_DIRTY) != 0);
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_leaf(const struct pt64_limits *limits,
                                                    pt64_flags_t flags, unsigned level)
{
    return pt64_loongarch64_hptw_leaf_of(pt64_loongarch64_leaf(limits, flags, level), flags);
}

/** With P it is a page, accessed or not. With V alone it is a page to the TLB only. */
PT64_MEMBER enum pt64_kind pt64_loongarch64_hptw_kind(const struct pt64_limits *limits,
                                                      pt64_entry_t entry, unsigned level)
{
    return pt64_loongarch64_kind_by(entry, level, PT64_LOONGARCH64_P, PT64_LOONGARCH64_V);
}

PT64_MEMBER pt64_flags_t pt64_loongarch64_hptw_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_loongarch64_decode(entry, level);

    flags |= entry & PT64_LOONGARCH64_V ? PT64_ACCESSED : 0;
    flags |= entry & PT64_LOONGARCH64_DIRT ? PT64_DIRTY : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                       unsigned level)
{
    pt64_entry_t entry = pt64_loongarch64_protect(old, leaf, level) | (old & PT64_LOONGARCH64_V);

    return pt64_loongarch64_hptw_with_dirt(entry, ((old | leaf) & PT64_LOONGARCH64_DIRT) != 0);
}

/** A page of an adopted table may be writable by D alone. It stays writable. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_clean(pt64_entry_t entry, pt64_flags_t flags,
                                                     unsigned level)
{
    entry &= flags & PT64_ACCESSED ? ~PT64_LOONGARCH64_V : ~(pt64_entry_t)0;
    if (!(flags & PT64_DIRTY))
        return entry;
    entry |= entry & PT64_LOONGARCH64_D ? PT64_LOONGARCH64_W : 0;
    return entry & ~PT64_LOONGARCH64_DIRT;
}

/** The walker sets V on an access and D on a store that W allows. It never clears them. */
PT64_MEMBER bool pt64_loongarch64_hptw_is_volatile(pt64_entry_t entry, unsigned level)
{
    return !(entry & PT64_LOONGARCH64_V) ||
           ((entry & PT64_LOONGARCH64_W) && !(entry & PT64_LOONGARCH64_D));
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_wrong(const struct pt64_limits *limits,
                                                     pt64_entry_t entry, unsigned level,
                                                     pt64_size_t page)
{
    return pt64_loongarch64_wrong_by(entry, pt64_loongarch64_hptw_kind(limits, entry, level), level,
                                     page, PT64_LOONGARCH64_V);
}

/** @endcond */

/**
 * For CPUs with a hardware walker (CPUCFG.2 HPTW, bit 24: 3A6000 and later), switched on by
 * PWCH.HPTW_En. P is present and W writable. The walker sets V, the accessed flag, and D, the dirty
 * flag. The format also serves where the handlers of the exceptions PIL, PIS, PIF and PME set V and
 * D, as Linux's do. PT64_DIRTY of a page without PT64_WRITE is in bit 9, as Linux's _PAGE_MODIFIED.
 * PT64_UNCACHED is MAT_WUC: see the warning at PT64_LOONGARCH64_MAT_WUC.
 */
PT64_TRAIT struct pt64_pte pt64_loongarch64_hptw_pte = {
    .architecture = PT64_LOONGARCH64_ARCHITECTURE,
    .flags = PT64_LOONGARCH64_HPTW_FLAGS,
    .can_encode = pt64_loongarch64_hptw_can_encode,
    .leaf = pt64_loongarch64_hptw_leaf,
    .address = pt64_loongarch64_address,
    .leaf_address = pt64_loongarch64_leaf_address,
    .decode = pt64_loongarch64_hptw_decode,
    .protect = pt64_loongarch64_hptw_protect,
    .kept = pt64_loongarch64_kept,
    .demote = pt64_loongarch64_demote,
    .clean = pt64_loongarch64_hptw_clean,
    .change = pt64_loongarch64_change,
    .is_volatile = pt64_loongarch64_hptw_is_volatile,
    .link = pt64_loongarch64_link,
    .link_address = pt64_loongarch64_link_address,
    .absent = pt64_loongarch64_absent,
    .hide = pt64_loongarch64_hide,
    .show = pt64_loongarch64_show,
    .mark = pt64_loongarch64_mark,
    .mark_of = pt64_loongarch64_mark_of,
    .kind = pt64_loongarch64_hptw_kind,
    .wrong = pt64_loongarch64_hptw_wrong,
};

/** @cond engine */

/** A page has one level. */
PT64_MEMBER bool pt64_loongarch64_hptw_plv_can_encode(const struct pt64_limits *limits,
                                                      pt64_flags_t flags, unsigned level)
{
    return pt64_loongarch64_plv_can_encode(limits, flags & ~(PT64_ACCESSED | PT64_DIRTY), level);
}

PT64_MEMBER pt64_entry_t pt64_loongarch64_hptw_plv_leaf(const struct pt64_limits *limits,
                                                        pt64_flags_t flags, unsigned level)
{
    return pt64_loongarch64_hptw_leaf_of(pt64_loongarch64_plv_leaf(limits, flags, level), flags);
}

PT64_MEMBER pt64_flags_t pt64_loongarch64_hptw_plv_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_loongarch64_hptw_decode(entry, level) | pt64_loongarch64_plv_decode(entry, level);
}

/** @endcond */

/** pt64_loongarch64_hptw_pte with the flags of pt64_loongarch64_plv_pte. */
PT64_TRAIT struct pt64_pte pt64_loongarch64_hptw_plv_pte = {
    .architecture = PT64_LOONGARCH64_ARCHITECTURE,
    .flags = PT64_LOONGARCH64_HPTW_FLAGS | PT64_LOONGARCH64_PLV_FLAGS,
    .changeable = PT64_LOONGARCH64_PLV_FLAGS,
    .can_encode = pt64_loongarch64_hptw_plv_can_encode,
    .leaf = pt64_loongarch64_hptw_plv_leaf,
    .address = pt64_loongarch64_address,
    .leaf_address = pt64_loongarch64_leaf_address,
    .decode = pt64_loongarch64_hptw_plv_decode,
    .protect = pt64_loongarch64_hptw_protect,
    .kept = pt64_loongarch64_plv_kept,
    .demote = pt64_loongarch64_demote,
    .clean = pt64_loongarch64_hptw_clean,
    .change = pt64_loongarch64_change,
    .is_volatile = pt64_loongarch64_hptw_is_volatile,
    .link = pt64_loongarch64_link,
    .link_address = pt64_loongarch64_link_address,
    .absent = pt64_loongarch64_absent,
    .hide = pt64_loongarch64_hide,
    .show = pt64_loongarch64_show,
    .mark = pt64_loongarch64_mark,
    .mark_of = pt64_loongarch64_mark_of,
    .kind = pt64_loongarch64_hptw_kind,
    .wrong = pt64_loongarch64_hptw_wrong,
};

PT64_TRAITS_END

#endif
