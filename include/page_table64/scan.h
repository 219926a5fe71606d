/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Reading a table of any origin, which may be wrong: permissions as they come out of a whole walk,
 * entries that are malformed, tables that are not there.
 *
 * It takes what it finds as it is. A table that links itself is shown once for each way that leads
 * to it, which the number of levels bounds.
 */
#ifndef PAGE_TABLE64_SCAN_H
#define PAGE_TABLE64_SCAN_H

#include "walk.h"
#include "words.h"

/** What an entry turned out to be. */
enum pt64_sight {
    PT64_SIGHT_LEAF,      /**< a page */
    PT64_SIGHT_TABLE,     /**< a link to a table */
    PT64_SIGHT_LOST,      /**< a link to a table where there is no memory */
    PT64_SIGHT_MALFORMED, /**< valid by its valid bit, but nothing that a walker goes on with */
};

/** An entry that is not empty, as name_scan shows it. */
struct pt64_seen {
    enum pt64_sight sight;    /**< what it is */
    unsigned level;           /**< 0 for the smallest pages */
    const char *level_name;   /**< what the architecture calls an entry there */
    const char *malformed;    /**< of PT64_SIGHT_MALFORMED: what that means; otherwise NULL */
    pt64_paddr_t table;       /**< the frame that holds the entry */
    size_t index;             /**< its place there */
    pt64_entry_t entry;       /**< as it was at that moment */
    pt64_entry_t wrong;       /**< bits that must be clear and are not */
    struct pt64_mapping slot; /**< `paddr` of the page or table; `flags` only of a page, with what
                                   the tables above it allow and forbid */
};

/** Is shown an entry by name_scan, with the `arg` that was given there. */
typedef enum pt64_walk (*pt64_scanner_t)(void *arg, const struct pt64_seen *seen);

/** @cond engine */

/** One level of a scan. */
struct pt64_scan_level {
    const pt64_entry_t *entries;
    pt64_paddr_t frame;
    pt64_entry_t link; /**< the entry that links this table; of no meaning at the root */
};

/** The leaf `entry` with what all tables above it impose. */
PT64_INLINE pt64_entry_t pt64_inherited(const struct pt64_meta *meta,
                                        const struct pt64_words *words,
                                        const struct pt64_scan_level *tables, pt64_entry_t entry,
                                        unsigned level)
{
    for (; level < pt64_root_level(meta); level++)
        entry = words->inherit(entry, tables[level].link);
    return entry;
}

/** The flags of a leaf by the register that gives its memory type a meaning. */
PT64_INLINE pt64_flags_t pt64_told_flags(const struct pt64_traits *traits,
                                         const struct pt64_words *words, pt64_entry_t leaf,
                                         unsigned level)
{
    pt64_flags_t flags = traits->pte->decode(leaf, level);

    if (words->memory_type == NULL)
        return flags;
    return (flags & ~PT64_MEMORY_TYPES) | words->memory_type(words, leaf, level);
}

/** False for an entry that is empty. */
PT64_INLINE bool pt64_see(const struct pt64_traits *traits, const struct pt64_words *words,
                          const struct pt64_table *table, const struct pt64_scan_level *tables,
                          uint64_t offset, struct pt64_seen *seen)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = seen->level;
    enum pt64_kind kind;

    seen->table = tables[level].frame;
    seen->index = pt64_index(meta, offset, level);
    seen->entry = pt64_load_link(&tables[level].entries[seen->index]);
    if (seen->entry == 0)
        return false;
    kind = pt64_kind_of(traits, table, seen->entry, level);
    if (kind == PT64_EMPTY)
        return false;
    seen->wrong = pt64_wrong_bits(traits, seen->entry, level);
    seen->level_name = words->level_name(meta, level);
    seen->malformed = NULL;
    seen->slot.vaddr = pt64_vaddr_at(meta, offset);
    seen->slot.size = pt64_slot_size(meta, level);
    seen->slot.flags = 0;
    if (kind == PT64_LEAF) {
        pt64_entry_t whole = pt64_inherited(meta, words, tables, seen->entry, level);

        seen->slot.paddr = traits->pte->leaf_address(seen->entry, level);
        seen->slot.flags = pt64_told_flags(traits, words, whole, level);
        seen->sight = PT64_SIGHT_LEAF;
        return true;
    }
    seen->slot.paddr = traits->pte->table_address(seen->entry, level);
    seen->sight = kind == PT64_TABLE ? PT64_SIGHT_TABLE : PT64_SIGHT_MALFORMED;
    if (seen->sight == PT64_SIGHT_MALFORMED)
        seen->malformed = words->malformed(seen->entry, level);
    return true;
}

