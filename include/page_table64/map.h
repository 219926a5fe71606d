/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Mapping: one page, a region, or pages whose frames a callback names.
 *
 * A call cuts its range into chunks. A chunk is a number of leaves of one level, side by side in
 * one node. A first pass over the chunks finds whatever is in the way, and counts the missing
 * nodes. The call then reserves a frame for each. A second pass writes the leaves. It cannot fail,
 * unless a callback does not return the same each time. It builds missing nodes as a detached
 * subtree, which no walker reaches. One store links the subtree once the pass leaves the slot.
 */
#ifndef PAGE_TABLE64_MAP_H
#define PAGE_TABLE64_MAP_H

#include "break.h"
#include "range.h"
#include "walk.h"

/**
 * Returns the frame for the page at `vaddr`. The library may call it several times for a page, the
 * first time before a walker can come to anything that changes.
 */
typedef pt64_paddr_t (*pt64_get_paddr_t)(void *arg, pt64_vaddr_t vaddr);

/** @cond engine */

/** The map arguments: what is to be mapped. */
struct pt64_map_args {
    pt64_vaddr_t vaddr;
    uint64_t bytes; /**< not 0 */
    /** The first frame, which the others follow; unused if `is_listed`. Or the mark. */
    pt64_paddr_t paddr;
    bool is_listed;     /**< a callback names the frames, or another table */
    bool is_cloned;     /**< another table has the entries */
    bool is_populated;  /**< nothing is mapped: the nodes are all that is made */
    pt64_flags_t flags; /**< PT64_MARK for a mark in one slot at `max_level` */
    unsigned max_level; /**< of the leaves */
};

/** Makes them those of a call for which a callback names the frames. */
PT64_INLINE void pt64_list_args(struct pt64_map_args *args, pt64_vaddr_t vaddr, uint64_t bytes,
                                pt64_flags_t flags, unsigned max_level)
{
    args->vaddr = vaddr;
    args->bytes = bytes;
    args->paddr = 0;
    args->is_listed = true;
    args->is_cloned = false;
    args->is_populated = false;
    args->flags = flags;
    args->max_level = max_level;
}

/**
 * The caller's function that names frames. It is not part of the map arguments, because functions
 * out of line get those. So the compiler sees all of it, and calls a function that is known at
 * compile time directly.
 */
struct pt64_source {
    pt64_get_paddr_t get_paddr; /**< NULL if the map arguments name the frames */
    void *arg;
};

/** A chunk: leaves of one level, side by side in one node. */
struct pt64_chunk {
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr; /**< of the first leaf */
    unsigned level;
    size_t count;
};

/**
 * A detached subtree, which no walker reaches. `link` is stored into `slot` once everything in the
 * subtree is written.
 */
struct pt64_detached {
    pt64_slot_t *slot; /**< NULL if there is no subtree */
    pt64_entry_t link;
    pt64_vaddr_t vaddr;
    unsigned level; /**< of the slot */
};

/**
 * The stages of a map call. Each stage goes over the whole range, chunk by chunk, before the next
 * one begins.
 */
enum pt64_stage {
    PT64_STAGE_BLAME,  /**< plans again, with no more frames than the handler had */
    PT64_STAGE_PLAN,   /**< changes nothing; checks every slot and counts the missing nodes */
    PT64_STAGE_VACATE, /**< vacates slots that huge leaves may not take directly */
    PT64_STAGE_WRITE,  /**< writes the leaves */
    PT64_STAGE_OVER,
};

/** The state of a map call. */
struct pt64_progress {
    struct pt64_map_args args;
    enum pt64_stage stage;
    bool takes_place; /**< huge pages will take the place of nodes */
    bool vacates;     /**< the vacate stage has come to a huge leaf */
    bool lacks;       /**< a plan has found nodes missing */
    bool is_new;      /**< a detached subtree will have all of the range, and frames are named */
    size_t frames;    /**< the number that the plan needs */
    bool has_planned; /**< the plan has come to a chunk before this one */
    pt64_vaddr_t planned; /**< the last address of that chunk */
    struct pt64_reserve reserve;
    struct pt64_detached detached;
    pt64_slot_t *slots; /**< those of the chunk that is being written */
};

/* ---- cutting a range into chunks ---- */

PT64_INLINE pt64_paddr_t pt64_args_paddr(const struct pt64_map_args *args,
                                         const struct pt64_source *source, pt64_vaddr_t vaddr)
{
    if (source->get_paddr != NULL)
        return source->get_paddr(source->arg, vaddr);
    return args->paddr + (vaddr - args->vaddr);
}

/** Whether the frames of the `size` bytes from `vaddr` on are contiguous and begin at `paddr`. */
PT64_INLINE bool pt64_is_contiguous(const struct pt64_meta *meta, const struct pt64_source *source,
                                    pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size)
{
    if (source->get_paddr == NULL)
        return true;
    for (uint64_t offset = 0; offset < size; offset += pt64_page_size(meta))
        if (source->get_paddr(source->arg, vaddr + offset) != paddr + offset)
            return false;
    return true;
}

/** The level of the largest page that can start at `vaddr`. */
PT64_INLINE unsigned pt64_pick_level(const struct pt64_meta *meta, const struct pt64_map_args *args,
                                     const struct pt64_source *source, pt64_vaddr_t vaddr,
                                     pt64_paddr_t paddr, uint64_t left)
{
    unsigned level = args->max_level;

    while (level > 0 &&
           (pt64_slot_size(meta, level) > left ||
            !pt64_is_slot_aligned(meta, vaddr | paddr, level) ||
            !pt64_is_contiguous(meta, source, vaddr, paddr, pt64_slot_size(meta, level))))
        level--;
    return level;
}

/** The bytes that one chunk may have: its leaves are steps apart. */
PT64_INLINE uint64_t pt64_chunk_room(const struct pt64_traits *traits,
                                     const struct pt64_table *table,
                                     const struct pt64_map_args *args,
                                     const struct pt64_source *source,
                                     const struct pt64_chunk *chunk)
{
    uint64_t left = args->bytes - (chunk->vaddr - args->vaddr);
    uint64_t more;

    if (traits->pte->additive_bits == 0 || source->get_paddr != NULL)
        return left;
    more = pt64_last_additive(traits, table, chunk->paddr) - chunk->paddr;
    return more < left ? more + 1 : left;
}

