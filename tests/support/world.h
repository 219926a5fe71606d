/* SPDX-License-Identifier: MIT */
/* A table, the memory that it lives in, and the model of what it maps. The same calls change table
 * and model, and the two are compared in every possible way. */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "support/call.h"
#include "support/oracle.h"
#include "support/pool.h"

struct world {
    const struct subject *s;
    struct oracle_format format;
    struct pool pool;
    struct reference reference;
    pt64_flags_t flags; /* the flags that the format can encode */
    void *table;
    struct pt64_guard *guard;
    uint64_t id;          /* of the table's flushes */
    bool is_global;       /* the flushes are for every id: adopted, pinned or once global */
    unsigned level_shift; /* log2 of the entries of a node */
    /* What the newest call unmapped as a region: it must leave no empty node there. */
    pt64_vaddr_t swept;
    uint64_t swept_bytes;
    char why[256]; /* what a check that failed found wrong */
};

/* An empty table with a guard on it. */
void world_begin(struct world *world, const struct subject *subject);
/* The same again, in memory that the world has already. */
void world_restart(struct world *world);
void world_end(struct world *world);
/* Copies everything but the subject. Both worlds must be of the same subject. */
void world_copy(struct world *to, const struct world *from);

uint64_t world_page_size(const struct world *world, unsigned level);

/* Makes a call on both sides. Returns false, with `why`, if they answer differently. `*status` is
 * what the call answered; `*refused` is whether an allocation failed in it. */
bool world_call(struct world *world, const struct call *call, pt64_status_t *status, bool *refused);

/* Compares the table's entries with the model and the manuals: every page, with all that hardware
 * makes of it. Every frame is reached exactly once, and none is lost. */
bool world_check_entries(struct world *world);
/* Compares the reading calls with the model: next and walk of everything, query and translate of
 * some addresses. */
bool world_check_readers(struct world *world, const pt64_vaddr_t *probes, size_t count);
/* Checks that name_check finds nothing. */
bool world_check_flaws(struct world *world);
/* Checks that unmapping everything, and destroying, gives all frames back. The table is gone. */
bool world_check_end(struct world *world);

/* A digest of the state of the table, its memory and its guard. Equal states behave alike. */
uint64_t world_hash(const struct world *world);
uint64_t world_hash_reference(const struct world *world);

#endif
