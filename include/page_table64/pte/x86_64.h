/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of x86-64 4-level and 5-level paging.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, chapter 5
 * (Paging; chapter 4 before revision 086), tables "Format of a Page-Table Entry that Maps a 4-KByte
 * Page", "... 2-MByte Page", "... 1-GByte Page" and those of the entries that reference a table;
 * AMD64 Architecture Programmer's Manual volume 2, section 5.3.
 *
 * | level | entry   | in the                       | maps | links                     |
 * | ----- | ------- | ---------------------------- | ---- | ------------------------- |
 * | 0     | PTE     | page table                   | 4K   |                           |
 * | 1     | PDE     | page directory               | 2M   | a page table              |
 * | 2     | PDPTE   | page-directory-pointer table | 1G   | a page directory          |
 * | 3     | PML4E   | PML4 table                   |      | a page-directory-pointer table |
 * | 4     | PML5E   | PML5 table                   |      | a PML4 table              |
 */
#ifndef PAGE_TABLE64_PTE_X86_64_H
#define PAGE_TABLE64_PTE_X86_64_H

#include "../shift.h"
#include "../traits.h"
#include "change.h"

#define PT64_X86_64_ARCHITECTURE 62 /**< EM_X86_64 */

PT64_TRAITS_BEGIN

#define PT64_X86_64_P        ((pt64_entry_t)1 << 0)  /**< present */
#define PT64_X86_64_RW       ((pt64_entry_t)1 << 1)  /**< writable; ANDed over the walk */
#define PT64_X86_64_US       ((pt64_entry_t)1 << 2)  /**< user; ANDed over the walk */
#define PT64_X86_64_PWT      ((pt64_entry_t)1 << 3)  /**< bit 0 of the PAT index */
#define PT64_X86_64_PCD      ((pt64_entry_t)1 << 4)  /**< bit 1 of the PAT index */
#define PT64_X86_64_A        ((pt64_entry_t)1 << 5)  /**< accessed */
#define PT64_X86_64_D        ((pt64_entry_t)1 << 6)  /**< dirty; ignored in a link */
#define PT64_X86_64_PS       ((pt64_entry_t)1 << 7)  /**< huge page, above level 0 */
#define PT64_X86_64_PAT      ((pt64_entry_t)1 << 7)  /**< bit 2 of the PAT index, at level 0 */
#define PT64_X86_64_PAT_HUGE ((pt64_entry_t)1 << 12) /**< bit 2 of the PAT index, above level 0 */
#define PT64_X86_64_G        ((pt64_entry_t)1 << 8)  /**< global, if CR4.PGE is set */
#define PT64_X86_64_SOFT0    ((pt64_entry_t)1 << 9)  /**< PT64_SOFT0; hardware ignores 11:9 */
#define PT64_X86_64_SOFT1    ((pt64_entry_t)1 << 10) /**< PT64_SOFT1 */
#define PT64_X86_64_SOFT_DIRTY \
    ((pt64_entry_t)1 << 58) /**< ignored by hardware: dirty, but not writable */
#define PT64_X86_64_KEY ((pt64_entry_t)15 << 59) /**< protection key, with CR4.PKE or PKS */
#define PT64_X86_64_SOFT_SHADOW \
    ((pt64_entry_t)1 << 57) /**< ignored: a shadow stack, in the CET format */
#define PT64_X86_64_XD      ((pt64_entry_t)1 << 63) /**< no execute; reserved without EFER.NXE */
#define PT64_X86_64_ADDRESS UINT64_C(0x000ffffffffff000) /**< bits 51:12 */
/** Bits left to software: 11:9 and 57:52 are ignored, 62:59 are the protection key. */
#define PT64_X86_64_SOFTWARE UINT64_C(0x7bf0000000000e00)

/* ---- flags of these formats ---- */

/** The flags of a protection key, which are one number. */
#define PT64_X86_64_PKEYS (15U << 16)
/**
 * The protection key `n`, 0 to 15: of a page with PT64_USER where CR4.PKE is set, by PKRU; of any
 * other where CR4.PKS is set, by IA32_PKRS (SDM 3A, 5.6.2 "Protection Keys"). It may refuse loads
 * and stores, and never refuses a fetch. Elsewhere hardware ignores it.
 *
 * Key 0 is no flag. So name_protect and its kin keep the key of a page, unless `flags` name another
 * than 0. name_change_region gives a page any key, 0 too, by `set` PT64_X86_64_PKEY(n) and `clear`
 * PT64_X86_64_PKEY(~n).
 */
