/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Checks a whole table: whether this library, and the hardware, can walk it.
 *
 * The check stops at the first flaw. It enters no node before it knows that no earlier entry links
 * it. So it ends however the nodes link each other, and needs no memory to remember them.
 */
#ifndef PAGE_TABLE64_CHECK_H
#define PAGE_TABLE64_CHECK_H

#include "walk.h"

/**
 * An option of name_check: a page that is writable and executable is a flaw. So is every writable
 * page where no entry can refuse execution.
 */
#define PT64_CHECK_WRITE_XOR_EXECUTE 1U

/** What can be wrong with an entry. */
enum pt64_flaw_kind {
    /** The table is in order. */
    PT64_FLAW_NONE = 0,
    /** Bits are set that must be clear: the hardware faults, or reads something else. */
    PT64_FLAW_RESERVED,
    /** The address of the page or node is not a multiple of its size. */
    PT64_FLAW_MISALIGNED,
    /** It links a frame that is not memory: phys_to_virt returns NULL. */
    PT64_FLAW_LOST,
    /** It links a node that an earlier entry links too, or the root node. */
    PT64_FLAW_LINKED_TWICE,
    /** It is empty, but the sink that it links leads elsewhere. */
    PT64_FLAW_SINK,
    /** The page is writable and executable. */
    PT64_FLAW_WRITE_EXECUTE,
};

/** The first flaw of a table, and its entry. */
struct pt64_flaw {
    enum pt64_flaw_kind kind; /**< what is wrong; with PT64_FLAW_NONE the rest is not set */
    unsigned level;           /**< of the entry */
    pt64_vaddr_t vaddr;       /**< the first address of its slot */
    pt64_paddr_t table;       /**< the frame of its node */
    size_t index;             /**< of the entry in the node */
    pt64_entry_t entry;       /**< as the check read it */
    pt64_entry_t bits;        /**< the wrong ones, of PT64_FLAW_RESERVED and PT64_FLAW_MISALIGNED */
};

/** The flaw in plain words, never NULL. */
PT64_INLINE const char *pt64_flaw_name(enum pt64_flaw_kind kind)
{
    switch (kind) {
    case PT64_FLAW_NONE:
        return "no flaw";
    case PT64_FLAW_RESERVED:
        return "reserved bits are set";
    case PT64_FLAW_MISALIGNED:
        return "an address is not aligned";
    case PT64_FLAW_LOST:
        return "a table is not in memory";
    case PT64_FLAW_LINKED_TWICE:
        return "a table is linked twice";
    case PT64_FLAW_SINK:
        return "a sink leads elsewhere";
    case PT64_FLAW_WRITE_EXECUTE:
        return "a page can be written and executed";
    default:
        return "unknown flaw";
    }
}

/** @cond engine */

/** A check under way. */
struct pt64_inspection {
    struct pt64_tour tour;
    pt64_paddr_t sink; /**< the last one that was found whole; PT64_NO_FRAME: none yet */
    unsigned options;
};

/** Whether a tour comes to the place `first` before it comes to `second`. */
PT64_INLINE bool pt64_tour_is_before(const struct pt64_tour *first, const struct pt64_tour *second)
{
    return first->offset < second->offset ||
           (first->offset == second->offset && first->level > second->level);
}

/** Whether the root node is in `frame`, or an entry before the tour's links it. */
PT64_INLINE bool pt64_is_reached_before(const struct pt64_traits *traits,
                                        const struct pt64_table *table,
                                        const struct pt64_tour *tour, pt64_paddr_t frame)
{
    PT64_UNSET struct pt64_tour before;
    bool more = pt64_tour_begin(traits, table, &before);

    if (frame == pt64_root_of(table))
        return true;
    while (more && pt64_tour_is_before(&before, tour)) {
        pt64_tour_look(traits, table, &before);
        if (before.kind == PT64_LINK &&
            traits->pte->link_address(before.entry, before.level) == frame)
            return true;
        /* A node at level 0 links nothing. */
        if (before.kind != PT64_LINK || before.level == 1 ||
            !pt64_tour_enter(traits, table, &before))
            more = pt64_tour_advance(traits->meta, pt64_limits_of(traits, table), &before);
    }
    return false;
}

PT64_INLINE bool pt64_is_sink_whole(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_paddr_t sink)
{
    pt64_slot_t *entries = pt64_linked_entries(traits, table, sink);

    if (entries == NULL)
        return false;
    for (size_t i = 0; i < pt64_node_entries(traits->meta, pt64_limits_of(traits, table), 0); i++)
        if (pt64_load(traits->meta, pt64_slot_at(traits->meta, entries, i)) !=
            pt64_link(traits, table, sink, 1))
            return false;
    return true;
}

PT64_INLINE enum pt64_flaw_kind pt64_flaw_of_link(const struct pt64_traits *traits,
                                                  const struct pt64_table *table,
                                                  const struct pt64_tour *tour)
{
    pt64_paddr_t frame = traits->pte->link_address(tour->entry, tour->level);

    if (!pt64_is_aligned(
            frame, pt64_node_bytes(traits->meta, pt64_limits_of(traits, table), tour->level - 1)))
        return PT64_FLAW_MISALIGNED;
    return pt64_is_reached_before(traits, table, tour, frame) ? PT64_FLAW_LINKED_TWICE
                                                              : PT64_FLAW_NONE;
}

