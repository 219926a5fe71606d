/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of 32-bit x86: those of 32-bit paging, which have four bytes, and those of PAE paging,
 * which have eight. Both are x86-64 entries but for what is said here.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, 5.3 "32-Bit
 * Paging" and 5.4 "PAE Paging" (chapter 4 before revision 086), tables "Format of a 32-Bit ..." and
 * "Format of a PAE ..."; AMD64 Architecture Programmer's Manual volume 2, section 5.2.
 *
 * | level | entry | 32-bit paging             | PAE paging                |
 * | ----- | ----- | ------------------------- | ------------------------- |
 * | 0     | PTE   | maps 4K                   | maps 4K                   |
 * | 1     | PDE   | maps 4M or links a node   | maps 2M or links a node   |
 * | 2     | PDPTE |                           | links a page directory    |
 */
#ifndef PAGE_TABLE64_PTE_I386_H
#define PAGE_TABLE64_PTE_I386_H

#include "../shift.h"
#include "x86_64.h"

#define PT64_I386_ARCHITECTURE 3 /**< EM_386 */

PT64_TRAITS_BEGIN

/** Ignored by hardware: dirty, but not writable. SOFT0 and SOFT1 are bits 9 and 10. */
#define PT64_I386_SOFT_DIRTY ((pt64_entry_t)1 << 11)

/** @cond engine */

/*
 * There are no protection keys. The other difference in a leaf that can be encoded: what stands for
 * D in a page that is not writable is bit 11, as no bit above the address is software's. The rule
 * holds in every paging mode (SDM 3A, 5.6 "Access Rights"). So a leaf takes the form of x86-64 for
 * x86-64's functions.
 */

#define PT64_I386_SOFT_DIRTY_SHIFT 47 /**< from bit 11 to bit 58 */

PT64_MEMBER pt64_entry_t pt64_i386_to_x86_64(pt64_entry_t entry)
{
    pt64_entry_t dirt = entry & PT64_I386_SOFT_DIRTY;

    return ((entry ^ dirt) | dirt << PT64_I386_SOFT_DIRTY_SHIFT) & ~PT64_X86_64_KEY;
}

PT64_MEMBER pt64_entry_t pt64_i386_from_x86_64(pt64_entry_t entry)
{
    pt64_entry_t dirt = entry & PT64_X86_64_SOFT_DIRTY;

    return (entry ^ dirt) | dirt >> PT64_I386_SOFT_DIRTY_SHIFT;
}

PT64_MEMBER pt64_entry_t pt64_i386_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                        unsigned level)
{
    return pt64_i386_from_x86_64(pt64_x86_64_leaf(limits, flags & PT64_X86_64_COMMON, level));
}

PT64_MEMBER pt64_flags_t pt64_i386_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_x86_64_decode(pt64_i386_to_x86_64(entry), level);
}

PT64_MEMBER pt64_entry_t pt64_i386_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return pt64_i386_from_x86_64(
        pt64_x86_64_protect(pt64_i386_to_x86_64(old), pt64_i386_to_x86_64(leaf), level));
}

PT64_MEMBER pt64_entry_t pt64_i386_clean(pt64_entry_t entry, pt64_flags_t flags, unsigned level)
{
    return pt64_i386_from_x86_64(pt64_x86_64_clean(pt64_i386_to_x86_64(entry), flags, level));
}

PT64_MEMBER bool pt64_i386_is_volatile(pt64_entry_t entry, unsigned level)
{
    return pt64_x86_64_is_volatile(pt64_i386_to_x86_64(entry), level);
}

/** The kind of an entry whose bits `wrong` must be clear, and that maps a page if it `is_leaf`. */
PT64_MEMBER enum pt64_kind pt64_i386_kind_by(pt64_entry_t entry, pt64_entry_t wrong, bool is_leaf)
{
    if (!(entry & PT64_X86_64_P))
        return PT64_EMPTY;
    if (wrong != 0)
        return PT64_UNKNOWN;
    return is_leaf ? PT64_LEAF : PT64_LINK;
}

/** @endcond */

/* ---- 32-bit paging ---- */

#define PT64_I386_ADDRESS      UINT64_C(0xfffff000) /**< bits 31:12 */
#define PT64_I386_ADDRESS_HUGE UINT64_C(0xffc00000) /**< bits 31:22 of a 4M page's address */
/** Bits 39:32 of a 4M page's address (PSE-36), as far as a physical address is that wide. */
#define PT64_I386_ADDRESS_HIGH UINT64_C(0x001fe000)
#define PT64_I386_BIT_21       UINT64_C(0x00200000) /**< reserved in a 4M page */

