/* SPDX-License-Identifier: MIT */
/*
 * A table, the memory it lives in, and the model of what it maps, changed by the same calls and
 * compared in every way there is.
 */
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
    pt64_flags_t flags; /* those that the format knows */
    void *table;
    struct pt64_guard *guard;
    uint64_t id;    /* of the table's flushes */
    bool is_global; /* they are of every id: it was adopted, pinned, or has had a global page */
    unsigned level_shift; /* log2 of the entries of a table */
    /* What the newest call unmapped as a region: no empty table may be left there. */
    pt64_vaddr_t swept;
    uint64_t swept_bytes;
    char why[256]; /* what is wrong, of a check that failed */
};

/* An empty table with a guard on it. */
void world_begin(struct world *world, const struct subject *subject);
/* The same again, in memory that is there already. */
void world_restart(struct world *world);
void world_end(struct world *world);
/* Everything but the subject; both are of the same one. */
void world_copy(struct world *to, const struct world *from);

uint64_t world_page_size(const struct world *world, unsigned level);

/* Makes a call on both sides. False, with `why`, if they answer differently. `*status` is what the
 * call answered; `*refused` whether an allocation failed in it. */
bool world_call(struct world *world, const struct call *call, pt64_status_t *status, bool *refused);

/*
 * What the table's entries say, against the model and the manuals: every page, with all that
 * hardware makes of it; every frame reached exactly once; none lost.
 */
bool world_check_entries(struct world *world);
/* What the reading calls say: next and walk of everything, query and translate of some addresses.
 */
bool world_check_readers(struct world *world, const pt64_vaddr_t *probes, size_t count);
/* What name_check says. */
bool world_check_flaws(struct world *world);
/* That unmapping everything, and destroying, gives all frames back. Leaves nothing of the table. */
bool world_check_end(struct world *world);

/* The state of the table, its memory and its guard. Equal states behave alike. */
uint64_t world_hash(const struct world *world);
uint64_t world_hash_reference(const struct world *world);

#endif
