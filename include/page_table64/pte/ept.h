/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of Intel's extended page tables (EPT), which translate the guest-physical addresses of a
 * virtual machine.
 *
 * Source: Intel SDM volume 3C, 30.3.2 "EPT Translation Mechanism", tables "Format of an EPT ...",
 * 30.3.3 "EPT-Induced VM Exits", 30.3.5 "Accessed and Dirty Flags for EPT" and 30.3.7 "EPT and
 * Memory Typing" (chapter 29 in revisions 081 to 083, 28 before). Linux, arch/x86/kvm/vmx, and
 * kvm-unit-tests agree on the bits. Bits 57, 58, 60 and 61, and that bit 63 of an entry that is not
 * present decides too, are as believed: they were read in no second source.
 *
 * | level | entry      | maps | links                              |
 * | ----- | ---------- | ---- | ---------------------------------- |
 * | 0     | EPT PTE    | 4K   |                                    |
 * | 1     | EPT PDE    | 2M   | an EPT page table                  |
 * | 2     | EPT PDPTE  | 1G   | an EPT page directory              |
 * | 3     | EPT PML4E  |      | an EPT page-directory-pointer table |
 * | 4     | EPT PML5E  |      | an EPT PML4 table                  |
 *
 * An entry has no present bit: it is present if it allows anything. Bits 57, 58, 60 and 61 (verify
 * guest paging, paging-write access, supervisor shadow stack, sub-page permissions) are ignored
 * while their VM-execution controls are clear, and the formats never set them in a present entry.
 */
#ifndef PAGE_TABLE64_PTE_EPT_H
#define PAGE_TABLE64_PTE_EPT_H

#include "../shift.h"
#include "../traits.h"
#include "change.h"

/** No ELF machine: x86-64 (62) and EPT (0x10000). Its entries do not fit a CPU's own geometry. */
#define PT64_EPT_ARCHITECTURE 0x1003e

PT64_TRAITS_BEGIN

#define PT64_EPT_R       ((pt64_entry_t)1 << 0)  /**< loads, and walks of the guest's tables */
#define PT64_EPT_W       ((pt64_entry_t)1 << 1)  /**< stores */
#define PT64_EPT_X       ((pt64_entry_t)1 << 2)  /**< fetches; with MBEC those of the supervisor */
#define PT64_EPT_TYPE    ((pt64_entry_t)7 << 3)  /**< memory type of a leaf; reserved in a link */
#define PT64_EPT_IPAT    ((pt64_entry_t)1 << 6)  /**< the guest's PAT does not count; as the type */
#define PT64_EPT_LEAF    ((pt64_entry_t)1 << 7)  /**< huge page, above level 0 */
#define PT64_EPT_A       ((pt64_entry_t)1 << 8)  /**< accessed, if EPTP bit 6 is set */
#define PT64_EPT_D       ((pt64_entry_t)1 << 9)  /**< dirty, likewise; ignored in a link */
#define PT64_EPT_XU      ((pt64_entry_t)1 << 10) /**< with MBEC: fetches of user mode */
#define PT64_EPT_SOFT0   ((pt64_entry_t)1 << 52) /**< PT64_SOFT0; hardware ignores 56:52 */
#define PT64_EPT_SOFT1   ((pt64_entry_t)1 << 53) /**< PT64_SOFT1 */
#define PT64_EPT_SVE     ((pt64_entry_t)1 << 63) /**< suppress virtualization exceptions */
#define PT64_EPT_ADDRESS UINT64_C(0x000ffffffffff000) /**< bits 51:12 */
/** Bits left to software: 11, 56:52, 59 and 62. With EPTP bit 6 clear also 9:8. */
#define PT64_EPT_SOFTWARE UINT64_C(0x49f0000000000800)
/** What other VM-execution controls give a meaning: 57, 58, 60 and 61. */
#define PT64_EPT_CONTROLLED UINT64_C(0x3600000000000000)

/* ---- flags of these formats ---- */

/**
 * The memory type is that of the entry, whatever the guest's PAT says (IPAT). It goes with normal
 * memory and with PT64_WRITE_COMBINE. PT64_DEVICE always has the bit, PT64_UNCACHED never.
 */
