/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Cloning: a table maps what another table maps in a range, by the same page sizes. Flags change on
 * both sides.
 *
 * The clone is mapped as any other range is (map.h), in chunks and stages. The chunks are those of
 * the source: pages or marks of one level, side by side in one node. Both plans are made, and all
 * frames of both tables taken, before anything changes. Then each page of the source is changed,
 * and only then copied: one that hardware may still write is read after it was changed.
 */
#ifndef PAGE_TABLE64_CLONE_H
#define PAGE_TABLE64_CLONE_H

#include "protect.h"
#include "share.h"

/** @cond engine */

/**
 * What becomes of pages, found for one of them. It holds for all at this level that differ from it
 * in address only.
 */
struct pt64_clone_way {
    unsigned level;     /**< PT64_MAX_LEVELS while nothing was found */
    pt64_entry_t like;  /**< the page */
    pt64_entry_t flip;  /**< in the source */
    pt64_entry_t apart; /**< by which the clone differs then from the source */
    pt64_flags_t flags; /**< in the clone */
    enum pt64_change change;
};

/**
 * A call that clones a range of a table. Of PT64_HISTORY the source keeps its own, and the clone
 * gets those that it is given.
 */
struct pt64_clone {
    struct pt64_guard *source;
    struct pt64_edged_range range; /**< with the update of the source */
    struct pt64_update changed;    /**< what the pages of the source become */
    struct pt64_update history;    /**< what becomes of a changed page in the clone */
    struct pt64_reserve reserve;   /**< frames of the source */
    struct pt64_progress progress; /**< of the clone */
    unsigned level;                /**< of the chunk's entries in the source */
    size_t alike; /**< how many of these, from the first on, differ in address only */
    bool is_even; /**< so do all of each chunk, which hardware cannot write and no hole ends */
    struct pt64_clone_way last; /**< of the last page for which that was asked */
};

/** Pages or a mark of a chunk, side by side and alike, that are cloned at a time. */
struct pt64_clone_run {
    pt64_slot_t *from; /**< the first slot in the source */
    pt64_slot_t *to;   /**< and in the clone */
    size_t count;
    pt64_vaddr_t vaddr;
    unsigned level;
    enum pt64_kind kind;
    bool takes_place;     /**< a node without pages may be in the clone's slot: one at a time */
    pt64_entry_t entry;   /**< the first page as it was */
    pt64_entry_t changed; /**< what it becomes in the source */
    pt64_entry_t cloned;  /**< and in the clone */
    pt64_flags_t flags;   /**< of the clone's pages */
};

PT64_INLINE void pt64_begin_clone(struct pt64_clone *clone, struct pt64_guard *source,
                                  pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                                  pt64_flags_t clear)
{
    clone->source = source;
    pt64_update_by(&clone->changed, set & ~PT64_HISTORY, clear & ~PT64_HISTORY);
    pt64_update_by(&clone->history, set & PT64_HISTORY, PT64_HISTORY & ~set);
    clone->range.vaddr = vaddr;
    clone->range.bytes = bytes;
    clone->range.lower_level = 0;
    clone->range.upper_level = 0;
    clone->range.update = NULL;
    pt64_reserve_begin(&clone->reserve);
    /* The flags are those of no page: they vacate slots. */
    pt64_list_args(&clone->progress.args, vaddr, bytes, PT64_READ | PT64_EXECUTE, 0);
    clone->progress.args.is_cloned = true;
}

/** Forgets what was found: it held for another stage. */
PT64_INLINE void pt64_forget_last(struct pt64_clone *clone)
{
    clone->last.level = PT64_MAX_LEVELS;
}

/** Whether what was found last holds for the page or mark, too. */
PT64_INLINE bool pt64_is_as_last(const struct pt64_traits *traits, const struct pt64_clone *clone,
                                 pt64_entry_t entry, unsigned level)
{
    pt64_entry_t mask = pt64_address_mask(traits, clone->source->table, level);

    return level == clone->last.level && ((entry ^ clone->last.like) & ~mask) == 0;
}

