/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The life of a table: create, adopt, release, take back, destroy.
 */
#ifndef PAGE_TABLE64_LIFE_H
#define PAGE_TABLE64_LIFE_H

#include "frames.h"
#include "own.h"
#include "require.h"
#include "walk.h"

/** @cond engine */

/** Makes the `name_t` no table. */
PT64_INLINE void pt64_reset_table(struct pt64_table *table, void *ctx)
{
    table->after_root = 0;
    table->not_sink = 0;
    table->not_id = 0;
    table->ctx = ctx;
    table->is_adopted = false;
    table->state = 0;
    table->history = 0;
    table->epoch = 0;
    table->not_share_map = 0;
    table->borrowed = 0;
    for (unsigned i = 0; i < PT64_SHARED_RUNS; i++) {
        table->shared[i].first = 0;
        table->shared[i].end = 0;
    }
}

/** Gives the table a sink of its own, if the hardware needs one. */
PT64_INLINE pt64_status_t pt64_create_sink(const struct pt64_traits *traits,
                                           struct pt64_table *table)
{
    pt64_paddr_t frame;

    if (!traits->meta->needs_sink)
        return PT64_OK;
    frame = traits->ops->alloc_node(table, 0);
    if (frame == PT64_NO_FRAME)
        return PT64_NO_MEMORY;
    pt64_put_fill(traits, table, pt64_entries(traits, table, frame),
                  pt64_node_entries(traits->meta, pt64_limits_of(traits, table), 0),
                  pt64_link(traits, table, frame, 1));
    table->not_sink = ~frame;
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_create(const struct pt64_traits *traits, struct pt64_table *table,
                                      void *ctx)
{
    pt64_paddr_t frame;
    pt64_status_t status;
    unsigned root;

    pt64_require(traits);
    pt64_reset_table(table, ctx);
    if (!pt64_fit(traits, table))
        return PT64_BAD_SIZE;
    root = pt64_root_level(pt64_limits_of(traits, table));
    frame = traits->ops->alloc_node(table, root);
    if (frame == PT64_NO_FRAME)
        return PT64_NO_MEMORY;
    status = pt64_create_sink(traits, table);
    if (status != PT64_OK) {
        pt64_free_node(traits, table, frame, root);
        return status;
    }
    pt64_fill_empty(traits, table, frame, root);
    pt64_set_root(table, frame);
    pt64_publish(traits, table);
    return PT64_OK;
}

/** The sink to which an empty slot of a root leads, or PT64_NO_FRAME. `entries` are the root's. */
PT64_INLINE pt64_paddr_t pt64_find_sink(const struct pt64_traits *traits,
                                        const struct pt64_table *table, pt64_slot_t *entries)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));

    for (size_t i = 0; i < pt64_node_entries(traits->meta, pt64_limits_of(traits, table), root);
         i++) {
        pt64_entry_t entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, entries, i));

        if (pt64_format_kind(traits, table, entry, root) == PT64_LINK &&
            pt64_is_sink(traits, table, entry, root))
            return traits->pte->link_address(entry, root);
    }
    return PT64_NO_FRAME;
}

/** Takes over an existing table by its root, for adopt and readopt. */
PT64_INLINE pt64_status_t pt64_take_over(const struct pt64_traits *traits, struct pt64_table *table,
                                         pt64_paddr_t root)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    pt64_slot_t *entries;
    pt64_status_t status = PT64_OK;
    size_t bytes;

    pt64_require(traits);
    if (!pt64_fit(traits, table))
        return PT64_BAD_SIZE;
    bytes = pt64_node_bytes(traits->meta, limits, pt64_root_level(limits));
    if (!pt64_is_aligned(root, bytes))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_paddr_range(limits, root, bytes) || !pt64_is_root_address(traits->meta, root))
        return PT64_BAD_ADDRESS;
    entries = pt64_entries(traits, table, root);
    if (entries == NULL)
        return PT64_BAD_ADDRESS;
    pt64_set_root(table, root);
    pt64_note_history(table, PT64_MIXED | PT64_ANY_ID);
    if (traits->meta->needs_sink)
        table->not_sink = ~pt64_find_sink(traits, table, entries);
    if (pt64_sink_of(table) == PT64_NO_FRAME)
        status = pt64_create_sink(traits, table);
    if (status == PT64_OK)
        pt64_publish(traits, table);
    else
        pt64_drop_root(table);
    return status;
}

