/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table type, as the engine sees it: its traits, and the functions that it has once, out of line.
 */
#ifndef PAGE_TABLE64_TYPE_H
#define PAGE_TABLE64_TYPE_H

#include "ops.h"

/** @cond engine */

/** Where a walk got to: a slot, and what was in it when it was read. */
struct pt64_cursor {
    pt64_entry_t *slot; /**< NULL if a node on the way is not memory */
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
};

/** @endcond */

#endif
