/* SPDX-License-Identifier: MIT */
/* The memory of the benchmark, and the check that its walk by hand is a fair comparison. */
#ifndef TESTS_BENCH_HOST_H
#define TESTS_BENCH_HOST_H

#include <stdbool.h>

/* Maps and touches all memory, so that no measurement meets a page fault. */
void host_start(void);

/* Between workloads: puts the frames back as they were at the start. False if some were not given
 * back. */
bool host_reset(void);

/* Gives up unless the walk by hand returns what the library does. */
void check_by_hand(void);

#endif
