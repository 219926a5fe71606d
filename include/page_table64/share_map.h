/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which root slots are shared: pinned, so that other tables may borrow them, or borrowed.
 *
 * Usually that is one half of the root, so a table remembers runs of slots. A table with more runs
 * than it has room for takes a frame for a map, which has two bits for each slot.
 */
#ifndef PAGE_TABLE64_SHARE_MAP_H
#define PAGE_TABLE64_SHARE_MAP_H

#include "frames.h"

/** @cond engine */

/** log2 of the slots that one word of the map is for. A word is as large as an entry. */
PT64_INLINE unsigned pt64_share_map_shift(const struct pt64_meta *meta)
{
    return meta->entry_bytes == 4 ? 4 : 5;
}

/** The place of the bits of a slot in its word. */
PT64_INLINE unsigned pt64_share_map_bit(const struct pt64_meta *meta, size_t index)
{
    return 2 * ((unsigned)index & ((1U << pt64_share_map_shift(meta)) - 1));
}

/** The word of the map that has the bits of a slot. */
PT64_INLINE pt64_slot_t *pt64_share_map_word(const struct pt64_traits *traits,
                                             const struct pt64_table *table, size_t index)
{
    return pt64_slot_at(traits->meta, pt64_entries(traits, table, ~table->not_share_map),
                        index >> pt64_share_map_shift(traits->meta));
}

PT64_INLINE enum pt64_share pt64_mapped_share(const struct pt64_traits *traits,
                                              const struct pt64_table *table, size_t index)
{
    uint64_t word = pt64_load(traits->meta, pt64_share_map_word(traits, table, index));

    return (enum pt64_share)(pt64_shift_right(word, pt64_share_map_bit(traits->meta, index)) & 3);
}

PT64_INLINE bool pt64_has_share_map(const struct pt64_table *table)
{
    return table->not_share_map != 0;
}

PT64_INLINE enum pt64_share pt64_run_share(const struct pt64_table *table, unsigned run)
{
    return table->borrowed >> run & 1 ? PT64_SHARE_BORROWED : PT64_SHARE_PINNED;
}

/** How the root slot at `index` is shared. */
PT64_INLINE enum pt64_share pt64_find_share(const struct pt64_traits *traits,
                                            const struct pt64_table *table, size_t index)
{
    if (pt64_has_share_map(table))
        return pt64_mapped_share(traits, table, index);
    for (unsigned i = 0; i < PT64_SHARED_RUNS && table->shared[i].end != 0; i++)
        if (index >= table->shared[i].first && index < table->shared[i].end)
            return pt64_run_share(table, i);
    return PT64_SHARE_NONE;
}

/** Whether `count` root slots from `first` on are shared in one run, all pinned or all borrowed. */
PT64_INLINE bool pt64_is_one_run(const struct pt64_table *table, size_t first, size_t count)
{
    for (unsigned i = 0; i < PT64_SHARED_RUNS && !pt64_has_share_map(table); i++)
        if (first >= table->shared[i].first && first + count <= table->shared[i].end)
            return true;
    return false;
}

/** Whether the table shares any slot. The first run is the first to be used. */
PT64_INLINE bool pt64_shares(const struct pt64_table *table)
{
    return (table->shared[0].end | table->not_share_map) != 0;
}

PT64_INLINE enum pt64_share pt64_share_at(const struct pt64_traits *traits,
                                          const struct pt64_table *table, size_t index)
{
    if (!pt64_shares(table))
        return PT64_SHARE_NONE;
    return traits->ops->find_share(table, index);
}

PT64_INLINE enum pt64_share pt64_share_of(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_vaddr_t vaddr)
{
    return pt64_share_at(traits, table,
                         pt64_index(traits->meta, pt64_limits_of(traits, table), vaddr,
                                    pt64_root_level(pt64_limits_of(traits, table))));
}

/** Whether the root slot of `vaddr` is borrowed. */
PT64_INLINE bool pt64_is_borrowed(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_vaddr_t vaddr)
{
    return pt64_share_of(traits, table, vaddr) == PT64_SHARE_BORROWED;
}

/**
 * Whether the slot of `vaddr` at `level` is pinned. Its node stays, as other tables may link it.
 */
PT64_INLINE bool pt64_is_kept(const struct pt64_traits *traits, const struct pt64_table *table,
                              pt64_vaddr_t vaddr, unsigned level)
{
    return level == pt64_root_level(pt64_limits_of(traits, table)) &&
           pt64_share_of(traits, table, vaddr) == PT64_SHARE_PINNED;
}

/**
 * Whether nothing may change at `vaddr`: its root slot is borrowed, or it is pinned and holds a
 * page or a mark, of which borrowers have a copy.
 */
