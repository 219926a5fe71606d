/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table type and a table, as the engine sees them.
 */
#ifndef PAGE_TABLE64_TYPE_H
#define PAGE_TABLE64_TYPE_H

#include "ops.h"

/** @cond engine */

/** Where a walk got to: a slot, and what was in it when it was read. */
struct pt64_cursor {
    pt64_slot_t *slot; /**< NULL if a node on the way is not memory */
    pt64_entry_t entry;
    enum pt64_kind kind;
    unsigned level;
};

/** One table type: what PAGE_TABLE64_DEFINE was given, and its functions out of line. */
struct pt64_traits {
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    const struct pt64_handler *handler;
    const struct pt64_ops *ops;
    unsigned entry_bytes; /**< what the name of the macro promises; 0 is any */
};

/** Runs of shared root slots that a `name_t` has room for. A table with more has a map of them. */
#define PT64_SHARED_RUNS 3

/** Root slots side by side, by their indices; none if `end` is 0. */
struct pt64_slot_run {
    uint16_t first;
    uint16_t end;
};

/* What a change must know of a table: its state. While that is PT64_ROOTED alone, a change need
 * only follow links down from the root. */

#define PT64_SHARES  1U /**< root slots are pinned or borrowed */
#define PT64_ADOPTED 2U /**< nodes may be linked twice */
#define PT64_WATCHED 4U /**< a call is taking frames: see path.h */
#define PT64_ROOTED  8U /**< it has a root */

/* What was there once: the history of a table. */

#define PT64_MIXED 1U /**< it was adopted or has borrowed: it may hold sinks of other tables */
/**
 * Its translations may be in use under any id: it has held a global page, has pinned root slots, or
 * was adopted or taken back. The topmost bit: each flush asks for it.
 */
#define PT64_ANY_ID 128U

/**
 * The insides of a `name_t`. All zeros are no table: a member that has a value for "none" is stored
 * complemented, or one higher where every walk reads it.
 */
struct pt64_table {
    pt64_paddr_t after_root;    /**< the root plus 1; 0 when there is none */
    pt64_paddr_t not_sink;      /**< of PT64_NO_FRAME when the hardware needs none */
    uint64_t not_id;            /**< of PT64_NO_ID when there is none */
    void *ctx;                  /**< for the handler */
    pt64_paddr_t not_share_map; /**< of PT64_NO_FRAME while `shared` is enough */
    size_t epoch;               /**< see path.h; odd while a call takes frames */
    /** Runs of root slots that are pinned or borrowed; unused ones come last. See share_map.h. */
    struct pt64_slot_run shared[PT64_SHARED_RUNS];
    uint8_t borrowed; /**< a bit for each run: it is borrowed, otherwise pinned */
    uint8_t state;    /**< a set of PT64_SHARES and its like; only guards look at it */
    /** A set of PT64_MIXED and PT64_ANY_ID. Readers and guards on ranges look at it as it grows. */
    uint8_t history;
    /**
     * Other software built it: nodes may be linked twice, and entries may be unknown. Readers
     * without a lock look at it, so it is written before there is one.
     */
    bool is_adopted;
};

PT64_INLINE pt64_paddr_t pt64_root_of(const struct pt64_table *table)
{
    return table->after_root - 1;
}

PT64_INLINE pt64_paddr_t pt64_sink_of(const struct pt64_table *table)
{
    return ~table->not_sink;
}

PT64_INLINE uint64_t pt64_id_of(const struct pt64_table *table)
{
    return ~table->not_id;
}

PT64_INLINE void pt64_set_root(struct pt64_table *table, pt64_paddr_t root)
{
    table->after_root = root + 1;
    table->state |= PT64_ROOTED;
}

PT64_INLINE void pt64_drop_root(struct pt64_table *table)
{
    table->after_root = 0;
    table->state &= (uint8_t)~PT64_ROOTED;
}

PT64_INLINE unsigned pt64_history_of(const struct pt64_table *table)
{
    return __atomic_load_n(&table->history, __ATOMIC_RELAXED);
}

/**
 * Adds to the history. It stores only what is new, so that the line stays with all CPUs that share
 * it. Guards on ranges only add PT64_ANY_ID: what they store at once is the same.
 */
PT64_INLINE void pt64_note_history(struct pt64_table *table, unsigned what)
{
    unsigned old = pt64_history_of(table);

    if ((old & what) != what)
        __atomic_store_n(&table->history, (uint8_t)(old | what), __ATOMIC_RELAXED);
}

/** What the CPUs that walk the table support. */
PT64_INLINE const struct pt64_limits *pt64_limits_of(const struct pt64_traits *traits,
                                                     const struct pt64_table *table)
{
    return traits->handler->limits == NULL ? &traits->meta->limits
                                           : traits->handler->limits(table->ctx);
}

/** @endcond */

#endif
