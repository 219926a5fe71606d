/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A second CPU, which runs one job at a time. arch.h has what a machine does for it.
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

#include "arch.h"

#define MAX_CPUS 2

/** Starts the second CPU, on the kernel's table. Returns false if it should be there and is not. */
bool smp_start(void);

/** The CPUs that run, a bit each. */
unsigned smp_running(void);

/**
 * Lets the other CPU do a job. A kernel with one CPU does it when it waits for it. The caller waits
 * for each job before it gives the next.
 */
void smp_give(void (*job)(void *argument), void *argument);

/** Returns false if the job takes longer than any that is right. */
bool smp_wait(void);

#endif
