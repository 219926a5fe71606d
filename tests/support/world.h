/* SPDX-License-Identifier: MIT */
/* Two tables, the memory that they live in, and the model of what they map. The same calls change
 * tables and model, and the two are compared in every possible way. */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "support/call.h"
#include "support/oracle.h"
#include "support/pool.h"

struct world_space {
    struct reference reference;
    void *table;
    struct pt64_guard *guard;
    uint64_t id;    /* of the table's flushes */
    bool is_global; /* the flushes are for every id: adopted, pinned, once global, or its clone */
    /* What the newest call unmapped as a region: it must leave no empty node there. */
    pt64_vaddr_t swept;
    uint64_t swept_bytes;
};

struct world {
    const struct subject *s;
    struct oracle_format format;
    struct pool pool;
    struct world_space spaces[2];
    unsigned count;       /* of the spaces that exist */
    unsigned at;          /* the index of the space that calls are on */
    bool is_cloned;       /* the newest call was on both */
    pt64_flags_t flags;   /* the flags that the format can encode */
    unsigned level_shift; /* log2 of the entries of a node */
    char why[256];        /* what a check that failed found wrong */
};

/* The space that calls are on, and the one that clones of it are made in, which may not exist. */
static inline struct world_space *world_space(struct world *world)
{
    return &world->spaces[world->at];
}

static inline struct world_space *world_other(struct world *world)
{
    return &world->spaces[world->at ^ 1];
}

/* An empty table with a guard on it. */
void world_begin(struct world *world, const struct subject *subject);
/* The same again, in memory that the world has already. */
void world_restart(struct world *world);
void world_end(struct world *world);
/* Makes another table, which is empty. Else the first call makes it that needs it. */
void world_begin_other(struct world *world);
/* Destroys it. Calls must be on the first. */
void world_end_other(struct world *world);
/* Copies everything but the subject. Both worlds must be of the same subject. */
void world_copy(struct world *to, const struct world *from);

uint64_t world_page_size(const struct world *world, unsigned level);

/* Makes a call on both sides. Returns false, with `why`, if they answer differently, or if a call
 * that failed kept a frame. `*status` is what the call answered; `*refused` is whether an
 * allocation failed in it. */
bool world_call(struct world *world, const struct call *call, pt64_status_t *status, bool *refused);

/* Compares the tables' entries with the model and the manuals: every page, with all that hardware
 * makes of it. Every frame is reached exactly once, and none is lost. */
bool world_check_entries(struct world *world);
/* Compares the reading calls with the model: next and walk of everything, query and translate of
 * some addresses, of each table that the newest call was on. */
bool world_check_readers(struct world *world, const pt64_vaddr_t *probes, size_t count);
/* Checks that name_check finds nothing in each table that the newest call was on. */
bool world_check_flaws(struct world *world);
/* Checks that unmapping everything, and destroying, gives all frames back. The tables are gone. */
bool world_check_end(struct world *world);

/* A digest of the state of the tables, their memory and their guards. Equal states behave alike. */
uint64_t world_hash(const struct world *world);
uint64_t world_hash_reference(const struct world *world);

#endif
