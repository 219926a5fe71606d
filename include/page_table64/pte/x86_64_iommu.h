/* SPDX-License-Identifier: MIT */
/**
 * @file
 * x86-64 entries as an IOMMU walks them: the first stage of VT-d (pte/vtd.h) and the guest tables
 * of AMD-Vi (pte/amdvi.h). They are those of pte/x86_64.h but for what is said here.
 *
 * Requests are those of user code: U/S is set in each entry, and there is no PT64_USER. Requests to
 * execute are off, and so is XD: there is no PT64_EXECUTE. A is set in each entry that is made, and
 * D in each page that can be written, so that the walker never has to store: there is neither
 * PT64_ACCESSED nor PT64_DIRTY. PWT, PCD, PAT, G and the protection key, which other software may
 * have set, stay as they are.
 */
#ifndef PAGE_TABLE64_PTE_X86_64_IOMMU_H
#define PAGE_TABLE64_PTE_X86_64_IOMMU_H

#include "x86_64.h"

PT64_TRAITS_BEGIN

/** @cond engine */

#define PT64_X86_64_IOMMU_FLAGS (PT64_READ | PT64_WRITE | PT64_SOFT0 | PT64_SOFT1)

/** A present page is always readable. */
PT64_MEMBER bool pt64_x86_64_iommu_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    return (flags & ~PT64_X86_64_IOMMU_FLAGS) == 0 && (flags & PT64_READ) != 0;
}

PT64_MEMBER pt64_entry_t pt64_x86_64_iommu_leaf(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    pt64_flags_t preset = PT64_USER | PT64_ACCESSED | (flags & PT64_WRITE ? PT64_DIRTY : 0);

    return pt64_x86_64_leaf(limits, flags | PT64_EXECUTE | preset, level);
}

PT64_MEMBER pt64_flags_t pt64_x86_64_iommu_decode(pt64_entry_t entry, unsigned level)
{
    return (pt64_flags_t)entry & PT64_X86_64_IOMMU_FLAGS;
}

/** D follows R/W. */
PT64_MEMBER pt64_entry_t pt64_x86_64_iommu_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                   unsigned level)
{
    return (old & ~(PT64_X86_64_RW | PT64_X86_64_D)) | leaf;
}

/** The walker may rely on an A or D that is set. It sets a clear one, which nobody reads. */
PT64_MEMBER enum pt64_change pt64_x86_64_iommu_change(pt64_entry_t old, pt64_entry_t now,
                                                      unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved =
        PT64_X86_64_ADDRESS | PT64_X86_64_PWT | PT64_X86_64_PCD | PT64_X86_64_PAT | PT64_X86_64_G;
    bits.grants = PT64_X86_64_RW;
    bits.refuses = 0;
    bits.trades = PT64_X86_64_KEY;
    bits.notes = PT64_X86_64_A | PT64_X86_64_D;
    return pt64_change_by(&bits, old, now);
}

/** The walker sets A and D and never clears them. */
PT64_MEMBER bool pt64_x86_64_iommu_is_volatile(pt64_entry_t entry, unsigned level)
{
    return (entry & (PT64_X86_64_A | PT64_X86_64_D)) != (PT64_X86_64_A | PT64_X86_64_D);
}

PT64_MEMBER pt64_entry_t pt64_x86_64_iommu_link(const struct pt64_limits *limits,
                                                pt64_paddr_t paddr, unsigned level)
{
    return pt64_x86_64_link(limits, paddr, level) | PT64_X86_64_A;
}

/** An entry without U/S refuses everything, but for a request of a privileged PASID. */
PT64_MEMBER enum pt64_kind pt64_x86_64_iommu_kind(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level)
{
    enum pt64_kind kind = pt64_x86_64_kind(limits, entry, level);

    return kind == PT64_EMPTY || (entry & PT64_X86_64_US) ? kind : PT64_UNKNOWN;
}

PT64_MEMBER pt64_paddr_t pt64_x86_64_iommu_follow(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level)
{
    return entry & PT64_X86_64_US ? pt64_x86_64_follow(limits, entry, level) : PT64_NO_FRAME;
}

/* The limits have no no_execute: XD is reserved. */
#define PT64_X86_64_IOMMU_PTE(architecture_)          \
    {                                                 \
        .architecture = (architecture_),              \
        .flags = PT64_X86_64_IOMMU_FLAGS,             \
        .hidden_bits = 1,                             \
        .can_encode = pt64_x86_64_iommu_can_encode,   \
        .leaf = pt64_x86_64_iommu_leaf,               \
        .address = pt64_x86_64_address,               \
        .leaf_address = pt64_x86_64_leaf_address,     \
        .decode = pt64_x86_64_iommu_decode,           \
        .protect = pt64_x86_64_iommu_protect,         \
        .demote = pt64_x86_64_demote,                 \
        .change = pt64_x86_64_iommu_change,           \
        .is_volatile = pt64_x86_64_iommu_is_volatile, \
        .link = pt64_x86_64_iommu_link,               \
        .link_address = pt64_x86_64_link_address,     \
        .follow = pt64_x86_64_iommu_follow,           \
        .hide = pt64_x86_64_hide,                     \
        .show = pt64_x86_64_show,                     \
        .mark = pt64_x86_64_mark,                     \
        .mark_of = pt64_x86_64_mark_of,               \
        .kind = pt64_x86_64_iommu_kind,               \
        .wrong = pt64_x86_64_wrong,                   \
    }

/** @endcond */

PT64_TRAITS_END

#endif
