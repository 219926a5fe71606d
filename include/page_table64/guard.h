/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The guard: batches TLB invalidations, and frees unlinked nodes once the invalidations have run.
 *
 * A guard gathers the invalidations that its changes need, and holds the nodes that they unlink.
 * The commit runs the invalidations, once, and then frees the nodes. When the guard has no room for
 * another unlinked node, it does both early, in the middle of a call. Where an architecture demands
 * an invalidation between two changes, it runs the invalidations early.
 */
#ifndef PAGE_TABLE64_GUARD_H
#define PAGE_TABLE64_GUARD_H

#include "frames.h"
#include "own.h"

/** @cond engine */

/**
 * Unlinked nodes, each with everything below it, that a guard holds before it flushes early: at
 * least 1. Who defines it does so alike for all that includes this header.
 */
#ifndef PT64_RETIRED
#define PT64_RETIRED 16
#endif

/*
 * What a guard is, has done, and has to do: its state. It is one word, so that to begin a guard,
 * and to note a change, is one instruction. The number of retired nodes is in the topmost bits.
 */

/** It has changed a page by itself, or has gathered or unlinked something. */
#define PT64_USED 1U
/** It is a guard on a range of the table: see range.h. */
#define PT64_RANGED 2U
/** `flush` asks for something. */
#define PT64_PENDING 4U
/** `leaf` and `flags` are those of a page that it has mapped. */
#define PT64_HAS_LEAF 8U
/** The first bit that says of which levels a CPU may hold stale leaves until the flush. */
#define PT64_STALE_SHIFT  8
#define PT64_STALE_LEVELS 255U
/** One retired node. */
#define PT64_RETIRED_SHIFT 16
#define PT64_ONE_RETIRED   (1U << PT64_RETIRED_SHIFT)
/** What a guard has to do at its end. */
#define PT64_TO_DO (PT64_PENDING | ~(PT64_ONE_RETIRED - 1))

/** The insides of a `name_guard_t`. */
struct pt64_guard {
    struct pt64_table *table;
    size_t epoch; /**< of the table, when the path was good */
    struct pt64_path path;
    pt64_entry_t leaf;  /**< the leaf with these flags and address 0 */
    pt64_flags_t flags; /**< of the smallest page that was last mapped without a plan */
    uint32_t state;     /**< a set of PT64_USED and its like */
    unsigned ended;     /**< invalidations where something ended; at most flush_limit */
    unsigned begun;     /**< invalidations where something only began; at most flush_limit */
    struct pt64_flush flush;
    pt64_vaddr_t failed_at; /**< where the call that failed last stopped; not set before that */
    pt64_vaddr_t first;     /**< the first address that it may change */
    uint64_t bytes;         /**< how many from there on; 0: none */
    pt64_paddr_t retired[PT64_RETIRED]; /**< each a frame, and its level in the low bits */
};

PT64_INLINE bool pt64_is_used(const struct pt64_guard *guard)
{
    return (guard->state & PT64_USED) != 0;
}

PT64_INLINE bool pt64_is_ranged(const struct pt64_guard *guard)
{
    return (guard->state & PT64_RANGED) != 0;
}

PT64_INLINE bool pt64_is_pending(const struct pt64_guard *guard)
{
    return (guard->state & PT64_PENDING) != 0;
}

/** Whether a commit has anything to do. */
PT64_INLINE bool pt64_has_to_do(const struct pt64_guard *guard)
{
    return (guard->state & PT64_TO_DO) != 0;
}

/** The bits of the state that say that a CPU may hold stale leaves of these levels. */
PT64_INLINE uint32_t pt64_stale_bits(unsigned levels)
{
    return (levels & PT64_STALE_LEVELS) << PT64_STALE_SHIFT;
}

/** Whether a CPU may hold stale leaves of any of these levels. */
PT64_INLINE bool pt64_has_stale_of(const struct pt64_guard *guard, unsigned levels)
{
    return (guard->state & pt64_stale_bits(levels)) != 0;
}

