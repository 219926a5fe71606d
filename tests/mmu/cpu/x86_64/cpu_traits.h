/* SPDX-License-Identifier: MIT */
#ifndef MMU_CPU_TRAITS_H
#define MMU_CPU_TRAITS_H

/* SMAP and SMEP are off. */
#define CPU_KERNEL_USES_USER_PAGES     1
#define CPU_KERNEL_EXECUTES_USER_PAGES 1
#define CPU_NEEDS                      ((pt64_flags_t)0)
#define CPU_REMEMBERS_ABSENT           0
#define CPU_INTERRUPTS_TO_FLUSH        1
#define CPU_LEAVES_USER                1
#define CPU_CHECKS_ENTRIES             1

#ifndef CPU_SETS
#define CPU_SETS (PT64_ACCESSED | PT64_DIRTY)
#endif

/* Set by machines whose tables are the second stage of a guest. Both emulators forget every
 * translation of a guest when it is entered. */
#ifndef CPU_HAS_GUEST
#define CPU_HAS_GUEST 0
#endif
#define CPU_KEEPS_TRANSLATIONS (!CPU_HAS_GUEST)
#if CPU_HAS_GUEST
#define CPU_REACHES(vaddr) guest_reaches(vaddr)
#endif
#if CPU_HAS_GUEST && !defined(GUEST_EPT)
#define CPU_FLUSH_GUEST(request) guest_flush(request)
#endif
#ifdef GUEST_EPT
/* Bochs takes bit 12 for a PAT bit, as in a CPU's own tables. */
#define CPU_OVERLOOKS 0x1000U
#endif
/* EPTP bit 6 goes with the format that has accessed and dirty flags. */
#ifndef CPU_EPTP_OPTIONS
#define CPU_EPTP_OPTIONS PT64_EPT_EPTP_AD
#endif

#ifndef CPU_HAS_SECOND
#define CPU_HAS_SECOND 1
#endif

/* This emulator has no PCIDs. */
#define CPU_KEEPS_IDS  0
#define CPU_UPPER_META ARCH_META

#endif
