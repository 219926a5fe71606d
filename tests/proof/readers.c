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
#include "call.h"

static void anything(void)
{
    (void)!pt_create(&table, NULL);
    for (unsigned i = 0; i < FRAMES; i++) {
        is_taken[i] = nondet_bool() || i == 0;
        for (unsigned k = 0; k < ENTRIES; k++)
            words[i * ENTRIES + k] = nondet_u64();
    }
}

static void anything_with_a_page(void)
{
    anything();
    look_before();
}

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

static unsigned visits; /* to the page that is looked at */

static enum pt64_walk visit(void *arg, const struct pt64_visit *visit)
{
    (void)arg;
    if (visit->kind != PT64_LINK && vaddr_of(probe) - visit->slot.vaddr < visit->slot.size) {
        CLAIM(before.is_there && before.level == visit->level && before.entry == visit->entry);
        visits++;
    }
    return PT64_WALK_ON;
}

/* Each page is shown once. */
void proof_walk_of_anything(void)
{
    pt64_status_t status;

    anything_with_a_page();
    status = pt_walk(&table, visit, NULL);
    CLAIM(visits == before.is_there || (status == PT64_BAD_ADDRESS && visits == 0));
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