PT64_INLINE struct pt64_chunk pt64_cut_chunk(const struct pt64_traits *traits,
                                             const struct pt64_table *table,
                                             const struct pt64_map_args *args,
                                             const struct pt64_source *source, pt64_vaddr_t vaddr)
{
    const struct pt64_meta *meta = traits->meta;
    PT64_UNSET struct pt64_chunk chunk = {vaddr, pt64_args_paddr(args, source, vaddr),
                                          args->max_level, 1};
    uint64_t room;
    uint64_t fit;

    if (args->flags & PT64_MARK)
        return chunk;
    room = pt64_chunk_room(traits, table, args, source, &chunk);
    chunk.level = pt64_pick_level(meta, args, source, vaddr, chunk.paddr, room);
    if (chunk.level == 0 || source->get_paddr == NULL) {
        chunk.count = pt64_slots_left(meta, pt64_limits_of(traits, table), vaddr, chunk.level);
        fit = pt64_slots_in(meta, room, chunk.level);
        if (fit < chunk.count)
            chunk.count = (size_t)fit;
    }
    return chunk;
}

PT64_INLINE uint64_t pt64_chunk_bytes(const struct pt64_meta *meta, const struct pt64_chunk *chunk)
{
    return pt64_slots_bytes(meta, chunk->count, chunk->level);
}

/** Checks the frames of a range, the first of which is at `paddr`. */
PT64_INLINE pt64_status_t pt64_check_paddr(const struct pt64_traits *traits,
                                           const struct pt64_table *table, pt64_paddr_t paddr,
                                           uint64_t bytes, pt64_flags_t flags)
{
    if (!pt64_is_aligned(paddr, pt64_page_size(traits->meta)))
        return PT64_NOT_ALIGNED;
    return pt64_is_page_range(traits, table, paddr, bytes, flags) ? PT64_OK : PT64_BAD_ADDRESS;
}

/** The bits that are clear in the address of each smallest page, if addresses have `bits` bits. */
PT64_INLINE pt64_paddr_t pt64_bits_around(const struct pt64_meta *meta, unsigned bits)
{
    return ~(pt64_shift_left(1, bits) - pt64_page_size(meta));
}

/** The same for the frames that pages with these flags can be at. */
PT64_INLINE pt64_paddr_t pt64_wrong_paddr_bits(const struct pt64_traits *traits,
                                               const struct pt64_table *table, pt64_flags_t flags)
{
    unsigned bits = pt64_limits_of(traits, table)->paddr_bits;

    if (pt64_limits_hiding(traits->pte, flags))
        bits -= traits->pte->hidden_bits;
    return pt64_bits_around(traits->meta, bits);
}

/**
 * Checks one frame that a callback names. The frames of a region without a callback are checked as
 * a whole.
 */
PT64_INLINE pt64_status_t pt64_check_frame(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           pt64_paddr_t paddr, pt64_flags_t flags)
{
    pt64_status_t status =
        pt64_check_paddr(traits, guard->table, paddr, pt64_page_size(traits->meta), flags);

    return status == PT64_OK ? PT64_OK : pt64_fail(guard, vaddr, status);
}

/* ---- first pass: nothing changes ---- */

/**
 * Whether the slot of `vaddr` at `level` holds no page: nothing but links and empty entries is in
 * it and below it. False if a node on the way is not memory. What is in the way is then where the
 * guard failed.
 */
PT64_INLINE bool pt64_is_subtree_empty(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, unsigned level)
{
    pt64_vaddr_t at = pt64_slot_start(traits->meta, vaddr, level);
    uint64_t rest = pt64_slot_size(traits->meta, level);

    while (rest > 0) {
        PT64_UNSET struct pt64_cursor cursor;
        uint64_t step;

        traits->ops->seek(guard, at, 0, &cursor);
        step = pt64_slot_rest(traits->meta, at, cursor.level);
        if (cursor.slot == NULL || cursor.kind != PT64_EMPTY) {
            guard->failed_at = at;
            return false;
        }
        at += step;
        rest -= step;
    }
    return true;
}

/**
 * The number of nodes that are missing between the chunk and an empty slot at `level` above it. A
 * node that several chunks of the range need counts for the first of them.
 */
PT64_INLINE size_t pt64_missing_nodes(const struct pt64_meta *meta,
                                      const struct pt64_progress *progress,
                                      const struct pt64_chunk *chunk, unsigned level)
{
    size_t missing = 0;

    for (unsigned at = chunk->level; at < level; at++)
        if (!progress->has_planned ||
            pt64_slots_in(meta, progress->planned ^ chunk->vaddr, at + 1) != 0)
            missing++;
    return missing;
}

/** Checks that leaves may go into the chunk's slots. `slots` are at the chunk's level. */
PT64_INLINE pt64_status_t pt64_check_slots(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, const struct pt64_chunk *chunk,
                                           pt64_slot_t *slots, struct pt64_progress *progress)
{
    pt64_entry_t empty = pt64_empty_entry(traits, guard->table, chunk->level);
    size_t first = pt64_count_same(traits->meta, slots, chunk->count, empty);

    for (size_t i = first; i < chunk->count; i++) {
        pt64_entry_t entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, i));
        pt64_vaddr_t vaddr = chunk->vaddr + pt64_slots_bytes(traits->meta, i, chunk->level);

        switch (pt64_kind_of(traits, guard->table, entry, chunk->level)) {
        case PT64_EMPTY:
            break;
        case PT64_LINK:
            if (!traits->ops->is_subtree_empty(guard, vaddr, chunk->level))
                return PT64_ALREADY_MAPPED;
            if (pt64_is_kept(traits, guard->table, vaddr, chunk->level))
                return pt64_fail(guard, vaddr, PT64_BORROWED);
            progress->takes_place = true;
            break;
        case PT64_MARKED_SLOT:
            return pt64_fail(guard, vaddr, PT64_MARKED);
        default: /* PT64_LEAF, PT64_HIDDEN, PT64_UNKNOWN */
            return pt64_fail(guard, vaddr, PT64_ALREADY_MAPPED);
        }
    }
    return PT64_OK;
}

/**
 * Plans the way to the chunk's slots: counts the nodes that it needs. `*cursor` is at the chunk's
 * level if its node is there.
 */
PT64_INLINE pt64_status_t pt64_plan_way(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        struct pt64_progress *progress,
                                        const struct pt64_chunk *chunk, struct pt64_cursor *cursor)
{
    size_t missing;

    traits->ops->seek(guard, chunk->vaddr, chunk->level, cursor);
    missing = pt64_missing_nodes(traits->meta, progress, chunk, cursor->level);
    progress->has_planned = true;
    progress->planned = chunk->vaddr + (pt64_chunk_bytes(traits->meta, chunk) - 1);
    if (cursor->slot == NULL)
        return pt64_fail(guard, chunk->vaddr, PT64_BAD_ADDRESS);
    if (cursor->level == chunk->level)
        return PT64_OK;
    if (cursor->kind != PT64_EMPTY)
        return pt64_fail(guard, chunk->vaddr, pt64_status_above(cursor->kind));
    progress->frames += missing;
    return PT64_OK;
}

