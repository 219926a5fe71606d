/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Populating: makes the nodes that pages of a range need, and maps nothing.
 *
 * It is a map call (map.h) whose chunks write no leaves.
 */
#ifndef PAGE_TABLE64_POPULATE_H
#define PAGE_TABLE64_POPULATE_H

#include "map.h"

/** @cond engine */

/** The slots at `level` from `vaddr` on that are in the range and in one node. */
PT64_INLINE void pt64_cut_slots(const struct pt64_traits *traits, const struct pt64_table *table,
                                pt64_vaddr_t vaddr, uint64_t left, unsigned level,
                                struct pt64_chunk *chunk)
{
    chunk->vaddr = vaddr;
    chunk->paddr = 0;
    chunk->level = level;
    chunk->count =
        pt64_whole_slots(traits->meta, pt64_limits_of(traits, table), vaddr, left, level);
}

/**
 * Counts the nodes that the rest of the range needs in the empty slot at `level` above the chunk.
 * Those of the chunk are counted already. A range may need more nodes than memory has: nothing is
 * visited for each.
 */
PT64_INLINE void pt64_plan_empty(const struct pt64_meta *meta, struct pt64_progress *progress,
                                 const struct pt64_chunk *chunk, unsigned level)
{
    const struct pt64_map_args *args = &progress->args;
    uint64_t rest = args->bytes - (chunk->vaddr - args->vaddr);
    uint64_t room = pt64_slot_rest(meta, chunk->vaddr, level);
    pt64_vaddr_t last = chunk->vaddr + ((rest < room ? rest : room) - 1);
    uint64_t nodes = 0;

    for (unsigned at = chunk->level + 1; at <= level; at++)
        nodes += pt64_slots_in(meta, last, at) - pt64_slots_in(meta, chunk->vaddr, at);
    progress->frames +=
        nodes < SIZE_MAX - progress->frames ? (size_t)nodes : SIZE_MAX - progress->frames;
    progress->planned = last;
}

/**
 * Plans the node of a chunk, and those above it. Where an empty slot leads there, it plans all that
 * the range needs in that slot.
 */
PT64_INLINE pt64_status_t pt64_plan_node(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_progress *progress,
                                         const struct pt64_chunk *chunk)
{
    PT64_UNSET struct pt64_cursor cursor;
    pt64_status_t status = pt64_plan_way(traits, guard, progress, chunk, &cursor);

    if (status == PT64_OK && cursor.level > chunk->level && progress->stage == PT64_STAGE_PLAN)
        pt64_plan_empty(traits->meta, progress, chunk, cursor.level);
    return status == PT64_OK ? pt64_check_budget(guard, progress, chunk) : status;
}

/**
 * Makes the missing nodes on the way to a chunk. What a TLB may hold there in another size was
 * flushed before the frames for them were taken.
 */
PT64_INLINE pt64_status_t pt64_make_node(const struct pt64_traits *traits, struct pt64_guard *guard,
                                         struct pt64_progress *progress,
                                         const struct pt64_chunk *chunk)
{
    progress->planned = chunk->vaddr + (pt64_chunk_bytes(traits->meta, chunk) - 1);
    if (pt64_arrive(traits, guard, progress, chunk) == NULL)
        return pt64_fail(guard, chunk->vaddr, PT64_BAD_ADDRESS);
    return PT64_OK;
}

/** Makes the nodes of a valid range for pages at `level`. */
PT64_INLINE pt64_status_t pt64_populate_range(const struct pt64_traits *traits,
                                              struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                              uint64_t bytes, unsigned level)
{
    PT64_UNSET struct pt64_progress progress;
    pt64_status_t status;

    /* No huge page takes the place of anything. */
    pt64_list_args(&progress.args, vaddr, bytes, 0, 0);
    progress.args.is_populated = true;
    status = traits->ops->begin_map(guard, &progress);
    if (status != PT64_OK)
        return status;
    do {
        PT64_UNSET struct pt64_chunk chunk;

        for (uint64_t done = 0; done < bytes && status == PT64_OK;
             done = progress.planned - vaddr + 1) {
            pt64_cut_slots(traits, guard->table, vaddr + done, bytes - done, level, &chunk);
            status = progress.stage <= PT64_STAGE_PLAN
                         ? pt64_plan_node(traits, guard, &progress, &chunk)
                         : pt64_make_node(traits, guard, &progress, &chunk);
        }
        status = traits->ops->end_stage(guard, &progress, status);
    } while (progress.stage != PT64_STAGE_OVER);
    return status;
}

PT64_INLINE pt64_status_t pt64_populate(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t size)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, guard->table);
    unsigned level = pt64_leaf_level(traits->meta, limits, size);
    pt64_status_t status = PT64_OK;

    if (bytes == 0)
        return PT64_OK;
    if (level == limits->leaf_levels)
        status = PT64_BAD_SIZE;
    else if (!pt64_is_slot_aligned(traits->meta, vaddr | bytes, level))
        status = PT64_NOT_ALIGNED;
    else if (!pt64_is_vaddr_range(traits->meta, limits, vaddr, bytes))
        status = PT64_BAD_ADDRESS;
    if (status != PT64_OK)
        return pt64_fail(guard, vaddr, status);
    return pt64_populate_range(traits, guard, vaddr, bytes, level);
}

/** @endcond */

#endif
