/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "csr.h"

extern char refill[];

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    write_csr(CSR_TLBRENTRY, (uintptr_t)refill);
    write_csr(CSR_PWCL, pt64_loongarch64_pwcl(&ARCH_META));
    write_csr(CSR_PWCH, pt64_loongarch64_pwch(&ARCH_META));
    write_csr(CSR_STLBPS, pt64_loongarch64_ps(&ARCH_META));
    write_csr(CSR_TLBREHI, pt64_loongarch64_ps(&ARCH_META));
    write_csr(CSR_PGDL, pt64_loongarch64_pgd(lower));
    write_csr(CSR_PGDH, pt64_loongarch64_pgd(upper));
    __asm__ volatile("invtlb 0, $zero, $zero" : : : "memory");
    write_csr(CSR_CRMD, PT64_LOONGARCH64_CRMD_VALUE);
}
