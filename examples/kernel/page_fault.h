/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_PAGE_FAULT_H
#define KERNEL_PAGE_FAULT_H

#include "fault.h"
#include "table.h"

/**
 * Handles a page fault of user code. Nobody else changes the page meanwhile, or anything of the
 * table but single pages: the caller sees to that by its locks.
 * @return whether to try the access again. Otherwise it is not allowed, or there is no memory.
 */
bool page_fault(table_t *table, const struct fault *fault);

#endif