#define PT64_X86_64_PKEY(n) (((pt64_flags_t)(n) & 15) << 16)
/** The protection key in flags. */
#define PT64_X86_64_PKEY_OF(flags) ((flags) >> 16 & 15U)

/**
 * A shadow stack, where CR4.CET is set: CALL, RET and their kin use it, WRUSS and WRSS write it,
 * and ordinary stores fault (SDM 1, chapter 17 "Shadow Stacks"; 3A, 5.6 "Access Rights"). A flag of
 * pt64_x86_64_cet_pte, without PT64_WRITE.
 */
#define PT64_X86_64_SHADOW_STACK (1U << 20)

/** @cond engine */

/*
 * The PAT index of each memory type but write-back, whose index is 0. Every CPU has indices 0 to 3
 * after reset. Index 4 is write-combining only once IA32_PAT holds PT64_X86_64_PAT_VALUE (SDM 3A,
 * 13.12 "Page Attribute Table"; 12.12 before revision 086).
 */
PT64_MEMBER unsigned pt64_x86_64_pat_index(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return 3; /* UC */
    return flags & PT64_UNCACHED ? 2 /* UC- */ : 4 /* WC */;
}

/**
 * The memory type of an index under PT64_X86_64_PAT_VALUE. Indices 1 and 5 are WT, for which there
 * is no flag. WT decodes as PT64_UNCACHED and never as write-back: its stores go to memory, as
 * those of uncached memory do.
 */
PT64_MEMBER pt64_flags_t pt64_x86_64_memory_type(unsigned pat_index)
{
    /* WB, WT, UC-, UC, WC, WT, UC-, UC: a byte each, so that the table is no data. */
    const uint64_t uncached = PT64_UNCACHED * UINT64_C(0x0001010000010100);
    const uint64_t device = PT64_DEVICE * UINT64_C(0x0100000001000000);
    const uint64_t combining = PT64_WRITE_COMBINE * UINT64_C(0x0000000100000000);

    return (pt64_flags_t)((uncached | device | combining) >> 8 * pat_index) & 0xff;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_pat_bit(unsigned level)
{
    return level == 0 ? PT64_X86_64_PAT : PT64_X86_64_PAT_HUGE;
}

/** Bit 12 of a huge page is not an address bit. */
PT64_MEMBER pt64_entry_t pt64_x86_64_address_bits(unsigned level)
{
    return level == 0 ? PT64_X86_64_ADDRESS : PT64_X86_64_ADDRESS & ~PT64_X86_64_PAT_HUGE;
}

/** What every format of the architecture has. */
#define PT64_X86_64_COMMON                                                             \
    (PT64_PERMISSIONS | PT64_MEMORY_TYPES | PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY | \
     PT64_SOFT0 | PT64_SOFT1)
#define PT64_X86_64_FLAGS (PT64_X86_64_COMMON | PT64_X86_64_PKEYS)

/** A present page is always readable. Without NX it is always executable. */
PT64_MEMBER bool pt64_x86_64_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                        unsigned level)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    if (!limits->no_execute && (flags & PT64_EXECUTE) == 0)
        return false;
    return (flags & ~PT64_X86_64_FLAGS) == 0 && (flags & PT64_READ) != 0 &&
           (type & (type - 1)) == 0;
}

/** The flags that are the same bits in an entry: types.h numbers them so. */
#define PT64_X86_64_SAME                                                                          \
    (PT64_READ | PT64_WRITE | PT64_USER | PT64_ACCESSED | PT64_DIRTY | PT64_GLOBAL | PT64_SOFT0 | \
     PT64_SOFT1)

/** Of bits 1:0 of the PAT index, which are PCD and PWT. */
#define PT64_X86_64_PAT_SHIFT 3

PT64_MEMBER pt64_entry_t pt64_x86_64_pat_bits(unsigned pat_index, unsigned level)
{
    return (pt64_entry_t)(pat_index & 3) << PT64_X86_64_PAT_SHIFT |
           (pat_index & 4 ? pt64_x86_64_pat_bit(level) : 0);
}

/** From the flags of a protection key to its bits. */
#define PT64_X86_64_PKEY_SHIFT 43

/**
 * How far above D the bit is that stands for D in a page that is not writable. XD is as far above
 * PT64_EXECUTE.
 */
