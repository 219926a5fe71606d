/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "msr.h"

extern const uint32_t boot_cr4;

/**
 * entry.S loads it, because the number of levels cannot change once paging is on. On a CPU without
 * five levels it leaves LA57 out.
 */
const uint32_t boot_cr4 =
    PT64_X86_64_CR4_PAE |
    (ARCH_FINDS_LIMITS || ARCH_META.limits.levels == 5 ? PT64_X86_64_CR4_LA57 : 0);

#if ARCH_FINDS_LIMITS
struct pt64_limits found_limits;

/** SDM 2A, "CPUID": leaves whose outputs are in EAX to EDX. */
struct cpuid {
    uint32_t a, b, c, d;
};

static struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid out;

    __asm__ volatile("cpuid"
                     : "=a"(out.a), "=b"(out.b), "=c"(out.c), "=d"(out.d)
                     : "a"(leaf), "c"(0));
    return out;
}

void paging_find_limits(void)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    found_limits = ARCH_CPU_LIMITS(cr4, cpuid(0x80000001).d, cpuid(0x80000008).a);
}
#endif

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    uint64_t cr0, cr4;

    (void)upper;
    if (ARCH_LIMITS->no_execute)
        write_msr(PT64_X86_64_MSR_EFER, read_msr(PT64_X86_64_MSR_EFER) | PT64_X86_64_EFER_NXE);
    write_msr(PT64_X86_64_MSR_PAT, PT64_X86_64_PAT_VALUE);
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | PT64_X86_64_CR0_WP));
    __asm__ volatile("mov %0, %%cr3" : : "r"(ARCH_CR3(lower)) : "memory");
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | PT64_X86_64_CR4_PGE) : "memory");
}

void paging_load(pt64_paddr_t root)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(ARCH_CR3(root)) : "memory");
}
