/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table type, as the engine is told it: its traits, and what it has once out of line.
 */
#ifndef PAGE_TABLE64_TYPE_H
#define PAGE_TABLE64_TYPE_H

#include "ops.h"

/** @cond engine */

/** A slot, and what was in it when it was looked at. */
struct pt64_cursor {
    pt64_entry_t *slot; /**< NULL when the way there leads out of memory */
    pt64_entry_t entry;
    enum pt64_kind kind;
    unsigned level;
};

/** One table type: what PAGE_TABLE64_DEFINE was given, and what it has once. */
struct pt64_traits {
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    const struct pt64_handler *handler;
    const struct pt64_ops *ops;
};

/** @endcond */

#endif
