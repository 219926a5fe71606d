/* SPDX-License-Identifier: MIT */
#include "arch.h"

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    uint64_t satp = pt64_riscv_satp(ARCH_SATP_MODE, 0, lower);

    (void)upper;
    __asm__ volatile("sfence.vma\n\tcsrw satp, %0\n\tsfence.vma" : : "r"(satp) : "memory");
}
