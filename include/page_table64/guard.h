/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The guard: batches TLB invalidations and frees unlinked nodes once they have run.
 *
 * It gathers the invalidations that its changes need, and holds the nodes that they unlinked.
 * Committing runs the invalidations, once, and only then frees the nodes. When it has no room left
 * for another unlinked node it does both early, in the middle of a call. Where an architecture
 * demands an invalidation between two changes, it runs the invalidations early.
 */
#ifndef PAGE_TABLE64_GUARD_H
#define PAGE_TABLE64_GUARD_H

#include "frames.h"
#include "own.h"

/** @cond engine */

/** Unlinked nodes, each with everything below it, that a guard holds before it flushes early. */
#define PT64_RETIRED 16

/** The insides of a `name_guard_t`. */
struct pt64_guard {
    struct pt64_table *table;
    struct pt64_path path;
    pt64_flags_t flags; /**< of the smallest page that was mapped last */
    pt64_entry_t leaf;  /**< what they say in an entry; 0 when none was mapped */
    bool pending;       /**< `flush` asks for something */
    unsigned begun; /**< invalidations where something only began, up to the limit of the meta */
    unsigned ended; /**< those where something ended */
    unsigned stale; /**< a bit for each level whose leaves a CPU may hold until the flush */
    struct pt64_flush flush;
    unsigned retired_count;
    pt64_paddr_t retired[PT64_RETIRED]; /**< a frame, and its level in the bits below it */
};

PT64_INLINE void pt64_reset_flush(struct pt64_guard *guard)
{
    guard->pending = false;
    guard->begun = 0;
    guard->ended = 0;
    guard->stale = 0;
    pt64_request_reset(&guard->flush);
}

PT64_INLINE void pt64_begin(struct pt64_guard *guard, struct pt64_table *table)
{
    guard->table = table;
    pt64_path_forget(&guard->path);
    guard->flags = 0;
    guard->leaf = 0;
    pt64_reset_flush(guard);
    guard->retired_count = 0;
}

PT64_INLINE bool pt64_is_writer(const struct pt64_guard *guard)
{
    return guard->table->writer == (uintptr_t)guard;
}

/** Makes this guard the one that changes the table; what it remembered of the way is void if not.
 */
PT64_INLINE void pt64_claim(struct pt64_guard *guard)
{
    if (pt64_is_writer(guard))
        return;
    guard->table->writer = (uintptr_t)guard;
    pt64_path_forget(&guard->path);
}

/** pt64_seek_own by the guard's path, if no other guard made it old. */
PT64_INLINE void pt64_seek_by_guard(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    pt64_vaddr_t vaddr, unsigned stop, struct pt64_cursor *cursor)
{
    pt64_claim(guard);
    pt64_seek_own(traits, guard->table, &guard->path, vaddr, stop, cursor);
}

PT64_INLINE struct pt64_cursor pt64_guard_seek(const struct pt64_traits *traits,
                                               struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                               unsigned stop)
{
    PT64_UNSET struct pt64_cursor cursor;

    traits->ops->seek(guard, vaddr, stop, &cursor);
    return cursor;
}

/** The checks that every call on a region must pass before it plans. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_change(const struct pt64_traits *traits,
                                            const struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                            uint64_t bytes)
{
    pt64_status_t status = pt64_check_region(traits->meta, vaddr, bytes);

    if (status != PT64_OK)
        return status;
    return traits->ops->is_any_fixed(guard->table, vaddr, bytes) ? PT64_BORROWED : PT64_OK;
}

/** Whether the guard's path ends in the lowest node on the way to `vaddr`: nothing is left to
 * check. */
PT64_INLINE bool pt64_is_at_hand(const struct pt64_traits *traits, const struct pt64_guard *guard,
                                 pt64_vaddr_t vaddr)
{
    return pt64_is_writer(guard) && guard->path.level == 0 &&
           (guard->path.vaddr ^ vaddr) >> pt64_slot_shift(traits->meta, 1) == 0;
}

/** Walks to an address that a single-page call wants to change; slot NULL if this table may not. */
PT64_INLINE struct pt64_cursor pt64_locate(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    if (!pt64_is_vaddr(traits->meta, vaddr) || pt64_is_fixed(traits, guard->table, vaddr))
        return pt64_nowhere();
    return pt64_guard_seek(traits, guard, vaddr, 0);
}

