/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

/* SMAP and SMEP are off. */
#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES 1
#define CPU_SETS                       (PT64_ACCESSED | PT64_DIRTY)
#define CPU_NEEDS                      ((pt64_flags_t)0)
#define CPU_REMEMBERS_ABSENT           0
#define CPU_INTERRUPTS_TO_FLUSH        1
#define CPU_LEAVES_USER                1
#define CPU_CHECKS_ENTRIES             1

#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* This emulator has no PCIDs. */
#define CPU_KEEPS_IDS  0
#define CPU_UPPER_META ARCH_META

#endif
