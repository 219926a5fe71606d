/* SPDX-License-Identifier: MIT */
/**
 * @file
 * TLB shootdown, on machines whose invalidations reach only the CPU that executes them.
 */
#ifndef KERNEL_SHOOTDOWN_H
#define KERNEL_SHOOTDOWN_H

#include <page_table64.h>

/**
 * The handler's flush. A CPU that must run the request takes the interrupt in user code. In the
 * kernel it answers while it waits for a lock.
 * @param cpus the CPUs that may hold translations of the table, an unsigned with a bit for each. A
 *             CPU sets its bit before it loads the table. NULL for the kernel's table: all of them.
 */
void shootdown(void *cpus, const struct pt64_flush *request);

/** Runs the request that another CPU waits for, if there is one. */
void shootdown_answer(void);

#endif
