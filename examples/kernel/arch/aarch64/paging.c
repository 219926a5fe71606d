/* SPDX-License-Identifier: MIT */
#include "arch.h"

#define READ_REGISTER(name, variable) __asm__ volatile("mrs %0, " #name : "=r"(variable))
#define WRITE_REGISTER(name, value)   __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")

#if ARCH_FINDS_LIMITS
struct pt64_limits found_limits;

/** The emulated CPUs with FEAT_BBML2 report no TLB conflict. */
void paging_find_limits(void)
{
    uint64_t mmfr0, mmfr2, isar0;

    READ_REGISTER(id_aa64mmfr0_el1, mmfr0);
    READ_REGISTER(id_aa64mmfr2_el1, mmfr2);
    READ_REGISTER(id_aa64isar0_el1, isar0);
    found_limits = pt64_aarch64_limits(mmfr0, mmfr2, isar0, (mmfr2 >> 52 & 15) >= 2);
}
#endif

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    uint64_t features, sctlr;

    READ_REGISTER(id_aa64mmfr0_el1, features);
    WRITE_REGISTER(mair_el1, PT64_AARCH64_MAIR_VALUE);
    WRITE_REGISTER(tcr_el1, pt64_aarch64_tcr_el1(features & 15, ARCH_TCR_OPTIONS));
    WRITE_REGISTER(ttbr0_el1, pt64_aarch64_ttbr(lower, 0));
    WRITE_REGISTER(ttbr1_el1, pt64_aarch64_ttbr(upper, 0));
    __asm__ volatile("dsb ish\n\tisb\n\ttlbi vmalle1\n\tdsb ish\n\tisb" : : : "memory");
    READ_REGISTER(sctlr_el1, sctlr);
    sctlr |= PT64_AARCH64_SCTLR_M | PT64_AARCH64_SCTLR_C | PT64_AARCH64_SCTLR_I;
    WRITE_REGISTER(sctlr_el1, sctlr);
    __asm__ volatile("isb" : : : "memory");
}
