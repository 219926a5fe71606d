/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB, in place of the example kernel's machine.h: the kernel runs in
 * HS-mode without translation, and the tables are a guest's G-stage.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/riscv.h>

#ifndef ARCH_META
/** The largest of Sv39x4, Sv48x4 and Sv57x4 that the hart has. */
#define ARCH_META         pt64_riscv_gstage_any
#define ARCH_FINDS_LIMITS 1
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_riscv_gstage_pte
#endif

/** Bare. */
#define ARCH_SATP(asid, root) ((void)(asid), (void)(root), UINT64_C(0))
/** The modes of Sv39x4, Sv48x4 and Sv57x4 are consecutive. */
#define ARCH_HGATP(vmid, root) \
    pt64_riscv_hgatp(PT64_RISCV_HGATP_SV39X4 + ARCH_LIMITS->levels - 3, vmid, root)

/** Both halves belong to one address space. */
#define ARCH_UPPER_HALF   ((pt64_vaddr_t)1 << (ARCH_LIMITS->vaddr_bits - 1))
#define ARCH_LINEAR_MAP   UINT64_C(0)
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
/** An address that only a root of more than 512 entries translates in Sv39x4. */
#define ARCH_UPPER_WINDOW (PT64_SIZE_512G + PT64_SIZE_64G)

#define ARCH_RAM_END UINT64_C(0x88000000)

#define ARCH_DEVICES {"power", 0x100000, 0x1000}, {"16550", 0x10000000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