/* ---- the chunks of the source ---- */

/**
 * The number of slots from that of the cursor on, at most `count`, that hold a page or a mark.
 * `*alike` becomes the number of those, from the first on, that differ in their address only.
 */
PT64_INLINE size_t pt64_count_told(const struct pt64_traits *traits, const struct pt64_table *table,
                                   const struct pt64_cursor *cursor, size_t count, size_t *alike)
{
    pt64_entry_t mask = pt64_address_mask(traits, table, cursor->level);
    size_t told = 0;

    *alike = 0;
    while (told < count) {
        pt64_slot_t *slot = pt64_slot_at(traits->meta, cursor->slot, told);
        pt64_entry_t entry = pt64_load(traits->meta, slot);

        if (!pt64_is_told(pt64_kind_of(traits, table, entry, cursor->level)))
            break;
        told += 1 + pt64_count_alike(traits->meta, pt64_slot_at(traits->meta, slot, 1),
                                     count - told - 1, entry, mask);
        if (*alike == 0)
            *alike = told;
    }
    return told;
}

/**
 * Counts the slots of a chunk that may have `most` of them. Once all chunks are planned and found
 * to be even, they need not be counted again.
 */
PT64_INLINE size_t pt64_count_chunk(const struct pt64_traits *traits, struct pt64_clone *clone,
                                    const struct pt64_cursor *cursor, size_t most)
{
    size_t count;

    if (clone->is_even && clone->progress.stage > PT64_STAGE_PLAN) {
        clone->alike = most;
        return most;
    }
    count = pt64_count_told(traits, clone->source->table, cursor, most, &clone->alike);
    clone->is_even &=
        clone->alike == most && !pt64_is_volatile(traits->pte, cursor->entry, cursor->level);
    return count;
}

/**
 * The level of the largest piece at `vaddr` of a huge page at `level`, of which `left` bytes are in
 * the range: a huge page that an edge cuts is going to be split.
 */
PT64_INLINE unsigned pt64_piece_level(const struct pt64_meta *meta, pt64_vaddr_t vaddr,
                                      uint64_t left, unsigned level)
{
    while (!pt64_is_slot_aligned(meta, vaddr, level) || pt64_slot_size(meta, level) > left)
        level--;
    return level;
}

/**
 * The next chunk of the source, from `vaddr` on. Its count is 0 if nothing is to be cloned there:
 * then `*bytes` are to be passed over. `*slots` are those of the source. A huge page that is going
 * to be split is still there as a whole, at a higher level than that of the chunk.
 */
PT64_INLINE void pt64_next_chunk(const struct pt64_traits *traits, struct pt64_clone *clone,
                                 pt64_vaddr_t vaddr, uint64_t left, struct pt64_chunk *chunk,
                                 pt64_slot_t **slots, uint64_t *bytes)
{
    const struct pt64_meta *meta = traits->meta;
    const struct pt64_table *table = clone->source->table;
    PT64_UNSET struct pt64_cursor cursor;
    uint64_t rest;

    traits->ops->seek(clone->source, vaddr, 0, &cursor);
    rest = traits->ops->slot_or_hole(table, &cursor, vaddr, left);
    chunk->vaddr = vaddr;
    chunk->paddr = 0;
    chunk->count = 0;
    chunk->level = cursor.level;
    clone->level = cursor.level;
    *slots = cursor.slot;
    *bytes = rest < left ? rest : left;
    if (cursor.slot == NULL || !pt64_is_told(cursor.kind))
        return;
    chunk->level = pt64_piece_level(meta, vaddr, left, cursor.level);
    chunk->count = 1;
    clone->alike = 1;
    if (chunk->level == cursor.level)
        chunk->count = pt64_count_chunk(
            traits, clone, &cursor,
            pt64_whole_slots(meta, pt64_limits_of(traits, table), vaddr, left, chunk->level));
    else
        clone->is_even = false;
    *bytes = pt64_chunk_bytes(meta, chunk);
}

