/* SPDX-License-Identifier: MIT */
/*
 * A universe so small that everything that can happen in it can be tried: two adjacent huge pages
 * with an edge between them at which nodes end, a smallest page on either side of that edge, two
 * frames to map to and three sets of flags.
 */
#ifndef TESTS_EXHAUSTIVE_UNIVERSE_H
#define TESTS_EXHAUSTIVE_UNIVERSE_H

#include "support/world.h"

#define UNIVERSE_CALLS  64
#define UNIVERSE_PROBES 16

struct universe {
    /* On one table. Clones of it are made in another. */
    struct call calls[UNIVERSE_CALLS];
    size_t call_count;
    struct call lay; /* maps what the other table holds when a clone begins */
    pt64_vaddr_t probes[UNIVERSE_PROBES];
    size_t probe_count;
};

/* The edge is that of a node at level `edge` - 1. */
void universe_make(struct universe *universe, const struct world *world, unsigned edge);

#endif
