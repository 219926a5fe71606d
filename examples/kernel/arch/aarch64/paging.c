/* SPDX-License-Identifier: MIT */
#include "arch.h"

#define READ_REGISTER(name, variable) __asm__ volatile("mrs %0, " #name : "=r"(variable))
#define WRITE_REGISTER(name, value)   __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")

/** What this CPU supports. The emulated CPUs with FEAT_BBML2 report no TLB conflict. */
static struct pt64_limits limits_of_cpu(void)
{
    struct pt64_aarch64_id_registers registers;

    READ_REGISTER(id_aa64isar0_el1, registers.isar0);
    READ_REGISTER(id_aa64mmfr0_el1, registers.mmfr0);
    READ_REGISTER(id_aa64mmfr2_el1, registers.mmfr2);
    return pt64_aarch64_limits(&ARCH_META, &registers, ARCH_VADDR_BITS, true);
}

#if ARCH_FINDS_LIMITS
struct pt64_limits found_limits;

void paging_find_limits(void)
{
    found_limits = limits_of_cpu();
}
#endif

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    struct pt64_limits limits = limits_of_cpu();
    uint64_t sctlr;

    WRITE_REGISTER(mair_el1, PT64_AARCH64_MAIR_VALUE);
    WRITE_REGISTER(tcr_el1, pt64_aarch64_tcr_el1(&ARCH_META, &limits, ARCH_TCR_OPTIONS));
    WRITE_REGISTER(ttbr0_el1, pt64_aarch64_ttbr(lower, 0));
    WRITE_REGISTER(ttbr1_el1, pt64_aarch64_ttbr(upper, 0));
    __asm__ volatile("dsb ish\n\tisb\n\ttlbi vmalle1\n\tdsb ish\n\tisb" : : : "memory");
    READ_REGISTER(sctlr_el1, sctlr);
    sctlr |= PT64_AARCH64_SCTLR_M | PT64_AARCH64_SCTLR_C | PT64_AARCH64_SCTLR_I;
    WRITE_REGISTER(sctlr_el1, sctlr);
    __asm__ volatile("isb" : : : "memory");
}

/** Both tables have ASID 0, under which this CPU forgets all. */
void paging_load(pt64_paddr_t root)
{
    WRITE_REGISTER(ttbr0_el1, pt64_aarch64_ttbr(root, 0));
    __asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" : : : "memory");
}