#define PT64_EPT_IGNORE_PAT ((pt64_flags_t)1 << 16)
/**
 * Where the control "EPT-violation #VE" is set, a violation of this page is a VM exit all the same,
 * and no exception in the guest. Elsewhere hardware ignores it. Protecting keeps the flag. The bit
 * is clear in empty slots: there the guest takes the exception.
 */
#define PT64_EPT_SUPPRESS_VE ((pt64_flags_t)1 << 17)
/** With PT64_EXECUTE in pt64_ept_mbec_pte: no fetches from supervisor-mode linear addresses. */
#define PT64_EPT_NO_SUPERVISOR_EXECUTE ((pt64_flags_t)1 << 18)
/** With PT64_EXECUTE in pt64_ept_mbec_pte: no fetches from user-mode linear addresses. */
#define PT64_EPT_NO_USER_EXECUTE ((pt64_flags_t)1 << 19)

/** @cond engine */

/* ---- permissions ---- */

/** What makes an entry present. Without MBEC bit 10 is ignored. */
#define PT64_EPT_RWX      (PT64_EPT_R | PT64_EPT_W | PT64_EPT_X)
#define PT64_EPT_MBEC_RWX (PT64_EPT_RWX | PT64_EPT_XU)

/** From bit 2 to PT64_EXECUTE. */
#define PT64_EPT_EXECUTE_SHIFT 9
/** From PT64_ACCESSED and PT64_DIRTY to their bits. */
#define PT64_EPT_NOTES_SHIFT 3
/** From PT64_SOFT0 and PT64_SOFT1 to their bits. */
#define PT64_EPT_SOFT_SHIFT 43
/** From PT64_EPT_SUPPRESS_VE to its bit. */
#define PT64_EPT_SVE_SHIFT 46

/**
 * The permissions of a present entry that hardware does not accept (30.3.3.1 "EPT
 * Misconfigurations"): writing without reading; and executing without reading, if the CPU lacks it.
 */
PT64_MEMBER pt64_entry_t pt64_ept_wrong_rights(const struct pt64_limits *limits, pt64_entry_t entry,
                                               pt64_entry_t rights)
{
    pt64_entry_t without_read = limits->execute_only ? PT64_EPT_W : rights;

    return entry & PT64_EPT_R ? 0 : entry & without_read;
}

/* ---- memory types ---- */

#define PT64_EPT_TYPE_SHIFT 3
#define PT64_EPT_UC         0U
#define PT64_EPT_WC         1U
#define PT64_EPT_WB         6U

PT64_MEMBER unsigned pt64_ept_type(pt64_entry_t entry)
{
    return (unsigned)((entry & PT64_EPT_TYPE) >> PT64_EPT_TYPE_SHIFT);
}

/** 2, 3 and 7 are no memory types. */
PT64_MEMBER bool pt64_ept_is_type(unsigned type)
{
    return (0x8cU >> type & 1) == 0;
}

/** Without IPAT the guest's PAT can make UC write-combining, as an MTRR makes UC- (30.3.7.2). */
PT64_MEMBER pt64_entry_t pt64_ept_type_bits(pt64_flags_t flags)
{
    unsigned type = flags & (PT64_DEVICE | PT64_UNCACHED) ? PT64_EPT_UC
                    : flags & PT64_WRITE_COMBINE          ? PT64_EPT_WC
                                                          : PT64_EPT_WB;

    return (pt64_entry_t)type << PT64_EPT_TYPE_SHIFT |
           (flags & (PT64_DEVICE | PT64_EPT_IGNORE_PAT) ? PT64_EPT_IPAT : 0);
}

/** WT and WP, which other software made, decode as PT64_UNCACHED, as WT does on x86-64. */
PT64_MEMBER pt64_flags_t pt64_ept_type_flags(pt64_entry_t entry)
{
    unsigned type = pt64_ept_type(entry);
    bool ignores = (entry & PT64_EPT_IPAT) != 0;

    if (type == PT64_EPT_UC)
        return ignores ? PT64_DEVICE : PT64_UNCACHED;
    if (type != PT64_EPT_WC && type != PT64_EPT_WB)
        return PT64_UNCACHED;
    return (type == PT64_EPT_WC ? PT64_WRITE_COMBINE : 0) | (ignores ? PT64_EPT_IGNORE_PAT : 0);
}

