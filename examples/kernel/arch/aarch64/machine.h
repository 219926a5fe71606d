/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB: a root for each half of the address space.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/aarch64.h>

#ifndef ARCH_META
/** One image for every CPU. */
#define ARCH_META         pt64_aarch64_any
#define ARCH_UPPER_META   pt64_aarch64_any_upper
#define ARCH_FINDS_LIMITS 1
#endif
#ifndef ARCH_UPPER_META
#define ARCH_UPPER_META pt64_aarch64_4k48_upper
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_aarch64_pte
#endif
#ifndef ARCH_TCR_OPTIONS
#define ARCH_TCR_OPTIONS 0
#endif

#ifndef ARCH_VADDR_BITS
/** The width of addresses in each half: 37 and more, as the windows are at 64G. */
#define ARCH_VADDR_BITS 48
#endif
#define ARCH_UPPER_HALF (~UINT64_C(0) << ARCH_VADDR_BITS)
#ifndef ARCH_RAM_END
#define ARCH_RAM_END UINT64_C(0x48000000)
#endif

/** A page of the largest granule. The board has nothing else there. */
#define ARCH_DEVICES {"PL011", 0x09000000, 0x10000},

#define ARCH_HAS_PROCESSES 1

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
