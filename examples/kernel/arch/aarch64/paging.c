/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "level.h"

#define READ_REGISTER(name, variable) __asm__ volatile("mrs %0, " #name : "=r"(variable))

/* Registers of the kernel's level. */
#define READ_AT_LEVEL(name, variable) \
    __asm__ volatile("mrs %0, " TEXT_AT_LEVEL(name) : "=r"(variable))
#define WRITE_AT_LEVEL(name, value) \
    __asm__ volatile("msr " TEXT_AT_LEVEL(name) ", %0" : : "r"(value) : "memory")

#if ARCH_LEVEL == 1
#define TCR_OF_LEVEL pt64_aarch64_tcr_el1
#else
#define TCR_OF_LEVEL pt64_aarch64_tcr_el2
#endif

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

    WRITE_AT_LEVEL(mair, PT64_AARCH64_MAIR_VALUE);
    WRITE_AT_LEVEL(tcr, TCR_OF_LEVEL(&ARCH_META, &limits, ARCH_TCR_OPTIONS));
    WRITE_AT_LEVEL(ttbr0, pt64_aarch64_ttbr(lower, 0));
#if ARCH_HAS_UPPER_ROOT
    WRITE_AT_LEVEL(ttbr1, pt64_aarch64_ttbr(upper, 0));
#endif
    (void)upper;
    __asm__ volatile("dsb ish\n\tisb\n\t" TLBI_EVERYTHING "\n\tdsb ish\n\tisb" : : : "memory");
    READ_AT_LEVEL(sctlr, sctlr);
    sctlr |= PT64_AARCH64_SCTLR_M | PT64_AARCH64_SCTLR_C | PT64_AARCH64_SCTLR_I;
    WRITE_AT_LEVEL(sctlr, sctlr);
    __asm__ volatile("isb" : : : "memory");
}

/** Both tables have ASID 0, under which this CPU forgets all. */
void paging_load(pt64_paddr_t root)
{
    WRITE_AT_LEVEL(ttbr0, pt64_aarch64_ttbr(root, 0));
    __asm__ volatile("isb\n\t" TLBI_EVERYTHING "\n\tdsb nsh\n\tisb" : : : "memory");
}
