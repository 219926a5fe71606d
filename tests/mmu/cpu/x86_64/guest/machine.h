/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A PC with at least 64 MiB, in place of the example kernel's machine.h: the kernel keeps the table
 * on which it starts, and the tables under test are the second stage of a guest, by EPT (GUEST_EPT)
 * or by nested paging.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/ept.h>
#include <page_table64/meta/npt.h>

#if defined(GUEST_EPT) && !defined(ARCH_PTE)
#define ARCH_PTE pt64_ept_pte
#endif
#ifndef ARCH_PTE
#define ARCH_PTE pt64_npt_pte
#endif

#ifndef ARCH_META
#define ARCH_FINDS_LIMITS 1
#ifdef GUEST_EPT
#define ARCH_META pt64_ept_any
/** By the capabilities of EPT. */
#define ARCH_CPU_LIMITS(cr4, features, sizes) \
    pt64_ept_limits(4, read_msr(PT64_EPT_MSR_CAP), (sizes) & 0xff)
#else
#define ARCH_META                             pt64_npt_any
#define ARCH_CPU_LIMITS(cr4, features, sizes) pt64_npt_limits(cr4, features, sizes)
#endif
#endif

/** Of the host's own table, which nothing here loads. */
#define ARCH_CR3(root) pt64_x86_64_cr3(root)

#define ARCH_UPPER_HALF ((pt64_vaddr_t)1 << (ARCH_LIMITS->vaddr_bits - 1))
#define ARCH_RAM_END    UINT64_C(0x4000000)

#define ARCH_LINEAR_MAP   UINT64_C(0)
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
/** In another slot of the root, and below 40 bits, which every emulator has. */
#define ARCH_UPPER_WINDOW (PT64_SIZE_512G + PT64_SIZE_64G)

#define ARCH_DEVICES {"local APIC", 0xfee00000, 0x1000},

#define ARCH_HAS_PROCESSES        1
#define ARCH_FLUSHES_BY_INTERRUPT 1

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif
