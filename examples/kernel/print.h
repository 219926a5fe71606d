/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Formatted output to the console.
 */
#ifndef KERNEL_PRINT_H
#define KERNEL_PRINT_H

#include <stdint.h>

/* Conversions of a uint64_t, as <inttypes.h> of a hosted program has them. */
#if UINTPTR_MAX == UINT64_MAX
#define PRIu64 "lu"
#define PRIx64 "lx"
#else
#define PRIu64 "llu"
#define PRIx64 "llx"
#endif

/** Knows %s, %c, %u, %x, the two of a uint64_t, a field width, and the flag 0. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

#endif
