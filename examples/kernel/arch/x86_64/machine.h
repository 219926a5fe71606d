/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A PC with at least 64 MiB.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/x86_64.h>

#ifndef ARCH_META
/** Five levels if the CPU has them. */
#define ARCH_META         pt64_x86_64_any
#define ARCH_FINDS_LIMITS 1
#define ARCH_CPU_LIMITS   pt64_x86_64_limits
#endif
#define ARCH_PTE       pt64_x86_64_pte
#define ARCH_CR3(root) pt64_x86_64_cr3(root)

#define ARCH_UPPER_HALF (~UINT64_C(0) << (ARCH_LIMITS->vaddr_bits - 1))
#define ARCH_RAM_END    UINT64_C(0x4000000)

/* These are addresses of the upper half with four levels and with five. */
#define ARCH_LINEAR_MAP   (~UINT64_C(0) << 47)
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
#define ARCH_UPPER_WINDOW (ARCH_LINEAR_MAP + PT64_SIZE_64G)

#define ARCH_DEVICES \
    {"start of the second CPU", 0x8000, 0x1000}, {"local APIC", 0xfee00000, 0x1000},

#define ARCH_HAS_PROCESSES        1
#define ARCH_FLUSHES_BY_INTERRUPT 1

/** On a CPU with NX a page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION (ARCH_LIMITS->no_execute)
#define ARCH_GRANTS            (ARCH_REFUSES_EXECUTION ? (pt64_flags_t)0 : PT64_EXECUTE)

#endif
