/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

/* Set by the machine whose tables are a stage 2. Its guest has no stage 1, and so addresses of 32
 * bits. Stage 2 is not invalidated apart from what combines it with stage 1. */
#ifndef CPU_HAS_GUEST
#define CPU_HAS_GUEST 0
#endif
#if CPU_HAS_GUEST
#define CPU_LEAVES_USER    1
#define CPU_REACHES(vaddr) ((vaddr) >> 32 == 0)
#endif

/* Short descriptors have no PXN that is of one page. With LPAE pages that PL0 can reach have PXN.
 */
#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES (ARCH_META.entry_bytes == 4)
#define CPU_SETS                       ((pt64_flags_t)0)
#define CPU_NEEDS                      (ARCH_PTE.flags & PT64_ACCESSED)
#define CPU_REMEMBERS_ABSENT           0
#define CPU_INTERRUPTS_TO_FLUSH        0

#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* This emulator drops everything when another ASID is loaded. */
#define CPU_KEEPS_IDS  0
#define CPU_UPPER_META ARCH_META

#endif
