/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The programs of processes. They run as unprivileged code, and know nothing but the address of
 * their data. They call no function and use no data of the kernel.
 */
#ifndef KERNEL_PROGRAMS_H
#define KERNEL_PROGRAMS_H

#include <stdint.h>

/** What the pages of data are for: the first word of each is used. */
enum {
    PAGE_NUMBERS = 0, /**< 16 pages with a number each */
    PAGE_COUNTER = 16,
    PAGE_STOP = 17,
    PAGE_RESULT = 18,
    PAGE_UNUSED = 19,
    PAGE_SPREAD = 20, /**< 32 pages with a number each */
};

#define NUMBERS           16U
#define NUMBERS_OF_PARENT 1U
#define NUMBERS_OF_CHILD  100U

/** Adds to each number, which is 0 at first. */
void program_fill(volatile uint64_t *data);

/** Adds 1 to the number in every other page, 16 of them. */
void program_spread(volatile uint64_t *data);

/** Counts until another thread of the process says stop. */
void program_count(volatile uint64_t *data);
void program_stop(volatile uint64_t *data);

/**
 * A child: its numbers are the parent's, and its counter stands still. It leaves 1 as the result,
 * and changes its numbers.
 */
void program_child(volatile uint64_t *data);

#endif
