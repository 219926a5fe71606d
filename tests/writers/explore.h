/* SPDX-License-Identifier: MIT */
/*
 * Every order in which some processes can do their steps, up to the order of steps that do not
 * depend on each other.
 *
 * Each run starts anew and repeats the choices of the one before, up to the last one that is made
 * otherwise. Two steps depend on each other if they are of one object and at least one writes. The
 * reduction is dynamic (Flanagan and Godefroid, POPL 2005): at a step only those processes are
 * tried that a later step raced with, and none that a sleep set shows to lead to an order that was
 * tried already (Godefroid, LNCS 1032).
 */
#ifndef TESTS_WRITERS_EXPLORE_H
#define TESTS_WRITERS_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPLORE_PROCESSES 3

/* What a process does when it runs next. */
struct explore_step {
    bool is_over; /* nothing any more */
    bool writes;
    size_t object;
};

/* Starts all processes anew, and runs each up to its first step. */
typedef void explore_start(struct explore_step *next);
/* Lets a process do its step, and what follows up to the next one. */
typedef void explore_run(unsigned process, struct explore_step *next);

struct explore_count {
    uint64_t orders;  /* runs to the end, no two alike */
    uint64_t pruned;  /* runs that were given up: each would have been like one before */
    size_t longest;   /* the most steps of a run */
    bool is_complete; /* no order is left */
};

/* Makes up to `most` runs of `processes`. `end` is called after each that comes to its end. */
void explore_all(unsigned processes, uint64_t most, explore_start *start, explore_run *run,
                 void (*end)(void), struct explore_count *count);

#endif
