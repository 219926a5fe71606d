/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

/* PSTATE.PAN is clear. What EL0 can reach has PXN. */
#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES 0
#ifdef KERNEL_HAFDBS
#define CPU_SETS  (PT64_ACCESSED | PT64_DIRTY)
#define CPU_NEEDS ((pt64_flags_t)0)
#else
#define CPU_SETS  ((pt64_flags_t)0)
#define CPU_NEEDS PT64_ACCESSED
#endif
#define CPU_REMEMBERS_ABSENT    0
#define CPU_HAS_SECOND          1
#define CPU_INTERRUPTS_TO_FLUSH 0

#endif
