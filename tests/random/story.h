/* SPDX-License-Identifier: MIT */
/* A story: a format and a sequence of calls on one table of it. */
#ifndef TESTS_RANDOM_STORY_H
#define TESTS_RANDOM_STORY_H

#include "model/dice.h"
#include "support/world.h"

#define STORY_CALLS 64

struct story {
    const struct subject *s;
    struct call calls[STORY_CALLS];
    size_t count;
    size_t made;   /* how many calls were made when it was told last, with the failing one */
    char why[256]; /* what is wrong after the last of them; empty if nothing is */
};

/* Invents a story. */
void story_invent(struct story *story, const struct subject *s, struct dice *dice);

/* Makes the calls on a table of its own, and compares after each. Returns true if nothing is wrong.
 * A crash, or a call that does not end, counts as wrong. */
bool story_tell(struct story *story);

/* Makes a story in which something is wrong as short and as plain as possible, so that something
 * still is wrong. */
void story_shrink(struct story *story);

/* Prints a unit test that fails as the story does. */
void story_print(FILE *out, struct story *story);

#endif
