/* SPDX-License-Identifier: MIT */
/* The speed of the memory itself: loops over a buffer as large as the tables. They access words as
 * the engine accesses entries, by one relaxed atomic load or store at a time. WORD is the type of a
 * word as wide as an entry of the format. */
#ifndef TESTS_BENCH_RAW_H
#define TESTS_BENCH_RAW_H

#include <stddef.h>
#include <stdint.h>

#define RAW_WORDS ((size_t)1 << 18) /* as many as 1 GiB has pages */

typedef WORD raw_word_t;

#define RAW_LEAF ((raw_word_t)UINT64_C(0x8000000000000063)) /* an entry */

extern raw_word_t *raw_words;      /* aligned like a node */
extern volatile uint64_t raw_sink; /* for results that are not used */

/* All indices below RAW_WORDS, in an order that no prefetcher predicts. */
extern uint32_t raw_order[RAW_WORDS];
/* The addresses of as many frames, in the same order. */
extern uint64_t raw_frames[RAW_WORDS];

/* Loops over the first `count` words. They return `count`. */
uint64_t raw_fill(uint64_t count);
uint64_t raw_fill_random(uint64_t count);
uint64_t raw_modify(uint64_t count);
uint64_t raw_scan(uint64_t count);
uint64_t raw_copy(uint64_t count);  /* to the second half of the buffer */
uint64_t raw_share(uint64_t count); /* the same, and takes the bit for stores from both */

#endif