/** The slot of `vaddr`, which is at hand. */
PT64_INLINE pt64_entry_t *pt64_slot_at_hand(const struct pt64_traits *traits,
                                            const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    return &guard->path.nodes[0][pt64_index(traits->meta, vaddr, 0)];
}

/** Why pt64_locate led nowhere. */
PT64_INLINE pt64_status_t pt64_refusal(const struct pt64_traits *traits,
                                       const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    if (pt64_is_vaddr(traits->meta, vaddr) && pt64_is_fixed(traits, guard->table, vaddr))
        return PT64_BORROWED;
    return PT64_BAD_ADDRESS;
}

PT64_INLINE enum pt64_need pt64_need_of(const struct pt64_meta *meta, enum pt64_change change)
{
    switch (change) {
    case PT64_UNCHANGED:
        return PT64_NEED_NOTHING;
    case PT64_CREATED:
        return meta->needs.created;
    case PT64_LINKED:
        return meta->needs.linked;
    case PT64_RELAXED:
        return meta->needs.relaxed;
    case PT64_TIGHTENED:
        return meta->needs.tightened;
    case PT64_MOVED:
        return meta->needs.moved;
    case PT64_RESIZED:
        return meta->needs.resized;
    case PT64_REMOVED:
        return meta->needs.removed;
    default: /* PT64_UNLINKED */
        return meta->needs.unlinked;
    }
}

/**
 * Whether such a change of leaves at `level` ends a translation that a CPU may hold. Otherwise one
 * only begins. A huge page without a permission that it gained is to be held by no CPU where
 * smaller ones, which have it, may later take its place directly.
 */
PT64_INLINE bool pt64_ends(const struct pt64_meta *meta, enum pt64_change change, unsigned level)
{
    return change >= PT64_TIGHTENED ||
           (change == PT64_RELAXED && level > 0 && meta->split == PT64_RESIZE_FLUSH);
}

/** What `slots` invalidations of `size` bytes are to the limit of the meta. */
PT64_INLINE uint64_t pt64_request_cost(const struct pt64_meta *meta, uint64_t slots,
                                       pt64_size_t size)
{
    return meta->counts_pages ? slots * (size >> meta->page_shift) : slots;
}

/** Counts what the request costs: more than the limit for what ended is everything for every CPU,
 * more in all is everything for this one. */
PT64_INLINE void pt64_count_flush(const struct pt64_meta *meta, struct pt64_guard *guard,
                                  uint64_t cost, bool ended)
{
    unsigned left = meta->flush_limit - guard->ended;

    if (ended && cost > left) {
        pt64_request_everything(&guard->flush, true);
        return;
    }
    if (ended)
        guard->ended += (unsigned)cost;
    if (cost + guard->begun > left)
        pt64_request_everything(&guard->flush, false);
    else if (!ended)
        guard->begun += (unsigned)cost;
}

/** Adds to what is pending an invalidation of `count` slots at `level` that changed so. */
PT64_INLINE void pt64_gather_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,
                                   unsigned level)
{
    enum pt64_need need = pt64_need_of(traits->meta, change);
    bool ended = pt64_ends(traits->meta, change, level);
    pt64_size_t size = pt64_slot_size(traits->meta, level);
    struct pt64_flush_range range = {pt64_slot_start(traits->meta, vaddr, level),
                                     count << pt64_slot_shift(traits->meta, level), size, ended,
                                     need == PT64_NEED_WALK};

    if (need == PT64_NEED_ALL)
        pt64_request_everything(&guard->flush, ended);
    else
        pt64_count_flush(traits->meta, guard, pt64_request_cost(traits->meta, count, size), ended);
    if (!pt64_request_is_whole(&guard->flush, ended))
        pt64_request_add(&guard->flush, &range);
}

/**
 * Whether such a change of leaves at `level` leaves something in a TLB that another page is at odds
 * with: what ended, or a page without a permission that it gained. A link alone does not, but
 * where all is broken first. A new huge page does where the slot was broken for it, as it stood
 * there for a huge page that is not present.
 */
PT64_INLINE bool pt64_leaves_stale(const struct pt64_meta *meta, enum pt64_change change,
                                   unsigned level)
{
    if (meta->grow == PT64_RESIZE_BREAK_EMPTY && level > 0)
        return true;
    return change >= PT64_RELAXED && (change != PT64_UNLINKED || meta->break_to_move);
}

