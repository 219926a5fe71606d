/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Nodes of a table, and what their entries mean.
 */
#ifndef PAGE_TABLE64_TABLE_H
#define PAGE_TABLE64_TABLE_H

#include "encoding.h"
#include "entry.h"
#include "flush.h"

/** @cond engine */

/** The entries of the node in `frame`, or NULL if the handler says that it is not memory. */
PT64_INLINE pt64_slot_t *pt64_entries(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_paddr_t frame)
{
    return (pt64_slot_t *)traits->handler->phys_to_virt(table->ctx, frame);
}

/** The same for a frame that an entry links. One that is not aligned cannot hold a node: NULL. */
PT64_INLINE pt64_slot_t *pt64_linked_entries(const struct pt64_traits *traits,
                                             const struct pt64_table *table, pt64_paddr_t frame)
{
    if (!pt64_is_aligned(frame, (uint64_t)1 << pt64_node_shift(traits->meta)))
        return NULL;
    return pt64_entries(traits, table, frame);
}

/** The same for the node that an entry links; NULL also if it links none. */
PT64_INLINE pt64_slot_t *pt64_followed_entries(const struct pt64_traits *traits,
                                               const struct pt64_table *table, pt64_entry_t entry,
                                               unsigned level)
{
    pt64_paddr_t frame = pt64_follow(traits, table, entry, level);

    return frame == PT64_NO_FRAME ? NULL : pt64_linked_entries(traits, table, frame);
}

PT64_INLINE pt64_slot_t *pt64_root_entries(const struct pt64_traits *traits,
                                           const struct pt64_table *table)
{
    pt64_paddr_t root = pt64_root_of(table);

    return root == PT64_NO_FRAME ? NULL : pt64_entries(traits, table, root);
}

/** The slot of `vaddr` in the node `entries`, which is at `level`. */
PT64_INLINE pt64_slot_t *pt64_slot_of(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_slot_t *entries,
                                      pt64_vaddr_t vaddr, unsigned level)
{
    size_t index = pt64_index(traits->meta, pt64_limits_of(traits, table), vaddr, level);

    return pt64_slot_at(traits->meta, entries, index);
}

/** What an empty slot at `level` holds. */
PT64_INLINE pt64_entry_t pt64_empty_entry(const struct pt64_traits *traits,
                                          const struct pt64_table *table, unsigned level)
{
    if (traits->meta->needs_sink && level > 0)
        return pt64_link(traits, table, pt64_sink_of(table), level);
    return pt64_nothing(traits, table, level);
}

/**
 * Whether the link `entry` leads to a sink: this table's, or that of a table of which this one
 * borrowed or adopted a part. The first entry of a sink links the sink itself. A root node that
 * does so is none.
 */
PT64_INLINE bool pt64_is_sink(const struct pt64_traits *traits, const struct pt64_table *table,
                              pt64_entry_t entry, unsigned level)
{
    pt64_slot_t *entries;
    pt64_paddr_t frame;

    if (!traits->meta->needs_sink)
        return false;
    if (entry == pt64_link(traits, table, pt64_sink_of(table), level))
        return true;
    /* PT64_MIXED is noted before another table's sink is linked. */
    if ((pt64_history_of(table) & PT64_MIXED) == 0)
        return false;
    frame = traits->pte->link_address(entry, level);
    if (frame == pt64_root_of(table))
        return false;
    entries = pt64_linked_entries(traits, table, frame);
    return entries != NULL && pt64_load_link(traits->meta, entries) == entry;
}

/**
 * The level-0 node of `vaddr`, by a walk from `entries`, those of the root, that only follows
 * links. NULL if it takes more than that to get there: there is no root, `vaddr` is not valid, or a
 * link is missing. A walk that `changes` what it comes to ends before a sink.
 */
PT64_INLINE pt64_slot_t *pt64_walk_links(const struct pt64_traits *traits,
                                         const struct pt64_table *table, pt64_slot_t *entries,
                                         pt64_vaddr_t vaddr, bool changes)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    unsigned root = pt64_root_level(limits);
    uint64_t index = pt64_root_index(traits->meta, limits, vaddr);

    if (entries == NULL || index >= pt64_node_entries(traits->meta, limits, root))
        return NULL;
    PT64_UNROLL
    for (unsigned level = root; level > 0; level--) {
        pt64_entry_t entry;

        PT64_HIDE(entries);
        entry = pt64_load_link(traits->meta, pt64_slot_at(traits->meta, entries, (size_t)index));
        entries = pt64_followed_entries(traits, table, entry, level);
        if (entries == NULL || (changes && pt64_is_sink(traits, table, entry, level)))
            return NULL;
        index = pt64_index(traits->meta, limits, vaddr, level - 1);
    }
    return entries;
}

/**
 * The last address from `paddr` on, of those that entries can hold, up to which addresses in
 * entries are additive.
 */
