/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the guest executes.
 */
#ifndef GUEST_PROGRAM_H
#define GUEST_PROGRAM_H

#include <stdint.h>

/** The pages at the start of the guest's memory that the program uses: the first word of each. */
#define PROGRAM_PAGES 8U

/** In the image, between user_start and user_end: the guest sees no other code. */
_Noreturn void program(void);

/** What the word of a page holds after some rounds, and what the program then calls with. */
static inline uint64_t program_word(unsigned page, uint64_t rounds)
{
    return rounds * (page + 1);
}

static inline uint64_t program_sum(uint64_t rounds)
{
    return rounds * (PROGRAM_PAGES * (PROGRAM_PAGES + 1) / 2);
}

#endif