PT64_INLINE void pt64_note_stale(struct pt64_guard *guard, unsigned levels)
{
    guard->state |= levels << PT64_STALE_SHIFT;
}

/** The number of unlinked nodes that it holds. */
PT64_INLINE unsigned pt64_retired_count(const struct pt64_guard *guard)
{
    return guard->state >> PT64_RETIRED_SHIFT;
}

PT64_INLINE void pt64_reset_flush(struct pt64_guard *guard)
{
    guard->state &= ~(PT64_PENDING | pt64_stale_bits(PT64_STALE_LEVELS));
}

/** Makes the request pending, which was not. It asks for nothing but ordering at first. */
PT64_INLINE void pt64_pend_first(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    guard->state |= PT64_PENDING | PT64_USED;
    guard->begun = 0;
    guard->ended = 0;
    pt64_request_reset(&guard->flush);
    guard->flush.by_range = pt64_limits_of(traits, guard->table)->by_range;
}

/** Makes the request pending, if it is not. */
PT64_INLINE void pt64_pend(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (PT64_RARELY(!pt64_is_pending(guard)))
        pt64_pend_first(traits, guard);
}

PT64_INLINE void pt64_begin(struct pt64_guard *guard, struct pt64_table *table)
{
    guard->table = table;
    pt64_path_forget(&guard->path);
    guard->state = 0;
    guard->first = 0;
    guard->bytes = ~(uint64_t)0;
}

/** Whether the guard may change `bytes` (not 0) from `vaddr` on. */
PT64_INLINE bool pt64_owns(const struct pt64_guard *guard, pt64_vaddr_t vaddr, uint64_t bytes)
{
    uint64_t before = vaddr - guard->first;

    return !pt64_is_ranged(guard) || (before < guard->bytes && bytes <= guard->bytes - before);
}

/**
 * Whether it may change the smallest page that begins at `vaddr`. A range is one of whole pages.
 * That of a guard on the table has all addresses but the last, which begins no page.
 */
PT64_INLINE bool pt64_owns_page(const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    return vaddr - guard->first < guard->bytes;
}

/** Whether it may change all that the slot of `vaddr` at `level` translates. */
PT64_INLINE bool pt64_owns_slot(const struct pt64_meta *meta, const struct pt64_guard *guard,
                                pt64_vaddr_t vaddr, unsigned level)
{
    return pt64_owns(guard, pt64_slot_start(meta, vaddr, level), pt64_slot_size(meta, level));
}

/** Whether no other guard has ended the epoch, and no call is taking frames: see path.h. */
PT64_INLINE bool pt64_is_current(const struct pt64_guard *guard)
{
    return guard->epoch == guard->table->epoch;
}

/**
 * Every call does this before it follows the guard's path or makes a plan. A guard that is not
 * current forgets its path. It ends the epoch of a call that is taking frames: that of a guard on
 * the table, beside which no guard on a range is open.
 */
PT64_INLINE void pt64_enter_epoch(struct pt64_guard *guard)
{
    if (guard->path.level < PT64_MAX_LEVELS && pt64_is_current(guard))
        return;
    pt64_path_forget(&guard->path);
    if (PT64_RARELY((guard->table->epoch & 1) != 0))
        pt64_end_epoch(guard->table);
    guard->epoch = guard->table->epoch;
}

/**
 * From here to pt64_end_watch every call by another guard ends the epoch. A guard that is not
 * current any more stays so.
 */
PT64_INLINE void pt64_watch(struct pt64_guard *guard)
{
    if (pt64_is_ranged(guard))
        return;
    if (pt64_is_current(guard))
        guard->table->epoch = guard->epoch + 1;
    guard->table->state |= PT64_WATCHED;
}

/** Afterwards the guard is current unless another came to the table meanwhile. */
PT64_INLINE void pt64_end_watch(struct pt64_guard *guard)
{
    if (pt64_is_ranged(guard))
        return;
    if (guard->table->epoch == guard->epoch + 1)
        guard->table->epoch = guard->epoch;
    if (!(guard->table->epoch & 1)) /* else another call is watching still */
        guard->table->state &= (uint8_t)~PT64_WATCHED;
}

