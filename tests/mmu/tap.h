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

/** Reports what this machine cannot show: its name and the reason are a format and its arguments.
 */
#define tap_skip(format, ...) tap(true, format " # SKIP %s", __VA_ARGS__)

/** The plan. True if every test was good. */
bool tap_done(void);

/** Whether a part of a test is good; where it is not, a remark says which part. */
#define part(good, ...) ((good) || (print("# "), print(__VA_ARGS__), print("\n"), false))

#endif