/**
 * The number of pages of the chunk, from slot `first` on, that differ in address only. The slot
 * holds `entry`.
 */
PT64_INLINE size_t pt64_count_clones(const struct pt64_traits *traits,
                                     const struct pt64_clone *clone, const struct pt64_chunk *chunk,
                                     pt64_slot_t *slots, size_t first, pt64_entry_t entry)
{
    if (first == 0)
        return clone->alike;
    return 1 + pt64_count_alike(traits->meta, pt64_slot_at(traits->meta, slots, first + 1),
                                chunk->count - first - 1, entry,
                                pt64_address_mask(traits, clone->source->table, clone->level));
}

/* ---- the plan ---- */

/**
 * Whether a page or mark of the source can be cloned, by pages at `level`, and the page changed in
 * the source.
 */
PT64_INLINE bool pt64_can_clone(const struct pt64_traits *traits, const struct pt64_table *table,
                                const struct pt64_clone *clone, pt64_entry_t entry, unsigned level)
{
    const struct pt64_table *source = clone->source->table;
    pt64_flags_t flags;

    if (pt64_kind_of(traits, source, entry, clone->level) == PT64_MARKED_SLOT)
        return !table->is_adopted;
    flags = pt64_updated_flags(&clone->changed, pt64_page_flags(traits->pte, entry, clone->level));
    return pt64_can_update(traits, source, &clone->changed, entry, clone->level) &&
           pt64_can_encode_at(traits, table, pt64_updated_flags(&clone->history, flags), level);
}

/**
 * Finds how many entries of a chunk, from slot `first` on, can be cloned for the same reason. 0 if
 * that cannot be cloned.
 */
PT64_INLINE size_t pt64_count_fit(const struct pt64_traits *traits, const struct pt64_table *table,
                                  struct pt64_clone *clone, const struct pt64_chunk *chunk,
                                  pt64_slot_t *slots, size_t first)
{
    pt64_entry_t entry = pt64_load(traits->meta, pt64_slot_at(traits->meta, slots, first));
    bool is_split = chunk->level != clone->level;

    if (is_split || !pt64_is_as_last(traits, clone, entry, chunk->level)) {
        if (!pt64_can_clone(traits, table, clone, entry, chunk->level))
            return 0;
        if (pt64_depends_on_address(traits->pte, &clone->changed, entry, clone->level))
            return 1;
        clone->last.level = is_split ? PT64_MAX_LEVELS : chunk->level;
        clone->last.like = entry;
    }
    return pt64_count_clones(traits, clone, chunk, slots, first, entry);
}

/** Plans a chunk: whether its entries can be cloned, and what the clone needs for them. */
PT64_INLINE pt64_status_t pt64_plan_clone(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, struct pt64_clone *clone,
                                          const struct pt64_chunk *chunk, pt64_slot_t *slots)
{
    for (size_t i = 0; i < chunk->count;) {
        size_t fit = pt64_count_fit(traits, guard->table, clone, chunk, slots, i);

        if (fit == 0)
            return pt64_fail(guard, chunk->vaddr + pt64_slots_bytes(traits->meta, i, chunk->level),
                             PT64_BAD_FLAGS);
        i += fit;
    }
    return clone->progress.stage == PT64_STAGE_PLAN
               ? traits->ops->plan_chunk(guard, &clone->progress, chunk)
               : pt64_blame_chunk(traits, guard, &clone->progress, chunk);
}

/** Finds the next chunk and plans it. `*bytes` become those that it has dealt with. */
PT64_INLINE pt64_status_t pt64_plan_clone_step(const struct pt64_traits *traits,
                                               struct pt64_guard *guard, struct pt64_clone *clone,
                                               pt64_vaddr_t vaddr, uint64_t left, uint64_t *bytes)
{
    PT64_UNSET struct pt64_chunk chunk;
    pt64_slot_t *slots;

    traits->ops->next_chunk(clone, vaddr, left, &chunk, &slots, bytes);
    if (slots == NULL)
        return pt64_fail(guard, vaddr, PT64_BAD_ADDRESS);
    if (chunk.count == 0)
        return PT64_OK;
    return pt64_plan_clone(traits, guard, clone, &chunk, slots);
}