/**
 * Ends the epoch, so that every other guard forgets its path. This guard's path is still good. No
 * path but its own leads through a node that a guard on a range unlinks.
 */
PT64_INLINE void pt64_end_paths(struct pt64_guard *guard)
{
    if (pt64_is_ranged(guard))
        return;
    pt64_end_epoch(guard->table);
    guard->epoch = guard->table->epoch;
}

/** The same, and this guard forgets its path too. */
PT64_INLINE void pt64_end_all_paths(struct pt64_guard *guard)
{
    pt64_path_forget(&guard->path);
    pt64_end_paths(guard);
}

/** pt64_seek_own along the guard's path, if that is good. */
PT64_INLINE void pt64_seek_by_guard(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    pt64_vaddr_t vaddr, unsigned stop, struct pt64_cursor *cursor)
{
    pt64_enter_epoch(guard);
    pt64_seek_own(traits, guard->table, &guard->path, vaddr, stop, cursor);
}

/** Notes that a call fails with `status`, which is not PT64_OK, and that it stopped at `vaddr`. */
PT64_INLINE pt64_status_t pt64_fail(struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                    pt64_status_t status)
{
    guard->failed_at = vaddr;
    return status;
}

/** What a call answers that finds no node for its slots, because of what is in a slot above. */
PT64_INLINE pt64_status_t pt64_status_above(enum pt64_kind kind)
{
    if (pt64_is_page(kind))
        return PT64_MAPPED_TO_HUGE_PAGE;
    return kind == PT64_MARKED_SLOT ? PT64_MARKED : PT64_ALREADY_MAPPED;
}

/**
 * Checks that nothing in a range is fixed, and that it is the guard's to change. `bytes` is not 0.
 */
PT64_INLINE pt64_status_t pt64_check_fixed(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           uint64_t bytes)
{
    unsigned root = pt64_root_level(pt64_limits_of(traits, guard->table));
    size_t slots =
        pt64_index(traits->meta, pt64_limits_of(traits, guard->table), vaddr + (bytes - 1), root) -
        pt64_index(traits->meta, pt64_limits_of(traits, guard->table), vaddr, root) + 1;

    for (size_t i = 0; i < slots; i++) {
        pt64_vaddr_t at = vaddr + pt64_slots_bytes(traits->meta, i, root);

        if (pt64_is_fixed(traits, guard->table, at))
            return pt64_fail(guard, i > 0 ? pt64_slot_start(traits->meta, at, root) : vaddr,
                             PT64_BORROWED);
    }
    return pt64_is_ranged(guard) ? traits->ops->check_owned(guard, vaddr, bytes) : PT64_OK;
}

/**
 * Checks a range that a call changes: its addresses are valid, and nothing in it is fixed. `bytes`
 * is not 0.
 */
PT64_INLINE pt64_status_t pt64_check_change(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                            uint64_t bytes)
{
    pt64_status_t status =
        pt64_check_region(traits->meta, pt64_limits_of(traits, guard->table), vaddr, bytes);

    return status == PT64_OK ? traits->ops->check_fixed(guard, vaddr, bytes)
                             : pt64_fail(guard, vaddr, status);
}

/** Whether the guard's path ends in the level-0 node of `vaddr`. Nothing is left to check then. */
PT64_INLINE bool pt64_is_at_hand(const struct pt64_traits *traits, const struct pt64_guard *guard,
                                 pt64_vaddr_t vaddr)
{
    return guard->path.level == 0 && pt64_is_current(guard) &&
           (!PT64_RARELY(pt64_is_ranged(guard)) || pt64_owns_page(guard, vaddr)) &&
           pt64_slots_in(traits->meta, guard->path.vaddr ^ vaddr, 1) == 0;
}

/**
 * The level-0 node of `vaddr`, which is to be changed, by a walk that only follows links. NULL if
 * it takes more than that to get there: besides what pt64_walk_links says, `vaddr` may be fixed or
 * not the guard's, or the table is adopted.
 */
