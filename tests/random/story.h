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
    size_t made;   /* calls made when it was told last, the failing one too */
    char why[256]; /* what is wrong after the last of them; empty: nothing */
};

/* Makes one up. */
void story_invent(struct story *story, const struct subject *s, struct dice *dice);

/*
 * Makes the calls, on a table of its own, and compares after each. True if nothing is wrong. A
 * crash, or a call that does not end, is told as anything else that is wrong.
 */
bool story_tell(struct story *story);

/* Makes a story in which something is wrong as short and as plain as it can be and still be wrong.
 */
void story_shrink(struct story *story);

/* A unit test that fails as the story does. */
void story_print(FILE *out, struct story *story);

#endif