/** Plans all chunks of the clone, or finds the one for which there were no frames. */
PT64_INLINE pt64_status_t pt64_plan_clone_chunks(const struct pt64_traits *traits,
                                                 struct pt64_guard *guard, struct pt64_clone *clone)
{
    const struct pt64_map_args *args = &clone->progress.args;
    pt64_status_t status = PT64_OK;
    uint64_t bytes;

    for (uint64_t done = 0; done < args->bytes && status == PT64_OK; done += bytes)
        status = traits->ops->plan_clone_step(guard, clone, args->vaddr + done, args->bytes - done,
                                              &bytes);
    return status;
}

/** Plans what changes in both tables, and takes the frames of the source. */
PT64_INLINE pt64_status_t pt64_prepare_source(const struct pt64_traits *traits,
                                              struct pt64_guard *guard, struct pt64_clone *clone)
{
    struct pt64_guard *source = clone->source;
    pt64_status_t status;
    size_t frames = 0;

    pt64_enter_epoch(source);
    clone->progress.stage = PT64_STAGE_PLAN;
    clone->is_even = true;
    pt64_forget_last(clone);
    pt64_begin_plan(guard, &clone->progress);
    status = pt64_plan_edges(traits, source, &clone->range, &frames);
    if (status != PT64_OK)
        return pt64_fail(guard, source->failed_at, status);
    status = pt64_plan_clone_chunks(traits, guard, clone);
    if (status != PT64_OK)
        return status;
    pt64_watch(guard);
    status = traits->ops->secure(source, &clone->reserve, frames, PT64_OK);
    pt64_end_watch(guard);
    if (status != PT64_OK)
        guard->failed_at = pt64_unsplit_at(traits, source, &clone->range, clone->reserve.had);
    return status;
}

/**
 * Takes the frames of the clone, which is planned. Afterwards its stage is still PT64_STAGE_PLAN if
 * the plan went bad.
 */
PT64_INLINE pt64_status_t pt64_secure_clone(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, struct pt64_clone *clone,
                                            pt64_status_t status)
{
    pt64_watch(clone->source);
    status = traits->ops->end_stage(guard, &clone->progress, status);
    pt64_end_watch(clone->source);
    if (clone->progress.stage != PT64_STAGE_BLAME)
        return status;
    status = pt64_plan_clone_chunks(traits, guard, clone);
    return traits->ops->end_stage(guard, &clone->progress, status);
}

/**
 * Plans what changes in both tables, and takes all frames. Either allocator may change either table
 * meanwhile: then both plans are made anew.
 */
PT64_INLINE pt64_status_t pt64_prepare_clone(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, struct pt64_clone *clone)
{
    struct pt64_guard *source = clone->source;
    pt64_status_t status = traits->ops->begin_map(guard, &clone->progress);

    if (status != PT64_OK)
        return status;
    clone->progress.args.max_level = pt64_limits_of(traits, guard->table)->leaf_levels - 1;
    do {
        status = pt64_prepare_source(traits, guard, clone);
        if (status == PT64_OK && (!pt64_is_current(guard) || !pt64_is_current(source)))
            continue;
        status = pt64_secure_clone(traits, guard, clone, status);
    } while (status == PT64_OK &&
             (clone->progress.stage <= PT64_STAGE_PLAN || !pt64_is_current(source)));
    if (status != PT64_OK)
        pt64_reserve_drop(traits, source->table, &clone->reserve);
    return status;
}

/* ---- the change ---- */

/** Splits the pages of the source that the edges cut. */
PT64_INLINE void pt64_split_source(const struct pt64_traits *traits, struct pt64_clone *clone)
{
    if ((clone->range.lower_level | clone->range.upper_level) != 0)
        pt64_split_edges(traits, clone->source, &clone->reserve, &clone->range);
    pt64_reserve_drop(traits, clone->source->table, &clone->reserve);
}

