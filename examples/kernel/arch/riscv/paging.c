/* SPDX-License-Identifier: MIT */
#include "arch.h"

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    (void)upper;
    __asm__ volatile("sfence.vma\n\tcsrw satp, %0\n\tsfence.vma"
                     :
                     : "r"(ARCH_SATP(0, lower))
                     : "memory");
}