PT64_MEMBER bool pt64_ept_is_memory_type(pt64_flags_t flags)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    if (type & (type - 1))
        return false;
    return !(flags & PT64_EPT_IGNORE_PAT) || !(flags & (PT64_DEVICE | PT64_UNCACHED));
}

/* ---- leaves without mode-based execute control ---- */

#define PT64_EPT_NOAD_FLAGS                                                                \
    (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_MEMORY_TYPES | PT64_SOFT0 | PT64_SOFT1 | \
     PT64_EPT_IGNORE_PAT | PT64_EPT_SUPPRESS_VE)
#define PT64_EPT_FLAGS (PT64_EPT_NOAD_FLAGS | PT64_ACCESSED | PT64_DIRTY)

/** A page is readable, or only executable. */
PT64_MEMBER bool pt64_ept_can_permit(const struct pt64_limits *limits, pt64_flags_t flags)
{
    if (flags & PT64_READ)
        return true;
    return limits->execute_only && (flags & (PT64_WRITE | PT64_EXECUTE)) == PT64_EXECUTE;
}

PT64_MEMBER bool pt64_ept_noad_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    return (flags & ~PT64_EPT_NOAD_FLAGS) == 0 && pt64_ept_can_permit(limits, flags) &&
           pt64_ept_is_memory_type(flags);
}

PT64_MEMBER bool pt64_ept_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                     unsigned level)
{
    return pt64_ept_noad_can_encode(limits, flags & ~(PT64_ACCESSED | PT64_DIRTY), level);
}

PT64_MEMBER pt64_entry_t pt64_ept_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                       unsigned level)
{
    pt64_entry_t entry = flags & (PT64_READ | PT64_WRITE);

    entry |= (flags & PT64_EXECUTE) >> PT64_EPT_EXECUTE_SHIFT;
    entry |= pt64_ept_type_bits(flags);
    entry |= level > 0 ? PT64_EPT_LEAF : 0;
    entry |= (pt64_entry_t)(flags & (PT64_ACCESSED | PT64_DIRTY)) << PT64_EPT_NOTES_SHIFT;
    entry |= (pt64_entry_t)(flags & (PT64_SOFT0 | PT64_SOFT1)) << PT64_EPT_SOFT_SHIFT;
    return entry | (pt64_entry_t)(flags & PT64_EPT_SUPPRESS_VE) << PT64_EPT_SVE_SHIFT;
}

PT64_MEMBER pt64_entry_t pt64_ept_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

PT64_MEMBER pt64_paddr_t pt64_ept_leaf_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_EPT_ADDRESS;
}

PT64_MEMBER pt64_flags_t pt64_ept_noad_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = (pt64_flags_t)entry & (PT64_READ | PT64_WRITE);

    flags |= ((pt64_flags_t)entry << PT64_EPT_EXECUTE_SHIFT) & PT64_EXECUTE;
    flags |= (pt64_flags_t)(entry >> PT64_EPT_SOFT_SHIFT) & (PT64_SOFT0 | PT64_SOFT1);
    flags |= (pt64_flags_t)(entry >> PT64_EPT_SVE_SHIFT) & PT64_EPT_SUPPRESS_VE;
    return flags | pt64_ept_type_flags(entry);
}

PT64_MEMBER pt64_flags_t pt64_ept_notes(pt64_entry_t entry)
{
    return (pt64_flags_t)(entry >> PT64_EPT_NOTES_SHIFT) & (PT64_ACCESSED | PT64_DIRTY);
}

PT64_MEMBER pt64_flags_t pt64_ept_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_ept_noad_decode(entry, level) | pt64_ept_notes(entry);
}

/** The leaf `old` with the `rights` and the memory type of `leaf`. */
PT64_MEMBER pt64_entry_t pt64_ept_protect_by(pt64_entry_t old, pt64_entry_t leaf,
                                             pt64_entry_t rights)
{
    pt64_entry_t anew = rights | PT64_EPT_TYPE | PT64_EPT_IPAT;

    return (old & ~anew) | leaf;
}

PT64_MEMBER pt64_entry_t pt64_ept_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return pt64_ept_protect_by(old, leaf, PT64_EPT_RWX);
}

