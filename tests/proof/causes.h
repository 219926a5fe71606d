/* SPDX-License-Identifier: MIT */
/*
 * Why a call may fail: what the reference in define.h says of its statuses. A function that tells
 * causes returns a set of statuses, a bit for each. Where several causes are, each of them is due.
 */
#ifndef TESTS_PROOF_CAUSES_H
#define TESTS_PROOF_CAUSES_H

#include "call.h"

static unsigned why(pt64_status_t status, bool is_so)
{
    return is_so ? 1U << status : 0;
}

/* ---- what is asked for ---- */

/* A hidden page has the form of one that may be read. An adopted table takes none. */
static bool can_encode(pt64_flags_t flags, unsigned level)
{
    if (IS_ADOPTED && (flags & PT64_ACCESS) == 0)
        return false;
    return pte->can_encode(&tiny.limits, flags & PT64_ACCESS ? flags : flags | PT64_READ, level);
}

/* The frame of a hidden page has fewer bits. */
static bool can_lie_at(pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags)
{
    unsigned bits = PADDR_BITS - (flags & PT64_ACCESS ? 0 : pte->hidden_bits);

    return paddr >> bits == 0 && (paddr + (size - 1)) >> bits == 0;
}

static unsigned bad_flags(pt64_flags_t flags, unsigned level)
{
    return why(PT64_BAD_FLAGS, !can_encode(flags, level));
}

/* Every page size must be able to encode the flags. */
static unsigned bad_flags_of_region(pt64_flags_t flags)
{
    unsigned causes = 0;

    for (unsigned level = 0; level < LEVELS; level++)
        causes |= bad_flags(flags, level);
    return causes;
}

static unsigned bad_frame(pt64_paddr_t paddr, unsigned level, pt64_flags_t flags)
{
    return why(PT64_NOT_ALIGNED, (paddr & ((PAGE << level) - 1)) != 0) |
           why(PT64_BAD_ADDRESS, !can_lie_at(paddr, PAGE << level, flags));
}

static unsigned bad_frames(pt64_paddr_t paddr, pt64_flags_t flags)
{
    return why(PT64_NOT_ALIGNED, (paddr & (PAGE - 1)) != 0) |
           why(PT64_BAD_ADDRESS, !can_lie_at(paddr, count * PAGE, flags));
}

/* Only some flags may be set and cleared, and none both. */
static unsigned bad_change(pt64_flags_t set, pt64_flags_t clear)
{
    pt64_flags_t changeable = pte->flags & (PT64_CHANGEABLE | pte->changeable);

    return why(PT64_BAD_FLAGS, ((set | clear) & ~changeable) != 0 || (set & clear) != 0);
}

static unsigned bad_mark(uint64_t mark, unsigned level)
{
    return why(PT64_BAD_FLAGS, pte->mark(&tiny.limits, mark, level) == 0);
}

/* ---- what is there ---- */

static bool is_mark(struct seen was)
{
    return was.is_there && was.flags == PT64_MARK;
}

static bool is_page(struct seen was)
{
    return was.is_there && was.flags != PT64_MARK;
}

static unsigned no_page(struct seen was)
{
    return why(PT64_NOT_MAPPED, !was.is_there) | why(PT64_MARKED, is_mark(was));
}

/* A larger page or mark than one of this level. */
static unsigned larger_is_there(struct seen was, unsigned level)
{
    return why(PT64_MAPPED_TO_HUGE_PAGE, is_page(was) && was.level > level) |
           why(PT64_MARKED, is_mark(was) && was.level > level);
}

/* Where a page of this level is to be. Smaller marks are as smaller pages, as name_mark says. */
static unsigned anything_is_there(struct seen was, unsigned level)
{
    return larger_is_there(was, level) |
           why(PT64_ALREADY_MAPPED,
               (is_page(was) && was.level <= level) || (is_mark(was) && was.level < level)) |
           why(PT64_MARKED, is_mark(was) && was.level == level);
}

/* A call for the page or mark that starts at `page`. */
static unsigned none_starts_at(unsigned page, struct seen was)
{
    bool is_inside = (page & ((1U << was.level) - 1)) != 0;

    return why(PT64_NOT_MAPPED, !was.is_there) | (is_inside ? larger_is_there(was, 0) : 0);
}

/* Where a smallest page is to take the place of the mark. */
static unsigned other_than_mark(struct seen was, uint64_t mark)
{
    return why(PT64_NOT_MAPPED, !was.is_there) | why(PT64_ALREADY_MAPPED, is_page(was)) |
           why(PT64_MARKED, is_mark(was) && (was.level > 0 || was.paddr != mark));
}

/* ---- what it becomes ---- */

static pt64_flags_t protected_to(pt64_flags_t flags, struct seen was)
{
    return flags | (was.flags & kept_by(flags));
}

/* A page keeps its frame, and takes these flags. */
static unsigned bad_result(pt64_flags_t flags, struct seen was, unsigned level)
{
    return why(PT64_BAD_FLAGS,
               is_page(was) && (!can_encode(flags, level) || !can_lie_at(was.paddr, PAGE, flags)));
}

/* ---- slots ---- */

/* An edge of the range cuts the slot of this level that the page is in. */
static bool is_cut(unsigned page, unsigned level)
{
    unsigned others = (1U << level) - 1;

    return !is_in_range(page & ~others) || !is_in_range(page | others);
}

/* ---- frames of the handler ---- */

static unsigned no_frame(bool is_needed)
{
    return why(PT64_NO_MEMORY, has_failed && is_needed);
}

/* A walk comes by the sink to its end as if it were a node. */
static bool lacks_node(struct seen was)
{
    return was.level > 0 || (SINKS > 0 && !was.is_there);
}

static unsigned cut_mark(unsigned page, struct seen was)
{
    return why(PT64_MARKED, is_mark(was) && is_cut(page, was.level));
}

static bool splits(unsigned page, struct seen was)
{
    return is_page(was) && is_cut(page, was.level);
}

/* ---- the claim ---- */

static unsigned page_of_failure(void)
{
    return (unsigned)(pt_failed_at(&guard) >> PAGE_BITS) % PAGES;
}

/*
 * A call is refused where a cause is, and only there: `of_call` are those in what it is called
 * with, and `of_probe` those of the page that is looked at. It fails at the first page that has the
 * cause; but at any that lacks a frame.
 */
static void status_is_due(pt64_status_t status, unsigned of_call, unsigned of_probe)
{
    unsigned no_memory = 1U << PT64_NO_MEMORY;
    unsigned at = page_of_failure();

    if (status == PT64_OK) {
        CLAIM(of_call == 0);
        CLAIM(!is_in_range(probe) || (of_probe & ~no_memory) == 0);
        return;
    }
    CLAIM(pt_failed_at(&guard) == vaddr_of(at) && is_in_range(at));
    if (probe == at)
        CLAIM(((of_probe | (at == first ? of_call : 0)) >> status & 1) != 0);
    else if (is_in_range(probe) && probe < at)
        CLAIM(((of_probe & ~no_memory) >> status & 1) == 0);
}

#endif
