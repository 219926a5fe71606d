/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_FORK_H
#define KERNEL_FORK_H

#include "table.h"

/**
 * Gives the child what the parent has mapped in a range of whole pages. What the parent may write
 * is shared until one of them does (page_fault.c). The caller owns the lock of the parent, and no
 * CPU has loaded the child's table. If it fails, neither table has changed.
 */
PT64_MUST_CHECK pt64_status_t fork_address_space(table_t *child, table_t *parent,
                                                 pt64_vaddr_t vaddr, uint64_t bytes);

#endif
