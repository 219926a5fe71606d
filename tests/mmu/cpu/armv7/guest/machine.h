/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB, in place of the example kernel's machine.h: the kernel runs in
 * Hyp mode without translation, and the tables are a guest's stage 2.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/armv7_stage2.h>

#define ARCH_META pt64_armv7_stage2_4k40
#define ARCH_PTE  pt64_armv7_stage2_pte

/** Of SCTLR, which is the guest's: its stage 1 stays off. */
#define ARCH_SCTLR_OPTIONS 0

/** Each window is alone in its 1 GiB, which may be a page. */
#define ARCH_UPPER_HALF   UINT64_C(0xc0000000)
#define ARCH_RAM_END      UINT64_C(0x48000000)
#define ARCH_LINEAR_MAP   UINT64_C(0)
#define ARCH_LOWER_WINDOW UINT64_C(0x80000000)
#define ARCH_UPPER_WINDOW ARCH_UPPER_HALF

#define ARCH_DEVICES {"PL011", 0x09000000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