PT64_INLINE pt64_slot_t *pt64_reach(const struct pt64_traits *traits,
                                    const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    if (!pt64_owns_page(guard, vaddr) || !pt64_is_plainly_free(traits, guard->table, vaddr))
        return NULL;
    return pt64_walk_links(traits, guard->table,
                           pt64_entries(traits, guard->table, pt64_root_of(guard->table)), vaddr,
                           true);
}

/** Remembers the level-0 node of `vaddr`. */
PT64_INLINE void pt64_remember(struct pt64_guard *guard, pt64_vaddr_t vaddr, pt64_slot_t *entries)
{
    guard->epoch = guard->table->epoch;
    pt64_path_shorten(&guard->path, vaddr, entries);
}

/**
 * Remembers the level-0 node of `vaddr`, unless this is the first use of the guard: one that
 * changes a single page has no use for it.
 */
PT64_INLINE void pt64_use(struct pt64_guard *guard, pt64_vaddr_t vaddr, pt64_slot_t *entries)
{
    if (pt64_is_used(guard))
        pt64_remember(guard, vaddr, entries);
    guard->state |= PT64_USED;
}

/**
 * Walks to the slot of `vaddr` for a call that changes one page. The cursor's slot is NULL if
 * `vaddr` is not valid, is fixed or is not the guard's, or if a node on the way is not memory.
 */
PT64_INLINE void pt64_locate(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_vaddr_t vaddr, struct pt64_cursor *cursor)
{
    if (pt64_owns(guard, vaddr, 1) &&
        pt64_is_vaddr(traits->meta, pt64_limits_of(traits, guard->table), vaddr) &&
        !pt64_is_fixed(traits, guard->table, vaddr))
        traits->ops->seek(guard, vaddr, 0, cursor);
    else
        pt64_lead_nowhere(cursor);
}

/** The slot of `vaddr`, which is at hand. */
PT64_INLINE pt64_slot_t *pt64_slot_at_hand(const struct pt64_traits *traits,
                                           const struct pt64_guard *guard, pt64_vaddr_t vaddr)
{
    return pt64_slot_of(traits, guard->table, guard->path.nodes[0], vaddr, 0);
}

/** Fails with the reason why pt64_locate led nowhere. */
PT64_INLINE pt64_status_t pt64_refusal(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr)
{
    bool is_fixed = pt64_owns(guard, vaddr, 1) &&
                    pt64_is_vaddr(traits->meta, pt64_limits_of(traits, guard->table), vaddr) &&
                    pt64_is_fixed(traits, guard->table, vaddr);

    return pt64_fail(guard, vaddr, is_fixed ? PT64_BORROWED : PT64_BAD_ADDRESS);
}

/**
 * Whether a change of leaves at `level` ends a translation that a CPU may hold. Otherwise
 * translations only begin.
 *
 * With PT64_RESIZE_FLUSH, a permission that a huge page gains is an end too: smaller pages that
 * have it may later take the place of the huge page by one store, and no CPU may hold both.
 */
PT64_INLINE bool pt64_ends(const struct pt64_limits *limits, enum pt64_change change,
                           unsigned level)
{
    return change >= PT64_TIGHTENED ||
           (change == PT64_RELAXED && level > 0 && limits->split == PT64_RESIZE_FLUSH);
}

/** Whether CPUs hold the slots at `level`, those of the root, until it is loaded anew. */
PT64_INLINE bool pt64_is_level_held(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                    unsigned level)
{
    return meta->root_is_held && level == pt64_root_level(limits);
}

