/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "csr.h"

extern char refill[];

#if ARCH_FINDS_LIMITS
struct pt64_limits found_limits;

void paging_find_limits(void)
{
    uint32_t word = 1;

    __asm__("cpucfg %0, %1" : "=r"(word) : "r"(word));
    found_limits = pt64_loongarch64_limits(&ARCH_META, word);
}
#endif

void paging_on(pt64_paddr_t lower, pt64_paddr_t upper)
{
    write_csr(PT64_LOONGARCH64_CSR_TLBRENTRY, (uintptr_t)refill);
    write_csr(PT64_LOONGARCH64_CSR_PWCL, pt64_loongarch64_pwcl_of(&ARCH_META, ARCH_LIMITS));
    write_csr(PT64_LOONGARCH64_CSR_PWCH, pt64_loongarch64_pwch_of(&ARCH_META, ARCH_LIMITS));
    write_csr(PT64_LOONGARCH64_CSR_STLBPS, pt64_loongarch64_ps(&ARCH_META));
    write_csr(PT64_LOONGARCH64_CSR_TLBREHI, pt64_loongarch64_ps(&ARCH_META));
    write_csr(PT64_LOONGARCH64_CSR_PGDL, pt64_loongarch64_pgd(lower));
    write_csr(PT64_LOONGARCH64_CSR_PGDH, pt64_loongarch64_pgd(upper));
    __asm__ volatile("invtlb 0, $zero, $zero" : : : "memory");
    write_csr(PT64_LOONGARCH64_CSR_CRMD, PT64_LOONGARCH64_CRMD_VALUE);
}
