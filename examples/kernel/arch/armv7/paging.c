/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "cp15.h"

/** With LPAE the register has 64 bits. */
static void write_ttbr0(pt64_paddr_t root)
{
    if (ARCH_META.entry_bytes == 8)
        __asm__ volatile("mcrr p15, 0, %Q0, %R0, c2"
                         :
                         : "r"(pt64_armv7_lpae_ttbr(root, 0))
                         : "memory");
    else
        WRITE_CP15(CP15_TTBR0, pt64_armv7_short_ttbr(root));
}

static void write_memory_types(void)
{
    if (ARCH_META.entry_bytes == 8) {
        WRITE_CP15(CP15_PRRR, (uint32_t)PT64_ARMV7_MAIR0_VALUE);
        WRITE_CP15(CP15_NMRR, (uint32_t)PT64_ARMV7_MAIR1_VALUE);
        WRITE_CP15(CP15_TTBCR, (uint32_t)PT64_ARMV7_TTBCR_LPAE);
    } else {
        WRITE_CP15(CP15_PRRR, (uint32_t)PT64_ARMV7_PRRR_VALUE);
        WRITE_CP15(CP15_NMRR, (uint32_t)PT64_ARMV7_NMRR_VALUE);
        WRITE_CP15(CP15_TTBCR, (uint32_t)PT64_ARMV7_TTBCR_SHORT);
        WRITE_CP15(CP15_DACR, (uint32_t)PT64_ARMV7_DACR_VALUE);
        WRITE_CP15(CP15_CONTEXTIDR, 0);
    }
}

/** The MMU may be on already, with another table. */
void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    uint32_t sctlr;

    (void)upper;
    write_memory_types();
    write_ttbr0(lower);
    READ_CP15(CP15_SCTLR, sctlr);
    sctlr |= (uint32_t)(PT64_ARMV7_SCTLR_TRE | ARCH_SCTLR_OPTIONS);
    WRITE_CP15(CP15_SCTLR, sctlr);
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
    WRITE_CP15(CP15_TLBIALL, 0);
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
    sctlr |= (uint32_t)(PT64_ARMV7_SCTLR_M | PT64_ARMV7_SCTLR_C | PT64_ARMV7_SCTLR_I |
                        PT64_ARMV7_SCTLR_Z);
    WRITE_CP15(CP15_SCTLR, sctlr);
    __asm__ volatile("isb" : : : "memory");
}
