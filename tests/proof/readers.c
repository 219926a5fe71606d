/* SPDX-License-Identifier: MIT */
/*
 * Calls that read, and the end of a table, whatever is in memory: every entry of every frame is
 * anything, and any frame may not be there.
 */
#ifdef FIRST
#define HAS_RANGE true
#else
#define HAS_RANGE false
#endif
#include "anything.h"

static bool overlaps(unsigned page, pt64_vaddr_t from, pt64_vaddr_t last)
{
    return from <= last && vaddr_of(page) + PAGE - 1 >= from && vaddr_of(page) <= last;
}

void proof_query_of_anything(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    struct pt64_mapping page;
    pt64_status_t status;
    struct seen seen;

    anything();
    status = pt_query(&table, vaddr, &page);
    seen = see((unsigned)(vaddr >> PAGE_BITS) % PAGES);
    CLAIM(status != PT64_OK || vaddr < vaddr_of(PAGES));
    if (status == PT64_OK) {
        CLAIM(seen.is_there && seen.flags == page.flags);
        CLAIM(page.size == PAGE << seen.level && vaddr - page.vaddr < page.size);
        CLAIM(seen.paddr == page.paddr + ((vaddr - page.vaddr) & ~(PAGE - 1)));
    }
    CLAIM(status != PT64_NOT_MAPPED || !seen.is_there);
    CLAIM((status == PT64_MARKED) == (seen.is_there && seen.flags == PT64_MARK) ||
          status == PT64_BAD_ADDRESS);
    END_OF_PROOF();
}

void proof_translate_of_anything(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    pt64_status_t status;
    pt64_paddr_t paddr;
    struct seen seen;

    anything();
    status = pt_translate(&table, vaddr, &paddr);
    seen = see((unsigned)(vaddr >> PAGE_BITS) % PAGES);
    CLAIM(status != PT64_OK || vaddr < vaddr_of(PAGES));
    CLAIM(status != PT64_OK || (seen.is_there && seen.paddr + (vaddr & (PAGE - 1)) == paddr));
    CLAIM(status != PT64_NOT_MAPPED || !seen.is_there);
    END_OF_PROOF();
}

void proof_mark_of_anything(void)
{
    pt64_vaddr_t vaddr = nondet_u64();
    pt64_status_t status;
    struct seen seen;
    uint64_t mark;
    bool is_mark;

    anything();
    status = pt_mark_of(&table, vaddr, &mark);
    seen = see((unsigned)(vaddr >> PAGE_BITS) % PAGES);
    is_mark = seen.is_there && seen.flags == PT64_MARK;
    CLAIM(status != PT64_OK || (vaddr < vaddr_of(PAGES) && is_mark && seen.paddr == mark));
    CLAIM(status != PT64_NOT_MAPPED || !seen.is_there);
    CLAIM(status != PT64_ALREADY_MAPPED || (seen.is_there && !is_mark));
    CLAIM(status == PT64_OK || !is_mark || status == PT64_BAD_ADDRESS);
    END_OF_PROOF();
}

/*
 * Begins in a page of the table, and ends in another or beyond the table. Without those pages it
 * holds no address of the table.
 */
static void any_range(pt64_vaddr_t *from, pt64_vaddr_t *last)
{
    unsigned end = FIRST + COUNT;

    *from = nondet_u64();
    *last = nondet_u64();
    if (HAS_RANGE) {
        *from = vaddr_of(FIRST) + *from % PAGE;
        if (end < PAGES)
            *last = vaddr_of(end - 1) + *last % PAGE;
        GIVEN(*last >= vaddr_of(end - 1));
    } else {
        GIVEN(*from > *last || *from >= vaddr_of(PAGES));
    }
}

/* The run is what its pages are, and no page is before it. */
void proof_next_of_anything(void)
{
    struct pt64_mapping run;
    pt64_status_t status;
    pt64_vaddr_t from;
    pt64_vaddr_t last;

    anything_with_a_page();
    any_range(&from, &last);
    status = pt_next(&table, from, last, &run);
    if (status == PT64_OK) {
        pt64_vaddr_t offset = vaddr_of(probe) - run.vaddr;

        CLAIM(run.size > 0 && (run.size & (PAGE - 1)) == 0);
        CLAIM(run.vaddr + run.size <= vaddr_of(PAGES));
        CLAIM(run.vaddr + run.size - 1 >= from && run.vaddr <= last);
        if (offset < run.size) {
            CLAIM(before.is_there && before.flags == run.flags);
            CLAIM(before.paddr == run.paddr + (before.flags == PT64_MARK ? 0 : offset));
        } else {
            CLAIM(!before.is_there || !overlaps(probe, from, last) || vaddr_of(probe) > run.vaddr);
        }
    }
    CLAIM(status != PT64_NOT_MAPPED || !before.is_there || !overlaps(probe, from, last));
    END_OF_PROOF();
}

