/* SPDX-License-Identifier: MIT */
/*
 * What the caches of the CPUs may hold that memory does not. It assumes the worst hardware:
 * whatever an entry said while walkers could see it was cached, at every level, and stays cached
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

/* Each CPU may hold a remnant: the one that changes tables, and another, which executes only what
 * pt64_flush_for_others says. */
struct remnant {
    enum remnant_kind kind;
    unsigned cpus; /* the CPUs that may hold it, one bit each */
    uint64_t id;   /* the id by which it was cached */
    uint64_t vaddr;
    uint64_t size;
    unsigned level;
    unsigned root;
    unsigned guard;          /* the guard whose change left it */
    bool above;              /* RISC-V: an invalid entry that has become a pointer */
    bool is_held;            /* PAE: an entry of the root, in a register */
    bool is_huge;            /* LoongArch: an invalid entry of a huge page's size */
    uint64_t time;           /* the machine's time when it was left */
    size_t frame;            /* of REMNANT_TABLE */
    struct oracle_page page; /* of REMNANT_LEAF */
};

void ledger_start(void);
void ledger_forget_root(unsigned root);
/* The CPU that executes forgets what it holds for an address. */
void ledger_forget_address(unsigned root, uint64_t vaddr);

/* Walkers no longer see the entry at `place`. They see `now` instead. */
void ledger_add(const struct place *place, const struct rules_entry *entry,
                const struct rules_entry *now, unsigned guard);

/* What an invalidation aims at. */
struct aim {
    uint64_t vaddr;
    uint64_t bytes; /* 0: all addresses */
    uint64_t id;
    bool any_id;
    bool spares_global;
    bool tables;    /* cached steps of walks as well */
    bool has_level; /* only leaves of `level` */
    unsigned level;
};
typedef bool ledger_drops(const struct remnant *remnant, const struct aim *aim);
/* Drops remnants on the CPU that executes, or on all CPUs where an invalidation is broadcast.
 * Returns how many. */
size_t ledger_drop(ledger_drops *drops, const struct aim *aim);
/* LoongArch: drops the pair of smallest pages at an address. Returns how many remnants had it. */
size_t ledger_drop_pair(uint64_t vaddr, const struct aim *aim);
size_t ledger_drop_all(void);
/* The CPU that executes loads the registers that hold a root's entries. */
size_t ledger_load_root(void);
/* LoongArch: whether a CPU may still hold a pair of the empty slot that is `remnant`. */
bool ledger_holds_pairs(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes);

/* The first remnant that satisfies the condition, or NULL. */
const struct remnant *ledger_find(bool (*satisfies)(const struct remnant *remnant, const void *arg),
                                  const void *arg);

/* Checks that no walk can be on its way to a frame that is freed, written or otherwise `used`. */
void ledger_check_use(size_t frame, const char *used);
/* Checks that what the guard's changes left in caches agrees with memory, or is gone. */
void ledger_check_commit(unsigned guard);
/* Checks that the writer's CPU does not hold that a node is missing which another guard has linked
 * since then, on the way to a page in the range. */
void ledger_check_joined(unsigned guard, uint64_t vaddr, uint64_t bytes, uint64_t since);

size_t ledger_count(void);

#endif