/** The memory type: WT and WP are encodings that no flag makes. */
PT64_MEMBER pt64_entry_t pt64_ept_kept(unsigned level)
{
    return PT64_EPT_TYPE | PT64_EPT_IPAT;
}

/** Bit 7 means nothing at level 0. */
PT64_MEMBER pt64_entry_t pt64_ept_demote(pt64_entry_t entry, unsigned level)
{
    return level == 1 ? entry & ~PT64_EPT_LEAF : entry;
}

PT64_MEMBER pt64_entry_t pt64_ept_clean(pt64_entry_t entry, pt64_flags_t flags, unsigned level)
{
    return entry & ~((pt64_entry_t)(flags & (PT64_ACCESSED | PT64_DIRTY)) << PT64_EPT_NOTES_SHIFT);
}

/**
 * No permission implies another: each is granted by a bit of its own. That a CPU does not hold
 * suppress-#VE, or what the other controls give a meaning, is said nowhere.
 */
PT64_MEMBER enum pt64_change pt64_ept_change_by(pt64_entry_t old, pt64_entry_t now,
                                                pt64_entry_t rights, pt64_entry_t notes)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_EPT_ADDRESS | PT64_EPT_TYPE | PT64_EPT_IPAT;
    bits.grants = rights;
    bits.refuses = 0;
    bits.trades = PT64_EPT_SVE | PT64_EPT_CONTROLLED;
    bits.notes = notes;
    return pt64_change_by(&bits, old, now);
}

PT64_MEMBER enum pt64_change pt64_ept_noad_change(pt64_entry_t old, pt64_entry_t now,
                                                  unsigned level)
{
    return pt64_ept_change_by(old, now, PT64_EPT_RWX, 0);
}

/** A CPU may rely on a set A or D, and not on a clear one (30.3.5). */
PT64_MEMBER enum pt64_change pt64_ept_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    return pt64_ept_change_by(old, now, PT64_EPT_RWX, PT64_EPT_A | PT64_EPT_D);
}

/**
 * The CPU sets A and D and never clears them. For a store that began while the page was still
 * writable it may set D in an entry that no longer is.
 */
PT64_MEMBER bool pt64_ept_is_volatile(pt64_entry_t entry, unsigned level)
{
    return (~entry & (PT64_EPT_A | PT64_EPT_D)) != 0;
}

/* ---- any entry ---- */

/** Permissions are ANDed over the walk. Links grant everything: only leaves refuse. */
PT64_MEMBER pt64_entry_t pt64_ept_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                       unsigned level)
{
    return paddr | PT64_EPT_RWX;
}

PT64_MEMBER pt64_paddr_t pt64_ept_link_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_EPT_ADDRESS;
}

PT64_MEMBER bool pt64_ept_is_leaf(pt64_entry_t entry, unsigned level)
{
    return level == 0 || (entry & PT64_EPT_LEAF) != 0;
}

/**
 * The bits of a present entry that misconfigure it, but for those below the address of a huge page
 * and bit 7 at a level without pages: permissions, address bits from MAXPHYADDR on, a type that is
 * none, and any type in a link.
 */
PT64_MEMBER pt64_entry_t pt64_ept_reserved(const struct pt64_limits *limits, pt64_entry_t entry,
                                           unsigned level, pt64_entry_t rights)
{
    pt64_entry_t wrong = PT64_EPT_ADDRESS & pt64_shift_left(~(pt64_entry_t)0, limits->paddr_bits);

    if (!pt64_ept_is_leaf(entry, level))
        wrong |= PT64_EPT_TYPE | PT64_EPT_IPAT;
    else if (!pt64_ept_is_type(pt64_ept_type(entry)))
        wrong |= PT64_EPT_TYPE;
    return (entry & wrong) | pt64_ept_wrong_rights(limits, entry, rights);
}

PT64_MEMBER enum pt64_kind pt64_ept_kind_by(const struct pt64_limits *limits, pt64_entry_t entry,
                                            unsigned level, pt64_entry_t rights)
{
    if (!(entry & rights))
        return PT64_EMPTY;
    if (pt64_ept_reserved(limits, entry, level, rights))
        return PT64_UNKNOWN;
    return pt64_ept_is_leaf(entry, level) ? PT64_LEAF : PT64_LINK;
}