/** Checks that the chunk can be mapped, and counts the nodes that it needs. */
PT64_INLINE pt64_status_t pt64_plan_chunk(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, struct pt64_progress *progress,
                                          const struct pt64_chunk *chunk)
{
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status = pt64_plan_way(traits, guard, progress, chunk, &cursor);

    if (status != PT64_OK || cursor.level != chunk->level)
        return status;
    return pt64_check_slots(traits, guard, chunk, cursor.slot, progress);
}

/**
 * Checks the frames that a callback names for the chunk's pages. One mask checks all of an address.
 */
PT64_INLINE pt64_status_t pt64_check_frames(const struct pt64_traits *traits,
                                            struct pt64_guard *guard,
                                            const struct pt64_source *source,
                                            const struct pt64_chunk *chunk, pt64_flags_t flags)
{
    pt64_paddr_t wrong = pt64_wrong_paddr_bits(traits, guard->table, flags);
    pt64_vaddr_t vaddr = chunk->vaddr;
    pt64_paddr_t paddr = chunk->paddr;
    size_t left = chunk->count;

    while ((paddr & wrong) == 0) {
        if (--left == 0)
            return PT64_OK;
        vaddr += pt64_page_size(traits->meta);
        paddr = source->get_paddr(source->arg, vaddr);
    }
    return pt64_check_frame(traits, guard, vaddr, paddr, flags);
}

/**
 * Whether all of the range goes into nodes that are missing below one slot, all at the smallest
 * size, with frames that a callback names. A wrong frame is then found in time while entries are
 * written: no walker comes to them before the last one is. So the plan need not ask for the frames.
 */
PT64_INLINE bool pt64_is_new_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_map_args *args)
{
    PT64_UNSET struct pt64_cursor cursor;

    if (args->max_level > 0)
        return false;
    traits->ops->seek(guard, args->vaddr, 0, &cursor);
    return cursor.slot != NULL && cursor.level > 0 && cursor.kind == PT64_EMPTY &&
           pt64_slot_rest(traits->meta, args->vaddr, cursor.level) >= args->bytes &&
           pt64_owns_slot(traits->meta, guard, args->vaddr, cursor.level);
}

/* ---- second pass ---- */

PT64_INLINE void pt64_link_detached(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_detached *detached)
{
    if (detached->slot == NULL)
        return;
    pt64_put_link(traits, guard->table, detached->slot, detached->link);
    pt64_gather(traits, guard, PT64_LINKED, detached->vaddr, 1, detached->level);
    detached->slot = NULL;
}

/**
 * Empties the slots of a new node at `level` that may stay unwritten, and those from `from` to
 * `last` not: the write stage is certain to write them. `from` is in the node or before it, `last`
 * in it or behind it.
 */
PT64_INLINE void pt64_fill_around(const struct pt64_traits *traits, const struct pt64_table *table,
                                  pt64_slot_t *entries, pt64_vaddr_t vaddr, unsigned level,
                                  pt64_vaddr_t from, pt64_vaddr_t last)
{
    const struct pt64_meta *meta = traits->meta;
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    pt64_entry_t empty = pt64_empty_entry(traits, table, level);
    pt64_vaddr_t start = pt64_slot_start(meta, vaddr, level + 1);
    size_t count = pt64_node_entries(meta, limits, level);
    size_t first = from > start ? pt64_index(meta, limits, from, level) : 0;
    size_t end = last - start < pt64_slot_size(meta, level + 1)
                     ? pt64_index(meta, limits, last, level) + 1
                     : count;

    pt64_put_fill(traits, table, entries, first, empty);
    pt64_put_fill(traits, table, pt64_slot_at(meta, entries, end), count - end, empty);
}

/**
 * Empties the slots of a new node at `level`, on the way to the chunk, that may stay unwritten.
 * Only the write stage is certain to write slots: those of the range, if the map arguments name the
 * frames, and otherwise those of the chunk, unless nothing is mapped.
 */
PT64_INLINE void pt64_fill_new(const struct pt64_traits *traits, const struct pt64_table *table,
                               const struct pt64_progress *progress, pt64_slot_t *entries,
                               const struct pt64_chunk *chunk, unsigned level)
{
    const struct pt64_meta *meta = traits->meta;
    const struct pt64_map_args *args = &progress->args;

    if (progress->stage == PT64_STAGE_WRITE && !args->is_listed)
        pt64_fill_around(traits, table, entries, chunk->vaddr, level, args->vaddr,
                         args->vaddr + (args->bytes - 1));
    else if (progress->stage == PT64_STAGE_WRITE && !args->is_populated && level == chunk->level)
        pt64_fill_around(traits, table, entries, chunk->vaddr, level, chunk->vaddr,
                         chunk->vaddr + (pt64_chunk_bytes(meta, chunk) - 1));
    else
        pt64_put_fill(traits, table, entries,
                      pt64_node_entries(meta, pt64_limits_of(traits, table), level),
                      pt64_empty_entry(traits, table, level));
}

/**
 * Makes the missing nodes from the end of the guard's path down to the chunk's level, and adds them
 * to the path. False if the reserve does not suffice: only a callback that does not return the same
 * each time can cause that.
 */
PT64_INLINE bool pt64_build_down(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_progress *progress, const struct pt64_chunk *chunk)
{
    struct pt64_detached *detached = &progress->detached;
    struct pt64_path *path = &guard->path;

    while (path->level > chunk->level) {
        unsigned level = path->level;
        pt64_slot_t *slot =
            pt64_slot_of(traits, guard->table, path->nodes[level], chunk->vaddr, level);
        pt64_paddr_t frame;

        if (!pt64_owns_slot(traits->meta, guard, chunk->vaddr, level)) {
            if (!pt64_enter_shared(traits, guard, &progress->reserve, chunk->vaddr))
                return false;
            continue;
        }
        if (pt64_is_spent(&progress->reserve))
            return false;
        frame = pt64_reserve_take(traits, guard->table, &progress->reserve);
        path->nodes[level - 1] = pt64_entries(traits, guard->table, frame);
        pt64_fill_new(traits, guard->table, progress, path->nodes[level - 1], chunk, level - 1);
        if (detached->slot == NULL) {
            detached->slot = slot;
            detached->link = pt64_link(traits, guard->table, frame, level);
            detached->vaddr = chunk->vaddr;
            detached->level = level;
        } else {
            pt64_put(traits, guard->table, slot, pt64_link(traits, guard->table, frame, level));
        }
        path->level = level - 1;
    }
    return true;
}

