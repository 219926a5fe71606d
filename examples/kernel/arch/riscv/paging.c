/* SPDX-License-Identifier: MIT */
#include "arch.h"

#if ARCH_FINDS_LIMITS
struct pt64_limits found_limits;

/**
 * A root for any mode that maps the code here at its physical address. Its first entry does in Sv48
 * and Sv57, and in Sv39 the entry of the code's gigapage.
 */
static _Alignas(4096) pt64_entry_t trial[512];

static pt64_entry_t trial_entry(pt64_paddr_t paddr)
{
    return ARCH_PTE.leaf(&found_limits, PT64_READ | PT64_EXECUTE | PT64_ACCESSED, 2) +
           ARCH_PTE.address(paddr, 2);
}

/** Whether satp keeps the mode. */
static bool has_mode(unsigned mode)
{
    uint64_t satp = pt64_riscv_satp(mode, 0, (uintptr_t)trial), kept;

    __asm__ volatile(
        "sfence.vma\n\t"
        "csrw satp, %1\n\t"
        "csrr %0, satp\n\t"
        "csrw satp, zero\n\t"
        "sfence.vma"
        : "=&r"(kept)
        : "r"(satp)
        : "memory");
    return kept == satp;
}

void paging_find_limits(void)
{
    uintptr_t code = (uintptr_t)has_mode;
    unsigned mode = PT64_RISCV_SATP_SV57;

    trial[0] = trial_entry(0);
    trial[code / PT64_SIZE_1G] = trial_entry(pt64_align_down(code, PT64_SIZE_1G));
    while (mode > PT64_RISCV_SATP_SV39 && !has_mode(mode))
        mode--;
    found_limits = pt64_riscv_limits(mode);
}
#endif

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    (void)upper;
    __asm__ volatile("sfence.vma\n\tcsrw satp, %0\n\tsfence.vma"
                     :
                     : "r"(ARCH_SATP(0, lower))
                     : "memory");
}

/** Both tables have ASID 0, under which this hart forgets all. */
void paging_load(pt64_paddr_t root)
{
    paging_on(root, PT64_NO_FRAME);
}
