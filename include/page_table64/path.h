/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The path from the root to a slot, remembered: a walk to a slot nearby does not start at the root.
 */
#ifndef PAGE_TABLE64_PATH_H
#define PAGE_TABLE64_PATH_H

#include "table.h"

/** @cond engine */

/** The nodes on the way to `vaddr`, from the root down to `level`. */
struct pt64_path {
    pt64_vaddr_t vaddr;
    unsigned level; /**< PT64_MAX_LEVELS if there is no path */
    pt64_slot_t *nodes[PT64_MAX_LEVELS];
};

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
    path->vaddr = 0;
    path->level = PT64_MAX_LEVELS;
}

/** The lowest level from `stop` up at which the path has the node of the slot of `vaddr`. */
PT64_INLINE unsigned pt64_path_resume(const struct pt64_traits *traits,
                                      const struct pt64_table *table, struct pt64_path *path,
                                      pt64_vaddr_t vaddr, unsigned stop)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    unsigned level = path->level > stop ? path->level : stop;

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

/** Reads a slot at the level of the cursor. */
PT64_INLINE void pt64_look_at(const struct pt64_traits *traits, const struct pt64_table *table,
                              pt64_slot_t *slot, struct pt64_cursor *cursor)
{
    cursor->entry = pt64_load_link(traits->meta, slot);
    cursor->kind = pt64_kind_of(traits, table, cursor->entry, cursor->level);
    if (cursor->kind == PT64_EMPTY)
        pt64_mend(traits, table, cursor);
}

/**
 * Walks to the slot of `vaddr` at level `stop`, or to where the walk ends above it. The path then
 * has the nodes on the way; the last one holds the cursor's slot. The slot is NULL if a node is not
 * memory.
 */
PT64_INLINE void pt64_seek(const struct pt64_traits *traits, const struct pt64_table *table,
                           struct pt64_path *path, pt64_vaddr_t vaddr, unsigned stop,
                           struct pt64_cursor *cursor)
{
    PT64_UNSET struct pt64_cursor at;
    pt64_slot_t *entries;

    pt64_lead_nowhere(&at);
    at.level = pt64_path_resume(traits, table, path, vaddr, stop);
    if (at.level >= PT64_MAX_LEVELS) {
        at.level = pt64_root_level(pt64_limits_of(traits, table));
        path->nodes[at.level] = pt64_root_entries(traits, table);
    }
    path->vaddr = vaddr;
    path->level = PT64_MAX_LEVELS;
    for (entries = path->nodes[at.level]; entries != NULL;) {
        pt64_slot_t *slot = pt64_slot_of(traits, table, entries, vaddr, at.level);

        pt64_look_at(traits, table, slot, &at);
        if (at.kind != PT64_LINK || at.level == stop) {
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
}

/** @endcond */

#endif
