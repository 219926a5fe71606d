/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board, its low memory: 16 KiB pages, or larger ones, and a root for each half of the
 * address space.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/loongarch64.h>

#ifndef ARCH_META
#define ARCH_META       pt64_loongarch64_16k47
#define ARCH_UPPER_META pt64_loongarch64_16k47_upper
#endif
#define ARCH_PTE pt64_loongarch64_pte

#ifndef ARCH_VADDR_BITS
#define ARCH_VADDR_BITS 47
#endif
#define ARCH_UPPER_HALF (~UINT64_C(0) << ARCH_VADDR_BITS)
#ifndef ARCH_RAM_END
#define ARCH_RAM_END UINT64_C(0x10000000)
#endif

#define ARCH_DEVICES {"16550", 0x1fe00000, 0x10000},

/** QEMU 7.2 drops NX from the entries that it walks, and hangs when it refuses execution. */
#define ARCH_REFUSES_EXECUTION 0

#endif