PT64_INLINE enum pt64_flaw_kind pt64_flaw_of_leaf(const struct pt64_traits *traits,
                                                  const struct pt64_inspection *inspection)
{
    const struct pt64_tour *tour = &inspection->tour;
    pt64_flags_t both = PT64_WRITE | PT64_EXECUTE;

    if ((inspection->options & PT64_CHECK_WRITE_XOR_EXECUTE) &&
        (traits->pte->decode(tour->entry, tour->level) & both) == both)
        return PT64_FLAW_WRITE_EXECUTE;
    return PT64_FLAW_NONE;
}

/** An empty slot may link a sink, this table's or another's. */
PT64_INLINE enum pt64_flaw_kind pt64_flaw_of_empty(const struct pt64_traits *traits,
                                                   const struct pt64_table *table,
                                                   struct pt64_inspection *inspection)
{
    pt64_entry_t entry = inspection->tour.entry;
    pt64_paddr_t sink = traits->pte->link_address(entry, inspection->tour.level);

    if (pt64_format_kind(traits, table, entry, inspection->tour.level) != PT64_LINK ||
        sink == inspection->sink)
        return PT64_FLAW_NONE;
    if (!pt64_is_sink_whole(traits, table, sink))
        return PT64_FLAW_SINK;
    inspection->sink = sink;
    return PT64_FLAW_NONE;
}

/** Whether the wrong bits of a leaf are bits of its address, below the size of its page. */
PT64_INLINE bool pt64_is_misaligned(const struct pt64_traits *traits,
                                    const struct pt64_table *table, const struct pt64_tour *tour,
                                    pt64_entry_t wrong)
{
    pt64_paddr_t below = traits->pte->leaf_address(wrong, tour->level);

    return below < pt64_leaf_size(traits->meta, pt64_limits_of(traits, table), tour->level) &&
           traits->pte->address(below, tour->level) == wrong;
}

/** Other software may keep what it likes in an entry that is not present; the library may not. */
PT64_INLINE enum pt64_flaw_kind pt64_flaw_of_unknown(const struct pt64_traits *traits,
                                                     const struct pt64_table *table,
                                                     const struct pt64_tour *tour)
{
    bool is_absent = pt64_walked_kind(traits, table, tour->entry, tour->level) == PT64_EMPTY;

    return is_absent && (pt64_history_of(table) & PT64_MIXED) != 0 ? PT64_FLAW_NONE
                                                                   : PT64_FLAW_RESERVED;
}

PT64_INLINE enum pt64_flaw_kind pt64_flaw_of_entry(const struct pt64_traits *traits,
                                                   const struct pt64_table *table,
                                                   struct pt64_inspection *inspection,
                                                   pt64_entry_t wrong)
{
    const struct pt64_tour *tour = &inspection->tour;

    if (wrong != 0)
        return pt64_is_misaligned(traits, table, tour, wrong) ? PT64_FLAW_MISALIGNED
                                                              : PT64_FLAW_RESERVED;
    switch (tour->kind) {
    case PT64_UNKNOWN:
        return pt64_flaw_of_unknown(traits, table, tour);
    case PT64_LEAF:
        return pt64_flaw_of_leaf(traits, inspection);
    case PT64_LINK:
        return pt64_flaw_of_link(traits, table, tour);
    case PT64_HIDDEN:
    case PT64_MARKED_SLOT:
        return PT64_FLAW_NONE;
    default: /* PT64_EMPTY */
        return pt64_flaw_of_empty(traits, table, inspection);
    }
}

/**
 * Checks the entry of the slot, and enters the node that it links. `*entered` says whether it did.
 */
PT64_INLINE pt64_status_t pt64_inspect(const struct pt64_traits *traits,
                                       const struct pt64_table *table,
                                       struct pt64_inspection *inspection, struct pt64_flaw *flaw,
                                       bool *entered)
{
    struct pt64_tour *tour = &inspection->tour;

    pt64_tour_look(traits, table, tour);
    flaw->bits = pt64_wrong_bits(traits, table, tour->entry, tour->level);
    flaw->level = tour->level;
    flaw->vaddr = pt64_vaddr_at(traits->meta, pt64_limits_of(traits, table), tour->offset);
    flaw->table = pt64_tour_frame(traits, table, tour);
    flaw->index =
        pt64_index(traits->meta, pt64_limits_of(traits, table), tour->offset, tour->level);
    flaw->entry = tour->entry;
    flaw->kind = pt64_flaw_of_entry(traits, table, inspection, flaw->bits);
    *entered = flaw->kind == PT64_FLAW_NONE && tour->kind == PT64_LINK;
    if (*entered && !pt64_tour_enter(traits, table, tour))
        flaw->kind = PT64_FLAW_LOST;
    return flaw->kind == PT64_FLAW_NONE ? PT64_OK : PT64_CORRUPT;
}

PT64_INLINE pt64_status_t pt64_check(const struct pt64_traits *traits,
                                     const struct pt64_table *table, unsigned options,
                                     struct pt64_flaw *flaw)
{
    PT64_UNSET struct pt64_inspection inspection;
    pt64_status_t status;
    bool entered;

    flaw->kind = PT64_FLAW_NONE;
    inspection.sink = PT64_NO_FRAME;
    inspection.options = options;
    if (!pt64_tour_begin(traits, table, &inspection.tour))
        return PT64_BAD_ADDRESS;
    do {
        do {
            status = pt64_inspect(traits, table, &inspection, flaw, &entered);
            if (status != PT64_OK)
                return status;
        } while (entered);
    } while (pt64_tour_advance(traits->meta, pt64_limits_of(traits, table), &inspection.tour));
    return PT64_OK;
}

/** @endcond */

#endif