PT64_INLINE pt64_paddr_t pt64_last_additive(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_paddr_t paddr)
{
    unsigned bits = pt64_limits_of(traits, table)->paddr_bits;

    if (traits->pte->additive_bits != 0 && traits->pte->additive_bits < bits)
        bits = traits->pte->additive_bits;
    return paddr | (pt64_shift_left(1, bits) - 1);
}

/** What `entry` is to a walk: what the format says, but no page at a level that has none. */
PT64_INLINE enum pt64_kind pt64_walked_kind(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_entry_t entry,
                                            unsigned level)
{
    enum pt64_kind kind = pt64_format_kind(traits, table, entry, level);

    return kind == PT64_LEAF && level >= pt64_limits_of(traits, table)->leaf_levels ? PT64_UNKNOWN
                                                                                    : kind;
}

/** What an entry is to the engine, by what it is to a walk. A link to a sink is empty. */
PT64_INLINE enum pt64_kind pt64_kind_by(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_entry_t entry,
                                        enum pt64_kind kind, unsigned level)
{
    if (kind == PT64_LINK && pt64_is_sink(traits, table, entry, level))
        return PT64_EMPTY;
    if (kind == PT64_EMPTY && entry != pt64_nothing(traits, table, level))
        return traits->ops->absent_kind(table, entry, level);
    return kind;
}

/** What an entry is to the engine. */
PT64_INLINE enum pt64_kind pt64_kind_of(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_entry_t entry,
                                        unsigned level)
{
    return pt64_kind_by(traits, table, entry, pt64_walked_kind(traits, table, entry, level), level);
}

/** Whether a page is there. */
PT64_INLINE bool pt64_is_page(enum pt64_kind kind)
{
    return kind == PT64_LEAF || kind == PT64_HIDDEN;
}

/** The broken leaf that `entry`, which is not present, stands for; 0 if it stands for none. */
PT64_INLINE pt64_entry_t pt64_mended_leaf(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_entry_t entry,
                                          unsigned level)
{
    pt64_entry_t leaf;

    if (!traits->meta->break_to_move)
        return 0;
    leaf = pt64_present(traits, entry, level);
    return leaf != 0 && pt64_walked_kind(traits, table, leaf, level) == PT64_LEAF ? leaf : 0;
}

/** Whether a page, hidden or not, or a mark is there. */
PT64_INLINE bool pt64_is_told(enum pt64_kind kind)
{
    return pt64_is_page(kind) || kind == PT64_MARKED_SLOT;
}

/**
 * Whether a TLB may hold what is in a slot at `level`. It holds no entry that is not present. But
 * with PT64_RESIZE_BREAK_EMPTY it may hold such a slot as one huge page.
 */
PT64_INLINE bool pt64_is_cached(const struct pt64_limits *limits, enum pt64_kind kind,
                                unsigned level)
{
    if (kind != PT64_HIDDEN && kind != PT64_MARKED_SLOT)
        return true;
    return level > 0 && limits->grow == PT64_RESIZE_BREAK_EMPTY;
}

/**
 * What an entry is that is not present and is not that of an empty slot. A broken leaf and the
 * entry of a vacated slot count as empty: those who care about them look for them.
 */
PT64_INLINE enum pt64_kind pt64_absent_kind(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_entry_t entry,
                                            unsigned level)
{
    uint64_t mark;

    if (pt64_mended_leaf(traits, table, entry, level) != 0 ||
        entry == pt64_absent(traits, table, entry, level))
        return PT64_EMPTY;
    if (table->is_adopted || level >= pt64_limits_of(traits, table)->leaf_levels)
        return PT64_UNKNOWN;
    if (pt64_is_hidden(traits->pte, entry, level))
        return PT64_HIDDEN;
    if (traits->pte->mark_of != NULL && traits->pte->mark_of(entry, level, &mark))
        return PT64_MARKED_SLOT;
    return PT64_UNKNOWN;
}

PT64_INLINE bool pt64_can_encode(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_flags_t flags)
{
    for (unsigned level = 0; level < pt64_limits_of(traits, table)->leaf_levels; level++)
        if (!pt64_can_encode_at(traits, table, flags, level))
            return false;
    return true;
}

/** Makes the stores that built the table visible to the walker of a CPU that loads it next. */
PT64_INLINE void pt64_publish(const struct pt64_traits *traits, const struct pt64_table *table)
{
    PT64_UNSET struct pt64_flush request;

    request.root = pt64_root_of(table);
    request.by_range = pt64_limits_of(traits, table)->by_range;
    request.id = pt64_id_of(table);
    pt64_request_reset(&request);
    if (traits->meta->flush != NULL)
        traits->meta->flush(&request);
    else
        pt64_order_stores();
}

/** @endcond */

#endif
