/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB, in place of the example kernel's machine.h: the kernel runs in a
 * regime with one root and one privilege, that of EL2 with HCR_EL2.E2H clear or that of EL3.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/aarch64.h>

#ifndef ARCH_PTE
#define ARCH_PTE pt64_aarch64_el2_pte
#endif
#ifndef ARCH_TCR_OPTIONS
#define ARCH_TCR_OPTIONS 0
#endif
#ifndef ARCH_VADDR_BITS
#define ARCH_VADDR_BITS 48
#endif

/** Both halves belong to one address space. */
#define ARCH_UPPER_HALF ((pt64_vaddr_t)1 << (ARCH_VADDR_BITS - 1))
#ifndef ARCH_RAM_END
#define ARCH_RAM_END UINT64_C(0x48000000)
#endif

#define ARCH_DEVICES {"PL011", 0x09000000, 0x10000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
