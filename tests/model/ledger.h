/* SPDX-License-Identifier: MIT */
/*
 * What the caches of the CPUs may hold besides what is in memory. It takes the hardware at its
 * worst: whatever an entry said while walkers could see it was cached, at every level, and stays so
 * until an invalidation that must drop it.
 */
#ifndef TESTS_MODEL_LEDGER_H
#define TESTS_MODEL_LEDGER_H

#include "machine.h"

enum remnant_kind {
    REMNANT_LEAF,
    REMNANT_TABLE,
    REMNANT_EMPTY,
};

struct remnant {
    enum remnant_kind kind;
    uint64_t vaddr;
    uint64_t size;
    unsigned level;
    unsigned root;
    unsigned guard;          /* whose change made it one */
    bool above;              /* RISC-V: an invalid entry that has become a pointer */
    uint64_t time;           /* of the machine, when it became one */
    size_t frame;            /* of REMNANT_TABLE */
    struct oracle_page page; /* of REMNANT_LEAF */
};

void ledger_start(void);
void ledger_forget_root(unsigned root);

/* An entry that walkers saw at `place` is there no more; `now` is what they see instead. */
void ledger_add(const struct place *place, const struct rules_entry *entry,
                const struct rules_entry *now, unsigned guard);

/* Which remnants an invalidation of some addresses drops. The count of those dropped. */
struct span {
    uint64_t vaddr;
    uint64_t bytes;
};
typedef bool ledger_drops(const struct remnant *remnant, struct span span);
size_t ledger_drop(ledger_drops *drops, struct span span);
/* LoongArch: no CPU holds the pair of smallest pages at an address. How many remnants it was in. */
size_t ledger_drop_pair(uint64_t vaddr);
size_t ledger_drop_all(void);

/* The first remnant that satisfies, or NULL. */
const struct remnant *ledger_find(bool (*satisfies)(const struct remnant *remnant, const void *arg),
                                  const void *arg);

/* The frame is to be freed, written or otherwise `used`: no walk may be on its way there. */
void ledger_check_use(size_t frame, const char *used);
/* Whatever the guard's changes left behind agrees with memory, or is gone. */
void ledger_check_commit(unsigned guard);

size_t ledger_count(void);

#endif