#define PT64_X86_64_SOFT_DIRTY_SHIFT 52

/**
 * Moves the dirty flag to the bit that R/W asks for. R/W clear and D set is a shadow-stack page
 * where CR4.CET is set (SDM 3A, 5.6 "Access Rights"): stores by CALL succeed there. So a page that
 * is not writable keeps its dirty flag in a software bit.
 */
PT64_MEMBER pt64_entry_t pt64_x86_64_settle(pt64_entry_t entry)
{
    if (entry & PT64_X86_64_RW) {
        if (entry & PT64_X86_64_SOFT_DIRTY)
            return (entry | PT64_X86_64_D) ^ PT64_X86_64_SOFT_DIRTY;
    } else if (entry & PT64_X86_64_D) {
        return (entry | PT64_X86_64_SOFT_DIRTY) ^ PT64_X86_64_D;
    }
    return entry;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    pt64_entry_t entry = PT64_X86_64_P | (flags & PT64_X86_64_SAME);

    if ((flags & (PT64_WRITE | PT64_DIRTY)) == PT64_DIRTY)
        entry ^= PT64_X86_64_D | PT64_X86_64_SOFT_DIRTY;
    entry |= flags & PT64_EXECUTE ? 0 : PT64_X86_64_XD;
    entry |= level > 0 ? PT64_X86_64_PS : 0;
    entry |= (pt64_entry_t)(flags & PT64_X86_64_PKEYS) << PT64_X86_64_PKEY_SHIFT;
    if (flags & PT64_MEMORY_TYPES)
        entry |= pt64_x86_64_pat_bits(pt64_x86_64_pat_index(flags), level);
    return entry;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr;
}

/** Permissions are ANDed over the walk. Links grant everything: only leaves refuse. */
PT64_MEMBER pt64_entry_t pt64_x86_64_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                          unsigned level)
{
    return paddr | PT64_X86_64_P | PT64_X86_64_RW | PT64_X86_64_US;
}

/** Reserved in every entry: 51:M, where M is MAXPHYADDR, and XD without NX. */
PT64_MEMBER pt64_entry_t pt64_x86_64_reserved(const struct pt64_limits *limits)
{
    pt64_entry_t above =
        PT64_X86_64_ADDRESS & pt64_shift_left(~(pt64_entry_t)0, limits->paddr_bits);

    return limits->no_execute ? above : above | PT64_X86_64_XD;
}

PT64_MEMBER enum pt64_kind pt64_x86_64_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                            unsigned level)
{
    if (!(entry & PT64_X86_64_P))
        return PT64_EMPTY;
    if (entry & pt64_x86_64_reserved(limits))
        return PT64_UNKNOWN;
    return level == 0 || (entry & PT64_X86_64_PS) ? PT64_LEAF : PT64_LINK;
}

PT64_MEMBER pt64_paddr_t pt64_x86_64_leaf_address(pt64_entry_t entry, unsigned level)
{
    return entry & pt64_x86_64_address_bits(level);
}

PT64_MEMBER pt64_paddr_t pt64_x86_64_link_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_X86_64_ADDRESS;
}

/** As a signed byte, P (bit 0) and PS (bit 7) are positive if P is set and PS is clear: one test.
 */
PT64_MEMBER pt64_paddr_t pt64_x86_64_follow(const struct pt64_limits *limits, pt64_entry_t entry,
                                            unsigned level)
{
    bool is_link = (int8_t)(entry & (PT64_X86_64_P | PT64_X86_64_PS)) > 0;

    if (!is_link || (entry & pt64_x86_64_reserved(limits)))
        return PT64_NO_FRAME;
    return entry & PT64_X86_64_ADDRESS;
}

/** The flags that few leaves have: a memory type, a protection key. */
PT64_MEMBER pt64_flags_t pt64_x86_64_rare_flags(pt64_entry_t entry, unsigned level)
{
    unsigned pat_index = ((unsigned)(entry >> PT64_X86_64_PAT_SHIFT) & 3) |
                         (entry & pt64_x86_64_pat_bit(level) ? 4U : 0U);

    return pt64_x86_64_memory_type(pat_index) |
           ((pt64_flags_t)(entry >> PT64_X86_64_PKEY_SHIFT) & PT64_X86_64_PKEYS);
}

/** XD and the soft dirty bit are PT64_EXECUTE, inverted, and PT64_DIRTY as far above their places.
 */
