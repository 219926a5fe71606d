/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB and a 32-bit CPU: one root for all addresses.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/armv7.h>

#ifndef ARCH_META
#define ARCH_META            pt64_armv7_short
#define ARCH_TABLE_DEFINE    PAGE_TABLE32_DEFINE
#define ARCH_TABLE_IMPLEMENT PAGE_TABLE32_IMPLEMENT
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_armv7_short_pte
#endif
/** Of SCTLR: PT64_ARMV7_SCTLR_AFE for pt64_armv7_short_afe_pte. */
#ifndef ARCH_SCTLR_OPTIONS
#define ARCH_SCTLR_OPTIONS 0
#endif

/** Each window is alone in its 1 GiB, which may be a page. The memory is seen at 0x60000000. */
#define ARCH_UPPER_HALF   UINT64_C(0xc0000000)
#define ARCH_RAM_END      UINT64_C(0x48000000)
#define ARCH_LINEAR_MAP   UINT64_C(0x20000000)
#define ARCH_LOWER_WINDOW UINT64_C(0x80000000)
#define ARCH_UPPER_WINDOW ARCH_UPPER_HALF

#define ARCH_DEVICES {"PL011", 0x09000000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