PT64_INLINE bool pt64_is_fixed(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_vaddr_t vaddr)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    enum pt64_share share = pt64_share_of(traits, table, vaddr);
    pt64_slot_t *entries;

    if (share != PT64_SHARE_PINNED || root >= pt64_limits_of(traits, table)->leaf_levels)
        return share == PT64_SHARE_BORROWED;
    entries = pt64_root_entries(traits, table);
    return entries != NULL &&
           pt64_is_told(pt64_kind_of(
               traits, table,
               pt64_load(traits->meta, pt64_slot_of(traits, table, entries, vaddr, root)), root));
}

/**
 * A quick look at whether a change at `vaddr` may follow links without a check: the table has a
 * root and is not adopted, no call is taking frames, the table shares one run of root slots at
 * most, and the slot is not in that run, or is pinned and can hold no page. If not, it takes a
 * closer look.
 */
PT64_INLINE bool pt64_is_plainly_free(const struct pt64_traits *traits,
                                      const struct pt64_table *table, pt64_vaddr_t vaddr)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    unsigned root = pt64_root_level(limits);
    size_t index = pt64_index(traits->meta, limits, vaddr, root);

    if (table->state == PT64_ROOTED)
        return true;
    PT64_HIDE(table); /* the usual state takes one comparison in memory then */
    if (table->state != (PT64_ROOTED | PT64_SHARES) || pt64_has_share_map(table) ||
        table->shared[1].end != 0)
        return false;
    return index < table->shared[0].first || index >= table->shared[0].end ||
           (pt64_run_share(table, 0) == PT64_SHARE_PINNED && root >= limits->leaf_levels);
}

/* ---- changes ---- */

PT64_INLINE void pt64_map_share(const struct pt64_traits *traits, const struct pt64_table *table,
                                size_t index, enum pt64_share share)
{
    pt64_slot_t *word = pt64_share_map_word(traits, table, index);

    pt64_store(traits->meta, word,
               pt64_load(traits->meta, word) |
                   pt64_shift_left((uint64_t)share, pt64_share_map_bit(traits->meta, index)));
}

/** Whether a slot that becomes shared, if it is not, begins a new run: the slot before it is not
 * shared alike. */
PT64_INLINE bool pt64_begins_run(const struct pt64_traits *traits, const struct pt64_table *table,
                                 size_t index, enum pt64_share share)
{
    return traits->ops->find_share(table, index) != share &&
           (index == 0 || traits->ops->find_share(table, index - 1) != share);
}

/** Whether a table needs a map to remember `more_runs`. */
PT64_INLINE bool pt64_needs_share_map(const struct pt64_table *table, size_t more_runs)
{
    size_t runs = 0;

    while (runs < PT64_SHARED_RUNS && table->shared[runs].end != 0)
        runs++;
    return !pt64_has_share_map(table) && runs + more_runs > PT64_SHARED_RUNS;
}

/** Moves the runs that the table remembers into a map in `frame`. */
PT64_INLINE void pt64_make_share_map(const struct pt64_traits *traits, struct pt64_table *table,
                                     pt64_paddr_t frame)
{
    table->not_share_map = ~frame;
    pt64_fill(traits->meta, pt64_entries(traits, table, frame),
              pt64_node_entries(traits->meta, pt64_limits_of(traits, table), 0), 0);
    for (unsigned i = 0; i < PT64_SHARED_RUNS; i++) {
        for (size_t index = table->shared[i].first; index < table->shared[i].end; index++)
            pt64_map_share(traits, table, index, pt64_run_share(table, i));
        table->shared[i].first = 0;
        table->shared[i].end = 0;
    }
    table->borrowed = 0;
}

/**
 * Remembers that `count` slots from `first` on are shared. They were not shared before. They
 * continue a run, or there is room for another run, or there is a map.
 */
PT64_INLINE void pt64_set_shares(const struct pt64_traits *traits, struct pt64_table *table,
                                 size_t first, size_t count, enum pt64_share share)
{
    unsigned run = 0;

    table->state |= PT64_SHARES;
    if (pt64_has_share_map(table)) {
        for (size_t i = 0; i < count; i++)
            pt64_map_share(traits, table, first + i, share);
        return;
    }
    while (table->shared[run].end != 0 &&
           (table->shared[run].end != first || pt64_run_share(table, run) != share))
        run++;
    if (table->shared[run].end == 0) {
        table->shared[run].first = (uint16_t)first;
        table->borrowed |= (uint8_t)(share == PT64_SHARE_BORROWED ? 1U << run : 0);
    }
    table->shared[run].end = (uint16_t)(first + count);
}

/** @endcond */

#endif
