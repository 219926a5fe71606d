/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Frames for nodes. A call takes them from the handler before it changes the table, so that the
 * change cannot fail.
 */
#ifndef PAGE_TABLE64_FRAMES_H
#define PAGE_TABLE64_FRAMES_H

#include "put.h"

/** @cond engine */

PT64_INLINE void pt64_free_node(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_paddr_t frame, unsigned level)
{
    traits->handler->free_frame(
        table->ctx, frame, pt64_node_bytes(traits->meta, pt64_limits_of(traits, table), level));
}

/** Whether the register that holds the root can address it. */
PT64_INLINE bool pt64_is_root_address(const struct pt64_meta *meta, pt64_paddr_t root)
{
    return meta->root_paddr_bits == 0 || pt64_shift_right(root, meta->root_paddr_bits) == 0;
}

/**
 * Whether the frame can hold a node at `level`: it is aligned, and the format and this CPU can
 * address it.
 */
PT64_INLINE bool pt64_is_usable(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_paddr_t frame, unsigned level)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    size_t bytes = pt64_node_bytes(traits->meta, limits, level);

    return pt64_is_aligned(frame, bytes) && pt64_is_paddr_range(limits, frame, bytes) &&
           (level != pt64_root_level(limits) || pt64_is_root_address(traits->meta, frame)) &&
           pt64_entries(traits, table, frame) != NULL;
}

/**
 * Whether a link to a node at `level` in the frame reads as a link. On LoongArch, one to physical
 * address 0 reads as empty. Nothing links a root.
 */
PT64_INLINE bool pt64_is_linkable(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_paddr_t frame, unsigned level)
{
    return level == pt64_root_level(pt64_limits_of(traits, table)) ||
           pt64_format_kind(traits, table, pt64_link(traits, table, frame, level + 1), level + 1) ==
               PT64_LINK;
}

/**
 * Takes a frame from the handler, or returns PT64_NO_FRAME. A frame that cannot be used goes back
 * at once.
 */
PT64_INLINE pt64_paddr_t pt64_alloc_usable(const struct pt64_traits *traits,
                                           const struct pt64_table *table, unsigned level)
{
    size_t bytes = pt64_node_bytes(traits->meta, pt64_limits_of(traits, table), level);
    pt64_paddr_t frame = traits->handler->alloc_frame(table->ctx, bytes);

    if (frame == PT64_NO_FRAME || pt64_is_usable(traits, table, frame, level))
        return frame;
    pt64_free_node(traits, table, frame, level);
    return PT64_NO_FRAME;
}

/**
 * Takes a frame for a node at `level`, or returns PT64_NO_FRAME. A frame that cannot be linked is
 * exchanged for another one.
 */
PT64_INLINE pt64_paddr_t pt64_alloc_node(const struct pt64_traits *traits,
                                         const struct pt64_table *table, unsigned level)
{
    pt64_paddr_t unlinkable = PT64_NO_FRAME;
    pt64_paddr_t frame;

    for (;;) {
        frame = pt64_alloc_usable(traits, table, level);
        if (frame == PT64_NO_FRAME || unlinkable != PT64_NO_FRAME ||
            pt64_is_linkable(traits, table, frame, level))
            break;
        unlinkable = frame;
    }
    if (unlinkable != PT64_NO_FRAME)
        pt64_free_node(traits, table, unlinkable, level);
    return frame;
}

/**
 * A reserve: frames for nodes below the root, which no walker reaches yet. The first entry of each
 * frame holds the number of the next one. A frame number fits an entry of 4 bytes too, wherever
 * memory is.
 *
 * A call counts the frames that it needs, reserves them, and only then changes the table.
 */
struct pt64_reserve {
    pt64_paddr_t first;
    pt64_paddr_t last;
    size_t count;
    size_t had; /**< how many there were when the handler had no more; not set before that */
};

/** Makes the reserve empty. */
PT64_INLINE void pt64_reserve_begin(struct pt64_reserve *reserve)
{
    reserve->first = PT64_NO_FRAME;
    reserve->last = PT64_NO_FRAME;
    reserve->count = 0;
}

/**
 * Whether the reserve is empty. The plan counted every node, but a callback may not return the same
 * each time.
 */
PT64_INLINE bool pt64_is_spent(const struct pt64_reserve *reserve)
{
    return reserve->count == 0;
}

/** Takes the first frame out. The reserve is not empty. */
PT64_INLINE pt64_paddr_t pt64_reserve_take(const struct pt64_traits *traits,
                                           const struct pt64_table *table,
                                           struct pt64_reserve *reserve)
{
    pt64_paddr_t frame = reserve->first;

    reserve->count--;
    if (reserve->count > 0)
        reserve->first = pt64_load(traits->meta, pt64_entries(traits, table, frame))
                         << pt64_node_shift(traits->meta);
    return frame;
}

