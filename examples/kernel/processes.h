/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_PROCESSES_H
#define KERNEL_PROCESSES_H

#include <stdbool.h>

/**
 * Whether two processes on two CPUs see what is theirs, and nothing else, and leave no frame
 * behind.
 */
bool prove_processes(void);

#endif
