/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kernel's address space. space_one_root.c is for machines with one root for all addresses,
 * space_two_roots.c for those with a root for each half. A kernel uses the one that its machine
 * needs.
 *
 * Once a second CPU runs, one CPU at a time changes the table.
 */
#ifndef KERNEL_SPACE_H
#define KERNEL_SPACE_H

#include "table.h"

PT64_MUST_CHECK pt64_status_t space_create(void);

/** The table, or that of the lower half. */
table_t *space_kernel(void);

/** Loads the table into this CPU, which then holds nothing of another. */
void space_switch(void);

PT64_MUST_CHECK pt64_status_t space_map(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                                        pt64_flags_t flags);
PT64_MUST_CHECK pt64_status_t space_remap(pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                          pt64_flags_t flags);
PT64_MUST_CHECK pt64_status_t space_unmap(pt64_vaddr_t vaddr, uint64_t bytes);

/** The next run of pages at or after `from`, in either half. */
PT64_MUST_CHECK pt64_status_t space_next(pt64_vaddr_t from, struct pt64_mapping *run);

#endif
