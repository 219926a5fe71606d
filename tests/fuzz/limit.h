/* SPDX-License-Identifier: MIT */
/* Included before everything else. The target sets how many slots a search for second links may
 * read. Where nodes link each other in circles, each search reaches that limit. */
#ifndef TESTS_FUZZ_LIMIT_H
#define TESTS_FUZZ_LIMIT_H

#include <stddef.h>

extern const size_t search_limit;

#define PT64_SEARCH_LIMIT search_limit

#endif
