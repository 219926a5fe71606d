/* SPDX-License-Identifier: MIT */
#ifndef TESTS_MODEL_RANDOM_H
#define TESTS_MODEL_RANDOM_H

#include "typed.h"

/* Makes about this many random calls. Fails by model_fail. */
void random_run(const struct format *format, uint64_t seed, uint64_t operations);

#endif
