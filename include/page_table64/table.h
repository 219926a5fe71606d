/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table: its root, and what an entry in it means.
 */
#ifndef PAGE_TABLE64_TABLE_H
#define PAGE_TABLE64_TABLE_H

#include "encoding.h"
#include "entry.h"
#include "flush.h"

/** @cond engine */

#define PT64_ROOT_WORDS ((PT64_MAX_ROOT_ENTRIES + 63) / 64)

/**
 * The insides of a `name_t`. All zeros are no table: what has a value for "none" is kept
 * complemented.
 */
struct pt64_table {
    pt64_paddr_t not_root; /**< of PT64_NO_FRAME when there is none */
    pt64_paddr_t not_sink; /**< of PT64_NO_FRAME when the hardware needs none */
    uint64_t not_id;       /**< of PT64_NO_ID when there is none */
    void *ctx;             /**< for the handler */
    bool is_mixed; /**< it was adopted or has borrowed: there may be other sinks than its own */
    /** Other software built it: a table may be linked many times, and entries be unknown. */
    bool is_adopted;
    /**
     * Its translations may be in use under any id: it has held a global page, has root slots that
     * other tables may share, or was taken over.
     */
    bool is_global;
    /**
     * Where the guard is, or was, that last set out to change the table: another one's path is old.
     * Only ever compared.
     */
    uintptr_t writer;
    /** A bit for each root slot that belongs to another table. */
    uint64_t borrowed[PT64_ROOT_WORDS];
    /** A bit for each root slot that other tables may borrow, and that keeps what it holds. */
    uint64_t pinned[PT64_ROOT_WORDS];
};

PT64_INLINE pt64_paddr_t pt64_root_of(const struct pt64_table *table)
{
    return ~table->not_root;
}

PT64_INLINE pt64_paddr_t pt64_sink_of(const struct pt64_table *table)
{
    return ~table->not_sink;
}

PT64_INLINE uint64_t pt64_id_of(const struct pt64_table *table)
{
    return ~table->not_id;
}

/** The entries of the table in `frame`, or NULL if the handler says that is not memory. */
PT64_INLINE pt64_entry_t *pt64_entries(const struct pt64_traits *traits,
                                       const struct pt64_table *table, pt64_paddr_t frame)
{
    return (pt64_entry_t *)traits->handler->phys_to_virt(table->ctx, frame);
}

/** The same for a table that an entry links, which no table can be if it is not aligned. */
PT64_INLINE pt64_entry_t *pt64_linked_entries(const struct pt64_traits *traits,
                                              const struct pt64_table *table, pt64_paddr_t frame)
{
    if (!pt64_is_aligned(frame, pt64_table_bytes(traits->meta, 0)))
        return NULL;
    return pt64_entries(traits, table, frame);
}

PT64_INLINE pt64_entry_t *pt64_root_entries(const struct pt64_traits *traits,
                                            const struct pt64_table *table)
{
    pt64_paddr_t root = pt64_root_of(table);

    return root == PT64_NO_FRAME ? NULL : pt64_entries(traits, table, root);
}

/** What an empty slot at `level` holds. */
PT64_INLINE pt64_entry_t pt64_empty_entry(const struct pt64_traits *traits,
                                          const struct pt64_table *table, unsigned level)
{
    return traits->meta->needs_sink && level > 0 ? pt64_link(traits, pt64_sink_of(table), level)
                                                 : pt64_nothing(traits, level);
}

/**
 * Whether the table entry `entry` links a sink: this table's, or that of a table whose parts it
 * borrowed or adopted, which shows by its first entry linking itself. A root that does so is none.
 */
PT64_INLINE bool pt64_is_sink(const struct pt64_traits *traits, const struct pt64_table *table,
                              pt64_entry_t entry, unsigned level)
{
    const pt64_entry_t *entries;
    pt64_paddr_t frame;

    if (!traits->meta->needs_sink)
        return false;
    if (entry == pt64_link(traits, pt64_sink_of(table), level))
        return true;
    /* Another's sink is linked after this was set. */
    if (!__atomic_load_n(&table->is_mixed, __ATOMIC_RELAXED))
        return false;
    frame = traits->pte->table_address(entry, level);
    if (frame == pt64_root_of(table))
        return false;
    entries = pt64_linked_entries(traits, table, frame);
    return entries != NULL && pt64_load_link(entries) == entry;
}

/** What `entry` is to a walk: as the format says, but no page where the geometry has none. */
PT64_INLINE enum pt64_kind pt64_walked_kind(const struct pt64_traits *traits, pt64_entry_t entry,
                                            unsigned level)
{
    enum pt64_kind kind = pt64_format_kind(traits, entry, level);

    return kind == PT64_LEAF && level >= traits->meta->leaf_levels ? PT64_UNKNOWN : kind;
}