PT64_INLINE void pt64_begin_run(const struct pt64_traits *traits, const struct pt64_clone *clone,
                                const struct pt64_chunk *chunk, pt64_slot_t *from, size_t first,
                                struct pt64_clone_run *run)
{
    run->from = pt64_slot_at(traits->meta, from, first);
    run->to = pt64_slot_at(traits->meta, clone->progress.slots, first);
    run->vaddr = chunk->vaddr + pt64_slots_bytes(traits->meta, first, chunk->level);
    run->level = chunk->level;
    run->entry = pt64_load(traits->meta, run->from);
    run->kind = pt64_kind_of(traits, clone->source->table, run->entry, run->level);
    run->changed = run->entry;
    run->cloned = run->entry;
    run->takes_place = clone->progress.detached.slot == NULL && run->level > 0;
    run->count = run->takes_place || run->kind == PT64_MARKED_SLOT
                     ? 1
                     : pt64_count_clones(traits, clone, chunk, from, first, run->entry);
}

/**
 * Puts the pages that are alike, or the mark, into the clone. It may cut the run short, to nothing
 * if the guard has no room for a node that a huge page takes the place of.
 */
PT64_INLINE void pt64_put_clones(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_clone_run *run)
{
    const struct pt64_meta *meta = traits->meta;

    if (run->takes_place) {
        run->count =
            pt64_write_over_node(traits, guard, run->to, run->vaddr, run->level, run->cloned);
        return;
    }
    pt64_put(traits, guard->table, run->to, run->cloned);
    run->count =
        1 + pt64_put_alike(traits, guard->table, pt64_slot_at(meta, run->to, 1),
                           pt64_slot_at(meta, run->from, 1), run->count - 1, run->changed,
                           pt64_address_mask(traits, guard->table, run->level), run->cloned);
}

/** Changes the pages of the run. Then they may not be alike any more: hardware writes them. */
PT64_INLINE void pt64_change_run(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 const struct pt64_clone *clone, struct pt64_clone_run *run)
{
    if ((clone->changed.set | clone->changed.clear) != 0)
        traits->ops->update_range(clone->source, &clone->changed, run->vaddr,
                                  pt64_slots_bytes(traits->meta, run->count, run->level));
    run->changed = pt64_load(traits->meta, run->from);
    run->cloned = traits->ops->changed(guard->table, &clone->history, run->changed, run->level);
}

/**
 * Finds what becomes of the leaves of the run if all are changed and cloned by one loop. False if
 * they do not change or if they need break-before-make. Hardware cannot write them.
 */
PT64_INLINE bool pt64_find_way(const struct pt64_traits *traits, const struct pt64_table *table,
                               struct pt64_clone *clone, const struct pt64_clone_run *run)
{
    struct pt64_clone_way *way = &clone->last;
    pt64_entry_t changed =
        traits->ops->changed(clone->source->table, &clone->changed, run->entry, run->level);
    pt64_entry_t cloned = traits->ops->changed(table, &clone->history, changed, run->level);
    enum pt64_change change =
        pt64_change_of(traits, &clone->changed, run->entry, changed, run->level);

    if (changed == run->entry || pt64_is_broken_first(traits->meta, change))
        return false;
    way->level = run->level;
    way->like = run->entry;
    way->flip = run->entry ^ changed;
    way->apart = changed ^ cloned;
    way->flags = pt64_page_flags(traits->pte, cloned, run->level);
    way->change = change;
    return true;
}

/** Whether the pages of the run are changed and cloned by one loop. Then the way is found. */
PT64_INLINE bool pt64_is_at_once(const struct pt64_traits *traits, const struct pt64_table *table,
                                 struct pt64_clone *clone, const struct pt64_clone_run *run)
{
    if (run->takes_place)
        return false;
    if (pt64_is_as_last(traits, clone, run->entry, run->level))
        return true;
    return run->kind == PT64_LEAF && !pt64_is_volatile(traits->pte, run->entry, run->level) &&
           pt64_find_way(traits, table, clone, run);
}

