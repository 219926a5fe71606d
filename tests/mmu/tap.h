/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Results in the Test Anything Protocol.
 */
#ifndef MMU_TAP_H
#define MMU_TAP_H

#include "print.h"

#include <stdbool.h>

void tap_begin(bool good);
void tap_end(void);

/** Reports one test, whose name is a format and its arguments. */
#define tap(good, ...) (tap_begin(good), print(__VA_ARGS__), tap_end())

/**
 * Reports that a test does not apply to this machine, and why. Its name is a format and its
 * arguments.
 */
#define tap_skip(needs, ...) (print("# skips "), print(__VA_ARGS__), print(": needs %s\n", needs))

/** Prints the plan. Returns true if every test was good. */
bool tap_done(void);

/** Whether a part of a test is good. If not, a remark says which part. */
#define part(good, ...) ((good) || (print("# "), print(__VA_ARGS__), print("\n"), false))

#endif
