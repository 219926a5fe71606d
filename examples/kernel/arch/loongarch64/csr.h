/* SPDX-License-Identifier: MIT */
/* Control and status registers that have nothing to do with page tables: LoongArch reference manual
 * volume 1, 7.1. */
#ifndef KERNEL_CSR_H
#define KERNEL_CSR_H

#include <page_table64/regs/loongarch64.h>

#define CSR_PRMD   0x1
#define CSR_ECFG   0x4
#define CSR_ESTAT  0x5
#define CSR_ERA    0x6
#define CSR_EENTRY 0xc
#define CSR_SAVE0  0x30

#ifndef __ASSEMBLER__

#define read_csr(csr, variable) __asm__ volatile("csrrd %0, %1" : "=r"(variable) : "i"(csr))

#define write_csr(csr, value)                                                  \
    do {                                                                       \
        uint64_t value_ = (value);                                             \
        __asm__ volatile("csrwr %0, %1" : "+r"(value_) : "i"(csr) : "memory"); \
    } while (0)

#endif

#endif
