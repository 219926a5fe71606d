/* SPDX-License-Identifier: MIT */
/* What an architecture's hardware may do, by its manual. Nothing here comes from the metas: these
 * are what the model judges. */
#ifndef TESTS_MODEL_RULES_H
#define TESTS_MODEL_RULES_H

#include "../support/oracle.h"

struct rules {
    const char *name; /* of the architecture */
    struct oracle_format format;
    /* A walker may see a store after a later one, and after the next instruction. */
    bool weak_stores;
    /* Links may be cached by themselves. */
    bool caches_walks;
    /* Entries that are not valid may be cached. */
    bool caches_invalid;
    /* The walker stops at a directory entry that is 0. LoongArch's does not. */
    bool checks_directories;
    /* A translation is cached only if its entry has the accessed flag. */
    bool needs_accessed;
    /* A translation that is cached with the flag clear goes on faulting after memory has it set. */
    bool faults_on_clear;
    /* The CPU sets the accessed flag, and the dirty state. */
    bool sets_accessed;
    bool sets_dirty;
    /* The CPU sets the accessed flag in links too. */
    bool sets_accessed_above;
    /* Break-before-make is needed for another address, memory type, shareability or globality, and
     * for another size. */
    bool break_to_move;
    bool break_to_resize;
    /* Caches must not hold two sizes of page for one address, unless the small pages are copies of
     * the huge one. */
    bool resize_alone;
    /* Two entries of the TLB, valid or not, must not match one address. */
    bool no_double_match;
    /* Caches tell address spaces apart by an identifier. */
    bool has_ids;
    /* An invalidation reaches every CPU. */
    bool broadcasts;
    /* AArch64: the Exception level whose invalidations the table needs. */
    unsigned exception_level;
    /* Only a fence of everything is reliable. */
    bool only_full_fences;
    /* RISC-V: the table is a second stage. Fences of the first do nothing for it. */
    bool is_gstage;
    /* Only the entry of a guest invalidates, as the handler asks for. */
    bool flushes_on_entry;
    /* A fault makes the CPU forget what it held for the address. */
    bool faults_forget;
    /* A permission that was added is left to such a fault on every CPU. */
    bool faults_for_permissions;
    /* A page that is dirty and not writable means something else: a shadow stack. */
    bool dirty_needs_writable;
    /* Walkers see a valid entry in an empty slot within bounded time, without any instruction. */
    bool validity_arrives;
    /* Instructions are fetched by the old entry until a context synchronization. */
    bool needs_synchronization;
    /* No entry refuses execution. */
    bool always_executable;
    /* The CPU holds the entries of the root in registers, which it loads with the root. */
    bool holds_root;
    /* The width of a root's address in the register that holds it. */
    unsigned root_paddr_bits;
    /* What nodes are aligned to, where that is more than their size: to fit links that have no room
     * for the low bits of an address. Otherwise 0. */
    uint64_t node_alignment;
};

enum rules_kind {
    RULES_EMPTY,
    RULES_LEAF,
    RULES_TABLE,
    RULES_RESERVED,
};

struct rules_entry {
    enum rules_kind kind;
    const char *why; /* of RULES_RESERVED */
    const char *odd; /* a meaning that the hardware knows and the library does not, or NULL */
    uint64_t next;   /* of RULES_TABLE */
    struct oracle_page page;
};

/* `with_updates`: the CPU sets accessed and dirty, where the architecture leaves that open. Returns
 * false if the format is unknown. */
bool rules_of(const char *id, uint64_t memory_types, bool with_updates, struct rules *rules);

/* Decodes one entry by itself. A directory entry that leads to a sink is a RULES_TABLE here. */
void rules_decode(const struct rules *rules, uint64_t entry, unsigned level,
                  struct rules_entry *out);

/* The entry as the library would write it, if hardware accepts the entry as it is or made it so. */
uint64_t rules_as_ours(const struct rules *rules, uint64_t entry, unsigned level);

unsigned rules_shift(const struct rules *rules, unsigned level);
uint64_t rules_size(const struct rules *rules, unsigned level);
uint64_t rules_entries(const struct rules *rules, unsigned level);
uint64_t rules_table_bytes(const struct rules *rules, unsigned level);
unsigned rules_root_level(const struct rules *rules);
uint64_t rules_index(const struct rules *rules, uint64_t vaddr, unsigned level);
/* The address as the CPU uses it, from the bits below vaddr_bits. */
uint64_t rules_extend(const struct rules *rules, uint64_t translated);

/* The leaf as the CPU leaves it when it has set the accessed or the dirty flag. */
uint64_t rules_with_accessed(const struct rules *rules, uint64_t entry);
uint64_t rules_with_dirty(const struct rules *rules, uint64_t entry);

/* LoongArch: an entry above the last level that gives the size of a huge page that is not there. */
bool rules_is_huge_hole(const struct rules *rules, uint64_t entry, unsigned level);

/* Whether a CPU walks by what its registers hold of entries at the level. */
bool rules_is_held(const struct rules *rules, unsigned level);

/* Whether hardware lets the instructions of shadow stacks store to the page. */
bool rules_is_shadow_stack(const struct rules *rules, const struct oracle_page *page);

/* Whether two leaves differ in a way that requires break-before-make, apart from their size. */
bool rules_is_moved(const struct rules *rules, const struct oracle_page *old, uint64_t old_paddr,
                    const struct oracle_page *new, uint64_t new_paddr);

#endif
