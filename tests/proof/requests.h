/* SPDX-License-Identifier: MIT */
/*
 * Flush requests of any geometry, as struct pt64_flush documents them, and as the library keeps
 * them.
 */
#ifndef TESTS_PROOF_REQUESTS_H
#define TESTS_PROOF_REQUESTS_H

#include <page_table64/flush.h>

#include "any_geometry.h"

static struct pt64_meta meta;
static const struct pt64_limits *const limits = &meta.limits;

static unsigned slot_shift(unsigned level)
{
    return meta.page_shift + level * meta.index_bits;
}

static pt64_size_t slot_size(unsigned level)
{
    return (pt64_size_t)1 << slot_shift(level);
}

/* Whether all of the range is in the space, and in one half. */
static bool is_range(pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_vaddr_t last = vaddr + (bytes - 1);

    return bytes > 0 && last >= vaddr && (vaddr ^ last) >> 63 == 0 && is_address(&meta, vaddr) &&
           is_address(&meta, last);
}

/* ---- what a request asks for ---- */

static bool is_same_range(const struct pt64_flush_range *a, const struct pt64_flush_range *b)
{
    return a->vaddr == b->vaddr && a->bytes == b->bytes && a->stride == b->stride &&
           a->ended == b->ended && a->tables == b->tables;
}

static bool has(const struct pt64_flush *request, const struct pt64_flush_range *range)
{
    bool has_it = false;

    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        has_it |= i < request->count && is_same_range(&request->ranges[i], range);
    return has_it;
}

static bool asks_for_everything(const struct pt64_flush *request, bool ended)
{
    return request->everything && (request->ended || !ended);
}

static bool asks_for(const struct pt64_flush *request, const struct pt64_flush_range *range)
{
    return asks_for_everything(request, range->ended) || has(request, range);
}

/* ---- any request ---- */

static bool is_sound_range(const struct pt64_flush_range *range)
{
    return range->stride >= slot_size(0) && (range->stride & (range->stride - 1)) == 0 &&
           ((range->vaddr | range->bytes) & (range->stride - 1)) == 0 &&
           is_range(range->vaddr, range->bytes);
}

/* What is asked for by everything that began has no range besides, nor has what ended. */
static bool is_allowed(const struct pt64_flush *request, const struct pt64_flush_range *range)
{
    return !request->everything || (range->ended && !request->ended);
}

static bool is_consistent(const struct pt64_flush *request)
{
    return request->count <= PT64_FLUSH_RANGES && (request->everything || !request->ended);
}

static bool is_sound_request(const struct pt64_flush *request)
{
    bool is_sound = is_consistent(request);

    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        is_sound &= i >= request->count || (is_sound_range(&request->ranges[i]) &&
                                            is_allowed(request, &request->ranges[i]));
    return is_sound;
}

static struct pt64_flush_range any_range(void)
{
    struct pt64_flush_range range = {
        .vaddr = nondet_u64(),
        .bytes = nondet_u64(),
        .stride = nondet_u64(),
        .ended = nondet_bool(),
        .tables = nondet_bool(),
    };

    return range;
}

static void any_request(struct pt64_flush *request)
{
    request->root = nondet_u64();
    request->id = nondet_u64();
    request->count = nondet_u32();
    request->everything = nondet_bool();
    request->ended = nondet_bool();
    request->global = nondet_bool();
    request->by_range = nondet_bool();
    for (unsigned i = 0; i < PT64_FLUSH_RANGES; i++)
        request->ranges[i] = any_range();
}

/* Any of its ranges. */
static struct pt64_flush_range any_range_of(const struct pt64_flush *request)
{
    struct pt64_flush_range range = any_range();

    GIVEN(has(request, &range));
    return range;
}

#endif
