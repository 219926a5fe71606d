/* SPDX-License-Identifier: MIT */
/* What is measured, and what it is compared with. */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

struct workload {
    const char *name;
    void (*prepare)(void); /* before each run */
    uint64_t (*run)(void); /* returns how many operations it did; 0: the format cannot do it */
    void (*finish)(void);  /* after each run: gives every frame back */
    uint64_t (*raw)(void); /* the loop to compare with, which returns what `run` does */
};

/* In the order of the report. */
extern const struct workload *const workloads[];
extern const unsigned workload_count;

/* Ends the program, and says what a workload could not do. */
_Noreturn void give_up(const char *what);

/* For calls that must not fail. `status` is the status of one call, or of many, ORed. */
static inline void demand(unsigned status, const char *what)
{
    if (status != 0)
        give_up(what);
}

#endif