/**
 * Replaces the link in `slot`, whose node holds no page, and retires the node. The guard is not
 * full.
 */
PT64_INLINE void pt64_take_out(const struct pt64_traits *traits, struct pt64_guard *guard,
                               pt64_slot_t *slot, pt64_vaddr_t vaddr, unsigned level,
                               pt64_entry_t replacement)
{
    pt64_entry_t entry = pt64_load(traits->meta, slot);

    pt64_put_link(traits, guard->table, slot, replacement);
    traits->ops->retire(guard, entry, vaddr, level, 1);
}

/**
 * Writes an entry into a slot that may link a node without pages, which is retired. Returns false,
 * and does nothing, if the guard has no room for the node.
 */
PT64_INLINE bool pt64_write_over_node(const struct pt64_traits *traits, struct pt64_guard *guard,
                                      pt64_slot_t *slot, pt64_vaddr_t vaddr, unsigned level,
                                      pt64_entry_t entry)
{
    pt64_entry_t old = pt64_load(traits->meta, slot);

    if (pt64_kind_of(traits, guard->table, old, level) != PT64_LINK)
        pt64_put(traits, guard->table, slot, entry);
    else if (pt64_is_full(guard))
        return false;
    else
        pt64_take_out(traits, guard, slot, vaddr, level, entry);
    return true;
}

/**
 * Writes leaves, `step` apart, into slots that may link nodes without pages. It cuts the chunk
 * short at a node for which the guard has no room.
 */
PT64_INLINE void pt64_write_over_nodes(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_chunk *chunk, pt64_slot_t *slots,
                                       pt64_entry_t entry, pt64_entry_t step)
{
    for (size_t i = 0; i < chunk->count; i++) {
        pt64_vaddr_t vaddr = chunk->vaddr + pt64_slots_bytes(traits->meta, i, chunk->level);

        if (!pt64_write_over_node(traits, guard, pt64_slot_at(traits->meta, slots, i), vaddr,
                                  chunk->level, entry))
            chunk->count = i;
        entry += step;
    }
}

/**
 * Moves the guard's path to the lowest existing node on the way to the chunk. In a detached subtree
 * it reads no slot: a slot that is not written yet may hold anything. False if a node on the way is
 * not memory.
 */
PT64_INLINE bool pt64_approach(const struct pt64_traits *traits, struct pt64_guard *guard,
                               const struct pt64_chunk *chunk, const struct pt64_detached *detached)
{
    struct pt64_path *path = &guard->path;
    PT64_UNSET struct pt64_cursor cursor;

    if (detached->slot == NULL) {
        traits->ops->seek(guard, chunk->vaddr, chunk->level, &cursor);
        return cursor.slot != NULL;
    }
    path->level = pt64_path_resume(traits, guard->table, path, chunk->vaddr, chunk->level);
    path->vaddr = chunk->vaddr;
    return true;
}

PT64_INLINE bool pt64_is_within_detached(const struct pt64_meta *meta,
                                         const struct pt64_detached *detached, pt64_vaddr_t vaddr)
{
    return pt64_slot_start(meta, detached->vaddr, detached->level) ==
           pt64_slot_start(meta, vaddr, detached->level);
}

/**
 * Moves the guard's path to the node of the chunk, and makes the missing nodes. Returns the chunk's
 * first slot. NULL if a node on the way is not memory, or if the reserve does not suffice.
 */
PT64_INLINE pt64_slot_t *pt64_arrive(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     struct pt64_progress *progress, const struct pt64_chunk *chunk)
{
    struct pt64_detached *detached = &progress->detached;

    if (detached->slot != NULL && !pt64_is_within_detached(traits->meta, detached, chunk->vaddr))
        pt64_link_detached(traits, guard, detached);
    if (detached->slot == NULL)
        pt64_make_room(traits, guard);
    if (!pt64_approach(traits, guard, chunk, detached) ||
        !pt64_build_down(traits, guard, progress, chunk))
        return NULL;
    return pt64_slot_of(traits, guard->table, guard->path.nodes[chunk->level], chunk->vaddr,
                        chunk->level);
}

/** The entry of a page with these flags at `paddr`; or of the mark `paddr`. */
PT64_INLINE pt64_entry_t pt64_entry_at(const struct pt64_traits *traits,
                                       const struct pt64_table *table, pt64_flags_t flags,
                                       pt64_paddr_t paddr, unsigned level)
{
    const struct pt64_pte *pte = traits->pte;

    if ((flags & PT64_MARK) && pte->mark != NULL)
        return pte->mark(pt64_limits_of(traits, table), paddr, level);
    return pt64_page_entry(pte, pt64_leaf(traits, table, flags, level) + pte->address(paddr, level),
                           flags, level);
}

/** Writes the chunk's leaves into its slots. It may cut the chunk short. */
PT64_INLINE void pt64_write_leaves(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   const struct pt64_progress *progress, struct pt64_chunk *chunk)
{
    pt64_entry_t entry =
        pt64_entry_at(traits, guard->table, progress->args.flags, chunk->paddr, chunk->level);
    pt64_entry_t step = pt64_page_step(traits, entry, chunk->level);
    bool is_visible = progress->detached.slot == NULL;
    /* A callback may name other frames than the plan saw: then pages are of other sizes too. */
    bool may_take_place = progress->takes_place || progress->args.is_listed;

    if (is_visible)
        pt64_order_stores();
    if (is_visible && chunk->level > 0 && may_take_place &&
        pt64_limits_of(traits, guard->table)->grow <= PT64_RESIZE_FLUSH)
        pt64_write_over_nodes(traits, guard, chunk, progress->slots, entry, step);
    else
        pt64_put_steps(traits, guard->table, progress->slots, chunk->count, entry, step);
}

/**
 * Writes a chunk. If a callback names the frames of smallest pages, or another table has the
 * entries, it only finds the slots, which pt64_write_pages or pt64_clone_slots fills.
 */
