/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of AMD's nested paging (NPT), which translate the guest-physical addresses of a virtual
 * machine. They are x86-64 entries but for what is said here.
 *
 * Source: AMD64 Architecture Programmer's Manual volume 2, 15.25 "Nested Paging", in particular
 * 15.25.5 "Nested Paging and Traps", 15.25.6 "Nested Paging Fault", 15.25.8 "Combining Memory
 * Types, MTRRs"; 5.3 for the bits. QEMU, target/i386/tcg/sysemu/svm_helper.c and excp_helper.c, and
 * kvm-unit-tests, x86/svm_npt.c, agree. That G means nothing, that CR0.WP does not count and how
 * memory types combine was read in no second source.
 *
 * Every access of a guest, those to its page tables too, is a user access to the nested table. So
 * U/S is set in each entry, and there is no PT64_USER. Nested page tables know no global pages and
 * no protection keys. The levels have the names of x86-64's.
 */
#ifndef PAGE_TABLE64_PTE_NPT_H
#define PAGE_TABLE64_PTE_NPT_H

#include "x86_64.h"

/** No ELF machine: x86-64 (62) and NPT (0x20000). Its entries do not fit a CPU's own geometry. */
#define PT64_NPT_ARCHITECTURE 0x2003e

PT64_TRAITS_BEGIN

/** @cond engine */

#define PT64_NPT_FLAGS                                                                        \
    (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_MEMORY_TYPES | PT64_ACCESSED | PT64_DIRTY | \
     PT64_SOFT0 | PT64_SOFT1)

PT64_MEMBER bool pt64_npt_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                     unsigned level)
{
    return (flags & ~PT64_NPT_FLAGS) == 0 && pt64_x86_64_can_encode(limits, flags, level);
}

PT64_MEMBER pt64_entry_t pt64_npt_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                       unsigned level)
{
    return pt64_x86_64_leaf(limits, flags | PT64_USER, level);
}

PT64_MEMBER pt64_flags_t pt64_npt_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_x86_64_decode(entry, level) & PT64_NPT_FLAGS;
}

/** G and the bits of a protection key are software's. Bit 7 is as on x86-64. */
PT64_MEMBER enum pt64_change pt64_npt_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_X86_64_ADDRESS | PT64_X86_64_PWT | PT64_X86_64_PCD | PT64_X86_64_PAT;
    bits.grants = PT64_X86_64_RW;
    bits.refuses = PT64_X86_64_XD;
    bits.trades = 0;
    bits.notes = PT64_X86_64_A | PT64_X86_64_D;
    return pt64_change_by(&bits, old, now);
}

/** An entry without U/S refuses everything. GMET gives such an entry another meaning. */
PT64_MEMBER enum pt64_kind pt64_npt_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                         unsigned level)
{
    enum pt64_kind kind = pt64_x86_64_kind(limits, entry, level);

    return kind == PT64_EMPTY || (entry & PT64_X86_64_US) ? kind : PT64_UNKNOWN;
}

PT64_MEMBER pt64_paddr_t pt64_npt_follow(const struct pt64_limits *limits, pt64_entry_t entry,
                                         unsigned level)
{
    return entry & PT64_X86_64_US ? pt64_x86_64_follow(limits, entry, level) : PT64_NO_FRAME;
}

/** @endcond */

/**
 * The entry format of AMD's nested paging in a 64-bit host. It has the flags of pt64_x86_64_pte but
 * for PT64_USER, PT64_GLOBAL and protection keys: what a page allows, it allows the guest's kernel
 * and its programs alike. Pages without PT64_EXECUTE need EFER.NXE in the host.
 *
 * Memory types are those of the host's IA32_PAT, which must hold PT64_X86_64_PAT_VALUE for
 * PT64_WRITE_COMBINE, combined with those of the guest's PAT.
 *
 * A guest's walk of its own page tables counts as a store: the pages that hold them need
 * PT64_WRITE. GMET (guest-mode execute trap) is off: an entry without U/S, which other software
 * made, is neither a page nor an empty slot to the library.
 *
 * PT64_DIRTY of a page without PT64_WRITE, hidden pages and marks are as in pt64_x86_64_pte.
 */
PT64_TRAIT struct pt64_pte pt64_npt_pte = {
    .architecture = PT64_NPT_ARCHITECTURE,
    .flags = PT64_NPT_FLAGS,
    .hidden_bits = 1,
    .can_encode = pt64_npt_can_encode,
    .leaf = pt64_npt_leaf,
    .address = pt64_x86_64_address,
    .leaf_address = pt64_x86_64_leaf_address,
    .decode = pt64_npt_decode,
    .protect = pt64_x86_64_protect,
    .kept = pt64_x86_64_kept,
    .demote = pt64_x86_64_demote,
    .clean = pt64_x86_64_clean,
    .change = pt64_npt_change,
    .is_volatile = pt64_x86_64_is_volatile,
    .link = pt64_x86_64_link,
    .link_address = pt64_x86_64_link_address,
    .follow = pt64_npt_follow,
    .hide = pt64_x86_64_hide,
    .show = pt64_x86_64_show,
    .mark = pt64_x86_64_mark,
    .mark_of = pt64_x86_64_mark_of,
    .kind = pt64_npt_kind,
    .wrong = pt64_x86_64_wrong,
};

PT64_TRAITS_END

#endif
