/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Formatted output to the console.
 */
#ifndef KERNEL_PRINT_H
#define KERNEL_PRINT_H

/** Knows %s, %c, %u, %x, %lu, %lx, a field width, and the flag 0. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

#endif