PT64_INLINE pt64_status_t pt64_write_chunk(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, struct pt64_progress *progress,
                                           struct pt64_chunk *chunk)
{
    progress->slots = pt64_arrive(traits, guard, progress, chunk);
    if (progress->slots == NULL)
        return pt64_fail(guard, chunk->vaddr, PT64_BAD_ADDRESS);
    pt64_make_way(traits, guard, chunk->vaddr, pt64_chunk_bytes(traits->meta, chunk), chunk->level);
    if (progress->args.is_cloned)
        return PT64_OK;
    if (chunk->level > 0 || !progress->args.is_listed)
        pt64_write_leaves(traits, guard, progress, chunk);
    if (!progress->is_new && !pt64_is_absent_by(traits->pte, progress->args.flags))
        pt64_gather(traits, guard, PT64_CREATED, chunk->vaddr, chunk->count, chunk->level);
    return PT64_OK;
}

/**
 * Writes the page of each slot as the callback names its frame. At a frame that is wrong it empties
 * the slots that are left: in a new node nothing is in them yet. `hides` is whether the pages are
 * hidden.
 */
PT64_INLINE pt64_status_t pt64_write_pages_as(const struct pt64_traits *traits,
                                              struct pt64_guard *guard,
                                              const struct pt64_progress *progress,
                                              const struct pt64_source *source,
                                              const struct pt64_chunk *chunk, bool hides)
{
    const struct pt64_table *table = guard->table;
    pt64_flags_t flags = progress->args.flags;
    pt64_paddr_t wrong = pt64_wrong_paddr_bits(traits, table, flags);
    pt64_entry_t leaf = pt64_leaf(traits, table, flags, 0);
    pt64_slot_t *slot = progress->slots;
    pt64_vaddr_t vaddr = chunk->vaddr;

    PT64_HIDE(wrong); /* it stays in a register */
    for (size_t left = chunk->count; left > 0; left--) {
        pt64_paddr_t paddr = source->get_paddr(source->arg, vaddr);
        pt64_entry_t entry = leaf + traits->pte->address(paddr, 0);

        if ((paddr & wrong) != 0) {
            pt64_put_fill(traits, table, slot, left, pt64_empty_entry(traits, table, 0));
            return pt64_check_frame(traits, guard, vaddr, paddr, flags);
        }
        pt64_put_leaf(traits, table, slot, hides ? traits->pte->hide(entry, 0) : entry);
        slot = pt64_slot_at(traits->meta, slot, 1);
        vaddr += pt64_page_size(traits->meta);
    }
    return PT64_OK;
}

/**
 * Writes the chunk's pages into the slots that pt64_write_chunk found. The usual loop does not ask
 * whether they are hidden.
 */
PT64_INLINE pt64_status_t pt64_write_pages(const struct pt64_traits *traits,
                                           struct pt64_guard *guard,
                                           const struct pt64_progress *progress,
                                           const struct pt64_source *source,
                                           const struct pt64_chunk *chunk)
{
    bool hides = pt64_is_hidden_by(traits->pte, progress->args.flags);

    if (PT64_HAS_SHORT_WAYS && !hides)
        return pt64_write_pages_as(traits, guard, progress, source, chunk, false);
    return pt64_write_pages_as(traits, guard, progress, source, chunk, hides);
}

/* ---- huge pages that need break-before-make ---- */

/**
 * Vacates a slot for a huge page. A link to a node without pages gives way to `vacant`: the guard
 * is not full. So does an empty entry where a TLB may hold it as smaller pages.
 */
PT64_INLINE void pt64_vacate_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  pt64_slot_t *slot, pt64_vaddr_t vaddr, unsigned level,
                                  pt64_entry_t vacant, bool is_link)
{
    if (is_link)
        pt64_take_out(traits, guard, slot, vaddr, level, vacant);
    else if (pt64_limits_of(traits, guard->table)->grow == PT64_RESIZE_BREAK_EMPTY)
        pt64_put(traits, guard->table, slot, vacant);
}

/**
 * Vacates the slots of a chunk of huge leaves. It stops at a node for which the guard has no room,
 * and returns the number of slots before it.
 */
PT64_INLINE size_t pt64_vacate_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     pt64_entry_t vacant, const struct pt64_chunk *chunk,
                                     pt64_slot_t *slots)
{
    for (size_t i = 0; i < chunk->count; i++) {
        pt64_vaddr_t vaddr = chunk->vaddr + pt64_slots_bytes(traits->meta, i, chunk->level);
        pt64_slot_t *slot = pt64_slot_at(traits->meta, slots, i);
        bool is_link = pt64_kind_of(traits, guard->table, pt64_load(traits->meta, slot),
                                    chunk->level) == PT64_LINK;

        if (is_link && pt64_is_full(guard))
            return i;
        pt64_vacate_slot(traits, guard, slot, vaddr, chunk->level, vacant, is_link);
    }
    return chunk->count;
}

/**
 * Vacates the slots of a chunk of huge leaves. It may cut the chunk short. One flush at the end of
 * the stage serves all chunks.
 */
PT64_INLINE void pt64_vacate_chunk(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   struct pt64_progress *progress, struct pt64_chunk *chunk)
{
    const struct pt64_meta *meta = traits->meta;
    unsigned level = chunk->level;
    pt64_entry_t vacant = pt64_vacant_entry(
        traits, guard->table, pt64_leaf(traits, guard->table, progress->args.flags, level), level);
    PT64_UNSET struct pt64_cursor cursor;
    pt64_slot_t *slots;

    progress->vacates = true;
    if (pt64_limits_of(traits, guard->table)->grow == PT64_RESIZE_BREAK_EMPTY) {
        (void)pt64_arrive(traits, guard, progress, chunk);
    } else {
        pt64_make_room(traits, guard);
        traits->ops->seek(guard, chunk->vaddr, level, &cursor);
    }
    if (guard->path.level != level)
        return;
    slots = pt64_slot_of(traits, guard->table, guard->path.nodes[level], chunk->vaddr, level);
    if (progress->detached.slot == NULL)
        chunk->count = pt64_vacate_slots(traits, guard, vacant, chunk, slots);
    else
        pt64_put_fill(traits, guard->table, slots, chunk->count, vacant);
    if (pt64_limits_of(traits, guard->table)->grow == PT64_RESIZE_BREAK_EMPTY)
        pt64_gather(traits, guard, PT64_REMOVED, chunk->vaddr,
                    pt64_chunk_bytes(meta, chunk) >> meta->page_shift, 0);
}

/** Whether huge leaves of the planned range may not directly take the place of what is there. */
PT64_INLINE bool pt64_must_vacate(const struct pt64_limits *limits,
                                  const struct pt64_progress *progress)
{
    if (progress->args.max_level == 0 || limits->grow < PT64_RESIZE_BREAK)
        return false;
    return progress->takes_place || limits->grow == PT64_RESIZE_BREAK_EMPTY;
}

