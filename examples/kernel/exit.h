/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_EXIT_H
#define KERNEL_EXIT_H

#include "table.h"

/**
 * Unmaps a range and gives its frames back, while other CPUs may use the table: munmap. The caller
 * owns the lock of the process.
 */
PT64_MUST_CHECK pt64_status_t release_range(table_t *table, pt64_vaddr_t vaddr, uint64_t bytes);

/** Frees a process's table and all that it has mapped. No CPU has loaded it. */
void exit_address_space(table_t *table);

#endif