/** @cond engine */

/** No entry refuses execution. */
PT64_MEMBER bool pt64_i386_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                      unsigned level)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    return (flags & ~PT64_X86_64_COMMON) == 0 && (flags & PT64_READ) != 0 &&
           (flags & PT64_EXECUTE) != 0 && (type & (type - 1)) == 0;
}

/** Additive below 4 GiB: beyond it bits 39:32 of an address are below bits 31:22. */
PT64_MEMBER pt64_entry_t pt64_i386_address(pt64_paddr_t paddr, unsigned level)
{
    if (level == 0)
        return paddr;
    return (paddr & PT64_I386_ADDRESS_HUGE) | (paddr >> 19 & PT64_I386_ADDRESS_HIGH);
}

PT64_MEMBER pt64_paddr_t pt64_i386_leaf_address(pt64_entry_t entry, unsigned level)
{
    if (level == 0)
        return entry & PT64_I386_ADDRESS;
    return (entry & PT64_I386_ADDRESS_HUGE) | (entry & PT64_I386_ADDRESS_HIGH) << 19;
}

PT64_MEMBER pt64_paddr_t pt64_i386_link_address(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_I386_ADDRESS;
}

/** PS means something only where CR4.PSE is set, and then there are 4M pages. */
PT64_MEMBER bool pt64_i386_is_leaf(const struct pt64_limits *limits, pt64_entry_t entry,
                                   unsigned level)
{
    return level == 0 || (limits->leaf_levels > 1 && (entry & PT64_X86_64_PS) != 0);
}

/** The bits below a 4M page's address that hold none of the address bits that the CPU has. */
PT64_MEMBER pt64_entry_t pt64_i386_reserved_huge(const struct pt64_limits *limits)
{
    pt64_entry_t used = pt64_i386_address(pt64_shift_left(1, limits->paddr_bits) - 1, 1);

    return PT64_I386_BIT_21 | (PT64_I386_ADDRESS_HIGH & ~used);
}

/** Nothing is reserved but in a 4M page. */
PT64_MEMBER pt64_entry_t pt64_i386_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                         unsigned level, pt64_size_t page)
{
    if (!(entry & PT64_X86_64_P) || level == 0 || !pt64_i386_is_leaf(limits, entry, level))
        return 0;
    return entry & pt64_i386_reserved_huge(limits);
}

PT64_MEMBER enum pt64_kind pt64_i386_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                          unsigned level)
{
    return pt64_i386_kind_by(entry, pt64_i386_wrong(limits, entry, level, 0),
                             pt64_i386_is_leaf(limits, entry, level));
}

/*
 * An entry of 32 bits that is not present has no bit that a CPU could address and the machine does
 * not have. So nothing is inverted, and nothing is promised about the L1 Terminal Fault.
 */

PT64_MEMBER pt64_entry_t pt64_i386_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ (PT64_X86_64_P | PT64_X86_64_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_i386_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & (PT64_X86_64_P | PT64_X86_64_RW)) != PT64_X86_64_HIDDEN)
        return 0;
    return entry ^ (PT64_X86_64_P | PT64_X86_64_HIDDEN);
}

PT64_MEMBER pt64_entry_t pt64_i386_mark(const struct pt64_limits *limits, uint64_t mark,
                                        unsigned level)
{
    if (mark >> (32 - PT64_X86_64_MARK_SHIFT) != 0)
        return 0;
    return mark << PT64_X86_64_MARK_SHIFT | PT64_X86_64_MARK;
}

PT64_MEMBER bool pt64_i386_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = entry >> PT64_X86_64_MARK_SHIFT;
    return (entry & PT64_X86_64_TAG) == PT64_X86_64_MARK;
}

/** @endcond */

/**
 * 32-bit paging, entries of four bytes, where CR4.PSE is set if there are huge pages. No page
 * refuses execution: flags without PT64_EXECUTE are PT64_BAD_FLAGS. Memory types and PT64_DIRTY are
 * those of pt64_x86_64_pte, with bit 11 in place of bit 58. A CPU without the PAT has no
 * PT64_WRITE_COMBINE, one without CR4.PGE no PT64_GLOBAL: it ignores the bit. A mark has 29 bits.
 */
