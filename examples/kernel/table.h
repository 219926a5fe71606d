/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table type of the kernel and of every process. Where each half of the address space has a
 * root, it is that of the lower half. One of the space_*.c files implements it.
 */
#ifndef KERNEL_TABLE_H
#define KERNEL_TABLE_H

#include "arch.h"

PAGE_TABLE64_DECLARE(table);

/**
 * Adds accessed and dirty to the flags of a page, as far as the format can encode them. A kernel
 * that does not page out memory sets both from the start. It then also runs on machines that leave
 * them to software. What no entry can refuse is added too.
 */
static inline pt64_flags_t table_preset(pt64_flags_t flags)
{
    return flags | (table_flags() & (PT64_ACCESSED | PT64_DIRTY | ARCH_GRANTS));
}

#endif