/** What a change of a slot at `level` needs. */
PT64_INLINE enum pt64_need pt64_need_of(const struct pt64_meta *meta,
                                        const struct pt64_limits *limits, enum pt64_change change,
                                        unsigned level)
{
    if (pt64_is_level_held(meta, limits, level))
        return PT64_NEED_ALL;
    switch (change) {
    case PT64_UNCHANGED:
        return PT64_NEED_NOTHING;
    case PT64_CREATED:
        return meta->needs.created;
    case PT64_LINKED:
        return meta->needs.linked;
    case PT64_RELAXED:
        return pt64_ends(limits, change, level) ? meta->needs.tightened : meta->needs.relaxed;
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
 * What the invalidation of `slots` slots of `size` bytes counts towards the flush_limit of the
 * limits. A page by itself is one invalidation, whatever its size.
 */
PT64_INLINE uint64_t pt64_request_cost(const struct pt64_meta *meta,
                                       const struct pt64_limits *limits, uint64_t slots,
                                       pt64_size_t size)
{
    return limits->by_range && slots > 1 ? slots * (size >> meta->page_shift) : slots;
}

/**
 * Counts an invalidation towards the flush_limit. If all that ended exceeds it, the request becomes
 * one of everything that ended, for every CPU. If all together exceeds it, the request becomes one
 * of everything that began, which this CPU must run.
 */
PT64_INLINE void pt64_count_flush(const struct pt64_limits *limits, struct pt64_guard *guard,
                                  uint64_t cost, bool ended)
{
    unsigned left = limits->flush_limit - guard->ended;

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

/** Adds to the request what the change of `count` slots at `level` needs. */
PT64_INLINE void pt64_gather_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,
                                   unsigned level)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);
    enum pt64_need need = pt64_need_of(traits->meta, limits, change, level);
    bool ended = pt64_ends(limits, change, level);
    pt64_size_t size = pt64_slot_size(traits->meta, level);
    PT64_UNSET struct pt64_flush_range range = {pt64_slot_start(traits->meta, vaddr, level),
                                                pt64_slots_bytes(traits->meta, count, level), size,
                                                ended, need == PT64_NEED_WALK};

    if (need == PT64_NEED_ALL)
        pt64_request_everything(&guard->flush, ended);
    else
        pt64_count_flush(limits, guard, pt64_request_cost(traits->meta, limits, count, size),
                         ended);
    if (!pt64_request_is_whole(&guard->flush, ended))
        pt64_request_add(&guard->flush, &range);
}

/**
 * Whether a change of slots at `level` leaves in a TLB what conflicts with a new page there: a
 * translation that ended, or a page without a permission that it gained.
 *
 * An unlinked node by itself leaves nothing of that kind, except where break_to_move is set. With
 * PT64_RESIZE_BREAK_EMPTY every change above level 0 does, even a new huge page: its slot was
 * broken first, and a TLB may hold the broken entry as a huge page that is not present.
 */
PT64_INLINE bool pt64_leaves_stale(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                   enum pt64_change change, unsigned level)
{
    if (limits->grow == PT64_RESIZE_BREAK_EMPTY && level > 0)
        return true;
    return change >= PT64_RELAXED && (change != PT64_UNLINKED || meta->break_to_move);
}

/**
 * Gathers the invalidation that the change of `count` slots at `level`, from that of `vaddr` on,
 * needs.
 */
PT64_INLINE void pt64_gather(const struct pt64_traits *traits, struct pt64_guard *guard,
                             enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,
                             unsigned level)
{
    enum pt64_need need =
        pt64_need_of(traits->meta, pt64_limits_of(traits, guard->table), change, level);

    if (need == PT64_NEED_NOTHING)
        return;
    pt64_pend(traits, guard);
    if (pt64_leaves_stale(traits->meta, pt64_limits_of(traits, guard->table), change, level))
        pt64_note_stale(guard, 1U << level);
    if (need != PT64_NEED_BARRIER &&
        PT64_RARELY(!pt64_request_is_whole(
            &guard->flush, pt64_ends(pt64_limits_of(traits, guard->table), change, level))))
        traits->ops->gather_range(guard, change, vaddr, count, level);
}

/**
 * Gathers that one smallest page ended or lost something, which needs an invalidation in every
 * format. Nothing is pending: where the kind of change is a constant, it takes a few stores. False
 * if it takes more than that.
 */
