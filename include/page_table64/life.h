/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The life of a table: made, taken over, given up, destroyed.
 */
#ifndef PAGE_TABLE64_LIFE_H
#define PAGE_TABLE64_LIFE_H

#include "frames.h"

/** @cond engine */

PT64_INLINE void pt64_reset_table(struct pt64_table *table, void *ctx)
{
    table->root = PT64_NO_FRAME;
    table->sink = PT64_NO_FRAME;
    table->ctx = ctx;
    table->is_mixed = false;
    table->writer = 0;
    /* An atomic store keeps a compiler from calling memset, which a kernel may not have yet. */
    for (size_t i = 0; i < PT64_BORROWED_WORDS; i++)
        __atomic_store_n(&table->borrowed[i], 0, __ATOMIC_RELAXED);
}

/** Gives the table a sink of its own, if the hardware needs one. */
PT64_INLINE pt64_status_t pt64_create_sink(const struct pt64_traits *traits,
                                           struct pt64_table *table)
{
    pt64_paddr_t frame;

    if (!traits->meta->needs_sink)
        return PT64_OK;
    frame = pt64_alloc_table(traits, table, 0);
    if (frame == PT64_NO_FRAME)
        return PT64_NO_MEMORY;
    pt64_fill(pt64_entries(traits, table, frame), pt64_table_entries(traits->meta, 0),
              traits->pte->table(frame));
    table->sink = frame;
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_create(const struct pt64_traits *traits, struct pt64_table *table,
                                      void *ctx)
{
    unsigned root = pt64_root_level(traits->meta);
    pt64_paddr_t frame;
    pt64_status_t status;

    pt64_reset_table(table, ctx);
    frame = pt64_alloc_table(traits, table, root);
    if (frame == PT64_NO_FRAME)
        return PT64_NO_MEMORY;
    status = pt64_create_sink(traits, table);
    if (status != PT64_OK) {
        pt64_free_table(traits, table, frame, root);
        return status;
    }
    pt64_fill(pt64_entries(traits, table, frame), pt64_table_entries(traits->meta, root),
              pt64_empty_entry(traits, table, root));
    table->root = frame;
    return PT64_OK;
}

/** The sink that the empty slots of a root lead to, or PT64_NO_FRAME. */
PT64_INLINE pt64_paddr_t pt64_find_sink(const struct pt64_traits *traits,
                                        const struct pt64_table *table, const pt64_entry_t *entries)
{
    unsigned root = pt64_root_level(traits->meta);

    for (size_t i = 0; i < pt64_table_entries(traits->meta, root); i++) {
        pt64_entry_t entry = pt64_load(&entries[i]);

        if (traits->pte->kind(entry, root) == PT64_TABLE && pt64_is_sink(traits, table, entry))
            return traits->pte->table_address(entry);
    }
    return PT64_NO_FRAME;
}

PT64_INLINE pt64_status_t pt64_adopt(const struct pt64_traits *traits, struct pt64_table *table,
                                     pt64_paddr_t root, void *ctx)
{
    size_t bytes = pt64_table_bytes(traits->meta, pt64_root_level(traits->meta));
    const pt64_entry_t *entries;
    pt64_status_t status = PT64_OK;

    pt64_reset_table(table, ctx);
    if (!pt64_is_aligned(root, bytes))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_paddr_range(traits->meta, root, bytes))
        return PT64_BAD_ADDRESS;
    entries = pt64_entries(traits, table, root);
    if (entries == NULL)
        return PT64_BAD_ADDRESS;
    table->is_mixed = true;
    if (traits->meta->needs_sink)
        table->sink = pt64_find_sink(traits, table, entries);
    if (table->sink == PT64_NO_FRAME)
        status = pt64_create_sink(traits, table);
    if (status == PT64_OK)
        table->root = root;
    return status;
}

PT64_INLINE pt64_paddr_t pt64_release(struct pt64_table *table)
{
    pt64_paddr_t root = table->root;

    pt64_reset_table(table, table->ctx);
    return root;
}

PT64_INLINE void pt64_destroy(const struct pt64_traits *traits, struct pt64_table *table)
{
    unsigned root = pt64_root_level(traits->meta);
    pt64_entry_t *entries = pt64_root_entries(traits, table);

    if (entries == NULL)
        return;
    for (size_t i = 0; entries != NULL && i < pt64_table_entries(traits->meta, root); i++) {
        pt64_entry_t entry = pt64_load(&entries[i]);

        if (pt64_kind_of(traits, table, entry, root) != PT64_TABLE ||
            pt64_is_borrowed(traits, table, pt64_slot_size(traits->meta, root) * i))
            continue;
        pt64_store(&entries[i], pt64_empty_entry(traits, table, root));
        pt64_free_subtree(traits, table, traits->pte->table_address(entry), root - 1);
        entries = pt64_root_entries(traits, table); /* NULL if it was linked below itself */
    }
    if (entries != NULL)
        pt64_free_table(traits, table, table->root, root);
    if (traits->meta->needs_sink)
        pt64_free_table(traits, table, table->sink, 0);
    pt64_reset_table(table, table->ctx);
}

/** @endcond */

#endif
