/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Gives up, with a message for people.
 */
#ifndef PTDUMP_FAIL_H
#define PTDUMP_FAIL_H

#include <stddef.h>

/** The values that main returns. */
enum {
    STATUS_DONE = 0,
    STATUS_FOUND = 1, /**< audit found something, images differ, an address is not mapped */
    STATUS_FAILED = 2,
};

/** Prints "ptdump: " and the message, and ends the program with STATUS_FAILED. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same, but the program goes on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Grows `memory` so that it holds one element more than `count`. */
void *grow(void *memory, size_t count, size_t element);

#endif