PT64_INLINE bool pt64_gather_first(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   enum pt64_change change, pt64_vaddr_t vaddr)
{
    const struct pt64_meta *meta = traits->meta;
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);
    enum pt64_need need = pt64_need_of(meta, limits, change, 0);
    struct pt64_flush_range *range = &guard->flush.ranges[0];

    if (need == PT64_NEED_ALL || limits->flush_limit == 0)
        return false;
    pt64_pend_first(traits, guard);
    if (pt64_leaves_stale(meta, limits, change, 0))
        pt64_note_stale(guard, 1);
    guard->ended = 1;
    guard->flush.count = 1;
    range->vaddr = vaddr;
    range->bytes = pt64_page_size(meta);
    range->stride = pt64_page_size(meta);
    range->ended = true;
    range->tables = need == PT64_NEED_WALK;
    return true;
}

/** Notes the change of the smallest page at `vaddr`, in the level-0 node `entries`. */
PT64_INLINE void pt64_note_change(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  enum pt64_change change, pt64_vaddr_t vaddr, pt64_slot_t *entries)
{
    pt64_use(guard, vaddr, entries);
    traits->ops->gather(guard, change, vaddr, 1, 0);
}

/** The same for a page that ended or lost something. Usually that is the guard's first use. */
PT64_INLINE void pt64_note_loss(const struct pt64_traits *traits, struct pt64_guard *guard,
                                enum pt64_change change, pt64_vaddr_t vaddr, pt64_slot_t *entries)
{
    if (PT64_RARELY(pt64_is_used(guard)) || !pt64_gather_first(traits, guard, change, vaddr))
        pt64_note_change(traits, guard, change, vaddr, entries);
}

/** Remembers that the table has held a global page, if pages with these flags are global. */
PT64_INLINE void pt64_remember_global(struct pt64_table *table, pt64_flags_t flags)
{
    if (flags & PT64_GLOBAL)
        pt64_note_history(table, PT64_ANY_ID);
}

/** Runs a request on this CPU, if an instruction of it reaches the walker. */
PT64_INLINE void pt64_flush_local(const struct pt64_traits *traits,
                                  const struct pt64_flush *request)
{
    if (traits->meta->flush != NULL)
        traits->meta->flush(request);
}

PT64_INLINE void pt64_fix_fault(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_vaddr_t vaddr)
{
    if (traits->meta->fix_fault != NULL)
        traits->meta->fix_fault(pt64_id_of(table), vaddr);
}

PT64_INLINE void pt64_run_flush(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    const struct pt64_table *table = guard->table;

    guard->flush.root = pt64_root_of(table);
    guard->flush.id = pt64_id_of(table);
    guard->flush.global = (pt64_history_of(table) & PT64_ANY_ID) != 0;
    if (traits->handler->flush != NULL)
        traits->handler->flush(table->ctx, &guard->flush);
    else
        pt64_flush_local(traits, &guard->flush);
}

/**
 * Frees the retired nodes, of which there are some, with all below them. In an adopted table a
 * freed node may also be on the path of a guard, by a second link. So every guard forgets its path:
 * nothing keeps a pointer to an entry, and the next walk begins at the root.
 */
PT64_INLINE void pt64_free_retired(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    pt64_end_all_paths(guard);
    while (pt64_retired_count(guard) > 0) {
        pt64_paddr_t retired = guard->retired[pt64_retired_count(guard) - 1];
        pt64_paddr_t frame = pt64_align_down(retired, (uint64_t)1 << pt64_node_shift(traits->meta));

        guard->state -= PT64_ONE_RETIRED;
        traits->ops->free_subtree(guard->table, frame, (unsigned)(retired - frame));
    }
}

/** Runs the request of a guard, which asks for something. */
PT64_INLINE void pt64_run_pending(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    pt64_run_flush(traits, guard);
    pt64_reset_flush(guard);
}

/** Flushes what is pending. */
PT64_INLINE void pt64_flush_pending(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (pt64_is_pending(guard))
        pt64_run_pending(traits, guard);
}

