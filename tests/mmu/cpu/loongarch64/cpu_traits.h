/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES 1
#define CPU_SETS                       ((pt64_flags_t)0)
#define CPU_NEEDS                      ((pt64_flags_t)0)
#define CPU_REMEMBERS_ABSENT           1
#define CPU_HAS_SECOND                 0
#define CPU_INTERRUPTS_TO_FLUSH        0

#define CPU_KEEPS_IDS 1
#ifndef CPU_UPPER_META
#define CPU_UPPER_META ARCH_UPPER_META
#endif

#endif
