/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

/* sstatus.SUM is clear. Execution is refused in any case. */
#define CPU_KERNEL_USES_USER_PAGES     0
#define CPU_KERNEL_EXECUTES_USER_PAGES 0
/* This emulator's harts update them. */
#define CPU_SETS                (PT64_ACCESSED | PT64_DIRTY)
#define CPU_NEEDS               ((pt64_flags_t)0)
#define CPU_REMEMBERS_ABSENT    0
#define CPU_INTERRUPTS_TO_FLUSH 1
#define CPU_LEAVES_USER         1
#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* Set by machines whose tables are a G-stage. */
#ifndef CPU_HAS_GUEST
#define CPU_HAS_GUEST 0
#endif
/* The guest loads and stores itself. If not, HS-mode does so for it. See guest.c. */
#ifndef CPU_GUEST_RUNS_ALWAYS
#define CPU_GUEST_RUNS_ALWAYS 0
#endif
#define CPU_KEEPS_TRANSLATIONS (!CPU_GUEST_RUNS_ALWAYS)

/* This emulator drops everything when satp changes. */
#define CPU_KEEPS_IDS  0
#define CPU_UPPER_META ARCH_META

#endif