PT64_MEMBER enum pt64_kind pt64_ept_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                         unsigned level)
{
    return pt64_ept_kind_by(limits, entry, level, PT64_EPT_RWX);
}

/** Besides, bits 20:12 or 29:12 of a huge page, and bit 7 at a level without huge pages. */
PT64_MEMBER pt64_entry_t pt64_ept_wrong_by(const struct pt64_limits *limits, pt64_entry_t entry,
                                           unsigned level, pt64_size_t page, pt64_entry_t rights)
{
    pt64_entry_t wrong;

    if (!(entry & rights))
        return 0;
    wrong = pt64_ept_reserved(limits, entry, level, rights);
    if (!pt64_ept_is_leaf(entry, level))
        return wrong;
    if (page == 0)
        return wrong | PT64_EPT_LEAF;
    return wrong | (entry & (page - 1) & PT64_EPT_ADDRESS);
}

PT64_MEMBER pt64_entry_t pt64_ept_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                        unsigned level, pt64_size_t page)
{
    return pt64_ept_wrong_by(limits, entry, level, page, PT64_EPT_RWX);
}

/* ---- entries that are not present: hardware ignores all bits but 2:0, 10 and 63 ---- */

/**
 * A CPU with the L1 Terminal Fault (CVE-2018-3646) speculates past an entry that is not present: it
 * reads the L1 data cache at the address in it. So such an entry holds the inverse of an address or
 * of a mark, as on x86-64. Bits 2:0 and 10 are clear, and bits that are clear in a leaf of these
 * formats keep what was there.
 */
#define PT64_EPT_HIDDEN     ((pt64_entry_t)1 << 58) /**< a hidden page */
#define PT64_EPT_WAS_R      ((pt64_entry_t)1 << 57) /**< with PT64_EPT_HIDDEN: its leaf has R */
#define PT64_EPT_WAS_X      ((pt64_entry_t)1 << 60) /**< X */
#define PT64_EPT_WAS_XU     ((pt64_entry_t)1 << 61) /**< XU */
#define PT64_EPT_MARK       ((pt64_entry_t)1 << 57) /**< a mark in bits 51:11: its access exits */
#define PT64_EPT_MARK_IN    UINT64_C(0x000ffffffffff800)
#define PT64_EPT_MARK_SHIFT 11

PT64_MEMBER pt64_entry_t pt64_ept_hide(pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = (leaf & ~PT64_EPT_MBEC_RWX) | PT64_EPT_HIDDEN;

    entry |= leaf & PT64_EPT_R ? PT64_EPT_WAS_R : 0;
    entry |= leaf & PT64_EPT_X ? PT64_EPT_WAS_X : 0;
    entry |= leaf & PT64_EPT_XU ? PT64_EPT_WAS_XU : 0;
    return entry ^ PT64_EPT_ADDRESS;
}

PT64_MEMBER pt64_entry_t pt64_ept_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t leaf = (entry & ~(PT64_EPT_HIDDEN | PT64_EPT_CONTROLLED)) ^ PT64_EPT_ADDRESS;

    if ((entry & (PT64_EPT_MBEC_RWX | PT64_EPT_HIDDEN)) != PT64_EPT_HIDDEN)
        return 0;
    leaf |= entry & PT64_EPT_WAS_R ? PT64_EPT_R : 0;
    leaf |= entry & PT64_EPT_WAS_X ? PT64_EPT_X : 0;
    leaf |= entry & PT64_EPT_WAS_XU ? PT64_EPT_XU : 0;
    return leaf & PT64_EPT_MBEC_RWX ? leaf : 0;
}

/** The mark is below the topmost bit of an address that the table can hold. */
PT64_MEMBER pt64_entry_t pt64_ept_mark(const struct pt64_limits *limits, uint64_t mark,
                                       unsigned level)
{
    if (pt64_shift_right(mark, limits->paddr_bits - 1 - PT64_EPT_MARK_SHIFT) != 0)
        return 0;
    return (~mark << PT64_EPT_MARK_SHIFT & PT64_EPT_MARK_IN) | PT64_EPT_MARK | PT64_EPT_SVE;
}

PT64_MEMBER bool pt64_ept_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = (~entry & PT64_EPT_MARK_IN) >> PT64_EPT_MARK_SHIFT;
    return (entry & ~PT64_EPT_MARK_IN) == (PT64_EPT_MARK | PT64_EPT_SVE);
}

