/* SPDX-License-Identifier: MIT */
/* What writers do, and where. Addresses are those of a layout, so that each program runs in each.
 */
#ifndef TESTS_WRITERS_PROGRAMS_H
#define TESTS_WRITERS_PROGRAMS_H

#include "support/call.h"

#include "explore.h"

#define PROGRAM_CALLS 8

/* A clone of what a table of the writer's own maps there. */
#define LINE_CLONE CALL_KINDS

/* Which part of a writer's range. */
enum part {
    PART_FIRST, /* the first smallest page */
    PART_LAST,  /* the last one */
    PART_ALL,
    PART_BLOCK,  /* the first huge page that is all in the range */
    PART_BEFORE, /* the page before the range */
    PART_BEHIND, /* the page behind it */
};

/* How it is to look. */
enum look {
    LOOK_NONE,
    LOOK_ONE,   /* one place in memory, writable */
    LOOK_OTHER, /* another place, read-only */
    LOOK_SMALL, /* as LOOK_ONE, by smallest pages */
};

struct line {
    unsigned kind; /* an enum call_kind, or LINE_CLONE */
    enum part part;
    enum look look;
    pt64_status_t refusal; /* what it answers where a guard on the table would not refuse */
};

struct program {
    const char *name;
    bool needs_block;
    struct line before[PROGRAM_CALLS]; /* by a guard on the table, before the writers begin */
    struct line lines[PROGRAM_CALLS];
};

extern const struct program programs[];
extern const size_t program_count;

/* Ranges side by side, counted in smallest pages and in huge ones. */
struct layout {
    const char *name;
    unsigned writers;
    struct {
        unsigned pages;
        unsigned huge_pages;
        unsigned slots;             /* of the root */
    } first[EXPLORE_PROCESSES + 1]; /* where each range begins; the last one: where the last ends */
};

extern const struct layout layouts[];
extern const size_t layout_count;

#endif
