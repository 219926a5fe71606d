/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "clock.h"

#include <sched.h>
#include <stdlib.h>
#include <time.h>

double clock_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

double clock_overhead(void)
{
    double least = 1e9;

    for (unsigned i = 0; i < 1000; i++) {
        double start = clock_ns();
        double elapsed = clock_ns() - start;

        least = elapsed < least ? elapsed : least;
    }
    return least;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

double clock_median(double *values, unsigned count)
{
    qsort(values, count, sizeof(*values), compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

void clock_stay_on_cpu(void)
{
    cpu_set_t cpus;
    int cpu = sched_getcpu();

    if (cpu < 0)
        return;
    CPU_ZERO(&cpus);
    CPU_SET((size_t)cpu, &cpus);
    (void)sched_setaffinity(0, sizeof(cpus), &cpus);
}