PT64_MEMBER pt64_flags_t pt64_x86_64_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t high = (pt64_flags_t)(entry >> PT64_X86_64_SOFT_DIRTY_SHIFT);
    pt64_flags_t flags = (pt64_flags_t)entry & PT64_X86_64_SAME;

    flags |= (high & (PT64_EXECUTE | PT64_DIRTY)) ^ PT64_EXECUTE;
    if (entry & (PT64_X86_64_PWT | PT64_X86_64_PCD | pt64_x86_64_pat_bit(level) | PT64_X86_64_KEY))
        flags |= pt64_x86_64_rare_flags(entry, level);
    return flags;
}

/** A key that is not 0 takes the place of the old one. */
PT64_MEMBER pt64_entry_t pt64_x86_64_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t anew = PT64_X86_64_RW | PT64_X86_64_US | PT64_X86_64_XD | PT64_X86_64_PWT |
                        PT64_X86_64_PCD | pt64_x86_64_pat_bit(level);

    if (leaf & PT64_X86_64_KEY)
        anew |= PT64_X86_64_KEY;
    return pt64_x86_64_settle((old ^ ((old ^ leaf) & anew)) | leaf);
}

/** The memory type: WT, and UC by index 7, are encodings that no flag makes. */
PT64_MEMBER pt64_entry_t pt64_x86_64_kept(unsigned level)
{
    return PT64_X86_64_PWT | PT64_X86_64_PCD | pt64_x86_64_pat_bit(level);
}

/** Bit 7 is PS above level 0 and PAT at level 0. The PAT of a huge page moves there from bit 12. */
PT64_MEMBER pt64_entry_t pt64_x86_64_demote(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t small = entry;

    if (level == 1) {
        small &= ~(PT64_X86_64_PS | PT64_X86_64_PAT_HUGE);
        small |= entry & PT64_X86_64_PAT_HUGE ? PT64_X86_64_PAT : 0;
    }
    return small;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_clean(pt64_entry_t entry, pt64_flags_t flags, unsigned level)
{
    entry &= flags & PT64_ACCESSED ? ~PT64_X86_64_A : ~(pt64_entry_t)0;
    entry &= flags & PT64_DIRTY ? ~(PT64_X86_64_D | PT64_X86_64_SOFT_DIRTY) : ~(pt64_entry_t)0;
    return entry;
}

/**
 * Bit 7 is PAT at level 0; above it is PS, which is set in both leaves. The TLB never relies on a
 * clear A or D (SDM 3A, 5.10.4.2 "Recommended Invalidation"). A page that becomes a user page takes
 * permissions from the kernel (CR4.SMEP, CR4.SMAP), and another protection key may refuse what the
 * old one allowed.
 */
PT64_MEMBER enum pt64_change pt64_x86_64_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved =
        PT64_X86_64_ADDRESS | PT64_X86_64_PWT | PT64_X86_64_PCD | PT64_X86_64_PAT | PT64_X86_64_G;
    bits.grants = PT64_X86_64_RW;
    bits.refuses = PT64_X86_64_XD;
    bits.trades = PT64_X86_64_US | PT64_X86_64_KEY;
    bits.notes = PT64_X86_64_A | PT64_X86_64_D;
    return pt64_change_by(&bits, old, now);
}

/**
 * Permissions are the same bits in flags, but for PT64_EXECUTE, which is inverted in XD: an
 * addition inverts it, and the shift drops what it carries. Without PT64_WRITE, D goes to the soft
 * dirty bit. What a bit of `differ` lost is clear in `*now`, or set if it is XD. P is subtracted:
 * only if it was set is it clear then. A writable page that stays so may have its dirty flag in the
 * wrong place.
 */
