/* SPDX-License-Identifier: MIT */
/*
 * Memory whatever: every entry of every frame is anything, and any frame may not be there. The root
 * is: a table without one is not proved.
 */
#ifndef TESTS_PROOF_ANYTHING_H
#define TESTS_PROOF_ANYTHING_H

#include "call.h"

/* Fills the frames of the table's nodes, and those that a call may take. */
static void any_memory(void)
{
    for (unsigned i = 0; i < FRAMES; i++) {
        is_taken[i] = nondet_bool() || i == 0;
        for (unsigned k = 0; k < ENTRIES; k++)
            words[i * ENTRIES + k] = nondet_u64();
    }
}

static void anything(void)
{
    (void)!pt_create(&table, NULL);
    any_memory();
}

/* The way of a walk to a page, as far as nodes are memory. */
struct way {
    uint64_t node; /* in which it ends */
    unsigned level;
    pt64_entry_t end;   /* the entry there */
    bool is_lost;       /* that links what is not memory */
    pt64_entry_t every; /* the bits that all entries on the way have */
    pt64_entry_t some;  /* those that any has */
};

static struct way way; /* that to the page that is looked at */

static struct way way_of(unsigned page)
{
    struct way way = {.node = 0, .every = ~(pt64_entry_t)0};

    for (way.level = LEVELS - 1;; way.level--) {
        way.end = word_at(way.node * ENTRIES + (page >> way.level & 1));
        way.every &= way.end;
        way.some |= way.end;
        if (!is_link(way.end, way.level))
            return way;
        way.is_lost = !is_given(linked(way.end, way.level));
        if (way.is_lost)
            return way;
        way.node = linked(way.end, way.level);
    }
}

static void anything_with_a_page(void)
{
    anything();
    look_before();
    way = way_of(probe);
}

#endif