/** Changes the pages of the run and clones them, by one loop. */
PT64_INLINE void pt64_clone_at_once(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    const struct pt64_clone *clone, struct pt64_clone_run *run)
{
    const struct pt64_clone_way *way = &clone->last;

    pt64_order_stores();
    pt64_put_flipped(traits, clone->source->table, run->from, guard->table, run->to, run->count,
                     way->flip, way->apart);
    traits->ops->gather(clone->source, way->change, run->vaddr, run->count, run->level);
    run->flags = way->flags;
}

/** Clones pages or a mark that cannot be changed and cloned at once. */
PT64_INLINE void pt64_clone_in_turn(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    const struct pt64_clone *clone, struct pt64_clone_run *run)
{
    if (clone->progress.detached.slot == NULL)
        pt64_order_stores();
    run->flags = PT64_MARK;
    if (run->kind != PT64_MARKED_SLOT) {
        pt64_change_run(traits, guard, clone, run);
        run->flags = pt64_page_flags(traits->pte, run->cloned, run->level);
    }
    pt64_put_clones(traits, guard, run);
}

/**
 * Clones the page in slot `first` of the chunk, and pages after it that are alike. Returns their
 * number, and 0 if the guard has no room for a node that a huge page takes the place of. `*flags`
 * become those of the pages in the clone.
 */
PT64_INLINE size_t pt64_clone_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                    struct pt64_clone *clone, const struct pt64_chunk *chunk,
                                    pt64_slot_t *from, size_t first, pt64_flags_t *flags)
{
    PT64_UNSET struct pt64_clone_run run;

    pt64_begin_run(traits, clone, chunk, from, first, &run);
    if (pt64_is_at_once(traits, guard->table, clone, &run))
        pt64_clone_at_once(traits, guard, clone, &run);
    else
        pt64_clone_in_turn(traits, guard, clone, &run);
    *flags = run.flags;
    if (!pt64_is_absent_by(traits->pte, run.flags))
        pt64_gather(traits, guard, PT64_CREATED, run.vaddr, run.count, run.level);
    return run.count;
}

/** Reports `count` pages of the clone, or a mark, from `slots` on: a run at a time. */
PT64_INLINE void pt64_report_clones(const struct pt64_traits *traits, pt64_slot_t *slots,
                                    size_t count, struct pt64_mapping *run, unsigned level,
                                    pt64_report_t report, void *arg)
{
    const struct pt64_meta *meta = traits->meta;

    for (size_t i = 0; i < count;) {
        pt64_slot_t *slot = pt64_slot_at(meta, slots, i);
        pt64_entry_t entry = pt64_load(meta, slot);
        pt64_entry_t step = pt64_page_step(traits, entry, level);
        size_t pages = 1;

        if (run->flags & PT64_MARK) {
            (void)traits->pte->mark_of(entry, level, &run->paddr);
        } else {
            run->paddr = pt64_page_address(traits->pte, entry, level);
            pages += pt64_count_steps(meta, pt64_slot_at(meta, slot, 1), count - i - 1,
                                      entry + step, step);
        }
        run->size = pt64_slots_bytes(meta, pages, level);
        report(arg, run);
        run->vaddr += run->size;
        i += pages;
    }
}

/** Fills the slots of a chunk, and reports what is in them. It may cut the chunk short. */
PT64_INLINE void pt64_fill_clone(const struct pt64_traits *traits, struct pt64_guard *guard,
                                 struct pt64_clone *clone, struct pt64_chunk *chunk,
                                 pt64_slot_t *from, pt64_report_t report, void *arg)
{
    PT64_UNSET struct pt64_mapping run;
    size_t i = 0;

    run.vaddr = chunk->vaddr;
    while (i < chunk->count) {
        size_t count = traits->ops->clone_slots(guard, clone, chunk, from, i, &run.flags);

        if (count == 0) {
            chunk->count = i;
            return;
        }
        if (report != NULL)
            pt64_report_clones(traits, pt64_slot_at(traits->meta, clone->progress.slots, i), count,
                               &run, chunk->level, report, arg);
        i += count;
    }
}