/** @endcond */

/**
 * The entry format where bit 6 of the EPTP is set (PT64_EPT_EPTP_AD): hardware sets accessed and
 * dirty. The CPU's reads of the guest's page tables then count as stores: the pages that hold them
 * need PT64_WRITE, and become dirty.
 *
 * No page refuses reading but one that is only executable, where the limits have execute_only.
 * There is no PT64_USER: what a page allows, it allows the guest's kernel and its programs alike.
 * PT64_DEVICE is UC whatever the guest's PAT says. PT64_UNCACHED is UC that the guest's PAT can
 * make WC, PT64_WRITE_COMBINE is WC that it can make UC. Normal memory is WB, and combined with the
 * guest's PAT as WB of an MTRR is. With CR0.CD set in the guest all memory is UC. A WT or WP page,
 * which other software made, decodes as PT64_UNCACHED.
 *
 * What hardware calls a misconfiguration is neither a page nor an empty slot to the library:
 * can_encode refuses it, and name_check names it in a table that is adopted.
 *
 * A hidden page and a mark show no CPU with the L1 Terminal Fault any memory, if the limits have
 * the width of a physical address that the CPU has. A hidden page lies in the lower half of these
 * addresses, and a mark has 12 bits fewer than they have: 40 with the widest. Where the control
 * "EPT-violation #VE" is set, an access to a mark is a VM exit, and one to a hidden page is by
 * PT64_EPT_SUPPRESS_VE of the page.
 */
PT64_TRAIT struct pt64_pte pt64_ept_pte = {
    .architecture = PT64_EPT_ARCHITECTURE,
    .flags = PT64_EPT_FLAGS,
    .sticky = PT64_EPT_SUPPRESS_VE,
    .changeable = PT64_EPT_SUPPRESS_VE,
    .hidden_bits = 1,
    .can_encode = pt64_ept_can_encode,
    .leaf = pt64_ept_leaf,
    .address = pt64_ept_address,
    .leaf_address = pt64_ept_leaf_address,
    .decode = pt64_ept_decode,
    .protect = pt64_ept_protect,
    .kept = pt64_ept_kept,
    .demote = pt64_ept_demote,
    .clean = pt64_ept_clean,
    .change = pt64_ept_change,
    .is_volatile = pt64_ept_is_volatile,
    .link = pt64_ept_link,
    .link_address = pt64_ept_link_address,
    .hide = pt64_ept_hide,
    .show = pt64_ept_show,
    .mark = pt64_ept_mark,
    .mark_of = pt64_ept_mark_of,
    .kind = pt64_ept_kind,
    .wrong = pt64_ept_wrong,
};

/**
 * The same where bit 6 of the EPTP is clear: no accessed and no dirty flag. Bits 8 and 9 are left
 * to software. Reads of the guest's page tables need PT64_READ alone.
 */
PT64_TRAIT struct pt64_pte pt64_ept_noad_pte = {
    .architecture = PT64_EPT_ARCHITECTURE,
    .flags = PT64_EPT_NOAD_FLAGS,
    .sticky = PT64_EPT_SUPPRESS_VE,
    .changeable = PT64_EPT_SUPPRESS_VE,
    .hidden_bits = 1,
    .can_encode = pt64_ept_noad_can_encode,
    .leaf = pt64_ept_leaf,
    .address = pt64_ept_address,
    .leaf_address = pt64_ept_leaf_address,
    .decode = pt64_ept_noad_decode,
    .protect = pt64_ept_protect,
    .kept = pt64_ept_kept,
    .demote = pt64_ept_demote,
    .change = pt64_ept_noad_change,
    .link = pt64_ept_link,
    .link_address = pt64_ept_link_address,
    .hide = pt64_ept_hide,
    .show = pt64_ept_show,
    .mark = pt64_ept_mark,
    .mark_of = pt64_ept_mark_of,
    .kind = pt64_ept_kind,
    .wrong = pt64_ept_wrong,
};

/* ---- mode-based execute control ---- */

/** @cond engine */

#define PT64_EPT_MODES (PT64_EPT_NO_SUPERVISOR_EXECUTE | PT64_EPT_NO_USER_EXECUTE)

