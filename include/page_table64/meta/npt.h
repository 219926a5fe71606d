/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of AMD's nested paging (NPT), and the fields of the VMCB that switch a table on.
 * The addresses that a table translates are guest-physical ones.
 *
 * Source: AMD64 Architecture Programmer's Manual volume 2, 15.16 "TLB Control", 15.25 "Nested
 * Paging", 5.5 for the TLB. That nothing is cached from entries that are not present, and that a
 * nested page fault drops what caused it, is as believed: KVM relies on it.
 *
 * A table is in PT64_NPT_VMCB_NCR3, with PT64_NPT_NESTED_ENABLE set. It has as many levels as the
 * host's own tables have: CR4.LA57 of the host counts, and so does its EFER.NXE.
 *
 * There is no invalidation by guest-physical address, and none that the host executes: VMRUN
 * invalidates, as PT64_NPT_VMCB_TLB_CONTROL says. So the handler needs a flush. It makes every CPU
 * that runs the guest leave it (an interrupt will do), and sees to it that the next VMRUN of the
 * guest on each CPU has pt64_npt_tlb_control there, or an ASID that this CPU has not used. A nested
 * page fault itself drops the entry that caused it.
 */
#ifndef PAGE_TABLE64_META_NPT_H
#define PAGE_TABLE64_META_NPT_H

#include "../pte/npt.h"
#include "../regs/npt.h"
#include "x86_64.h"

PT64_TRAITS_BEGIN

/** The nCR3 for a table at `root`, with cached walks. */
PT64_MEMBER uint64_t pt64_npt_ncr3(pt64_paddr_t root)
{
    return root;
}

/** The root in a value of nCR3, whatever its cache bits. */
PT64_MEMBER pt64_paddr_t pt64_npt_ncr3_root(uint64_t ncr3)
{
    return ncr3 & PT64_X86_64_ADDRESS;
}

/**
 * The TLB_CONTROL with which VMRUN runs a request of a table.
 * @param features EDX of CPUID.8000000AH
 */
PT64_MEMBER unsigned pt64_npt_tlb_control(uint32_t features)
{
    return features & PT64_NPT_CPUID_FLUSH_BY_ASID ? PT64_NPT_FLUSH_ASID : PT64_NPT_FLUSH_ALL;
}

/** @cond engine */

/*
 * As on x86-64. But each flush is one of everything, so a permission that is added is left to a
 * spurious nested page fault, which costs less.
 */
#define PT64_NPT_NEEDS                \
    {                                 \
        .created = PT64_NEED_NOTHING, \
        .linked = PT64_NEED_NOTHING,  \
        .relaxed = PT64_NEED_NOTHING, \
        .tightened = PT64_NEED_LEAF,  \
        .moved = PT64_NEED_LEAF,      \
        .resized = PT64_NEED_LEAF,    \
        .removed = PT64_NEED_LEAF,    \
        .unlinked = PT64_NEED_WALK,   \
    }

#define PT64_NPT_META(...)                     \
    {                                          \
        .architecture = PT64_NPT_ARCHITECTURE, \
        .entry_bytes = 8,                      \
        .page_shift = 12,                      \
        .index_bits = 9,                       \
        .limits = __VA_ARGS__,                 \
        .space = PT64_SPACE_LOWER,             \
        .needs_sink = false,                   \
        .break_to_move = false,                \
        .root_is_held = false,                 \
        .root_paddr_bits = 0,                  \
        .needs = PT64_NPT_NEEDS,               \
        .flush = NULL,                         \
        .fix_fault = NULL,                     \
    }

/** @endcond */

/**
 * The limits of a host, for pt64_npt_any, or narrower ones for the other geometries. The arguments
 * are those of pt64_x86_64_limits: CR4 is the host's.
 */
PT64_MEMBER struct pt64_limits pt64_npt_limits(uint64_t cr4, uint32_t features, uint32_t sizes)
{
    return pt64_x86_64_limits(cr4, features, sizes);
}

/** Four levels, 48-bit guest-physical addresses, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_npt_gpa48 = PT64_NPT_META(PT64_X86_64_LIMITS(4, 3, 48, 52, true));
/** Five levels (CR4.LA57 of the host), 57-bit guest-physical addresses. */
PT64_TRAIT struct pt64_meta pt64_npt_gpa57 = PT64_NPT_META(PT64_X86_64_LIMITS(5, 3, 57, 52, true));
/** Four or five levels, as the limits of the handler say: pt64_npt_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_npt_any = PT64_NPT_META({.levels = 0});

PT64_TRAITS_END

#endif
