/* SPDX-License-Identifier: MIT */
#ifndef TESTS_MODEL_SCENARIOS_H
#define TESTS_MODEL_SCENARIOS_H

#include "typed.h"

/* Prints their names, one a line. */
void scenarios_list(void);
/* Runs those that are named, or all, over a format. Returns whether none failed. */
bool scenarios_run(const struct format *format, int count, char *const *names);
/* Runs those that are named, or all, over a format until one fails. Returns whether one did. */
bool scenarios_hunt(const struct format *format, int count, char *const *names);

#endif
