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

#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* There are no PCIDs in 32-bit mode. */
#define CPU_KEEPS_IDS  0
#define CPU_UPPER_META ARCH_META

/* QEMU reads the PDPTEs at each walk. Bochs has registers for them. Bit 1 is reserved in a PDPTE.
 */
#ifndef CPU_HOLDS_ROOT
#define CPU_HOLDS_ROOT 0
#endif
#define CPU_RESERVED_IN_ROOT 2

#endif