PT64_TRAIT struct pt64_pte pt64_i386_pte = {
    .architecture = PT64_I386_ARCHITECTURE,
    .flags = PT64_X86_64_COMMON,
    .can_encode = pt64_i386_can_encode,
    .leaf = pt64_i386_leaf,
    .address = pt64_i386_address,
    .leaf_address = pt64_i386_leaf_address,
    .decode = pt64_i386_decode,
    .protect = pt64_i386_protect,
    .kept = pt64_x86_64_kept,
    .demote = pt64_x86_64_demote,
    .clean = pt64_i386_clean,
    .change = pt64_x86_64_change,
    .is_volatile = pt64_i386_is_volatile,
    .link = pt64_x86_64_link,
    .link_address = pt64_i386_link_address,
    .hide = pt64_i386_hide,
    .show = pt64_i386_show,
    .mark = pt64_i386_mark,
    .mark_of = pt64_i386_mark_of,
    .kind = pt64_i386_kind,
    .wrong = pt64_i386_wrong,
};

/* ---- PAE paging ---- */

/**
 * Reserved in a PDPTE: 2:1 and 8:6, which no R/W, U/S, PS or G takes. Bit 5 is reserved too, but
 * QEMU sets it as if it were A, so that a table in use has it there.
 */
#define PT64_I386_PDPTE_RESERVED UINT64_C(0x1c6)

/** @cond engine */

/** A PDPTE has no permissions to grant. */
PT64_MEMBER pt64_entry_t pt64_i386_pae_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                            unsigned level)
{
    return level == 2 ? paddr | PT64_X86_64_P : pt64_x86_64_link(limits, paddr, level);
}

PT64_MEMBER bool pt64_i386_pae_is_leaf(pt64_entry_t entry, unsigned level)
{
    return level == 0 || (level == 1 && (entry & PT64_X86_64_PS) != 0);
}

/** 62:M in every entry, where M is MAXPHYADDR; 63 in a PDPTE, and everywhere without NX. */
PT64_MEMBER pt64_entry_t pt64_i386_pae_reserved(const struct pt64_limits *limits, unsigned level)
{
    pt64_entry_t above = pt64_shift_left(~(pt64_entry_t)0, limits->paddr_bits);

    if (level == 2)
        return above | PT64_I386_PDPTE_RESERVED;
    return limits->no_execute ? above ^ PT64_X86_64_XD : above;
}

PT64_MEMBER pt64_entry_t pt64_i386_pae_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                             unsigned level, pt64_size_t page)
{
    pt64_entry_t reserved = pt64_i386_pae_reserved(limits, level);

    if (!(entry & PT64_X86_64_P))
        return 0;
    if (level == 1 && (entry & PT64_X86_64_PS))
        reserved |= (PT64_SIZE_2M - 1) & PT64_X86_64_ADDRESS & ~PT64_X86_64_PAT_HUGE;
    return entry & reserved;
}

PT64_MEMBER enum pt64_kind pt64_i386_pae_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                              unsigned level)
{
    return pt64_i386_kind_by(entry, pt64_i386_pae_wrong(limits, entry, level, 0),
                             pt64_i386_pae_is_leaf(entry, level));
}

PT64_MEMBER bool pt64_i386_pae_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                          unsigned level)
{
    return (flags & PT64_X86_64_PKEYS) == 0 && pt64_x86_64_can_encode(limits, flags, level);
}

/** @endcond */

/**
 * PAE paging, entries of eight bytes. Pages without PT64_EXECUTE need IA32_EFER.NXE: flags without
 * it are PT64_BAD_FLAGS where the limits lack no_execute. Memory types, hidden pages, marks and
 * PT64_DIRTY are those of pt64_x86_64_pte, with bit 11 in place of bit 58. There are no protection
 * keys: bits 62:52 are reserved.
 */
PT64_TRAIT struct pt64_pte pt64_i386_pae_pte = {
    .architecture = PT64_I386_ARCHITECTURE,
    .flags = PT64_X86_64_COMMON,
    .hidden_bits = 1,
    .can_encode = pt64_i386_pae_can_encode,
    .leaf = pt64_i386_leaf,
    .address = pt64_x86_64_address,
    .leaf_address = pt64_x86_64_leaf_address,
    .decode = pt64_i386_decode,
    .protect = pt64_i386_protect,
    .kept = pt64_x86_64_kept,
    .demote = pt64_x86_64_demote,
    .clean = pt64_i386_clean,
    .change = pt64_x86_64_change,
    .is_volatile = pt64_i386_is_volatile,
    .link = pt64_i386_pae_link,
    .link_address = pt64_x86_64_link_address,
    .hide = pt64_x86_64_hide,
    .show = pt64_x86_64_show,
    .mark = pt64_x86_64_mark,
    .mark_of = pt64_x86_64_mark_of,
    .kind = pt64_i386_pae_kind,
    .wrong = pt64_i386_pae_wrong,
};

PT64_TRAITS_END

#endif
