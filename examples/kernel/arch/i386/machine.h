/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A PC with at least 64 MiB, by 32-bit paging or by PAE paging.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/i386.h>

#ifndef ARCH_META
#define ARCH_META            pt64_i386
#define ARCH_PTE             pt64_i386_pte
#define ARCH_TABLE_DEFINE    PAGE_TABLE32_DEFINE
#define ARCH_TABLE_IMPLEMENT PAGE_TABLE32_IMPLEMENT
#endif
#define ARCH_CR3(root) pt64_i386_cr3(root)

#define ARCH_UPPER_HALF   UINT64_C(0x80000000)
#define ARCH_RAM_END      UINT64_C(0x4000000)
#define ARCH_LINEAR_MAP   ARCH_UPPER_HALF
#define ARCH_LOWER_WINDOW UINT64_C(0x40000000)
#define ARCH_UPPER_WINDOW UINT64_C(0xc0000000)

#define ARCH_DEVICES \
    {"start of the second CPU", 0x8000, 0x1000}, {"local APIC", 0xfee00000, 0x1000},

/** With PAE paging a page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION ARCH_META.limits.no_execute
/** With 32-bit paging no page does. */
#define ARCH_GRANTS (ARCH_REFUSES_EXECUTION ? (pt64_flags_t)0 : PT64_EXECUTE)

#endif
