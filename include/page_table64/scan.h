/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Reads a table of any origin, which may be wrong: the permissions of a whole walk, malformed
 * entries, nodes that are missing.
 *
 * A scan takes what it finds as it is. It shows a node that links itself once for each way that
 * leads to it; the number of levels limits these.
 */
#ifndef PAGE_TABLE64_SCAN_H
#define PAGE_TABLE64_SCAN_H

#include "walk.h"
#include "terms.h"

/** What an entry is. */
enum pt64_sight {
    PT64_SIGHT_LEAF,      /**< a page */
    PT64_SIGHT_HIDDEN,    /**< a page that nobody can access: `slot` has what it maps */
    PT64_SIGHT_MARK,      /**< a mark, which is in `slot.paddr` */
    PT64_SIGHT_FOREIGN,   /**< an entry that is not present and that the library did not make */
    PT64_SIGHT_LINK,      /**< a link to a node */
    PT64_SIGHT_LOST,      /**< a link to a frame that is not memory */
    PT64_SIGHT_MALFORMED, /**< valid by its valid bit, but neither a leaf nor a link */
};

/** An entry that is not empty, as name_scan shows it. */
struct pt64_seen {
    enum pt64_sight sight;    /**< what it is */
    unsigned level;           /**< 0 for the smallest pages */
    const char *level_name;   /**< what the architecture calls an entry there */
    const char *malformed;    /**< with PT64_SIGHT_MALFORMED: what that means; otherwise NULL */
    pt64_paddr_t table;       /**< the frame that holds the entry */
    size_t index;             /**< of the entry in that frame */
    pt64_entry_t entry;       /**< as the scan read it */
    pt64_entry_t wrong;       /**< bits that are set and must be clear */
    struct pt64_mapping slot; /**< `paddr` of the page or node; `flags` only of a page, as the links
                                 above it allow */
};

/** Takes an entry from name_scan, with the `arg` that was given there. */
typedef enum pt64_walk (*pt64_scanner_t)(void *arg, const struct pt64_seen *seen);

/** @cond engine */

/** The leaf that the tour is at, with what all links above it impose. */
PT64_INLINE pt64_entry_t pt64_inherited(const struct pt64_limits *limits,
                                        const struct pt64_terms *terms,
                                        const struct pt64_tour *tour)
{
    pt64_entry_t entry = tour->entry;

    for (unsigned level = tour->level; level < pt64_root_level(limits); level++)
        entry = terms->inherit(entry, tour->links[level + 1], level + 1);
    return entry;
}

/** The flags of a leaf, with the memory type that the register of the terms gives it. */
PT64_INLINE pt64_flags_t pt64_told_flags(const struct pt64_traits *traits,
                                         const struct pt64_terms *terms, pt64_entry_t leaf,
                                         unsigned level)
{
    pt64_flags_t flags = traits->pte->decode(leaf, level);

    if (terms->memory_type == NULL)
        return flags;
    return (flags & ~pt64_type_flags(traits->pte)) | terms->memory_type(terms->memory, leaf, level);
}

/** What the entry is that the tour is at. It is not empty. */
PT64_INLINE enum pt64_sight pt64_sight_of(const struct pt64_traits *traits,
                                          const struct pt64_table *table,
                                          const struct pt64_tour *tour)
{
    if (tour->kind == PT64_LEAF)
        return PT64_SIGHT_LEAF;
    if (tour->kind == PT64_HIDDEN)
        return PT64_SIGHT_HIDDEN;
    if (tour->kind == PT64_MARKED_SLOT)
        return PT64_SIGHT_MARK;
    if (pt64_walked_kind(traits, table, tour->entry, tour->level) == PT64_EMPTY)
        return PT64_SIGHT_FOREIGN;
    if (tour->kind != PT64_LINK)
        return PT64_SIGHT_MALFORMED;
    return pt64_linked_entries(traits, table,
                               traits->pte->link_address(tour->entry, tour->level)) == NULL
               ? PT64_SIGHT_LOST
               : PT64_SIGHT_LINK;
}

