/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of 32-bit x86, and the register values that switch a table on.
 *
 * Source: Intel SDM volume 3A, 5.1.4 "Enumeration of Paging Features by CPUID", 5.3 "32-Bit
 * Paging", 5.4 "PAE Paging" and 5.10 "Caching Translation Information" (4.3, 4.4 and 4.10 before
 * revision 086); AMD64 APM volume 2, 5.2 and 5.5.
 *
 * For CPUs with INVLPG and CR4: Pentium and newer. Invalidations reach this CPU only. With several
 * CPUs the handler needs a flush. A CPU has no PCIDs in these paging modes, so that the id of a
 * table means nothing.
 *
 * The root of either table is below 4 GiB. With PAE paging other nodes need not be: alloc_frame
 * knows a root by its 32 bytes.
 */
#ifndef PAGE_TABLE64_META_I386_H
#define PAGE_TABLE64_META_I386_H

#include "../pte/i386.h"
#include "../regs/i386.h"
#include "x86_64.h"

PT64_TRAITS_BEGIN

/** CR3 for a table at `root`, which is below 4 GiB, with cached walks. */
PT64_MEMBER uint32_t pt64_i386_cr3(pt64_paddr_t root)
{
    return (uint32_t)root;
}

/** The root in a value of CR3 with 32-bit paging, whatever its cache bits. */
PT64_MEMBER pt64_paddr_t pt64_i386_cr3_root(uint32_t cr3)
{
    return cr3 & UINT32_C(0xfffff000);
}

/** The root in a value of CR3 with PAE paging, whatever its cache bits. */
PT64_MEMBER pt64_paddr_t pt64_i386_pae_cr3_root(uint32_t cr3)
{
    return cr3 & UINT32_C(0xffffffe0);
}

/** @cond engine */

/** The CPU then reads the PDPTEs (5.4.1 "PDPTE Registers"), and drops all but global pages. */
PT64_MEMBER void pt64_i386_load_cr3(void)
{
    uintptr_t cr3 = 0;

    PT64_X86_64_EXECUTE("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(cr3) : : "memory");
}

/** That a change of CR4.PGE loads the PDPTEs too is said of Intel's CPUs alone (5.4.1). */
PT64_MEMBER void pt64_i386_pae_flush(const struct pt64_flush *request)
{
    if (request->everything)
        pt64_i386_load_cr3();
    pt64_x86_64_flush(request);
}

/** This CPU may hold a PDPTE from before it linked a node. */
PT64_MEMBER void pt64_i386_pae_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    pt64_i386_load_cr3();
}

/*
 * With PAE paging the CPU walks from four registers, which hold the PDPTEs as they were when it
 * loaded CR3.
 */
#define PT64_I386_META(entry_bytes_, index_bits_, levels_, paddr_bits_, no_execute_, \
                       root_is_held_, flush_, fix_fault_)                            \
    {                                                                                \
        .architecture = PT64_I386_ARCHITECTURE,                                      \
        .entry_bytes = (entry_bytes_),                                               \
        .page_shift = 12,                                                            \
        .index_bits = (index_bits_),                                                 \
        .limits = PT64_X86_64_LIMITS(levels_, 2, 32, paddr_bits_, no_execute_),      \
        .space = PT64_SPACE_LOWER,                                                   \
        .needs_sink = false,                                                         \
        .break_to_move = false,                                                      \
        .root_is_held = (root_is_held_),                                             \
        .root_paddr_bits = 32,                                                       \
        .needs = PT64_X86_64_NEEDS,                                                  \
        .flush = (flush_),                                                           \
        .fix_fault = (fix_fault_),                                                   \
    }

/** @endcond */

/**
 * The limits of a CPU with PAE paging, narrower ones than those of pt64_i386_pae. The arguments are
 * those of pt64_x86_64_limits, or 0 for a leaf that the CPU lacks.
 */
PT64_MEMBER struct pt64_limits pt64_i386_pae_limits(uint32_t features, uint32_t sizes)
{
    struct pt64_limits limits = PT64_X86_64_LIMITS(3, 2, 32, pt64_x86_64_maxphyaddr(sizes),
                                                   (features & PT64_X86_64_CPUID_NX) != 0);

    return limits;
}

/**
 * 32-bit paging: two levels, 32-bit addresses, pages of 4K and, where CR4.PSE is set, of 4M. Other
 * limits leave paddr_bits as it is: a 4M page above 4 GiB (PSE-36) could not be split.
 */
PT64_TRAIT struct pt64_meta pt64_i386 =
    PT64_I386_META(4, 10, 2, 32, false, false, pt64_x86_64_flush, pt64_x86_64_fix_fault);
/** PAE paging: a root of four entries above two levels, 32-bit addresses, pages of 4K and 2M. */
PT64_TRAIT struct pt64_meta pt64_i386_pae =
    PT64_I386_META(8, 9, 3, 52, true, true, pt64_i386_pae_flush, pt64_i386_pae_fix_fault);

PT64_TRAITS_END

#endif
