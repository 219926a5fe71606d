/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The walk of a guest's virtual address through both stages, and which of them refuses what.
 */
#ifndef PTDUMP_BOTH_H
#define PTDUMP_BOTH_H

#include "space.h"

struct both {
    struct nested *nested;
    const struct layout *layout; /**< of the guest */
    const struct half *half;
    struct pt64_trace trace; /**< of the guest's tables */
    /** By level: where the entries are that the walk reads, from the root's down to `last`. */
    struct placement entries[PT64_MAX_LEVELS];
    unsigned last;
    bool is_cut;              /**< the last of these entries is not to be had */
    bool has_page;            /**< the guest maps a page */
    struct pt64_mapping page; /**< of the guest */
    struct placement memory;  /**< where the address is, if the guest maps a page */
};

/** What both stages say about an access. */
struct outcome {
    unsigned stage; /**< that refuses it: 1 or 2; 0 if none does */
    /** The level of the guest's entry at which stage 2 refuses the walker, or PT64_MAX_LEVELS. */
    unsigned entry;
    const char *update; /**< what the walker would do to this entry; NULL: read it */
    struct pt64_verdict first;
    struct pt64_verdict second;
};

/** The memory type of a page that both stages map. */
struct both_type {
    const char *first;  /**< as the guest's entry names it */
    const char *second; /**< as the second stage's does */
    char both[64];      /**< what hardware makes of them; empty if that is not known */
    const char *note;   /**< why it is not known, or what it depends on; or NULL */
};

/** The guest must have an entry for the address: it is one that `half` translates. */
void both_trace(struct both *both, struct space *space, const struct half *half,
                pt64_vaddr_t vaddr);

/** Whether the image holds enough to judge: what is missing is not memory of the image. */
bool both_can_judge(const struct both *both);
struct outcome both_judge(const struct both *both, pt64_flags_t access);

/** The flags of the guest's page without the permissions that the second stage refuses. */
pt64_flags_t both_flags(const struct both *both);

/** As what access the second stage takes that the walker reads the guest's entry at `level`. */
pt64_flags_t both_reads_as(const struct both *both, unsigned level);

/**
 * What flags the walker changes in the guest's entry at `level` because of an access that the
 * guest's tables allow, in words. NULL if none.
 */
const char *both_update(const struct both *both, unsigned level, pt64_flags_t access);

/** The name of the fault if a walker's write is refused. NULL if it is another fault, or unknown.
 */
const char *both_fault(const struct both *both, const struct outcome *outcome);

/** For an address whose page is there in both stages. */
void both_type(const struct both *both, struct both_type *type);

/** Writes the walk, as explain does. */
void both_explain(const struct both *both, FILE *out);

#endif
