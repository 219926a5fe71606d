/* SPDX-License-Identifier: MIT */
/* Time, and what to make of many measurements of it. */
#ifndef TESTS_BENCH_CLOCK_H
#define TESTS_BENCH_CLOCK_H

/* Nanoseconds of this thread: while another has the CPU none pass. */
double clock_ns(void);

/* What a measurement of nothing says. */
double clock_overhead(void);

/* Sorts the values. */
double clock_median(double *values, unsigned count);

/* A change of CPU in the middle costs a cache full of lines. */
void clock_stay_on_cpu(void);

#endif
