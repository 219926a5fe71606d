/* SPDX-License-Identifier: MIT */
/* How many invalidations were executed, and how many of them dropped something. */
#ifndef TESTS_MODEL_COST_H
#define TESTS_MODEL_COST_H

#include <stdint.h>

#include "support/oracle.h"

#define COST_ARCHITECTURES (ORACLE_NPT + 1) /* the last */

struct cost {
    uint64_t requests; /* flushes */
    uint64_t barriers; /* flushes without an invalidation */
    uint64_t by_address;
    uint64_t by_address_needed;
    uint64_t of_everything;
    uint64_t of_everything_needed;
};

/* Indexed by enum oracle_arch. */
extern struct cost costs[COST_ARCHITECTURES];

#endif
