/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "msr.h"

extern const uint32_t boot_cr4;

/** entry.S loads it, because the number of levels cannot change once paging is on. */
const uint32_t boot_cr4 =
    PT64_X86_64_CR4_PAE | (ARCH_META.limits.levels == 5 ? PT64_X86_64_CR4_LA57 : 0);

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    uint64_t cr0, cr4;

    (void)upper;
    write_msr(PT64_X86_64_MSR_EFER, read_msr(PT64_X86_64_MSR_EFER) | PT64_X86_64_EFER_NXE);
    write_msr(PT64_X86_64_MSR_PAT, PT64_X86_64_PAT_VALUE);
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | PT64_X86_64_CR0_WP));
    __asm__ volatile("mov %0, %%cr3" : : "r"(ARCH_CR3(lower)) : "memory");
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | PT64_X86_64_CR4_PGE) : "memory");
}