PT64_MEMBER bool pt64_x86_64_grant(const struct pt64_limits *limits, pt64_entry_t old,
                                   pt64_flags_t permissions, pt64_entry_t *now, pt64_entry_t *lost)
{
    const pt64_entry_t rights = PT64_X86_64_RW | PT64_X86_64_US | PT64_X86_64_XD;
    pt64_entry_t clear = PT64_X86_64_P | pt64_x86_64_kept(0) | pt64_x86_64_reserved(limits);
    pt64_entry_t wanted = permissions | (pt64_entry_t)(permissions + PT64_EXECUTE)
                                            << PT64_X86_64_SOFT_DIRTY_SHIFT;
    pt64_entry_t differ =
        (old ^ wanted) & (permissions & PT64_WRITE ? rights : rights | PT64_X86_64_D);
    pt64_flags_t dirt = (pt64_flags_t)differ & PT64_DIRTY;

    PT64_HIDE(dirt);
    *now = (old ^ differ) | (pt64_entry_t)dirt << PT64_X86_64_SOFT_DIRTY_SHIFT;
    if (permissions & PT64_WRITE) {
        if (differ == 0)
            return false;
        *now = pt64_x86_64_settle(*now);
    }
    *lost = differ & ((*now ^ (PT64_X86_64_RW | PT64_X86_64_D)) | PT64_X86_64_US);
    return ((old - PT64_X86_64_P) & clear) == 0;
}

/**
 * The CPU sets A and D and never clears them (SDM 3A, 5.8 "Accessed and Dirty Flags"). A CPU
 * without CET may set D late: for a store that began while the page was still writable, in an entry
 * that no longer is. So it may set D in any clean page.
 */
PT64_MEMBER bool pt64_x86_64_is_volatile(pt64_entry_t entry, unsigned level)
{
    if (PT64_RARELY((entry & (PT64_X86_64_A | PT64_X86_64_D)) != (PT64_X86_64_A | PT64_X86_64_D)))
        return !(entry & PT64_X86_64_A) || !(entry & PT64_X86_64_SOFT_DIRTY);
    return false;
}

/** Besides, bits 20:13 or 29:13 of a huge page, and PS at a level without huge pages. */
PT64_MEMBER pt64_entry_t pt64_x86_64_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                           unsigned level, pt64_size_t page)
{
    pt64_entry_t wrong = entry & pt64_x86_64_reserved(limits);

    if (!(entry & PT64_X86_64_P))
        return 0;
    if (level == 0 || !(entry & PT64_X86_64_PS))
        return wrong;
    if (page == 0)
        return wrong | PT64_X86_64_PS;
    return wrong | (entry & (page - 1) & PT64_X86_64_ADDRESS & ~PT64_X86_64_PAT_HUGE);
}

/* ---- entries that are not present: hardware ignores bits 63:1 (SDM 3A, 5.5.4) ---- */

/**
 * A CPU with the L1 Terminal Fault (CVE-2018-3620) speculates past a clear P: it reads the L1 data
 * cache at the address in the entry. So an entry that is not present holds the inverse of an
 * address or of a mark: then its topmost address bit is set, as long as the physical address has it
 * clear, and no memory is there.
 */
#define PT64_X86_64_HIDDEN PT64_X86_64_RW /**< with P clear: a hidden page */
#define PT64_X86_64_MARK   PT64_X86_64_US /**< with P and R/W clear: a mark in bits 63:3 */
/** P, and the two bits that tell what an entry without P is. */
#define PT64_X86_64_TAG        (PT64_X86_64_P | PT64_X86_64_RW | PT64_X86_64_US)
#define PT64_X86_64_MARK_SHIFT 3

PT64_MEMBER pt64_entry_t pt64_x86_64_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ (PT64_X86_64_P | PT64_X86_64_HIDDEN | pt64_x86_64_address_bits(level));
}

PT64_MEMBER pt64_entry_t pt64_x86_64_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & (PT64_X86_64_P | PT64_X86_64_RW)) != PT64_X86_64_HIDDEN)
        return 0;
    return entry ^ (PT64_X86_64_P | PT64_X86_64_HIDDEN | pt64_x86_64_address_bits(level));
}

/** The mark is below the topmost bit of an address that the table can hold. */
PT64_MEMBER pt64_entry_t pt64_x86_64_mark(const struct pt64_limits *limits, uint64_t mark,
                                          unsigned level)
{
    if (pt64_shift_right(mark, limits->paddr_bits - 1 - PT64_X86_64_MARK_SHIFT) != 0)
        return 0;
    return ~mark << PT64_X86_64_MARK_SHIFT | PT64_X86_64_MARK;
}

PT64_MEMBER bool pt64_x86_64_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = ~(entry | PT64_X86_64_TAG) >> PT64_X86_64_MARK_SHIFT;
    return (entry & PT64_X86_64_TAG) == PT64_X86_64_MARK;
}

/** @endcond */

