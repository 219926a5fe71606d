/* SPDX-License-Identifier: MIT */
/* Time, and statistics of many measurements. */
#ifndef TESTS_BENCH_CLOCK_H
#define TESTS_BENCH_CLOCK_H

/* Nanoseconds of this thread. While another thread has the CPU, none pass. */
double clock_ns(void);

/* The time that a measurement of nothing takes. */
double clock_overhead(void);

/* Sorts the values, and returns their median. */
double clock_median(double *values, unsigned count);

/* Keeps the thread on its CPU: a change of CPU costs a cache full of lines. */
void clock_stay_on_cpu(void);

#endif
