/* SPDX-License-Identifier: MIT */
/*
 * Included before all else: how many slots a search for second links may read is the target's to
 * say. Where tables link each other in circles, each search comes to that.
 */
#ifndef TESTS_FUZZ_LIMIT_H
#define TESTS_FUZZ_LIMIT_H

#include <stddef.h>

extern const size_t search_limit;

#define PT64_SEARCH_LIMIT search_limit

#endif