/** Flushes what is pending, then frees the retired nodes. There is something to do. */
PT64_INLINE void pt64_commit(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (pt64_retired_count(guard) > 0) {
        traits->ops->flush_pending(guard);
        traits->ops->free_retired(guard);
    } else {
        pt64_run_pending(traits, guard);
    }
}

/**
 * The same, inline for a guard with nothing to do. A guard on a range first publishes the links
 * that lead to it, of which another may just have made some.
 */
PT64_INLINE void pt64_end(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (traits->handler->publish != NULL && pt64_is_ranged(guard))
        traits->ops->publish_shared(guard);
    if (pt64_has_to_do(guard))
        traits->ops->commit(guard);
}

PT64_INLINE bool pt64_is_full(const struct pt64_guard *guard)
{
    return pt64_retired_count(guard) == PT64_RETIRED;
}

/**
 * Makes room for another unlinked node, by an early commit if the guard is full. Returns whether
 * the guard has forgotten its path.
 */
PT64_INLINE bool pt64_make_room(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    if (!pt64_is_full(guard))
        return false;
    traits->ops->commit(guard);
    return true;
}

/**
 * Whether a pending flush of smaller pages must run before a huge page takes their place. With
 * PT64_RESIZE_BREAK_EMPTY it need not: the huge page is broken first even in an empty slot, and the
 * flush of that break serves the smaller pages too.
 */
PT64_INLINE bool pt64_growing_waits(const struct pt64_limits *limits)
{
    return limits->grow != PT64_RESIZE_AT_ONCE && limits->grow != PT64_RESIZE_BREAK_EMPTY;
}

/** Whether a pending flush of a huge page must run before smaller pages take its place. */
PT64_INLINE bool pt64_splitting_waits(const struct pt64_limits *limits)
{
    return limits->split != PT64_RESIZE_AT_ONCE || limits->grow == PT64_RESIZE_BREAK_EMPTY;
}

/**
 * The levels whose stale leaves are in the way of a leaf at `level`: the flush must run first. A
 * bit for each.
 */
PT64_INLINE unsigned pt64_levels_in_the_way(const struct pt64_meta *meta,
                                            const struct pt64_limits *limits, unsigned level)
{
    unsigned smaller = (1U << level) - 1;
    unsigned in_the_way = meta->break_to_move ? 1U << level : 0;

    if (meta->break_to_move || pt64_splitting_waits(limits))
        in_the_way |= ~(smaller << 1 | 1);
    if (meta->break_to_move || pt64_growing_waits(limits))
        in_the_way |= smaller;
    return in_the_way;
}

/** Whether a TLB may hold what is in the way of a leaf at `level`. */
PT64_INLINE bool pt64_is_stale(const struct pt64_traits *traits, const struct pt64_guard *guard,
                               unsigned level)
{
    return pt64_has_stale_of(
        guard, pt64_levels_in_the_way(traits->meta, pt64_limits_of(traits, guard->table), level));
}

/** Whether a TLB may hold what is in the way of some leaf. */
PT64_INLINE bool pt64_has_stale(const struct pt64_traits *traits, const struct pt64_guard *guard)
{
    const struct pt64_meta *meta = traits->meta;
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);

    return pt64_has_stale_of(guard,
                             pt64_levels_in_the_way(meta, limits, 0) |
                                 pt64_levels_in_the_way(meta, limits, limits->leaf_levels - 1));
}

/**
 * Whether the pending flush invalidates anything in the `bytes` from `vaddr` on that is in the way
 * of leaves at `level`.
 */
PT64_INLINE bool pt64_is_in_the_way(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                    const struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                    uint64_t bytes, unsigned level)
{
    const struct pt64_flush *flush = &guard->flush;
    unsigned levels = pt64_levels_in_the_way(meta, limits, level);

    if (!pt64_has_stale_of(guard, levels))
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

/**
 * Flushes what is pending if it is in the way of leaves at `level` in the `bytes` from `vaddr` on.
 */
PT64_INLINE void pt64_clear_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                                pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    if (pt64_is_in_the_way(traits->meta, pt64_limits_of(traits, guard->table), guard, vaddr, bytes,
                           level))
        traits->ops->flush_pending(guard);
}