/* ---- stages ---- */

/**
 * Begins a plan. It forgets what an earlier plan found. If another guard changed the table, this
 * guard forgets its path too.
 */
PT64_INLINE void pt64_begin_plan(struct pt64_guard *guard, struct pt64_progress *progress)
{
    progress->takes_place = false;
    progress->is_new = false;
    progress->has_planned = false;
    progress->frames = 0;
    pt64_enter_epoch(guard);
}

/** Begins a map call. `progress->args` is set, and its range is valid. */
PT64_INLINE pt64_status_t pt64_begin_map(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_progress *progress)
{
    pt64_status_t status =
        traits->ops->check_fixed(guard, progress->args.vaddr, progress->args.bytes);

    if (status != PT64_OK)
        return status;
    progress->stage = PT64_STAGE_PLAN;
    progress->vacates = false;
    progress->lacks = false;
    pt64_reserve_begin(&progress->reserve);
    progress->detached.slot = NULL;
    pt64_begin_plan(guard, progress);
    return PT64_OK;
}

/**
 * Ends the plan: takes the frames from the handler. The allocator may change the table meanwhile.
 * Then the plan is made anew. If the handler has too few frames, the plan is made again to find out
 * where it fails for want of them.
 */
PT64_INLINE pt64_status_t pt64_end_plan(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        struct pt64_progress *progress, pt64_status_t status)
{
    bool is_planned = status == PT64_OK;

    if (progress->frames > 0)
        progress->lacks = true;
    status = traits->ops->secure(guard, &progress->reserve, progress->frames, status);
    if (!is_planned) {
        progress->stage = PT64_STAGE_OVER;
        return status;
    }
    if (status != PT64_OK || !pt64_is_current(guard)) {
        pt64_begin_plan(guard, progress);
        if (status != PT64_OK)
            progress->stage = PT64_STAGE_BLAME;
        return PT64_OK;
    }
    if (!progress->is_new)
        pt64_remember_global(guard->table, progress->args.flags);
    progress->stage = pt64_must_vacate(pt64_limits_of(traits, guard->table), progress)
                          ? PT64_STAGE_VACATE
                          : PT64_STAGE_WRITE;
    return PT64_OK;
}

/** Frees the detached subtree. The guard's path ends above it. */
PT64_INLINE void pt64_free_detached(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_detached *detached)
{
    if (detached->slot == NULL)
        return;
    guard->path.level = detached->level;
    traits->ops->free_subtree(guard->table,
                              traits->pte->link_address(detached->link, detached->level),
                              detached->level - 1);
    detached->slot = NULL;
}

/** Ends the write stage of a new range: all of it is there at once, or nothing has changed. */
PT64_INLINE void pt64_end_new_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_progress *progress, pt64_status_t status)
{
    const struct pt64_map_args *args = &progress->args;

    if (status != PT64_OK) {
        pt64_free_detached(traits, guard, &progress->detached);
        return;
    }
    pt64_remember_global(guard->table, args->flags);
    if (!pt64_is_absent_by(traits->pte, args->flags))
        pt64_gather(traits, guard, PT64_CREATED, args->vaddr,
                    (size_t)pt64_slots_in(traits->meta, args->bytes, 0), 0);
}

/** Ends a stage, after the last chunk or after one that failed, and goes on to the next stage. */
PT64_INLINE pt64_status_t pt64_end_stage(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_progress *progress, pt64_status_t status)
{
    if (progress->stage <= PT64_STAGE_PLAN)
        return pt64_end_plan(traits, guard, progress, status);
    if (progress->is_new)
        pt64_end_new_range(traits, guard, progress, status);
    pt64_link_detached(traits, guard, &progress->detached);
    if (progress->stage == PT64_STAGE_VACATE) {
        if (progress->vacates)
            traits->ops->flush_pending(guard);
        progress->stage = PT64_STAGE_WRITE;
    } else {
        if (pt64_is_ranged(guard) && progress->lacks)
            pt64_gather_shared(traits, guard, progress->args.vaddr, progress->args.bytes);
        pt64_reserve_drop(traits, guard->table, &progress->reserve);
        progress->stage = PT64_STAGE_OVER;
    }
    return status;
}

/** Checks that the plan, up to the chunk, needs no more frames than the handler is known to have.
 */
PT64_INLINE pt64_status_t pt64_check_budget(struct pt64_guard *guard,
                                            const struct pt64_progress *progress,
                                            const struct pt64_chunk *chunk)
{
    if (progress->stage != PT64_STAGE_BLAME || progress->frames <= progress->reserve.had)
        return PT64_OK;
    return pt64_fail(guard, chunk->vaddr, PT64_NO_MEMORY);
}

/** Plans the chunk again. It fails with the first chunk for which there were too few frames. */
PT64_INLINE pt64_status_t pt64_blame_chunk(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, struct pt64_progress *progress,
                                           const struct pt64_chunk *chunk)
{
    pt64_status_t status = traits->ops->plan_chunk(guard, progress, chunk);

    return status == PT64_OK ? pt64_check_budget(guard, progress, chunk) : status;
}

/** Does to a chunk what the stage is for. It may cut the chunk short. */
PT64_INLINE pt64_status_t pt64_map_chunk(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_progress *progress, struct pt64_chunk *chunk)
{
    if (progress->stage == PT64_STAGE_PLAN)
        return traits->ops->plan_chunk(guard, progress, chunk);
    if (progress->stage == PT64_STAGE_WRITE)
        return traits->ops->write_chunk(guard, progress, chunk);
    if (progress->stage == PT64_STAGE_BLAME)
        return pt64_blame_chunk(traits, guard, progress, chunk);
    if (chunk->level > 0)
        traits->ops->vacate_chunk(guard, progress, chunk);
    return PT64_OK;
}

/** The same where a callback names the frames. */
PT64_INLINE pt64_status_t pt64_map_listed_chunk(const struct pt64_traits *traits,
                                                struct pt64_guard *guard,
                                                struct pt64_progress *progress,
                                                const struct pt64_source *source,
                                                struct pt64_chunk *chunk)
{
    bool writes = progress->stage == PT64_STAGE_WRITE;
    pt64_status_t status = PT64_OK;

    if (writes)
        status = pt64_check_frame(traits, guard, chunk->vaddr, chunk->paddr, progress->args.flags);
    else if (progress->stage == PT64_STAGE_PLAN && !progress->is_new)
        status = pt64_check_frames(traits, guard, source, chunk, progress->args.flags);
    if (status == PT64_OK)
        status = pt64_map_chunk(traits, guard, progress, chunk);
    if (status == PT64_OK && writes && chunk->level == 0)
        status = pt64_write_pages(traits, guard, progress, source, chunk);
    return status;
}

