/* SPDX-License-Identifier: MIT */
/* Control and status registers: LoongArch reference manual volume 1, 7.1. */
#ifndef KERNEL_CSR_H
#define KERNEL_CSR_H

#define CSR_CRMD      0x0
#define CSR_PRMD      0x1
#define CSR_ECFG      0x4
#define CSR_ESTAT     0x5
#define CSR_ERA       0x6
#define CSR_BADV      0x7
#define CSR_EENTRY    0xc
#define CSR_PGDL      0x19
#define CSR_PGDH      0x1a
#define CSR_PGD       0x1b
#define CSR_PWCL      0x1c
#define CSR_PWCH      0x1d
#define CSR_STLBPS    0x1e
#define CSR_SAVE0     0x30
#define CSR_TLBRENTRY 0x88
#define CSR_TLBRSAVE  0x8b
#define CSR_TLBREHI   0x8e

#ifndef __ASSEMBLER__

#define read_csr(csr, variable) __asm__ volatile("csrrd %0, %1" : "=r"(variable) : "i"(csr))

#define write_csr(csr, value)                                                  \
    do {                                                                       \
        uint64_t value_ = (value);                                             \
        __asm__ volatile("csrwr %0, %1" : "+r"(value_) : "i"(csr) : "memory"); \
    } while (0)

#endif

#endif
