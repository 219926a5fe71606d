/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/riscv.h>

#if __riscv_xlen == 64

#ifndef ARCH_META
/** The largest of Sv39, Sv48 and Sv57 that the hart has. */
#define ARCH_META         pt64_riscv_any
#define ARCH_FINDS_LIMITS 1
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_riscv_pte
#endif
/** The modes of Sv39, Sv48 and Sv57 are consecutive. */
#define ARCH_SATP(asid, root) \
    pt64_riscv_satp(PT64_RISCV_SATP_SV39 + ARCH_LIMITS->levels - 3, asid, root)

#define ARCH_UPPER_HALF (~UINT64_C(0) << (ARCH_LIMITS->vaddr_bits - 1))

/* These are addresses of the upper half in every mode. */
#define ARCH_LINEAR_MAP   (~UINT64_C(0) << 38)
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
#define ARCH_UPPER_WINDOW (ARCH_LINEAR_MAP + PT64_SIZE_64G)

#define ARCH_HAS_PROCESSES        1
#define ARCH_FLUSHES_BY_INTERRUPT 1

#else

#define ARCH_META             pt64_riscv_sv32
#define ARCH_PTE              pt64_riscv_sv32_pte
#define ARCH_TABLE_DEFINE     PAGE_TABLE32_DEFINE
#define ARCH_TABLE_IMPLEMENT  PAGE_TABLE32_IMPLEMENT
#define ARCH_SATP(asid, root) pt64_riscv_satp32(PT64_RISCV_SATP_SV32, asid, root)

/* Both halves belong to one address space. The image is where the upper one begins. */
#define ARCH_UPPER_HALF       UINT64_C(0x80000000)
#define ARCH_LINEAR_MAP       UINT64_C(0x40000000)
#define ARCH_LOWER_WINDOW     UINT64_C(0x40000000)
#define ARCH_UPPER_WINDOW     UINT64_C(0xe0000000)

#endif

#define ARCH_RAM_END UINT64_C(0x88000000)

#define ARCH_DEVICES {"power", 0x100000, 0x1000}, {"16550", 0x10000000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
