/* SPDX-License-Identifier: MIT */
/* Calls as values. A test makes them on a table and on the reference model, repeats them, takes
 * them out of a sequence, and prints them as C. */
#ifndef TESTS_SUPPORT_CALL_H
#define TESTS_SUPPORT_CALL_H

#include <stdio.h>

#include "model/reference.h"
#include "support/subject.h"

enum call_kind {
    CALL_MAP,
    CALL_UNMAP,
    CALL_PROTECT,
    CALL_REMAP,
    CALL_MAP_REGION,
    CALL_MAP_PAGES,
    CALL_UNMAP_REGION,
    CALL_PROTECT_REGION,
    CALL_CHANGE_REGION, /* sets `flags`, clears `clear` */
    CALL_CLONE,         /* the same, of the table in the other one */
    CALL_SWITCH,        /* no call: those that follow are on the other table */
    CALL_MARK,
    CALL_MAP_MARKED,
    CALL_POPULATE, /* for pages of `max_size` */
    CALL_COLLAPSE, /* `bytes` is the size */
    CALL_CLEAR_ACCESSED,
    CALL_CLEAR_DIRTY,
    CALL_COMMIT,
    CALL_IGNORE,
    CALL_STORE, /* hardware stores through the page, or loads if it may not */
    CALL_PIN,
    CALL_UNMAP_PAGES,
    /* Calls on the table itself: the guard is committed before, and begun again after. */
    CALL_SET_ID, /* `paddr` is the id */
    CALL_READOPT,
    CALL_ADOPT,
};
#define CALL_KINDS (CALL_ADOPT + 1)

struct call {
    enum call_kind kind;
    pt64_size_t max_size; /* CALL_MAP_REGION, CALL_MAP_PAGES, CALL_POPULATE */
    unsigned swaps;       /* CALL_MAP_PAGES: the frames are those of a region, in another order */
    pt64_flags_t flags;
    pt64_flags_t clear; /* CALL_CHANGE_REGION, CALL_CLONE */
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr;
    uint64_t bytes;
    uint64_t mark;      /* CALL_MARK, CALL_MAP_MARKED */
    size_t allocations; /* how many succeed in the call; SIZE_MAX: all */
};

/* What a call returned besides its status. */
struct call_answer {
    pt64_status_t status;
    struct pt64_mapping removed; /* CALL_UNMAP and CALL_MARK that succeeded */
    pt64_vaddr_t failed_at;      /* 0 if the call did not fail */
    uint64_t reports;            /* a digest of what the calls with a report reported */
};

/* Whether it is a call on the table itself, which world_call makes. */
static inline bool call_is_of_table(const struct call *call)
{
    return call->kind >= CALL_SET_ID;
}

bool call_is_same_answer(const struct call_answer *a, const struct call_answer *b);

/* Makes a call other than CALL_STORE, CALL_SWITCH and those on the table. `other` is the guard of
 * the other table, for CALL_CLONE. The caller does the handler's part: it makes allocations fail.
 */
void call_subject(const struct call *call, const struct subject *s, void *guard, void *other,
                  struct call_answer *answer);
void call_reference(const struct call *call, struct reference *reference, struct reference *other,
                    struct call_answer *answer);

/* The frame that CALL_MAP_PAGES names for page `number` of its range. */
static inline pt64_paddr_t call_frame(const struct call *call, uint64_t number, pt64_size_t page)
{
    return call->paddr + (number ^ call->swaps) * page;
}

/* Prints the call as lines of a TEST, as tests/unit has them. They expect `status`. The other table
 * is `other`, which switch_tables swaps with the test's own. */
void call_print(FILE *out, const struct call *call, pt64_status_t status);

#endif