/** Fills the frame as a node at `level` without pages. */
PT64_INLINE void pt64_fill_empty(const struct pt64_traits *traits, const struct pt64_table *table,
                                 pt64_paddr_t frame, unsigned level)
{
    pt64_put_fill(traits, table, pt64_entries(traits, table, frame),
                  pt64_node_entries(traits->meta, pt64_limits_of(traits, table), level),
                  pt64_empty_entry(traits, table, level));
}

/** Puts a frame back that was taken out. */
PT64_INLINE void pt64_reserve_return(const struct pt64_traits *traits,
                                     const struct pt64_table *table, struct pt64_reserve *reserve,
                                     pt64_paddr_t frame)
{
    if (reserve->count > 0)
        pt64_store(traits->meta, pt64_entries(traits, table, frame),
                   reserve->first >> pt64_node_shift(traits->meta));
    else
        reserve->last = frame;
    reserve->first = frame;
    reserve->count++;
}

/** Gives all that is left back to the handler. */
PT64_INLINE void pt64_reserve_free(const struct pt64_traits *traits, const struct pt64_table *table,
                                   struct pt64_reserve *reserve)
{
    while (reserve->count > 0)
        pt64_free_node(traits, table, pt64_reserve_take(traits, table, reserve), 0);
}

/** The same, inline for the usual case that nothing is left. */
PT64_INLINE void pt64_reserve_drop(const struct pt64_traits *traits, const struct pt64_table *table,
                                   struct pt64_reserve *reserve)
{
    if (reserve->count > 0)
        traits->ops->reserve_free(table, reserve);
}

/**
 * Fills the reserve up to `wanted` frames. If the handler has too few, it gives all of them back
 * and returns false.
 */
PT64_INLINE bool pt64_reserve_grow(const struct pt64_traits *traits, const struct pt64_table *table,
                                   struct pt64_reserve *reserve, size_t wanted)
{
    while (reserve->count < wanted) {
        pt64_paddr_t frame = traits->ops->alloc_node(table, 0);

        if (frame == PT64_NO_FRAME) {
            reserve->had = reserve->count;
            pt64_reserve_drop(traits, table, reserve);
            return false;
        }
        if (reserve->count == 0)
            reserve->first = frame;
        else
            pt64_store(traits->meta, pt64_entries(traits, table, reserve->last),
                       frame >> pt64_node_shift(traits->meta));
        reserve->last = frame;
        reserve->count++;
    }
    return true;
}

/** Frees the node at level 0 in `frame`, which it does not read, if the frame is memory. */
PT64_INLINE void pt64_free_last_node(const struct pt64_traits *traits,
                                     const struct pt64_table *table, pt64_paddr_t frame)
{
    if (pt64_linked_entries(traits, table, frame) != NULL)
        pt64_free_node(traits, table, frame, 0);
}

/**
 * Frees the node in `frame` and every node below it, children first. It does not read nodes at
 * level 0.
 *
 * In an adopted table a link may lead to a frame that is not memory: it leaves that frame alone.
 * Nodes may link each other in a circle: it takes each link out on the way, so that it ends.
 * Freeing what is below such a node may free the node itself. So it asks phys_to_virt for the node
 * once more.
 */
PT64_INLINE void pt64_free_subtree(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_paddr_t frame, unsigned level)
{
    PT64_UNSET pt64_paddr_t frames[PT64_MAX_LEVELS];
    PT64_UNSET size_t next[PT64_MAX_LEVELS];
    pt64_slot_t *entries;
    unsigned at = level;

    if (level == 0) {
        pt64_free_last_node(traits, table, frame);
        return;
    }
    frames[at] = frame;
    next[at] = 0;
    entries = pt64_linked_entries(traits, table, frame);
    for (;;) {
        pt64_slot_t *slot;
        pt64_entry_t entry;

        if (entries == NULL ||
            next[at] == pt64_node_entries(traits->meta, pt64_limits_of(traits, table), at)) {
            if (entries != NULL)
                pt64_free_node(traits, table, frames[at], at);
            if (at++ == level)
                return;
            entries = pt64_linked_entries(traits, table, frames[at]);
            continue;
        }
        slot = pt64_slot_at(traits->meta, entries, next[at]++);
        entry = pt64_load_link(traits->meta, slot);
        if (pt64_kind_of(traits, table, entry, at) != PT64_LINK)
            continue;
        pt64_store(traits->meta, slot, pt64_empty_entry(traits, table, at));
        frame = traits->pte->link_address(entry, at);
        if (at == 1) {
            pt64_free_last_node(traits, table, frame);
        } else {
            at--;
            frames[at] = frame;
            next[at] = 0;
        }
        entries = pt64_linked_entries(traits, table, frames[at]);
    }
}

/** @endcond */

#endif