/** Gathers what it needs that `count` slots at `level`, from the one of `vaddr` on, changed so. */
PT64_INLINE void pt64_gather(const struct pt64_traits *traits, struct pt64_guard *guard,
                             enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,
                             unsigned level)
{
    enum pt64_need need = pt64_need_of(traits->meta, change);

    if (need == PT64_NEED_NOTHING)
        return;
    guard->pending = true;
    if (pt64_leaves_stale(traits->meta, change, level))
        guard->stale |= 1U << level;
    if (need != PT64_NEED_BARRIER &&
        !pt64_request_is_whole(&guard->flush, pt64_ends(traits->meta, change, level)))
        traits->ops->gather_range(guard, change, vaddr, count, level);
}

/** Pages of these flags are, or become, part of the table. */
PT64_INLINE void pt64_remember_global(struct pt64_table *table, pt64_flags_t flags)
{
    if (flags & PT64_GLOBAL)
        table->is_global = true;
}

PT64_INLINE void pt64_run_flush(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    const struct pt64_table *table = guard->table;

    guard->flush.root = pt64_root_of(table);
    guard->flush.id = pt64_id_of(table);
    guard->flush.global = table->is_global;
    if (traits->handler->flush != NULL)
        traits->handler->flush(table->ctx, &guard->flush);
    else
        traits->meta->flush(&guard->flush);
}

/**
 * In an adopted table what is freed may be linked a second time, on the guard's path too: after
 * freeing nothing holds a pointer to an entry, and the next walk begins at the root.
 */
PT64_INLINE void pt64_free_retired(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (guard->retired_count > 0)
        pt64_path_forget(&guard->path);
    while (guard->retired_count > 0) {
        pt64_paddr_t retired = guard->retired[--guard->retired_count];
        pt64_paddr_t frame = pt64_align_down(retired, pt64_node_bytes(traits->meta, 0));

        traits->ops->free_subtree(guard->table, frame, (unsigned)(retired - frame));
    }
}

/** Flushes what is pending. */
PT64_INLINE void pt64_flush_pending(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (!guard->pending)
        return;
    pt64_run_flush(traits, guard);
    pt64_reset_flush(guard);
}

/** Flushes what is pending, then frees what is retired. */
PT64_INLINE void pt64_commit(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    traits->ops->flush_pending(guard);
    pt64_free_retired(traits, guard);
}

PT64_INLINE bool pt64_is_full(const struct pt64_guard *guard)
{
    return guard->retired_count == PT64_RETIRED;
}

/** Makes room for one more unlinked node. True if the guard's path went with it. */
PT64_INLINE bool pt64_make_room(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (!pt64_is_full(guard))
        return false;
    traits->ops->commit(guard);
    return true;
}

/** Whether a huge page must wait for what is pending of smaller ones. Where it comes by a break
 * even from an empty slot, that flush ends them too. */
PT64_INLINE bool pt64_growing_waits(const struct pt64_meta *meta)
{
    return meta->grow != PT64_RESIZE_AT_ONCE && meta->grow != PT64_RESIZE_BREAK_EMPTY;
}

/** Whether smaller pages must wait for what is pending of a huge one. */
PT64_INLINE bool pt64_splitting_waits(const struct pt64_meta *meta)
{
    return meta->split != PT64_RESIZE_AT_ONCE || meta->grow == PT64_RESIZE_BREAK_EMPTY;
}

/** Levels whose leaves, where they may be cached, are in the way of a leaf at `level`. */
PT64_INLINE unsigned pt64_levels_in_the_way(const struct pt64_meta *meta, unsigned level)
{
    unsigned smaller = (1U << level) - 1;
    unsigned in_the_way = meta->break_to_move ? 1U << level : 0;

    if (meta->break_to_move || pt64_splitting_waits(meta))
        in_the_way |= ~(smaller << 1 | 1);
    if (meta->break_to_move || pt64_growing_waits(meta))
        in_the_way |= smaller;
    return in_the_way;
}

/** The same for a leaf at any level. */
PT64_INLINE unsigned pt64_levels_in_any_way(const struct pt64_meta *meta)
{
    return pt64_levels_in_the_way(meta, 0) | pt64_levels_in_the_way(meta, meta->leaf_levels - 1);
}