/**
 * The entry format of 64-bit x86 without shadow stacks. Pages without PT64_EXECUTE need EFER.NXE:
 * flags without it are PT64_BAD_FLAGS where the limits lack no_execute. PT64_DEVICE is UC.
 * PT64_UNCACHED is UC-, which an MTRR can make WC. PT64_WRITE_COMBINE is WC, for which IA32_PAT
 * must hold PT64_X86_64_PAT_VALUE. A WT page, which other software made, decodes as PT64_UNCACHED.
 *
 * PT64_DIRTY of a page without PT64_WRITE is in software bit 58 and not in D: where CR4.CET is set,
 * a page with D and without R/W is a shadow stack. So no page of this format is one, whatever it
 * was before, and a page of an adopted table that is one ends to be one when its flags change.
 *
 * Besides the flags of types.h it has PT64_X86_64_PKEY.
 *
 * A hidden page and a mark show no CPU with the L1 Terminal Fault any memory, if the limits have
 * the width of a physical address that the CPU has. A hidden page lies in the lower half of these
 * addresses, and a mark has 4 bits fewer than they have: 48 with the widest.
 */
PT64_TRAIT struct pt64_pte pt64_x86_64_pte = {
    .architecture = PT64_X86_64_ARCHITECTURE,
    .flags = PT64_X86_64_FLAGS,
    .sticky = PT64_X86_64_PKEYS,
    .changeable = PT64_X86_64_PKEYS,
    .number = PT64_X86_64_PKEYS,
    .hidden_bits = 1,
    .can_encode = pt64_x86_64_can_encode,
    .leaf = pt64_x86_64_leaf,
    .address = pt64_x86_64_address,
    .leaf_address = pt64_x86_64_leaf_address,
    .decode = pt64_x86_64_decode,
    .protect = pt64_x86_64_protect,
    .kept = pt64_x86_64_kept,
    .demote = pt64_x86_64_demote,
    .clean = pt64_x86_64_clean,
    .change = pt64_x86_64_change,
    .grant = pt64_x86_64_grant,
    .is_volatile = pt64_x86_64_is_volatile,
    .link = pt64_x86_64_link,
    .link_address = pt64_x86_64_link_address,
    .follow = pt64_x86_64_follow,
    .hide = pt64_x86_64_hide,
    .show = pt64_x86_64_show,
    .mark = pt64_x86_64_mark,
    .mark_of = pt64_x86_64_mark_of,
    .kind = pt64_x86_64_kind,
    .wrong = pt64_x86_64_wrong,
};

/* ---- shadow stacks (CET) ---- */

/** @cond engine */

#define PT64_X86_64_CET_FLAGS (PT64_X86_64_FLAGS | PT64_X86_64_SHADOW_STACK)

/** From the flag of a shadow stack to the software bit that says it. */
#define PT64_X86_64_SHADOW_SHIFT 37

PT64_MEMBER bool pt64_x86_64_cet_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    const pt64_flags_t both = PT64_WRITE | PT64_X86_64_SHADOW_STACK;

    return pt64_x86_64_can_encode(limits, flags & ~PT64_X86_64_SHADOW_STACK, level) &&
           (flags & both) != both;
}

/** Whether the CPU lets CALL and its kin store to the page. */
PT64_MEMBER bool pt64_x86_64_cet_is_open(pt64_entry_t entry)
{
    return (entry & (PT64_X86_64_RW | PT64_X86_64_D)) == PT64_X86_64_D;
}

/** The software bit of a shadow stack, or 0. Other software need not have set it. */
PT64_MEMBER pt64_entry_t pt64_x86_64_cet_shadow(pt64_entry_t entry)
{
    if (pt64_x86_64_cet_is_open(entry))
        return PT64_X86_64_SOFT_SHADOW;
    return entry & PT64_X86_64_RW ? 0 : entry & PT64_X86_64_SOFT_SHADOW;
}

/** Moves the dirty flag of a shadow stack from the software bit to D. */
PT64_MEMBER pt64_entry_t pt64_x86_64_cet_settle(pt64_entry_t entry)
{
    pt64_entry_t dirt = entry & PT64_X86_64_SOFT_SHADOW ? entry & PT64_X86_64_SOFT_DIRTY : 0;

    return entry ^ (dirt | dirt >> PT64_X86_64_SOFT_DIRTY_SHIFT);
}

