/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The path from the root to a slot, remembered: a walk to a slot nearby does not start at the root.
 */
#ifndef PAGE_TABLE64_PATH_H
#define PAGE_TABLE64_PATH_H

#include "table.h"

/** @cond engine */

/**
 * The nodes on the way to `vaddr`, from the root down to `level`. A lone path has the node at level
 * 0 only: it serves the next page, and a walk begins at the root.
 */
struct pt64_path {
    pt64_vaddr_t vaddr;
    unsigned level;   /**< PT64_MAX_LEVELS if there is no path */
    unsigned is_lone; /**< as wide as `level`, so that one store writes both */
    pt64_slot_t *nodes[PT64_MAX_LEVELS];
};

/*
 * When a path is good.
 *
 * A guard keeps its path from call to call, and beyond its commit. Meanwhile other guards may
 * change the table, one at a time: after a commit, in turn while several are open, or in the middle
 * of a call that takes frames, since alloc_frame may use a guard of its own.
 *
 * A path goes bad only when one of its nodes is unlinked, or freed by a second link to it. A node
 * that is linked elsewhere, or below the path's end, does it no harm: no slot is remembered, and a
 * walk reads on from the end. So a table has an epoch. It ends when a node is unlinked, when
 * unlinked nodes are freed, and when root slots are pinned or borrowed. A guard that finds another
 * epoch than its own forgets its path. The guard that ended the epoch mends its own path and goes
 * along.
 *
 * A plan goes bad by any change, but only alloc_frame can come between a plan and what it is for.
 * While a call is in alloc_frame, the epoch is odd, and no guard has an odd epoch. So the first
 * call by another guard finds that, however it comes to the table, and ends the epoch. If the epoch
 * is another one when alloc_frame returns, the plan is made anew.
 *
 * Thus a call that neither unlinks a node nor takes a frame only reads the epoch. A page fault
 * leaves the line of the `name_t` to all CPUs that share it.
 *
 * Epochs are not reused while a guard is open: of 32 bits there are 2^31. Where the `name_t` is
 * moved, its epoch goes along. Where other tables come to be in its memory, no guard is open.
 */

PT64_INLINE void pt64_end_epoch(struct pt64_table *table)
{
    table->epoch = (table->epoch | 1) + 1;
}

/**
 * Makes the cursor that of a walk which leads to no slot. Cursors are filled member by member, as
 * all records of the engine are: some compilers turn an initialiser or a copy into a call of memset
 * or memcpy, which a kernel may not have.
 */
PT64_INLINE void pt64_lead_nowhere(struct pt64_cursor *cursor)
{
    cursor->slot = NULL;
    cursor->entry = 0;
    cursor->kind = PT64_EMPTY;
    cursor->level = 0;
}

PT64_INLINE void pt64_path_forget(struct pt64_path *path)
{
    path->level = PT64_MAX_LEVELS;
    path->is_lone = 0;
}

/** Makes it the lone path to `vaddr`, whose level-0 node is `entries`. */
PT64_INLINE void pt64_path_shorten(struct pt64_path *path, pt64_vaddr_t vaddr, pt64_slot_t *entries)
{
    path->vaddr = vaddr;
    path->level = 0;
    path->is_lone = 1;
    path->nodes[0] = entries;
}

/** Makes it the path to `vaddr` that begins in the node which `link` at `level` leads to. */
PT64_INLINE void pt64_path_enter(const struct pt64_traits *traits, const struct pt64_table *table,
                                 struct pt64_path *path, pt64_vaddr_t vaddr, pt64_entry_t link,
                                 unsigned level)
{
    path->vaddr = vaddr;
    path->level = level - 1;
    path->is_lone = 0;
    path->nodes[path->level] =
        pt64_linked_entries(traits, table, traits->pte->link_address(link, level));
}

/**
 * The lowest level from `stop` up at which the path has the node of the slot of `vaddr`.
 * PT64_MAX_LEVELS if a walk begins at the root.
 */
PT64_INLINE unsigned pt64_path_resume(const struct pt64_traits *traits,
                                      const struct pt64_table *table, struct pt64_path *path,
                                      pt64_vaddr_t vaddr, unsigned stop)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    unsigned level = path->level > stop ? path->level : stop;

    if (path->is_lone)
        return PT64_MAX_LEVELS;
    while (level < root && pt64_slots_in(traits->meta, path->vaddr ^ vaddr, level + 1) != 0)
        level++;
    return level;
}

/** Makes a broken entry the leaf that it was: a page that is being changed. */
PT64_INLINE void pt64_mend(const struct pt64_traits *traits, const struct pt64_table *table,
                           struct pt64_cursor *cursor)
{
    pt64_entry_t leaf = pt64_mended_leaf(traits, table, cursor->entry, cursor->level);

    if (leaf == 0)
        return;
    cursor->entry = leaf;
    cursor->kind = PT64_LEAF;
}

/** Makes the kind in the cursor, which is what its entry is to a walk, what it is to the engine. */
PT64_INLINE void pt64_tell_kind(const struct pt64_traits *traits, const struct pt64_table *table,
                                struct pt64_cursor *cursor)
{
    cursor->kind = pt64_kind_by(traits, table, cursor->entry, cursor->kind, cursor->level);
    if (cursor->kind == PT64_EMPTY)
        pt64_mend(traits, table, cursor);
}

/**
 * Walks to the slot of `vaddr` at level `stop`, or to where the walk ends above it. The path then
 * has the nodes on the way; the last one holds the cursor's slot. The slot is NULL if a node is not
 * memory. Returns the level at which the walk began.
 */
PT64_INLINE unsigned pt64_seek(const struct pt64_traits *traits, const struct pt64_table *table,
                               struct pt64_path *path, pt64_vaddr_t vaddr, unsigned stop,
                               struct pt64_cursor *cursor)
{
    PT64_UNSET struct pt64_cursor at;
    pt64_slot_t *entries;
    unsigned start;

    pt64_lead_nowhere(&at);
    at.level = pt64_path_resume(traits, table, path, vaddr, stop);
    if (at.level >= PT64_MAX_LEVELS) {
        at.level = pt64_root_level(pt64_limits_of(traits, table));
        path->nodes[at.level] = pt64_root_entries(traits, table);
    }
    start = at.level;
    path->vaddr = vaddr;
    pt64_path_forget(path);
    for (entries = path->nodes[at.level]; entries != NULL;) {
        pt64_slot_t *slot = pt64_slot_of(traits, table, entries, vaddr, at.level);

        at.entry = pt64_load_link(traits->meta, slot);
        at.kind = pt64_walked_kind(traits, table, at.entry, at.level);
        if (at.kind != PT64_LINK || at.level == stop ||
            pt64_is_sink(traits, table, at.entry, at.level)) {
            pt64_tell_kind(traits, table, &at);
            at.slot = slot;
            path->level = at.level;
            break;
        }
        entries = pt64_linked_entries(traits, table, traits->pte->link_address(at.entry, at.level));
        path->nodes[--at.level] = entries;
    }
    cursor->slot = at.slot;
    cursor->entry = at.entry;
    cursor->kind = at.kind;
    cursor->level = at.level;
    return start;
}

/** @endcond */

#endif