static unsigned visits;            /* to the page that is looked at, or the mark */
static unsigned visits_of_links;   /* to those above it */
static unsigned visits_in_all;     /* to whatever */
static pt64_vaddr_t visited_up_to; /* what was visited ends there */

/* The slots of pages follow each other. Each says what the entry says that a walk comes to. */
static enum pt64_walk visit(void *arg, const struct pt64_visit *visit)
{
    bool is_above = vaddr_of(probe) - visit->slot.vaddr < visit->slot.size;

    (void)arg;
    visits_in_all++;
    CLAIM(visit->slot.size == PAGE << visit->level);
    CLAIM((visit->slot.vaddr & (visit->slot.size - 1)) == 0);
    if (visit->kind == PT64_LINK) {
        visits_of_links += is_above;
        return PT64_WALK_ON;
    }
    CLAIM(visit->slot.vaddr >= visited_up_to);
    visited_up_to = visit->slot.vaddr + visit->slot.size;
    if (is_above) {
        CLAIM(before.is_there && before.level == visit->level && before.entry == visit->entry);
        CLAIM(before.flags == visit->slot.flags && tells_of_probe(&visit->slot, before));
        visits++;
    }
    return PT64_WALK_ON;
}

/* Each page is shown once. What is not memory hides none but those below it. */
void proof_walk_of_anything(void)
{
    pt64_status_t status;

    anything_with_a_page();
    status = pt_walk(&table, visit, NULL);
    CLAIM(visits == (before.is_there && !way.is_lost));
    CLAIM(status == PT64_BAD_ADDRESS || (status == PT64_OK && !way.is_lost));
    END_OF_PROOF();
}

/* Whether the slot at `level` that holds a page reaches into the range. */
static bool reaches_into(unsigned page, unsigned level, pt64_vaddr_t from, pt64_size_t bytes)
{
    pt64_size_t size = PAGE << level;
    pt64_vaddr_t slot = vaddr_of(page) & ~(size - 1);

    return slot < from + bytes && from < slot + size;
}

/* Each page that reaches into the range is shown once, each link twice, and nothing else. */
static void claim_of_range(pt64_vaddr_t from, pt64_size_t bytes, pt64_status_t status)
{
    bool reaches = reaches_into(probe, way.level, from, bytes);
    unsigned links = 0;

    for (unsigned level = LEVELS - 1; level > 0; level--)
        links += (level > way.level || way.is_lost) && level >= way.level &&
                 reaches_into(probe, level, from, bytes);
    CLAIM(visits_of_links == 2 * links);
    CLAIM(visits == (before.is_there && !way.is_lost && reaches));
    CLAIM(status == PT64_BAD_ADDRESS || (status == PT64_OK && !(way.is_lost && reaches)));
}

void proof_walk_range_of_anything(void)
{
    pt64_vaddr_t from = nondet_u64();
    pt64_size_t bytes = nondet_u64();
    pt64_status_t status;

    anything_with_a_page();
    status = pt_walk_range(&table, from, bytes, visit, NULL);
    if (bytes == 0) {
        CLAIM(status == PT64_OK && visits_in_all == 0);
    } else if (((from | bytes) & (PAGE - 1)) != 0) {
        CLAIM(status == PT64_NOT_ALIGNED && visits_in_all == 0);
    } else if (from >= vaddr_of(PAGES) || bytes > vaddr_of(PAGES) - from) {
        CLAIM(status == PT64_BAD_ADDRESS && visits_in_all == 0);
    } else {
        claim_of_range(from, bytes, status);
    }
    END_OF_PROOF();
}

/* What is sound has each node linked once, and in memory. */
void proof_check_of_anything(void)
{
    struct pt64_flaw flaw;
    pt64_status_t status;

    anything();
    status = pt_check(&table, nondet_u32(), &flaw);
    CLAIM(status == PT64_OK || status == PT64_CORRUPT);
    CLAIM((status == PT64_OK) == (flaw.kind == PT64_FLAW_NONE));
    for (unsigned k = 0; k < ENTRIES && status == PT64_OK; k++) {
        if (!is_link(words[k], 1))
            continue;
        CLAIM(is_given(linked(words[k], 1)) && linked(words[k], 1) != 0);
        CLAIM(k == 0 || !is_link(words[0], 1) || linked(words[0], 1) != linked(words[k], 1));
    }
    END_OF_PROOF();
}

/* Nothing is freed twice. */
void proof_destroy_of_anything(void)
{
    anything();
    pt_destroy(&table);
    END_OF_PROOF();
}