/**
 * Maps a valid range. `*partial` becomes true if it fails with a part of the range mapped. Only a
 * callback that does not return the same each time can cause that.
 */
PT64_INLINE pt64_status_t pt64_try_map_range(const struct pt64_traits *traits,
                                             struct pt64_guard *guard,
                                             struct pt64_progress *progress,
                                             const struct pt64_source *source, bool *partial)
{
    const struct pt64_map_args *args = &progress->args;
    pt64_status_t status;

    *partial = false;
    status = traits->ops->begin_map(guard, progress);
    if (status != PT64_OK)
        return status;
    do {
        uint64_t done = 0;

        if (source->get_paddr != NULL && progress->stage == PT64_STAGE_PLAN)
            progress->is_new = pt64_is_new_range(traits, guard, args);
        while (done < args->bytes && status == PT64_OK) {
            struct pt64_chunk chunk =
                pt64_cut_chunk(traits, guard->table, args, source, args->vaddr + done);

            status = source->get_paddr == NULL
                         ? pt64_map_chunk(traits, guard, progress, &chunk)
                         : pt64_map_listed_chunk(traits, guard, progress, source, &chunk);
            done += pt64_chunk_bytes(traits->meta, &chunk);
        }
        *partial = status != PT64_OK && progress->stage == PT64_STAGE_WRITE && !progress->is_new;
        status = traits->ops->end_stage(guard, progress, status);
    } while (progress->stage != PT64_STAGE_OVER);
    return status;
}

/** Maps a valid range to contiguous frames, by pages at levels up to `max_level`. */
PT64_INLINE pt64_status_t pt64_map_range(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                                         pt64_flags_t flags, unsigned max_level)
{
    PT64_UNSET struct pt64_progress progress;
    struct pt64_source source;
    bool partial;

    pt64_list_args(&progress.args, vaddr, bytes, flags, max_level);
    progress.args.paddr = paddr;
    progress.args.is_listed = false;
    source.get_paddr = NULL;
    source.arg = NULL;
    return pt64_try_map_range(traits, guard, &progress, &source, &partial);
}

/* ---- the calls ---- */

/** The level of the largest pages under a limit, or `leaf_levels` if it is not a page size. */
PT64_INLINE unsigned pt64_max_leaf_level(const struct pt64_meta *meta,
                                         const struct pt64_limits *limits, pt64_size_t max_size)
{
    return max_size == PT64_SIZE_ANY ? limits->leaf_levels - 1
                                     : pt64_leaf_level(meta, limits, max_size);
}

/** Checks the range and the limit of a call that maps a range. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_map_range(const struct pt64_traits *traits,
                                               const struct pt64_table *table, pt64_vaddr_t vaddr,
                                               uint64_t bytes, unsigned max_level)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);

    if (max_level == limits->leaf_levels)
        return PT64_BAD_SIZE;
    return pt64_check_region(traits->meta, limits, vaddr, bytes);
}

PT64_INLINE pt64_status_t pt64_map_region(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                          pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags,
                                          pt64_size_t max_size)
{
    unsigned max_level =
        pt64_max_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), max_size);
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_map_range(traits, guard->table, vaddr, bytes, max_level);
    if (status == PT64_OK)
        status = pt64_check_paddr(traits, guard->table, paddr, bytes, flags);
    if (status == PT64_OK && !pt64_can_encode(traits, guard->table, flags))
        status = PT64_BAD_FLAGS;
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    return traits->ops->map_range(guard, vaddr, paddr, bytes, flags, max_level);
}

PT64_INLINE pt64_status_t pt64_map_pages(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         pt64_vaddr_t vaddr, pt64_get_paddr_t get_paddr, void *arg,
                                         uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size)
{
    unsigned max_level =
        pt64_max_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), max_size);
    struct pt64_source source = {get_paddr, arg};
    PT64_UNSET struct pt64_progress progress;
    pt64_status_t status;
    bool partial;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_map_range(traits, guard->table, vaddr, bytes, max_level);
    if (status == PT64_OK && !pt64_can_encode(traits, guard->table, flags))
        status = PT64_BAD_FLAGS;
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    pt64_list_args(&progress.args, vaddr, bytes, flags, max_level);
    status = pt64_try_map_range(traits, guard, &progress, &source, &partial);
    /* No page of the region was mapped before. */
    if (partial)
        traits->ops->empty_range(guard, vaddr, bytes);
    return status;
}

/** Maps a smallest page in its free slot, with the guard's leaf. */
PT64_INLINE void pt64_map_free_slot(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    pt64_slot_t *slot, pt64_vaddr_t vaddr, pt64_paddr_t paddr)
{
    pt64_put_leaf(traits, guard->table, slot, guard->leaf + traits->pte->address(paddr, 0));
    pt64_gather(traits, guard, PT64_CREATED, vaddr, 1, 0);
}

/** Maps a page of any size. All arguments are valid, except perhaps `vaddr`. */
PT64_INLINE pt64_status_t pt64_map_page(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        pt64_vaddr_t vaddr, pt64_paddr_t paddr, unsigned level,
                                        pt64_flags_t flags)
{
    if (!pt64_is_vaddr(traits->meta, pt64_limits_of(traits, guard->table), vaddr))
        return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
    return traits->ops->map_range(guard, vaddr, paddr, pt64_slot_size(traits->meta, level), flags,
                                  level);
}

/** Maps a smallest page. It does without a plan if there is a free slot for the page. */
PT64_INLINE pt64_status_t pt64_map_smallest_page(const struct pt64_traits *traits,
                                                 struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                                 pt64_paddr_t paddr, pt64_flags_t flags)
{
    PT64_UNSET struct pt64_cursor cursor;

    pt64_locate(traits, guard, vaddr, &cursor);
    if (cursor.slot == NULL)
        return traits->ops->refusal(guard, vaddr);
    if (cursor.level > 0 || cursor.kind != PT64_EMPTY || pt64_is_hidden_by(traits->pte, flags))
        return pt64_map_page(traits, guard, vaddr, paddr, 0, flags);
    pt64_make_way(traits, guard, vaddr, pt64_page_size(traits->meta), 0);
    pt64_remember_global(guard->table, flags);
    guard->flags = flags;
    guard->leaf = pt64_leaf(traits, guard->table, flags, 0);
    guard->state |= PT64_HAS_LEAF;
    pt64_map_free_slot(traits, guard, cursor.slot, vaddr, paddr);
    return PT64_OK;
}

