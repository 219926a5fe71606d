/* SPDX-License-Identifier: MIT */
#ifndef TESTS_MODEL_SCENARIOS_H
#define TESTS_MODEL_SCENARIOS_H

#include <stdbool.h>

/* Runs those that are named, or all, over every format they apply to. */
bool scenarios_run(int count, char *const *names);

#endif