/** Does to the next chunk what the stage is for. `*bytes` become those that it has dealt with. */
PT64_INLINE pt64_status_t pt64_clone_step(const struct pt64_traits *traits,
                                          struct pt64_guard *guard, struct pt64_clone *clone,
                                          pt64_vaddr_t vaddr, uint64_t *bytes, pt64_report_t report,
                                          void *arg)
{
    struct pt64_progress *progress = &clone->progress;
    uint64_t left = progress->args.bytes - (vaddr - progress->args.vaddr);
    PT64_UNSET struct pt64_chunk chunk;
    pt64_slot_t *slots;
    pt64_status_t status;

    traits->ops->next_chunk(clone, vaddr, left, &chunk, &slots, bytes);
    if (chunk.count == 0 || (progress->stage == PT64_STAGE_VACATE && chunk.level == 0))
        return PT64_OK;
    status = pt64_map_chunk(traits, guard, progress, &chunk);
    if (status == PT64_OK && progress->stage == PT64_STAGE_WRITE)
        pt64_fill_clone(traits, guard, clone, &chunk, slots, report, arg);
    *bytes = pt64_chunk_bytes(traits->meta, &chunk);
    return status;
}

/** Makes the clone, which is planned. */
PT64_INLINE pt64_status_t pt64_perform_clone(const struct pt64_traits *traits,
                                             struct pt64_guard *guard, struct pt64_clone *clone,
                                             pt64_report_t report, void *arg)
{
    struct pt64_progress *progress = &clone->progress;
    pt64_status_t status = PT64_OK;

    do {
        uint64_t bytes;

        for (uint64_t done = 0; done < progress->args.bytes && status == PT64_OK; done += bytes)
            status = pt64_clone_step(traits, guard, clone, progress->args.vaddr + done, &bytes,
                                     report, arg);
        status = traits->ops->end_stage(guard, progress, status);
    } while (progress->stage != PT64_STAGE_OVER);
    return status;
}

/** Checks the arguments of a clone. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_clone(const struct pt64_traits *traits,
                                           const struct pt64_guard *guard,
                                           const struct pt64_guard *source, pt64_vaddr_t vaddr,
                                           uint64_t bytes, pt64_flags_t set, pt64_flags_t clear)
{
    PT64_UNSET struct pt64_update update;
    pt64_status_t status;

    pt64_update_by(&update, set, clear);
    if (pt64_differ(traits, guard->table, source->table))
        return PT64_BAD_SIZE;
    status = pt64_check_region(traits->meta, pt64_limits_of(traits, guard->table), vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!pt64_is_valid_update(traits, guard->table, &update))
        return PT64_BAD_FLAGS;
    return guard->table == source->table ? PT64_ALREADY_MAPPED : PT64_OK;
}

PT64_INLINE pt64_status_t pt64_clone_region(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, struct pt64_guard *source,
                                            pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                                            pt64_flags_t clear, pt64_report_t report, void *arg)
{
    PT64_UNSET struct pt64_clone clone;
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_clone(traits, guard, source, vaddr, bytes, set, clear);
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    status = traits->ops->check_fixed(source, vaddr, bytes);
    if (status != PT64_OK)
        return pt64_fail(guard, source->failed_at, status);
    pt64_begin_clone(&clone, source, vaddr, bytes, set, clear);
    status = traits->ops->prepare_clone(guard, &clone);
    if (status != PT64_OK)
        return status;
    pt64_note_history(guard->table, pt64_history_of(source->table) & PT64_ANY_ID);
    pt64_split_source(traits, &clone);
    pt64_forget_last(&clone);
    return pt64_perform_clone(traits, guard, &clone, report, arg);
}

/** @endcond */

#endif
