/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

#include "level.h"

/* Set by machines whose tables are a stage 2. */
#ifndef CPU_HAS_GUEST
#define CPU_HAS_GUEST 0
#endif
#define CPU_COMBINES_STAGES CPU_HAS_GUEST

#if CPU_HAS_GUEST
#define CPU_NOTES ((ARCH_VTCR_OPTIONS & PT64_AARCH64_VTCR_HA) != 0)
#else
#define CPU_NOTES ((ARCH_TCR_OPTIONS & PT64_AARCH64_TCR_HA) != 0)
#endif

/* EL2 with HCR_EL2.E2H clear and EL3 are alone in their regimes, which have no ASIDs. */
#if ARCH_LEVEL > 1
#define CPU_HAS_USER 0
#define CPU_HAS_IDS  0
#endif

/* PSTATE.PAN is clear. Pages that EL0 can reach have PXN. */
#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES 0
#define CPU_KERNEL_READS_EXECUTE_ONLY  1
#define CPU_SETS                       (CPU_NOTES ? PT64_ACCESSED | PT64_DIRTY : (pt64_flags_t)0)
#define CPU_NEEDS                      (CPU_NOTES ? (pt64_flags_t)0 : PT64_ACCESSED)
#define CPU_REMEMBERS_ABSENT           0
#define CPU_INTERRUPTS_TO_FLUSH        0
#define CPU_LEAVES_USER                1

#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* This emulator drops everything when another ASID is loaded. */
#define CPU_KEEPS_IDS 0
#ifndef CPU_UPPER_META
#define CPU_UPPER_META ARCH_UPPER_META
#endif

#endif
