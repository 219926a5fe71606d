/* SPDX-License-Identifier: MIT */
/* What a walker that does not snoop has not been shown: entries that were stored, and that the
 * library has not published. */
#ifndef TESTS_MODEL_PUBLISHED_H
#define TESTS_MODEL_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

void published_start(size_t words);

/* A store to the word. */
void published_note(size_t word);
/* The words hold nothing of the library's. */
void published_forget(size_t first, size_t count);

/* The handler's function. */
void machine_publish(void *ctx, const void *start, size_t bytes);

/* Whether what the word holds was not published. */
bool published_is_waiting(size_t word);

/* Checks that nothing that this writer stored waits in a node that walkers can reach. `what` is
 * what happens now. */
void published_check(const char *what);

#endif