PT64_INLINE void pt64_see(const struct pt64_traits *traits, const struct pt64_terms *terms,
                          const struct pt64_table *table, const struct pt64_tour *tour,
                          struct pt64_seen *seen)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = tour->level;

    seen->sight = pt64_sight_of(traits, table, tour);
    seen->level = level;
    seen->level_name = terms->level_name(meta, level);
    seen->malformed =
        seen->sight == PT64_SIGHT_MALFORMED ? terms->malformed(tour->entry, level) : NULL;
    seen->table = pt64_tour_frame(traits, table, tour);
    seen->index = pt64_index(meta, pt64_limits_of(traits, table), tour->offset, level);
    seen->entry = tour->entry;
    seen->wrong = pt64_wrong_bits(traits, table, tour->entry, level);
    seen->slot.vaddr = pt64_vaddr_at(meta, pt64_limits_of(traits, table), tour->offset);
    seen->slot.size = pt64_slot_size(meta, level);
    if (seen->sight == PT64_SIGHT_LEAF) {
        pt64_entry_t whole = pt64_inherited(pt64_limits_of(traits, table), terms, tour);

        seen->slot.paddr = traits->pte->leaf_address(tour->entry, level);
        seen->slot.flags = pt64_told_flags(traits, terms, whole, level);
    } else if (pt64_is_told(tour->kind)) {
        pt64_describe_any(traits, tour->entry, tour->kind, level, seen->slot.vaddr, &seen->slot);
    } else {
        seen->slot.paddr = traits->pte->link_address(tour->entry, level);
        seen->slot.flags = 0;
    }
}

PT64_INLINE pt64_status_t pt64_scan(const struct pt64_traits *traits,
                                    const struct pt64_terms *terms, const struct pt64_table *table,
                                    pt64_scanner_t show, void *arg)
{
    pt64_status_t status = PT64_OK;
    PT64_UNSET struct pt64_tour tour;
    bool more = pt64_tour_begin(traits, table, &tour);

    if (!more)
        return PT64_BAD_ADDRESS;
    while (more) {
        enum pt64_walk next = PT64_WALK_SKIP;

        pt64_tour_look(traits, table, &tour);
        if (tour.kind != PT64_EMPTY) {
            struct pt64_seen seen;

            pt64_see(traits, terms, table, &tour, &seen);
            if (seen.sight == PT64_SIGHT_LOST)
                status = PT64_BAD_ADDRESS;
            next = show(arg, &seen);
        }
        if (next == PT64_WALK_STOP)
            return status;
        if (tour.kind != PT64_LINK || next != PT64_WALK_ON ||
            !pt64_tour_enter(traits, table, &tour))
            more = pt64_tour_advance(traits->meta, pt64_limits_of(traits, table), &tour);
    }
    return status;
}

/** Walks `vaddr` and records each step. */
PT64_INLINE void pt64_take_trace(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_vaddr_t vaddr, struct pt64_trace *trace)
{
    PT64_UNSET struct pt64_tour tour;

    trace->vaddr = vaddr;
    trace->limits = pt64_limits_of(traits, table);
    trace->level = pt64_root_level(pt64_limits_of(traits, table));
    trace->end = PT64_END_NOT_ADDRESS;
    if (!pt64_is_vaddr(traits->meta, pt64_limits_of(traits, table), vaddr))
        return;
    trace->end = PT64_END_NO_ROOT;
    if (!pt64_tour_begin(traits, table, &tour))
        return;
    tour.offset = vaddr;
    do {
        struct pt64_step *step = &trace->steps[tour.level];

        pt64_tour_look(traits, table, &tour);
        trace->level = tour.level;
        step->table = pt64_tour_frame(traits, table, &tour);
        step->index = pt64_index(traits->meta, pt64_limits_of(traits, table), vaddr, tour.level);
        step->entry = tour.entry;
        step->kind = tour.kind;
    } while (tour.kind == PT64_LINK && pt64_tour_enter(traits, table, &tour));
    if (tour.kind == PT64_LINK)
        trace->end = PT64_END_LOST;
    else
        trace->end = tour.kind == PT64_LEAF ? PT64_END_LEAF : PT64_END_EMPTY;
}

/** Describes the page that a walk ended at, with what the links above it impose. */
PT64_INLINE void pt64_describe_traced(const struct pt64_traits *traits,
                                      const struct pt64_terms *terms,
                                      const struct pt64_trace *trace, struct pt64_mapping *page)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;

    pt64_describe(traits, leaf, trace->level, trace->vaddr, page);
    for (unsigned level = trace->level + 1; level < trace->limits->levels; level++)
        leaf = terms->inherit(leaf, trace->steps[level].entry, level);
    page->flags = pt64_told_flags(traits, terms, leaf, trace->level);
}

/** @endcond */

#endif
