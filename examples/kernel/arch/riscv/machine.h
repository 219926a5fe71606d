/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/riscv.h>

#ifndef ARCH_META
#define ARCH_META pt64_riscv_sv39
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_riscv_pte
#endif
/** The values of Sv39, Sv48 and Sv57 are consecutive. */
#define ARCH_SATP_MODE (PT64_RISCV_SATP_SV39 + ARCH_META.limits.levels - 3)

#define ARCH_UPPER_HALF (~UINT64_C(0) << (ARCH_META.limits.vaddr_bits - 1))
#define ARCH_RAM_END    UINT64_C(0x88000000)

#define ARCH_DEVICES {"power", 0x100000, 0x1000}, {"16550", 0x10000000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