PT64_INLINE pt64_status_t pt64_adopt(const struct pt64_traits *traits, struct pt64_table *table,
                                     pt64_paddr_t root, void *ctx)
{
    pt64_reset_table(table, ctx);
    table->is_adopted = true;
    table->state |= PT64_ADOPTED;
    return pt64_take_over(traits, table, root);
}

PT64_INLINE pt64_paddr_t pt64_release(struct pt64_table *table)
{
    pt64_paddr_t root = pt64_root_of(table);

    pt64_drop_root(table);
    table->not_sink = 0;
    pt64_end_epoch(table);
    return root;
}

PT64_INLINE pt64_status_t pt64_readopt(const struct pt64_traits *traits, struct pt64_table *table,
                                       pt64_paddr_t root, void *ctx)
{
    pt64_drop_root(table);
    table->not_sink = 0;
    table->ctx = ctx;
    pt64_end_epoch(table);
    return pt64_take_over(traits, table, root);
}

/** Takes every link to `frame` out of the table. */
PT64_INLINE void pt64_unlink_frame(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_paddr_t frame)
{
    PT64_UNSET struct pt64_search search = {frame, NULL, PT64_SEARCH_LIMIT, true};

    (void)traits->ops->search(table, &search);
}

/**
 * Takes out of an adopted table every link to a node that is linked more than once. The table may
 * not free such a node.
 */
PT64_INLINE void pt64_disown(const struct pt64_traits *traits, const struct pt64_table *table)
{
    PT64_UNSET struct pt64_tour tour;
    bool more = pt64_tour_begin(traits, table, &tour);

    while (more) {
        pt64_tour_look(traits, table, &tour);
        if (tour.kind == PT64_LINK &&
            traits->ops->is_linked_twice(table, pt64_tour_slot(traits, table, &tour), tour.level)) {
            pt64_unlink_frame(traits, table, traits->pte->link_address(tour.entry, tour.level));
            tour.kind = PT64_EMPTY;
        }
        if (tour.kind != PT64_LINK || tour.level == 1 ||
            pt64_is_borrowed(traits, table, tour.offset) || !pt64_tour_enter(traits, table, &tour))
            more = pt64_tour_advance(traits->meta, pt64_limits_of(traits, table), &tour);
    }
}

/** Frees the nodes, except borrowed ones, and the sink. `entries` are the root's. */
PT64_INLINE void pt64_free_nodes(const struct pt64_traits *traits, struct pt64_table *table,
                                 pt64_slot_t *entries)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, table));
    size_t count = pt64_node_entries(traits->meta, pt64_limits_of(traits, table), root);
    pt64_entry_t empty = pt64_empty_entry(traits, table, root);

    if (table->is_adopted)
        traits->ops->disown(table);
    for (size_t i = 0; entries != NULL && i < count; i++) {
        pt64_slot_t *slot = pt64_slot_at(traits->meta, entries, i);
        pt64_entry_t entry = pt64_load(traits->meta, slot);

        if (entry == empty)
            i += pt64_count_same(traits->meta, slot, count - i, empty) - 1;
        if (entry == empty || pt64_kind_of(traits, table, entry, root) != PT64_LINK ||
            pt64_share_at(traits, table, i) == PT64_SHARE_BORROWED)
            continue;
        pt64_store(traits->meta, slot, empty);
        traits->ops->free_subtree(table, traits->pte->link_address(entry, root), root - 1);
        entries = pt64_root_entries(traits, table); /* NULL if freed: it was linked below itself */
    }
    if (entries != NULL)
        pt64_free_node(traits, table, pt64_root_of(table), root);
    if (traits->meta->needs_sink)
        pt64_free_node(traits, table, pt64_sink_of(table), 0);
}

PT64_INLINE void pt64_destroy(const struct pt64_traits *traits, struct pt64_table *table)
{
    pt64_slot_t *entries = pt64_root_entries(traits, table);

    if (entries != NULL)
        pt64_free_nodes(traits, table, entries);
    if (pt64_has_share_map(table))
        pt64_free_node(traits, table, ~table->not_share_map, 0);
    pt64_reset_table(table, table->ctx);
}

/** @endcond */

#endif