PT64_MEMBER pt64_entry_t pt64_x86_64_cet_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    pt64_entry_t shadow = (pt64_entry_t)(flags & PT64_X86_64_SHADOW_STACK)
                          << PT64_X86_64_SHADOW_SHIFT;

    return pt64_x86_64_cet_settle(pt64_x86_64_leaf(limits, flags, level) | shadow);
}

PT64_MEMBER pt64_flags_t pt64_x86_64_cet_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t shadow = pt64_x86_64_cet_shadow(entry) ? PT64_X86_64_SHADOW_STACK : 0;

    return pt64_x86_64_decode(entry, level) | shadow;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_cet_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                 unsigned level)
{
    return pt64_x86_64_cet_settle(pt64_x86_64_protect(old & ~PT64_X86_64_SOFT_SHADOW, leaf, level));
}

/** Without D only the software bit says that the page is a shadow stack. */
PT64_MEMBER pt64_entry_t pt64_x86_64_cet_clean(pt64_entry_t entry, pt64_flags_t flags,
                                               unsigned level)
{
    pt64_entry_t shadow = flags & PT64_DIRTY ? pt64_x86_64_cet_shadow(entry) : 0;

    return pt64_x86_64_clean(entry, flags, level) | shadow;
}

/** A shadow stack and a writable page each allow stores that the other refuses. */
PT64_MEMBER enum pt64_change pt64_x86_64_cet_change(pt64_entry_t old, pt64_entry_t now,
                                                    unsigned level)
{
    enum pt64_change change = pt64_x86_64_change(old, now, level);

    if (change >= PT64_TIGHTENED || pt64_x86_64_cet_is_open(old) == pt64_x86_64_cet_is_open(now))
        return change;
    return pt64_x86_64_cet_is_open(old) ? PT64_TIGHTENED : PT64_RELAXED;
}

/** @endcond */

/**
 * The entry format of 64-bit x86 with shadow stacks. It has the flags of pt64_x86_64_pte and
 * PT64_X86_64_SHADOW_STACK. Every CPU that uses the table supports CET (CPUID.07H.0:ECX bit 7 or
 * EDX bit 20): another may set D in a page that is not writable, which then is a shadow stack.
 * Where CR4.CET is clear, a shadow stack is a read-only page.
 *
 * The CPU stores to a shadow stack only while D is set, and never sets D there. So a shadow stack
 * with PT64_DIRTY is one with D and without R/W. Without PT64_DIRTY it has neither, and software
 * bit 57 says what it is: the next access by CALL, RET or their kin is a page fault with error code
 * bit 6 (SS), and the kernel makes the page dirty by name_change_region. Other pages keep their
 * dirty flag as in pt64_x86_64_pte: none becomes a shadow stack that was not named one.
 *
 * Copy-on-write of a shadow stack clears PT64_X86_64_SHADOW_STACK by name_change_region.
 * name_protect and its kin make a shadow stack only if `flags` name it. R/W must be set in
 * every link above (5.6), as it is in those of the library.
 */
PT64_TRAIT struct pt64_pte pt64_x86_64_cet_pte = {
    .architecture = PT64_X86_64_ARCHITECTURE,
    .flags = PT64_X86_64_CET_FLAGS,
    .sticky = PT64_X86_64_PKEYS,
    .changeable = PT64_X86_64_PKEYS | PT64_X86_64_SHADOW_STACK,
    .number = PT64_X86_64_PKEYS,
    .hidden_bits = 1,
    .can_encode = pt64_x86_64_cet_can_encode,
    .leaf = pt64_x86_64_cet_leaf,
    .address = pt64_x86_64_address,
    .leaf_address = pt64_x86_64_leaf_address,
    .decode = pt64_x86_64_cet_decode,
    .protect = pt64_x86_64_cet_protect,
    .kept = pt64_x86_64_kept,
    .demote = pt64_x86_64_demote,
    .clean = pt64_x86_64_cet_clean,
    .change = pt64_x86_64_cet_change,
    .is_volatile = pt64_x86_64_is_volatile,
    .link = pt64_x86_64_link,
    .link_address = pt64_x86_64_link_address,
    .follow = pt64_x86_64_follow,
    .hide = pt64_x86_64_hide,
    .show = pt64_x86_64_show,
    .mark = pt64_x86_64_mark,
    .mark_of = pt64_x86_64_mark_of,
    .kind = pt64_x86_64_kind,
    .wrong = pt64_x86_64_wrong,
};

PT64_TRAITS_END

#endif