PT64_INLINE pt64_status_t pt64_scan(const struct pt64_traits *traits,
                                    const struct pt64_words *words, const struct pt64_table *table,
                                    pt64_scanner_t show, void *arg)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned root = pt64_root_level(meta);
    struct pt64_scan_level tables[PT64_MAX_LEVELS];
    struct pt64_seen seen;
    pt64_status_t status = PT64_OK;
    uint64_t offset = 0;

    tables[root].entries = pt64_root_entries(traits, table);
    tables[root].frame = pt64_root_of(table);
    if (tables[root].entries == NULL)
        return PT64_BAD_ADDRESS;
    seen.level = root;
    for (;;) {
        unsigned level = seen.level;

        if (pt64_see(traits, words, table, tables, offset, &seen)) {
            const pt64_entry_t *below = NULL;
            enum pt64_walk next;

            if (seen.sight == PT64_SIGHT_TABLE) {
                below = pt64_linked_entries(traits, table, seen.slot.paddr);
                seen.sight = below == NULL ? PT64_SIGHT_LOST : PT64_SIGHT_TABLE;
            }
            if (seen.sight == PT64_SIGHT_LOST)
                status = PT64_BAD_ADDRESS;
            next = show(arg, &seen);
            if (next == PT64_WALK_STOP)
                return status;
            if (below != NULL && next == PT64_WALK_ON) {
                seen.level--;
                tables[seen.level].entries = below;
                tables[seen.level].frame = seen.slot.paddr;
                tables[seen.level].link = seen.entry;
                continue;
            }
        }
        offset += pt64_slot_size(meta, level);
        while (seen.level < root && pt64_index(meta, offset, seen.level) == 0)
            seen.level++;
        if (seen.level == root && pt64_index(meta, offset, root) == 0)
            return status;
    }
}

/** Takes the walk of `vaddr` from its start to its end. */
PT64_INLINE void pt64_take_trace(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_vaddr_t vaddr, struct pt64_trace *trace)
{
    const pt64_entry_t *entries = pt64_root_entries(traits, table);
    pt64_paddr_t frame = pt64_root_of(table);

    trace->vaddr = vaddr;
    trace->level = pt64_root_level(traits->meta);
    trace->end = PT64_END_NO_ROOT;
    if (!pt64_is_vaddr(traits->meta, vaddr)) {
        trace->end = PT64_END_NOT_ADDRESS;
        return;
    }
    while (entries != NULL) {
        struct pt64_step *step = &trace->steps[trace->level];

        step->table = frame;
        step->index = pt64_index(traits->meta, vaddr, trace->level);
        step->entry = pt64_load_link(&entries[step->index]);
        step->kind = pt64_kind_of(traits, table, step->entry, trace->level);
        if (step->kind != PT64_TABLE) {
            trace->end = step->kind == PT64_LEAF ? PT64_END_LEAF : PT64_END_EMPTY;
            return;
        }
        frame = traits->pte->table_address(step->entry, trace->level);
        entries = pt64_linked_entries(traits, table, frame);
        if (entries == NULL)
            trace->end = PT64_END_LOST;
        else
            trace->level--;
    }
}

/** The page that a walk ended at, with what the tables above it allow and forbid. */
PT64_INLINE struct pt64_mapping pt64_traced_page(const struct pt64_traits *traits,
                                                 const struct pt64_words *words,
                                                 const struct pt64_trace *trace)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_mapping page = pt64_mapping_of(traits, leaf, trace->level, trace->vaddr);

    for (unsigned level = trace->level + 1; level < traits->meta->levels; level++)
        leaf = words->inherit(leaf, trace->steps[level].entry);
    page.flags = pt64_told_flags(traits, words, leaf, trace->level);
    return page;
}

/** @endcond */

#endif
