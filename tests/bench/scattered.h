/* SPDX-License-Identifier: MIT */
/* What names the frames of the pages of 1 GiB: as in a kernel, a list. */
#ifndef TESTS_BENCH_SCATTERED_H
#define TESTS_BENCH_SCATTERED_H

#include "raw.h"
#include "subject.h"

/* A pt64_get_paddr_t. */
static inline pt64_paddr_t scattered_frame(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return raw_frames[(vaddr - vaddr_of(0)) >> META.page_shift];
}

#endif
