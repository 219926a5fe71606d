/* SPDX-License-Identifier: MIT */
#include "../x86_64/msr.h"
#include "arch.h"

static uint32_t read_cr0(void)
{
    uint32_t cr0;

    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    return cr0;
}

static void write_cr0(uint32_t cr0)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
}

static uint32_t read_cr4(void)
{
    uint32_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    return cr4;
}

static void write_cr4(uint32_t cr4)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
}

/** The entries have eight bytes with PAE paging. CR4.PGE is set once paging is on. */
void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    bool is_pae = ARCH_META.entry_bytes == 8;

    (void)upper;
    if (is_pae)
        write_msr(PT64_X86_64_MSR_EFER, read_msr(PT64_X86_64_MSR_EFER) | PT64_X86_64_EFER_NXE);
    write_msr(PT64_X86_64_MSR_PAT, PT64_X86_64_PAT_VALUE);
    write_cr4(read_cr4() | (uint32_t)(is_pae ? PT64_X86_64_CR4_PAE : PT64_I386_CR4_PSE));
    __asm__ volatile("mov %0, %%cr3" : : "r"(ARCH_CR3(lower)) : "memory");
    write_cr0(read_cr0() | (uint32_t)(PT64_X86_64_CR0_PG | PT64_X86_64_CR0_WP));
    write_cr4(read_cr4() | (uint32_t)PT64_X86_64_CR4_PGE);
}
