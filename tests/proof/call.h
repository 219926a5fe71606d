/* SPDX-License-Identifier: MIT */
/*
 * What the proofs of calls share: any table, and a page of it, any, that is looked at before the
 * call and after it. What is proved of one page, any, is proved of each.
 *
 * FIRST and COUNT are the smallest pages that a call is for: numbers, or anything.
 */
#ifndef TESTS_PROOF_CALL_H
#define TESTS_PROOF_CALL_H

#include "tiny.h"

#ifndef FIRST
#define FIRST nondet_u32()
#endif
#ifndef COUNT
#define COUNT 1U
#endif

static unsigned first; /* the smallest page that the call is for */
static unsigned count; /* how many it is for */
static struct seen before;
static pt_guard_t guard;
static bool is_ending; /* a guard is being committed */

static bool is_in_range(unsigned page)
{
    return page - first < count;
}

/*
 * Whether what is reported is of the page that is looked at. Then its frame, or what it is as a
 * mark, is as it was.
 */
static bool tells_of_probe(const struct pt64_mapping *page, struct seen was)
{
    pt64_vaddr_t offset = vaddr_of(probe) - page->vaddr;

    if (offset >= page->size)
        return false;
    CLAIM(was.paddr == page->paddr + (was.flags == PT64_MARK ? 0 : offset));
    return true;
}

static void look_before(void)
{
    probe = nondet_u32();
    GIVEN(probe < PAGES);
    before = see(probe);
    for (unsigned i = 0; i < FRAMES; i++)
        was_taken[i] = is_taken[i];
}

/* The pages that the call is for, and the one that is looked at. */
static void any_pages(void)
{
    first = FIRST;
    count = COUNT;
    GIVEN(first < PAGES && count <= PAGES - first);
    look_before();
}

static void any_call(void)
{
    any_table();
    any_pages();
    pt_begin(&guard, &table);
}

static void commit(pt_guard_t *of)
{
    is_ending = true;
    pt_commit(of);
    is_ending = false;
}

/*
 * The handler does this in the midst of a call, by a guard of its own: it unmaps a page, or maps
 * one. What was before the call is what is there then, and the frames of nodes that it made.
 */
static void use_table(void)
{
    struct pt64_mapping page;
    bool had[FRAMES];
    pt_guard_t own;

    for (unsigned i = 0; i < FRAMES; i++)
        had[i] = is_taken[i];
    pt_begin(&own, &table);
    USE(&own, vaddr_of(nondet_u32() % PAGES), &page);
    commit(&own);
    before = see(probe);
    for (unsigned i = 0; i < FRAMES; i++)
        was_taken[i] = (was_taken[i] || !had[i]) && is_taken[i];
}

/* A call that failed has changed nothing, and has given its frames back. */
static void nothing_has_changed(void)
{
    CLAIM(is_same(see(probe), before));
    for (unsigned i = 0; i < FRAMES; i++)
        CLAIM(is_taken[i] == was_taken[i]);
}

static void end_call(void)
{
    commit(&guard);
    for (unsigned t = 0; t < TABLES; t++)
        CLAIM(!is_stale[t]);
    no_frame_is_lost();
}

/* ---- what the prover is given in the place of functions ---- */

/*
 * Symbolic execution goes into each branch that it cannot rule out, and these are in every walk.
 * Each of the replacements claims that it does what the function does, here. Where no call comes
 * to, as a claim says, the prover need not go on.
 */

bool never_full(const struct pt64_guard *of)
{
    CLAIM(pt64_retired_count(of) < PT64_RETIRED);
    return false;
}

enum pt64_share never_shared(const struct pt64_traits *traits, const struct pt64_table *of,
                             pt64_vaddr_t vaddr)
{
    (void)traits;
    (void)vaddr;
    CLAIM(!pt64_shares(of));
    return PT64_SHARE_NONE;
}

/* The table is not adopted. */
void never_cut_off(const struct pt64_traits *traits, const struct pt64_table *of,
                   struct pt64_path *path, pt64_vaddr_t vaddr, unsigned level,
                   struct pt64_cursor *cursor)
{
    (void)traits;
    (void)of;
    (void)path;
    (void)vaddr;
    (void)level;
    (void)cursor;
    CLAIM(false);
}

/* No guard is for a range of its table. */
bool never_ranged(const struct pt64_guard *of)
{
    CLAIM((of->state & PT64_RANGED) == 0);
    return false;
}

/* Each frame of the handler is memory, and aligned. */
bool always_usable(const struct pt64_traits *traits, const struct pt64_table *of,
                   pt64_paddr_t frame, unsigned level)
{
    (void)traits;
    (void)of;
    (void)level;
    CLAIM(is_given(index_of(frame)) && frame >> PADDR_BITS == 0);
    return true;
}

bool always_linkable(const struct pt64_traits *traits, const struct pt64_table *of,
                     pt64_paddr_t frame, unsigned level)
{
    (void)traits;
    (void)of;
    CLAIM(level == LEVELS - 1 || is_link(pte->link(&tiny.limits, frame, level + 1), level + 1));
    return true;
}

/* In this geometry nothing that is pending is in the way of what a call writes. */
void flush_at_end(const struct pt64_traits *traits, struct pt64_guard *of)
{
    CLAIM(is_ending);
    GIVEN(is_ending);
    if (pt64_is_pending(of))
        pt64_run_pending(traits, of);
}

/* In this geometry a huge page takes the place of nodes at once. */
void never_vacate(const struct pt64_traits *traits, struct pt64_guard *of,
                  struct pt64_progress *progress, struct pt64_chunk *chunk)
{
    (void)traits;
    (void)of;
    (void)progress;
    (void)chunk;
    CLAIM(false);
    GIVEN(false);
}

/* In the range of one page none is like another. */
size_t none_alike(const struct pt64_meta *meta, pt64_slot_t *slots, size_t most, pt64_entry_t like,
                  pt64_entry_t mask)
{
    (void)meta;
    (void)slots;
    (void)like;
    (void)mask;
    CLAIM(most == 0);
    return 0;
}

#endif
