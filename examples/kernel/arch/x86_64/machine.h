/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A PC with at least 64 MiB.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/x86_64.h>

#ifndef ARCH_META
#define ARCH_META pt64_x86_64_la48
#endif
#define ARCH_PTE       pt64_x86_64_pte
#define ARCH_CR3(root) pt64_x86_64_cr3(root)

#define ARCH_UPPER_HALF (~UINT64_C(0) << (ARCH_META.limits.vaddr_bits - 1))
#define ARCH_RAM_END    UINT64_C(0x4000000)

#define ARCH_DEVICES {"local APIC", 0xfee00000, 0x1000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