/** The same, but a link to a sink, which leads a walk nowhere, is known for empty. */
PT64_INLINE enum pt64_kind pt64_kind_of(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_entry_t entry,
                                        unsigned level)
{
    enum pt64_kind kind = pt64_walked_kind(traits, entry, level);

    if (kind == PT64_TABLE && pt64_is_sink(traits, table, entry, level))
        return PT64_EMPTY;
    return kind;
}

/** The leaf that an entry at `level`, which is not present, stands for while it is broken; 0 if it
 * stands for none. */
PT64_INLINE pt64_entry_t pt64_mended_leaf(const struct pt64_traits *traits, pt64_entry_t entry,
                                          unsigned level)
{
    pt64_entry_t leaf;

    if (!traits->meta->break_to_move)
        return 0;
    leaf = pt64_present(traits, entry, level);
    return leaf != 0 && pt64_walked_kind(traits, leaf, level) == PT64_LEAF ? leaf : 0;
}

PT64_INLINE bool pt64_can_encode(const struct pt64_traits *traits, pt64_flags_t flags)
{
    for (unsigned level = 0; level < traits->meta->leaf_levels; level++)
        if (!pt64_can_encode_at(traits, flags, level))
            return false;
    return true;
}

/** Makes the stores that built the table visible to the walker of a CPU that loads it next. */
PT64_INLINE void pt64_publish(const struct pt64_traits *traits, const struct pt64_table *table)
{
    struct pt64_flush request;

    request.root = pt64_root_of(table);
    request.id = pt64_id_of(table);
    pt64_flush_reset(&request);
    traits->meta->flush(&request);
}

/* ---- root slots that are shared ---- */

PT64_INLINE bool pt64_is_root_index_marked(const uint64_t *marks, size_t index)
{
    return (marks[index / 64] >> (index % 64) & 1) != 0;
}

PT64_INLINE bool pt64_is_root_marked(const struct pt64_traits *traits, const uint64_t *marks,
                                     pt64_vaddr_t vaddr)
{
    return pt64_is_root_index_marked(
        marks, pt64_index(traits->meta, vaddr, pt64_root_level(traits->meta)));
}

PT64_INLINE void pt64_mark_root(const struct pt64_traits *traits, uint64_t *marks,
                                pt64_vaddr_t vaddr)
{
    size_t index = pt64_index(traits->meta, vaddr, pt64_root_level(traits->meta));

    marks[index / 64] |= (uint64_t)1 << (index % 64);
}

/** Whether the root slot of `vaddr` belongs to another table. */
PT64_INLINE bool pt64_is_borrowed(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_vaddr_t vaddr)
{
    return pt64_is_root_marked(traits, table->borrowed, vaddr);
}

/** Whether the table in the root slot of `vaddr` must stay, as other tables may link it. */
PT64_INLINE bool pt64_is_pinned(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_vaddr_t vaddr)
{
    return pt64_is_root_marked(traits, table->pinned, vaddr);
}

/** Whether the slot of `vaddr` at `level` holds a table that must stay. */
PT64_INLINE bool pt64_is_kept(const struct pt64_traits *traits, const struct pt64_table *table,
                              pt64_vaddr_t vaddr, unsigned level)
{
    return level == pt64_root_level(traits->meta) && pt64_is_pinned(traits, table, vaddr);
}

/**
 * Whether nothing may change at `vaddr`: its root slot belongs to another table, or is pinned and
 * holds a page, of which borrowers have a copy.
 */
PT64_INLINE bool pt64_is_fixed(const struct pt64_traits *traits, const struct pt64_table *table,
                               pt64_vaddr_t vaddr)
{
    unsigned root = pt64_root_level(traits->meta);
    const pt64_entry_t *entries;

    if (pt64_is_borrowed(traits, table, vaddr))
        return true;
    if (root >= traits->meta->leaf_levels || !pt64_is_pinned(traits, table, vaddr))
        return false;
    entries = pt64_root_entries(traits, table);
    return entries != NULL &&
           pt64_walked_kind(traits, pt64_load(&entries[pt64_index(traits->meta, vaddr, root)]),
                            root) == PT64_LEAF;
}

PT64_INLINE bool pt64_is_any_fixed(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_vaddr_t vaddr, uint64_t bytes)
{
    unsigned root = pt64_root_level(traits->meta);
    size_t slots = pt64_index(traits->meta, vaddr + (bytes - 1), root) -
                   pt64_index(traits->meta, vaddr, root) + 1;

    for (size_t i = 0; i < slots; i++)
        if (pt64_is_fixed(traits, table, vaddr + i * pt64_slot_size(traits->meta, root)))
            return true;
    return false;
}

/** @endcond */

#endif