/**
 * The same, inline for the usual case that nothing is in the way. It is called before such leaves
 * are written.
 */
PT64_INLINE void pt64_make_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    if (pt64_has_stale(traits, guard))
        traits->ops->make_way(guard, vaddr, bytes, level);
}

/**
 * Ends a guard on a table that no CPU has loaded. The stores only have to be visible to a CPU that
 * loads it later, also those that need no request: links, hidden pages, marks.
 */
PT64_INLINE void pt64_ignore(const struct pt64_traits *traits, struct pt64_guard *guard)
{
    pt64_publish(traits, guard->table);
    pt64_reset_flush(guard);
    if (pt64_retired_count(guard) > 0)
        traits->ops->free_retired(guard);
}

/**
 * Takes charge of the node that `entry` links. `entry` was just removed from the slot of `vaddr` at
 * `level`.
 *
 * Hardware may have cached entries below the slot. `stride` is a level: one invalidation at every
 * slot of that level drops them. It is 0 if there may be pages below, 1 if there were only nodes,
 * and `level` if there was nothing. That does not reach a root which the CPU holds: whatever was
 * below, a link that it has lost is a change of the root.
 *
 * The guard is not full. The link is aligned: the node has been read, or the library made it.
 */
PT64_INLINE void pt64_retire(const struct pt64_traits *traits, struct pt64_guard *guard,
                             pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level,
                             unsigned stride)
{
    const struct pt64_meta *meta = traits->meta;
    pt64_paddr_t frame = traits->pte->link_address(entry, level);

    if (stride == 0)
        pt64_note_stale(guard, (1U << level) - 1);
    if (pt64_is_level_held(meta, pt64_limits_of(traits, guard->table), level))
        stride = level;
    traits->ops->gather(guard, PT64_UNLINKED, pt64_slot_start(meta, vaddr, level),
                        pt64_slots_in(meta, pt64_slot_size(meta, level), stride), stride);
    guard->retired[pt64_retired_count(guard)] = frame | (level - 1);
    guard->state = (guard->state + PT64_ONE_RETIRED) | PT64_USED;
    pt64_end_paths(guard);
}

/**
 * Reserves the `frames` that a plan needs. If the plan failed, with `status`, or the handler has
 * too few frames, the reserve is given back. The guard is current, and is not any more if another
 * guard came to the table while the handler was asked.
 */
PT64_INLINE pt64_status_t pt64_secure(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      struct pt64_reserve *reserve, size_t frames,
                                      pt64_status_t status)
{
    bool has_frames;

    if (status != PT64_OK) {
        pt64_reserve_drop(traits, guard->table, reserve);
        return status;
    }
    /* The allocator may map pages, through another guard, where changes of this one are pending. */
    if (frames > reserve->count && pt64_has_stale(traits, guard))
        traits->ops->flush_pending(guard);
    pt64_watch(guard);
    has_frames = pt64_reserve_grow(traits, guard->table, reserve, frames);
    pt64_end_watch(guard);
    return has_frames ? PT64_OK : PT64_NO_MEMORY;
}

/**
 * A first pass over what a call is to change. It checks that the change is possible, and counts the
 * frames that it needs. `what` is the call's own description of the change.
 */
typedef pt64_status_t (*pt64_planner_t)(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        void *what, size_t *frames);

/**
 * Plans a change and reserves its frames. The allocator may change the table meanwhile. Then the
 * plan is made anew, because it may need more frames.
 */
PT64_INLINE pt64_status_t pt64_prepare(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_reserve *reserve, pt64_planner_t planner,
                                       void *what)
{
    pt64_status_t status;

    do {
        size_t frames = 0;

        pt64_enter_epoch(guard);
        status = planner(traits, guard, what, &frames);
        if (status != PT64_OK || frames > reserve->count)
            status = traits->ops->secure(guard, reserve, frames, status);
    } while (status == PT64_OK && !pt64_is_current(guard));
    return status;
}

/** @endcond */

#endif