/** One of the modes may be refused what PT64_EXECUTE allows. */
PT64_MEMBER bool pt64_ept_mbec_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    pt64_flags_t modes = flags & PT64_EPT_MODES;

    return (modes == 0 || (modes != PT64_EPT_MODES && (flags & PT64_EXECUTE))) &&
           pt64_ept_can_encode(limits, flags & ~modes, level);
}

PT64_MEMBER pt64_entry_t pt64_ept_mbec_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    pt64_entry_t refused = 0;

    refused |= flags & PT64_EPT_NO_SUPERVISOR_EXECUTE ? PT64_EPT_X : 0;
    refused |= flags & PT64_EPT_NO_USER_EXECUTE ? PT64_EPT_XU : 0;
    return (pt64_ept_leaf(limits, flags, level) | (flags & PT64_EXECUTE ? PT64_EPT_XU : 0)) &
           ~refused;
}

PT64_MEMBER pt64_flags_t pt64_ept_mbec_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_ept_decode(entry, level);

    if ((entry & PT64_EPT_X) && !(entry & PT64_EPT_XU))
        flags |= PT64_EPT_NO_USER_EXECUTE;
    if (!(entry & PT64_EPT_X) && (entry & PT64_EPT_XU))
        flags |= PT64_EXECUTE | PT64_EPT_NO_SUPERVISOR_EXECUTE;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_ept_mbec_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return pt64_ept_protect_by(old, leaf, PT64_EPT_MBEC_RWX);
}

PT64_MEMBER enum pt64_change pt64_ept_mbec_change(pt64_entry_t old, pt64_entry_t now,
                                                  unsigned level)
{
    return pt64_ept_change_by(old, now, PT64_EPT_MBEC_RWX, PT64_EPT_A | PT64_EPT_D);
}

PT64_MEMBER pt64_entry_t pt64_ept_mbec_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                            unsigned level)
{
    return paddr | PT64_EPT_MBEC_RWX;
}

PT64_MEMBER enum pt64_kind pt64_ept_mbec_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                              unsigned level)
{
    return pt64_ept_kind_by(limits, entry, level, PT64_EPT_MBEC_RWX);
}

PT64_MEMBER pt64_entry_t pt64_ept_mbec_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                             unsigned level, pt64_size_t page)
{
    return pt64_ept_wrong_by(limits, entry, level, page, PT64_EPT_MBEC_RWX);
}

/** @endcond */

/**
 * The entry format where the VM-execution control "mode-based execute control for EPT" is set, and
 * bit 6 of the EPTP. It has the flags of pt64_ept_pte, and PT64_EPT_NO_SUPERVISOR_EXECUTE and
 * PT64_EPT_NO_USER_EXECUTE. PT64_EXECUTE alone allows both modes to execute the page. The mode is
 * that of the linear address: U/S of the guest's walk.
 */
PT64_TRAIT struct pt64_pte pt64_ept_mbec_pte = {
    .architecture = PT64_EPT_ARCHITECTURE,
    .flags = PT64_EPT_FLAGS | PT64_EPT_MODES,
    .sticky = PT64_EPT_SUPPRESS_VE,
    .changeable = PT64_EPT_SUPPRESS_VE | PT64_EPT_MODES,
    .hidden_bits = 1,
    .can_encode = pt64_ept_mbec_can_encode,
    .leaf = pt64_ept_mbec_leaf,
    .address = pt64_ept_address,
    .leaf_address = pt64_ept_leaf_address,
    .decode = pt64_ept_mbec_decode,
    .protect = pt64_ept_mbec_protect,
    .kept = pt64_ept_kept,
    .demote = pt64_ept_demote,
    .clean = pt64_ept_clean,
    .change = pt64_ept_mbec_change,
    .is_volatile = pt64_ept_is_volatile,
    .link = pt64_ept_mbec_link,
    .link_address = pt64_ept_link_address,
    .hide = pt64_ept_hide,
    .show = pt64_ept_show,
    .mark = pt64_ept_mark,
    .mark_of = pt64_ept_mark_of,
    .kind = pt64_ept_mbec_kind,
    .wrong = pt64_ept_mbec_wrong,
};

PT64_TRAITS_END

#endif
