/* SPDX-License-Identifier: MIT */
/* The frames that callbacks name for the pages of 1 GiB: scattered, but cheap to compute. */
#ifndef TESTS_BENCH_SCATTERED_H
#define TESTS_BENCH_SCATTERED_H

#include "raw.h"
#include "subject.h"

static inline uint64_t scattered(uint64_t page)
{
    return page * UINT64_C(0x9e3779b1) & (RAW_WORDS - 1);
}

/* A pt64_get_paddr_t. */
static inline pt64_paddr_t scattered_frame(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return paddr_of(scattered((vaddr - vaddr_of(0)) >> META.page_shift));
}

#endif
