/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The guard: what stands between a change and the moment that every CPU has seen it.
 *
 * It gathers the invalidations that its changes need, and holds the tables they unlinked.
 * Committing runs the invalidations, once, and only then frees the tables. When it has no room left
 * for another unlinked table, or an architecture demands that an entry be broken before it is made,
 * it does the same early, in the middle of a call.
 */
#ifndef PAGE_TABLE64_GUARD_H
#define PAGE_TABLE64_GUARD_H

#include "frames.h"
#include "path.h"

/** @cond engine */

/** Unlinked tables, each with everything below it, that a guard holds before it flushes early. */
#define PT64_RETIRED 16

/** The insides of a `name_guard_t`. */
struct pt64_guard {
    struct pt64_table *table;
    struct pt64_path path;
    pt64_flags_t flags; /**< of the smallest page that was mapped last */
    pt64_entry_t leaf;  /**< what they say in an entry; 0 when none was mapped */
    bool pending;       /**< `flush` asks for something */
    uint64_t invalidations;
    struct pt64_flush flush;
    unsigned retired_count;
    pt64_paddr_t retired[PT64_RETIRED]; /**< a frame, and its level in the bits below it */
};

PT64_INLINE void pt64_reset_flush(struct pt64_guard *guard)
{
    guard->pending = false;
    guard->invalidations = 0;
    guard->flush.everything = false;
    guard->flush.ended = false;
    guard->flush.global = false;
    guard->flush.count = 0;
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

/** pt64_seek by the guard's path, if no other guard made it old. */
PT64_INLINE struct pt64_spot pt64_guard_seek(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                             unsigned stop)
{
    pt64_claim(guard);
    return pt64_seek(traits, guard->table, &guard->path, vaddr, stop);
}

/** Whether the guard's path ends in the lowest table on the way to `vaddr`: nothing is left to
 * check. */
PT64_INLINE bool pt64_is_at_hand(const struct pt64_traits *traits, const struct pt64_guard *guard,
                                 pt64_vaddr_t vaddr)
{
    return pt64_is_writer(guard) && guard->path.level == 0 &&
           (guard->path.vaddr ^ vaddr) >> pt64_slot_shift(traits->meta, 1) == 0;
}

/** Walks to an address that a single-page call wants to change; slot NULL if this table may not. */
PT64_INLINE struct pt64_spot pt64_reach(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        pt64_vaddr_t vaddr)
{
    struct pt64_spot nowhere = {NULL, 0, PT64_EMPTY, 0};

    if (!pt64_is_vaddr(traits->meta, vaddr) || pt64_is_borrowed(traits, guard->table, vaddr))
        return nowhere;
    return pt64_guard_seek(traits, guard, vaddr, 0);
}

/** The slot of `vaddr`, which is at hand. */
PT64_INLINE pt64_entry_t *pt64_slot_at_hand(const struct pt64_traits *traits,
                                            const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    return &guard->path.tables[0][pt64_index(traits->meta, vaddr, 0)];
}

/** Why pt64_reach led nowhere. */
PT64_INLINE pt64_status_t pt64_refusal(const struct pt64_traits *traits,
                                       const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    if (pt64_is_vaddr(traits->meta, vaddr) && pt64_is_borrowed(traits, guard->table, vaddr))
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

PT64_INLINE void pt64_flush_everything(struct pt64_flush *flush)
{
    flush->everything = true;
    flush->ended = true;
    flush->count = 0;
}

/** Extends the newest range if the new one continues it at either end. */
PT64_INLINE bool pt64_coalesce(struct pt64_flush *flush, struct pt64_flush_range range)
{
    struct pt64_flush_range *newest;

    if (flush->count == 0)
        return false;
    newest = &flush->ranges[flush->count - 1];
    if (newest->stride != range.stride || newest->tables != range.tables)
        return false;
    if (range.vaddr + range.bytes == newest->vaddr)
        newest->vaddr = range.vaddr;
    else if (newest->vaddr + newest->bytes != range.vaddr)
        return false;
    newest->bytes += range.bytes;
    return true;
}

/** Adds to what is pending, not everything yet, an invalidation of `count` slots at `level`. */
PT64_INLINE void pt64_note(const struct pt64_traits *traits, struct pt64_guard *guard,
                           enum pt64_need need, pt64_vaddr_t vaddr, uint64_t count, unsigned level)
{
    struct pt64_flush *flush = &guard->flush;
    struct pt64_flush_range range = {pt64_slot_start(traits->meta, vaddr, level),
                                     count << pt64_slot_shift(traits->meta, level),
                                     pt64_slot_size(traits->meta, level), true, need == PT64_NEED_WALK};

    guard->pending = true;
    guard->invalidations += count;
    if (need == PT64_NEED_ALL || guard->invalidations > traits->meta->flush_limit)
        pt64_flush_everything(flush);
    else if (pt64_coalesce(flush, range))
        return;
    else if (flush->count == PT64_FLUSH_RANGES)
        pt64_flush_everything(flush);
    else
        flush->ranges[flush->count++] = range;
}

/** Gathers what it needs that `count` slots at `level`, from the one of `vaddr` on, changed so. */
PT64_INLINE void pt64_gather(const struct pt64_traits *traits, struct pt64_guard *guard,
                             enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,
                             unsigned level)
{
    enum pt64_need need = pt64_need_of(traits->meta, change);

    if (need == PT64_NEED_BARRIER)
        guard->pending = true;
    else if (need != PT64_NEED_NOTHING && !guard->flush.everything)
        traits->note(guard, need, vaddr, count, level);
}

PT64_INLINE void pt64_run_flush(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    guard->flush.root = guard->table->root;
    guard->flush.id = PT64_NO_ID;
    if (traits->handler->flush != NULL)
        traits->handler->flush(guard->table->ctx, &guard->flush);
    else
        traits->meta->flush(&guard->flush);
}

/**
 * In a table that somebody else built, what is freed may be linked a second time, on the guard's
 * path too: whoever frees holds no pointer to an entry, and walks from the root again.
 */
PT64_INLINE void pt64_free_retired(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (guard->retired_count > 0)
        pt64_path_forget(&guard->path);
    while (guard->retired_count > 0) {
        pt64_paddr_t retired = guard->retired[--guard->retired_count];
        pt64_paddr_t frame = pt64_align_down(retired, pt64_table_bytes(traits->meta, 0));

        pt64_free_subtree(traits, guard->table, frame, (unsigned)(retired - frame));
    }
}

/** Flushes what is pending, then, if told to, frees what is retired. */
PT64_INLINE void pt64_settle(const struct pt64_traits *traits, struct pt64_guard *guard, bool frees)
{
    if (guard->pending) {
        pt64_run_flush(traits, guard);
        pt64_reset_flush(guard);
    }
    if (frees)
        pt64_free_retired(traits, guard);
}

PT64_INLINE bool pt64_is_full(const struct pt64_guard *guard)
{
    return guard->retired_count == PT64_RETIRED;
}

/** Makes room for one more unlinked table. True if the guard's path went with it. */
PT64_INLINE bool pt64_make_room(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (!pt64_is_full(guard))
        return false;
    traits->settle(guard, true);
    return true;
}

/** Whether the request invalidates anything in the `bytes` from `vaddr` on. */
PT64_INLINE bool pt64_is_flushed_by(const struct pt64_flush *flush, pt64_vaddr_t vaddr,
                                    uint64_t bytes)
{
    for (unsigned i = 0; i < flush->count; i++)
        if (flush->ranges[i].vaddr - vaddr < bytes ||
            vaddr - flush->ranges[i].vaddr < flush->ranges[i].bytes)
            return true;
    return flush->everything;
}

PT64_INLINE bool pt64_breaks_before_make(const struct pt64_meta *meta)
{
    return meta->break_to_move;
}

/**
 * Before pages are made in `bytes` from `vaddr` on: where break-before-make is demanded, what this
 * guard has broken there must be flushed first.
 */
PT64_INLINE void pt64_make_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_vaddr_t vaddr, uint64_t bytes)
{
    if (pt64_breaks_before_make(traits->meta) && pt64_is_flushed_by(&guard->flush, vaddr, bytes))
        traits->settle(guard, false);
}

PT64_INLINE void pt64_ignore(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    pt64_reset_flush(guard);
    pt64_free_retired(traits, guard);
}

/**
 * Takes charge of the table that `entry`, just removed from the slot of `vaddr` at `level`, linked.
 * Whatever the hardware may have cached below the slot shows at one address in every `stride` slot:
 * 0 if there were pages, 1 if there were only tables, `level` if there was nothing. The guard is
 * not full. A link that is not aligned leads to no table, and nothing is to be freed.
 */
PT64_INLINE void pt64_retire(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level,
                             unsigned stride)
{
    const struct pt64_meta *meta = traits->meta;
    pt64_paddr_t frame = traits->pte->table_address(entry);

    pt64_gather(traits, guard, PT64_UNLINKED, pt64_slot_start(meta, vaddr, level),
                pt64_slot_size(meta, level) >> pt64_slot_shift(meta, stride), stride);
    if (pt64_is_aligned(frame, pt64_table_bytes(meta, 0)))
        guard->retired[guard->retired_count++] = frame | (level - 1);
}

/**
 * A first pass over what a call shall change: whether it can be done, and how many frames it takes.
 * `what` is the call's own description.
 */
typedef pt64_status_t (*pt64_plan_t)(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     const void *what, size_t *frames);

/**
 * Plans and reserves. The allocator may change the table in between, so the reserve is only enough
 * if nothing changed since the plan that it was made for.
 */
PT64_INLINE pt64_status_t pt64_prepare(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_reserve *reserve, pt64_plan_t plan,
                                       const void *what)
{
    for (;;) {
        size_t frames = 0;
        pt64_status_t status;

        pt64_claim(guard);
        status = plan(traits, guard, what, &frames);
        if (status != PT64_OK) {
            pt64_reserve_drop(traits, guard->table, reserve);
            return status;
        }
        /* The allocator may map, through another guard, where this one has broken something. */
        if (frames > reserve->count && guard->pending && pt64_breaks_before_make(traits->meta))
            traits->settle(guard, false);
        if (!pt64_reserve_grow(traits, guard->table, reserve, frames))
            return PT64_NO_MEMORY;
        if (pt64_is_writer(guard))
            return PT64_OK;
    }
}

/** @endcond */

#endif