/** Whether what is pending invalidates anything in the `bytes` from `vaddr` on that is in the way
 * of leaves at `level`. */
PT64_INLINE bool pt64_is_in_the_way(const struct pt64_meta *meta, const struct pt64_guard *guard,
                                    pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    const struct pt64_flush *flush = &guard->flush;
    unsigned levels = pt64_levels_in_the_way(meta, level);

    if ((guard->stale & levels) == 0)
        return false;
    for (unsigned i = 0; i < flush->count; i++) {
        const struct pt64_flush_range *range = &flush->ranges[i];
        bool meets = range->vaddr - vaddr < bytes || vaddr - range->vaddr < range->bytes;

        if (meets &&
            (range->tables || meta->break_to_move || range->stride != pt64_slot_size(meta, level)))
            return true;
    }
    return flush->everything;
}

/** Flushes what is pending if it is in the way of leaves at `level`. */
PT64_INLINE void pt64_clear_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                                pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    if (pt64_is_in_the_way(traits->meta, guard, vaddr, bytes, level))
        traits->ops->flush_pending(guard);
}

/** Before leaves at `level` are made in `bytes` from `vaddr` on: flushes what is in their way. */
PT64_INLINE void pt64_make_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    if ((guard->stale & pt64_levels_in_any_way(traits->meta)) != 0)
        traits->ops->make_way(guard, vaddr, bytes, level);
}

/** No CPU has the table loaded: the stores only have to be visible when one does. */
PT64_INLINE void pt64_ignore(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (guard->pending)
        pt64_publish(traits, guard->table);
    pt64_reset_flush(guard);
    pt64_free_retired(traits, guard);
}

/**
 * Takes charge of the node that `entry`, just removed from the slot of `vaddr` at `level`, linked.
 * Whatever the hardware may have cached below the slot shows at one address in every `stride` slot:
 * 0 if there were pages, 1 if there were only nodes, `level` if there was nothing. The guard is
 * not full. The node has been read, or was made by the library: the link is aligned.
 */
PT64_INLINE void pt64_retire(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level,
                             unsigned stride)
{
    const struct pt64_meta *meta = traits->meta;
    pt64_paddr_t frame = traits->pte->link_address(entry, level);

    if (stride == 0)
        guard->stale |= (1U << level) - 1;
    traits->ops->gather(guard, PT64_UNLINKED, pt64_slot_start(meta, vaddr, level),
                        pt64_slot_size(meta, level) >> pt64_slot_shift(meta, stride), stride);
    guard->retired[guard->retired_count++] = frame | (level - 1);
}

/**
 * After a plan that ended with `status` and takes `frames`: reserves them. If it failed, or they
 * are not to be had, the reserve is given back.
 */
PT64_INLINE pt64_status_t pt64_secure(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      struct pt64_reserve *reserve, size_t frames,
                                      pt64_status_t status)
{
    if (status != PT64_OK) {
        pt64_reserve_drop(traits, guard->table, reserve);
        return status;
    }
    /* The allocator may map, through another guard, where this one's changes are pending. */
    if (frames > reserve->count && (guard->stale & pt64_levels_in_any_way(traits->meta)) != 0)
        traits->ops->flush_pending(guard);
    return pt64_reserve_grow(traits, guard->table, reserve, frames) ? PT64_OK : PT64_NO_MEMORY;
}

/**
 * A first pass over what a call shall change: whether it can be done, and how many frames it takes.
 * `what` is the call's own description.
 */
typedef pt64_status_t (*pt64_planner_t)(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        void *what, size_t *frames);

/**
 * Plans and reserves. The allocator may change the table in between, so the reserve is only enough
 * if nothing changed since the plan that it was made for.
 */
PT64_INLINE pt64_status_t pt64_prepare(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_reserve *reserve, pt64_planner_t planner,
                                       void *what)
{
    pt64_status_t status;

    do {
        size_t frames = 0;

        pt64_claim(guard);
        status = planner(traits, guard, what, &frames);
        if (status != PT64_OK || frames > reserve->count)
            status = traits->ops->secure(guard, reserve, frames, status);
    } while (status == PT64_OK && !pt64_is_writer(guard));
    return status;
}

/** @endcond */

#endif
