/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Flush requests: how invalidations are gathered into a request, and which part of it other CPUs
 * must run.
 */
#ifndef PAGE_TABLE64_FLUSH_H
#define PAGE_TABLE64_FLUSH_H

#include "geometry.h"

/**
 * Copies from a request what other CPUs must run: what ended, and nothing that only began. For the
 * handler's flush of a kernel whose other CPUs may take a spurious fault on what began, and then
 * call name_fix_fault.
 * @param others is overwritten: the request that those CPUs pass to name_flush_local.
 * @return whether there is anything to run. If not, no interrupt is needed.
 */
PT64_INLINE bool pt64_flush_for_others(const struct pt64_flush *request, struct pt64_flush *others)
{
    others->root = request->root;
    others->id = request->id;
    others->global = request->global;
    others->ended = request->ended;
    others->by_range = request->by_range;
    others->everything = request->everything && request->ended;
    others->count = 0;
    for (unsigned i = 0; i < request->count; i++)
        if (request->ranges[i].ended)
            others->ranges[others->count++] = request->ranges[i];
    return others->everything || others->count > 0;
}

/** @cond engine */

/** Empties the request: it asks for nothing but ordering. */
PT64_INLINE void pt64_request_reset(struct pt64_flush *flush)
{
    flush->everything = false;
    flush->ended = false;
    flush->global = false;
    flush->by_range = false;
    flush->count = 0;
}

/** Whether the request is already one of everything: that ended, or that only began. */
PT64_INLINE bool pt64_request_is_whole(const struct pt64_flush *flush, bool ended)
{
    return flush->everything && (flush->ended || !ended);
}

/** Copies member by member: some compilers turn an assignment into a call of memcpy. */
PT64_INLINE void pt64_flush_copy_range(struct pt64_flush_range *to,
                                       const struct pt64_flush_range *from)
{
    to->vaddr = from->vaddr;
    to->bytes = from->bytes;
    to->stride = from->stride;
    to->ended = from->ended;
    to->tables = from->tables;
}

/** Drops the ranges where translations only began. */
PT64_INLINE void pt64_request_drop_begun(struct pt64_flush *flush)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < flush->count; i++)
        if (flush->ranges[i].ended)
            pt64_flush_copy_range(&flush->ranges[kept++], &flush->ranges[i]);
    flush->count = kept;
}

/** Makes the request one of everything, because something ended or only began. */
PT64_ONCE void pt64_request_everything(struct pt64_flush *flush, bool ended)
{
    flush->everything = true;
    flush->ended |= ended;
    if (flush->ended)
        flush->count = 0;
    else
        pt64_request_drop_begun(flush);
}

/**
 * Extends the newest range by a range of the same kind that continues it at either end. Address 0
 * continues nothing: no range wraps.
 */
PT64_INLINE bool pt64_request_coalesce(struct pt64_flush *flush,
                                       const struct pt64_flush_range *range)
{
    struct pt64_flush_range *newest;

    if (flush->count == 0)
        return false;
    newest = &flush->ranges[flush->count - 1];
    if (newest->stride != range->stride || newest->tables != range->tables ||
        newest->ended != range->ended)
        return false;
    if (newest->vaddr != 0 && range->vaddr + range->bytes == newest->vaddr)
        newest->vaddr = range->vaddr;
    else if (range->vaddr == 0 || newest->vaddr + newest->bytes != range->vaddr)
        return false;
    newest->bytes += range->bytes;
    return true;
}

/**
 * Adds a range. If there is no room, the request first becomes one of everything that began, which
 * frees the ranges of that kind. If there is still none, it becomes one of everything that ended.
 */
PT64_ONCE void pt64_request_add(struct pt64_flush *flush, const struct pt64_flush_range *range)
{
    if (pt64_request_coalesce(flush, range))
        return;
    if (flush->count == PT64_FLUSH_RANGES)
        pt64_request_everything(flush, false);
    if (pt64_request_is_whole(flush, range->ended))
        return;
    if (flush->count == PT64_FLUSH_RANGES)
        pt64_request_everything(flush, true);
    else
        pt64_flush_copy_range(&flush->ranges[flush->count++], range);
}

/** @endcond */

#endif