/**
 * Checks what a call is given to map one page at `level`. `addresses` is the OR of those that must
 * be aligned.
 */
PT64_INLINE pt64_status_t pt64_check_page_args(const struct pt64_traits *traits,
                                               const struct pt64_table *table, uint64_t addresses,
                                               pt64_paddr_t paddr, pt64_size_t size,
                                               pt64_flags_t flags, unsigned level)
{
    if (level == pt64_limits_of(traits, table)->leaf_levels)
        return PT64_BAD_SIZE;
    if (!pt64_is_aligned(addresses, size))
        return PT64_NOT_ALIGNED;
    if (!pt64_is_page_range(traits, table, paddr, size, flags))
        return PT64_BAD_ADDRESS;
    return pt64_can_encode_at(traits, table, flags, level) ? PT64_OK : PT64_BAD_FLAGS;
}

/** The flags of most pages, which are readable. */
#define PT64_COMMON (PT64_PERMISSIONS | PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0 | PT64_SOFT1)

/** Maps a page of any size, whether or not its node is at hand. */
PT64_INLINE pt64_status_t pt64_map_anywhere(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                            pt64_paddr_t paddr, pt64_size_t size,
                                            pt64_flags_t flags)
{
    unsigned level = pt64_leaf_level(traits->meta, pt64_limits_of(traits, guard->table), size);

    pt64_status_t status =
        pt64_check_page_args(traits, guard->table, vaddr | paddr, paddr, size, flags, level);

    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    return level == 0 ? pt64_map_smallest_page(traits, guard, vaddr, paddr, flags)
                      : pt64_map_page(traits, guard, vaddr, paddr, level, flags);
}

/**
 * Whether the guard has mapped a page of which another may be the like, and no flush must come
 * before that.
 */
PT64_INLINE bool pt64_is_ready(const struct pt64_traits *traits, const struct pt64_guard *guard)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);
    uint32_t stale = pt64_stale_bits(pt64_levels_in_the_way(traits->meta, limits, 0));

    return (guard->state & (PT64_HAS_LEAF | stale)) == PT64_HAS_LEAF;
}

/**
 * Maps a smallest page with the flags of the one before. Its node is at hand, and its slot is free.
 * Otherwise it does nothing and returns false.
 */
PT64_INLINE bool pt64_map_at_hand(const struct pt64_traits *traits, struct pt64_guard *guard,
                                  pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    pt64_slot_t *slot;

    if (!pt64_is_ready(traits, guard) || !pt64_is_at_hand(traits, guard, vaddr) ||
        guard->flags != flags)
        return false;
    slot = pt64_slot_at_hand(traits, guard, vaddr);
    if (pt64_load(traits->meta, slot) != pt64_nothing(traits, guard->table, 0))
        return false;
    pt64_map_free_slot(traits, guard, slot, vaddr, paddr);
    return true;
}

/**
 * Maps a smallest page with common flags, if each link to its slot is there and the slot is empty.
 * Otherwise it does nothing and returns false. It calls nothing, so that it needs no stack, and
 * what it knows of the flags folds.
 */
PT64_INLINE bool pt64_map_common(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    const pt64_flags_t common = PT64_COMMON & traits->pte->flags;
    const struct pt64_table *table = guard->table;
    pt64_flags_t known = (flags & common) | PT64_READ;
    pt64_slot_t *entries;
    pt64_slot_t *slot;
    pt64_entry_t leaf;

    if (!pt64_is_readable_and(flags, common) || !pt64_can_encode_at(traits, table, known, 0))
        return false;
    entries = pt64_reach(traits, guard, vaddr);
    if (entries == NULL)
        return false;
    slot = pt64_slot_of(traits, table, entries, vaddr, 0);
    if (pt64_load(traits->meta, slot) != pt64_empty_entry(traits, table, 0))
        return false;
    leaf = pt64_leaf(traits, table, known, 0);
    if (pt64_is_used(guard)) {
        guard->flags = flags;
        guard->leaf = leaf;
        guard->state |= PT64_HAS_LEAF;
        pt64_remember(guard, vaddr, entries);
    }
    guard->state |= PT64_USED;
    pt64_put_leaf(traits, table, slot, leaf + traits->pte->address(paddr, 0));
    pt64_gather(traits, guard, PT64_CREATED, vaddr, 1, 0);
    return true;
}

/**
 * Whether a smallest page may be mapped without a closer look at its addresses. One mask checks all
 * of the physical address.
 */
PT64_INLINE bool pt64_is_plain_page(const struct pt64_traits *traits,
                                    const struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                    pt64_paddr_t paddr)
{
    pt64_paddr_t wrong =
        pt64_bits_around(traits->meta, pt64_limits_of(traits, guard->table)->paddr_bits);

    return pt64_is_aligned(vaddr, pt64_page_size(traits->meta)) && (paddr & wrong) == 0;
}

/** Whether no flush must come before a smallest page is mapped. None need before the first use. */
PT64_INLINE bool pt64_needs_no_way(const struct pt64_traits *traits, const struct pt64_guard *guard)
{
    return !pt64_is_used(guard) || !pt64_is_stale(traits, guard, 0);
}

/** Maps a smallest page: this is most of a page fault. */
PT64_INLINE pt64_status_t pt64_map_quickly(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           pt64_paddr_t paddr, pt64_flags_t flags)
{
    bool is_plain = pt64_is_plain_page(traits, guard, vaddr, paddr);

    if (is_plain && pt64_is_used(guard) && pt64_map_at_hand(traits, guard, vaddr, paddr, flags))
        return PT64_OK;
    if (PT64_HAS_SHORT_WAYS && is_plain && pt64_needs_no_way(traits, guard) &&
        pt64_map_common(traits, guard, vaddr, paddr, flags))
        return PT64_OK;
    return traits->ops->map(guard, vaddr, paddr, pt64_page_size(traits->meta), flags);
}

PT64_INLINE pt64_status_t pt64_map(const struct pt64_traits *traits, struct pt64_guard *guard,
                                   pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                                   pt64_flags_t flags)
{
    if (PT64_HAS_SHORT_WAYS && size == pt64_page_size(traits->meta))
        return traits->ops->map_quickly(guard, vaddr, paddr, flags);
    if (size == pt64_page_size(traits->meta) && pt64_is_plain_page(traits, guard, vaddr, paddr) &&
        pt64_map_at_hand(traits, guard, vaddr, paddr, flags))
        return PT64_OK;
    return traits->ops->map(guard, vaddr, paddr, size, flags);
}

/** @endcond */

#endif
