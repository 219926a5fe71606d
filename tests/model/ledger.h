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

/*
 * Each CPU may hold it: the one that changes tables, and another, which runs nothing but what
 * pt64_flush_for_others says.
 */
struct remnant {
    enum remnant_kind kind;
    unsigned cpus; /* that may hold it, a bit each */
    uint64_t id;   /* by which it was cached */
    uint64_t vaddr;
    uint64_t size;
    unsigned level;
    unsigned root;
    unsigned guard;          /* whose change made it one */
    bool above;              /* RISC-V: an invalid entry that has become a pointer */
    bool is_huge;            /* LoongArch: an invalid entry of a huge page's size */
    uint64_t time;           /* of the machine, when it became one */
    size_t frame;            /* of REMNANT_TABLE */
    struct oracle_page page; /* of REMNANT_LEAF */
};

void ledger_start(void);
void ledger_forget_root(unsigned root);
/* The CPU that executes forgets what it has for an address. */
void ledger_forget_address(unsigned root, uint64_t vaddr);

/* An entry that walkers saw at `place` is there no more; `now` is what they see instead. */
void ledger_add(const struct place *place, const struct rules_entry *entry,
                const struct rules_entry *now, unsigned guard);

/* What an invalidation is after. */
struct aim {
    uint64_t vaddr;
    uint64_t bytes; /* 0: all addresses */
    uint64_t id;
    bool any_id;
    bool spares_global;
    bool tables;    /* cached steps of walks too */
    bool has_level; /* leaves of `level` only */
    unsigned level;
};
typedef bool ledger_drops(const struct remnant *remnant, const struct aim *aim);
/* On the CPU that executes, or where an invalidation is broadcast on all. The count of those
 * dropped. */
size_t ledger_drop(ledger_drops *drops, const struct aim *aim);
/* LoongArch: the pair of smallest pages at an address. How many remnants it was in. */
size_t ledger_drop_pair(uint64_t vaddr, const struct aim *aim);
size_t ledger_drop_all(void);
/* LoongArch: whether a CPU may yet hold a pair of an empty slot that is `remnant`. */
bool ledger_holds_pairs(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes);

/* The first remnant that satisfies, or NULL. */
const struct remnant *ledger_find(bool (*satisfies)(const struct remnant *remnant, const void *arg),
                                  const void *arg);

/* The frame is to be freed, written or otherwise `used`: no walk may be on its way there. */
void ledger_check_use(size_t frame, const char *used);
/* Whatever the guard's changes left behind agrees with memory, or is gone. */
void ledger_check_commit(unsigned guard);

size_t ledger_count(void);

#endif
