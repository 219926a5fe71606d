/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Adopted tables: which nodes are linked once.
 *
 * Other software may link one node many times. Linux has every empty slot of a directory lead to
 * one invalid table (LoongArch, MIPS), and a recursive slot links the root below itself. A change
 * below such a link would show at other addresses. So a change takes the link for an unknown entry,
 * and never frees the node.
 */
#ifndef PAGE_TABLE64_OWN_H
#define PAGE_TABLE64_OWN_H

#include "path.h"
#include "share_map.h"
#include "tour.h"

/** @cond engine */

/**
 * How many slots a search reads before it gives up and takes the node for linked twice. Nodes that
 * link each other in circles would keep it for ever.
 */
#ifndef PT64_SEARCH_LIMIT
#define PT64_SEARCH_LIMIT ((size_t)1 << 22)
#endif

/** A search for links to `frame`, besides the one in `slot`. */
struct pt64_search {
    pt64_paddr_t frame;
    pt64_slot_t *slot; /**< NULL if no slot is left out */
    size_t left;       /**< how many more slots it may read */
    bool unlinks;      /**< it empties the slots that it finds, and goes on */
};

/** Whether the slot that the tour is at holds a link that is searched for. */
PT64_INLINE bool pt64_is_searched_link(const struct pt64_traits *traits,
                                       const struct pt64_table *table,
                                       const struct pt64_search *search,
                                       const struct pt64_tour *tour)
{
    return pt64_tour_slot(traits, table, tour) != search->slot &&
           pt64_format_kind(traits, table, tour->entry, tour->level) == PT64_LINK &&
           traits->pte->link_address(tour->entry, tour->level) == search->frame;
}

/**
 * Whether the search goes on in the node that the slot links. It does not enter a node at level 0,
 * which links nothing; nor a sink; nor the node that the slot before links too; nor one that it is
 * in; nor, if it takes links out, one in a borrowed slot.
 */
PT64_INLINE bool pt64_is_searched_below(const struct pt64_traits *traits,
                                        const struct pt64_table *table,
                                        const struct pt64_search *search,
                                        const struct pt64_tour *tour)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    size_t index =
        pt64_index(traits->meta, pt64_limits_of(traits, table), tour->offset, tour->level);
    pt64_slot_t *entries = tour->entries[tour->level];
    pt64_slot_t *below;

    if (tour->level < 2 || tour->kind != PT64_LINK ||
        (index > 0 && pt64_load_link(traits->meta, pt64_slot_at(traits->meta, entries,
                                                                index - 1)) == tour->entry))
        return false;
    if (search->unlinks && tour->level == root && pt64_is_borrowed(traits, table, tour->offset))
        return false;
    below = pt64_linked_entries(traits, table, traits->pte->link_address(tour->entry, tour->level));
    for (unsigned above = tour->level; above <= root; above++)
        if (tour->entries[above] == below)
            return false;
    return true;
}

/**
 * The first slot in the table that holds such a link. NULL if there is none, if links are taken
 * out, or if the search gave up: `left` is then 0.
 */
PT64_INLINE pt64_slot_t *pt64_search_links(const struct pt64_traits *traits,
                                           const struct pt64_table *table,
                                           struct pt64_search *search)
{
    PT64_UNSET struct pt64_tour tour;
    bool more = pt64_tour_begin(traits, table, &tour);

    for (; more && search->left > 0; search->left--) {
        bool is_found;

        pt64_tour_look(traits, table, &tour);
        is_found = pt64_is_searched_link(traits, table, search, &tour);
        if (is_found && !search->unlinks)
            return pt64_tour_slot(traits, table, &tour);
        if (is_found)
            pt64_put(traits, table, pt64_tour_slot(traits, table, &tour),
                     pt64_empty_entry(traits, table, tour.level));
        if (is_found || !pt64_is_searched_below(traits, table, search, &tour) ||
            !pt64_tour_enter(traits, table, &tour))
            more = pt64_tour_advance(traits->meta, pt64_limits_of(traits, table), &tour);
    }
    return NULL;
}

/** Whether the node that `slot` at `level` of an adopted table links is linked twice. */
PT64_INLINE bool pt64_is_linked_twice(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_slot_t *slot,
                                      unsigned level)
{
    pt64_paddr_t frame = traits->pte->link_address(pt64_load_link(traits->meta, slot), level);
    PT64_UNSET struct pt64_search search = {frame, slot, PT64_SEARCH_LIMIT, false};

    return frame == pt64_root_of(table) || traits->ops->search(table, &search) != NULL ||
           search.left == 0;
}

/**
 * Ends the path to `vaddr`, and the cursor with it, at the highest link from `level` down whose
 * node is linked twice.
 */
PT64_INLINE void pt64_cut_off_linked_twice(const struct pt64_traits *traits,
                                           const struct pt64_table *table, struct pt64_path *path,
                                           pt64_vaddr_t vaddr, unsigned level,
                                           struct pt64_cursor *cursor)
{
    unsigned end = path->level;

    while (level > end &&
           !pt64_is_linked_twice(
               traits, table, pt64_slot_of(traits, table, path->nodes[level], vaddr, level), level))
        level--;
    cursor->slot = pt64_slot_of(traits, table, path->nodes[level], vaddr, level);
    cursor->level = level;
    cursor->entry = pt64_load_link(traits->meta, cursor->slot);
    cursor->kind = pt64_walked_kind(traits, table, cursor->entry, level);
    pt64_tell_kind(traits, table, cursor);
    if (level > end)
        cursor->kind = PT64_UNKNOWN;
    path->level = level;
}

/** pt64_seek for a change: in an adopted table it ends at a link whose node is linked twice. */
PT64_INLINE void pt64_seek_own(const struct pt64_traits *traits, const struct pt64_table *table,
                               struct pt64_path *path, pt64_vaddr_t vaddr, unsigned stop,
                               struct pt64_cursor *cursor)
{
    unsigned start = pt64_seek(traits, table, path, vaddr, stop, cursor);

    if (table->is_adopted && cursor->slot != NULL)
        traits->ops->cut_off_linked_twice(table, path, vaddr, start, cursor);
}

/** @endcond */

#endif
