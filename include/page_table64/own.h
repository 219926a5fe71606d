/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Adopted tables: which parts are the table's alone.
 *
 * Other software may link one table many times: Linux has every empty slot of a directory lead to
 * one invalid table (LoongArch, MIPS), and a recursive slot links the root below itself. A change
 * below such a link would show at other addresses, so it is taken for an entry that is not known,
 * and its table is never freed.
 */
#ifndef PAGE_TABLE64_OWN_H
#define PAGE_TABLE64_OWN_H

#include "path.h"
#include "share_map.h"

/** @cond engine */

/** Slots that a search reads before it gives up and takes the link for shared: tables that link
 * each other in circles would keep it for ever. */
#ifndef PT64_SEARCH_LIMIT
#define PT64_SEARCH_LIMIT ((size_t)1 << 22)
#endif

/** A search for links to `frame`, besides the one in `slot`. */
struct pt64_search {
    pt64_paddr_t frame;
    const pt64_entry_t *slot; /**< NULL when there is none to be left out */
    size_t left;              /**< slots that may yet be read */
    bool unlinks;             /**< takes out what it finds, and goes on */
};

/** Whether the slot, of a table at `level`, is such a link. */
PT64_INLINE bool pt64_is_searched_link(const struct pt64_traits *traits,
                                       const struct pt64_search *search, const pt64_entry_t *slot,
                                       unsigned level)
{
    pt64_entry_t entry = pt64_load_link(slot);

    return slot != search->slot && pt64_format_kind(traits, entry, level) == PT64_TABLE &&
           traits->pte->table_address(entry, level) == search->frame;
}

/**
 * The table that slot `index` of `tables[level]` links, if the search is to go on there: not a leaf
 * table, which links nothing, nor a sink, nor one that is searched already.
 */
PT64_INLINE pt64_entry_t *pt64_search_below(const struct pt64_traits *traits,
                                            const struct pt64_table *table,
                                            pt64_entry_t *const *tables, unsigned level,
                                            size_t index)
{
    pt64_entry_t entry = pt64_load_link(&tables[level][index]);
    pt64_entry_t *below;

    if (level < 2 || pt64_kind_of(traits, table, entry, level) != PT64_TABLE ||
        (index > 0 && pt64_load_link(&tables[level][index - 1]) == entry))
        return NULL;
    below = pt64_linked_entries(traits, table, traits->pte->table_address(entry, level));
    for (unsigned above = level; above < traits->meta->levels; above++)
        if (tables[above] == below)
            return NULL;
    return below;
}

/** The first such link in the table, unless it is taken out; or NULL, and then `left` is 0 if the
 * search was given up. */
PT64_INLINE pt64_entry_t *pt64_search_links(const struct pt64_traits *traits,
                                            const struct pt64_table *table,
                                            struct pt64_search *search)
{
    unsigned root = pt64_root_level(traits->meta);
    pt64_entry_t *tables[PT64_MAX_LEVELS];
    size_t next[PT64_MAX_LEVELS];
    unsigned level = root;

    tables[root] = pt64_root_entries(traits, table);
    next[root] = 0;
    while (tables[root] != NULL && level <= root && search->left > 0) {
        pt64_entry_t *below;

        if (next[level] == pt64_table_entries(traits->meta, level)) {
            level++;
            continue;
        }
        search->left--;
        if (pt64_is_searched_link(traits, search, &tables[level][next[level]], level)) {
            if (!search->unlinks)
                return &tables[level][next[level]];
            pt64_store(&tables[level][next[level]], pt64_empty_entry(traits, table, level));
        }
        /* What is below a borrowed slot is another table's to change. */
        if (search->unlinks && level == root &&
            pt64_share_at(traits, table, next[root]) == PT64_SHARE_BORROWED) {
            next[root]++;
            continue;
        }
        below = pt64_search_below(traits, table, tables, level, next[level]++);
        if (below == NULL)
            continue;
        level--;
        tables[level] = below;
        next[level] = 0;
    }
    return NULL;
}

/** Whether the table that `slot` at `level`, of an adopted table, links is linked elsewhere too. */
PT64_INLINE bool pt64_is_linked_elsewhere(const struct pt64_traits *traits,
                                          const struct pt64_table *table, const pt64_entry_t *slot,
                                          unsigned level)
{
    pt64_paddr_t frame = traits->pte->table_address(pt64_load_link(slot), level);
    struct pt64_search search = {frame, slot, PT64_SEARCH_LIMIT, false};

    return frame == pt64_root_of(table) || traits->ops->search(table, &search) != NULL ||
           search.left == 0;
}

/** Cuts the path to `vaddr`, and its spot, off at the first link from `level` down that is not the
 * table's alone. */
PT64_INLINE void pt64_cut_off_shared(const struct pt64_traits *traits,
                                     const struct pt64_table *table, struct pt64_path *path,
                                     pt64_vaddr_t vaddr, unsigned level, struct pt64_spot *spot)
{
    if (level >= PT64_MAX_LEVELS)
        level = pt64_root_level(traits->meta);
    for (; level > spot->level; level--) {
        pt64_entry_t *slot = &path->tables[level][pt64_index(traits->meta, vaddr, level)];

        if (!traits->ops->is_shared(table, slot, level))
            continue;
        path->level = level;
        spot->slot = slot;
        spot->entry = pt64_load(slot);
        spot->kind = PT64_UNKNOWN;
        spot->level = level;
    }
}

/** pt64_seek for a change: in an adopted table it ends at a link that is not the table's alone. */
PT64_INLINE struct pt64_spot pt64_seek_own(const struct pt64_traits *traits,
                                           const struct pt64_table *table, struct pt64_path *path,
                                           pt64_vaddr_t vaddr, unsigned stop)
{
    unsigned from = 0;
    struct pt64_spot spot;

    if (table->is_adopted)
        from = pt64_path_resume(traits, path, vaddr, stop);
    spot = pt64_seek(traits, table, path, vaddr, stop);
    if (table->is_adopted && spot.slot != NULL)
        traits->ops->cut_off_shared(table, path, vaddr, from, &spot);
    return spot;
}

/** @endcond */

#endif
