/* SPDX-License-Identifier: MIT */
/*
 * Whole calls on a tiny table, whatever is in it, and whatever is asked for. tiny.h says what is
 * tiny. What is proved of one page, any, is proved of each.
 */
#include "tiny.h"

static unsigned first; /* the smallest page that the call is for */
static unsigned probe; /* the one that is looked at */
static struct seen before;
static pt_guard_t guard;

static void look_before(void)
{
    probe = nondet_u32();
    GIVEN(probe < PAGES);
    before = see(probe);
    for (unsigned i = 0; i < FRAMES; i++)
        was_taken[i] = is_taken[i];
}

/* A call for one page of any size, which may not be there. */
static void any_page_call(void)
{
    any_table();
    first = nondet_u32();
    GIVEN(first < PAGES);
    look_before();
    pt_begin(&guard, &table);
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
    pt_commit(&guard);
    no_frame_is_lost();
}

/* ---- readers, whatever is in memory ---- */

static void anything(void)
{
    (void)!pt_create(&table, NULL);
    for (unsigned i = 0; i < FRAMES; i++) {
        is_taken[i] = nondet_bool() || i == 0;
        for (unsigned k = 0; k < ENTRIES; k++)
            words[i * ENTRIES + k] = nondet_u64();
    }
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

/* ---- calls for one page ---- */

void proof_unmap(void)
{
    struct pt64_mapping page;
    pt64_status_t status;
    struct seen now;

    any_page_call();
    status = pt_unmap(&guard, vaddr_of(first), &page);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
        CLAIM(probe != first || !before.is_there || before.level > 0);
    } else if (vaddr_of(probe) - page.vaddr < page.size) {
        CLAIM(!now.is_there && before.is_there && page.flags == before.flags);
        CLAIM(page.vaddr == vaddr_of(first) && page.size == PAGE << before.level);
        CLAIM(probe != first || page.paddr == before.paddr);
    } else {
        CLAIM(is_same(now, before));
    }
    end_call();
    END_OF_PROOF();
}

void proof_protect(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_page_call();
    status = pt_protect(&guard, vaddr_of(first), flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe >> before.level == first >> before.level) {
        CLAIM(now.is_there && before.is_there && now.level == before.level);
        CLAIM(now.paddr == before.paddr);
        CLAIM((now.flags & ~kept_by(flags)) == (flags & ~kept_by(flags)));
        CLAIM(((before.flags & kept_by(flags)) & ~now.flags) == 0);
    } else {
        CLAIM(is_same(now, before));
    }
    end_call();
    END_OF_PROOF();
}

void proof_remap(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_page_call();
    status = pt_remap(&guard, vaddr_of(first), paddr, flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe >> before.level == first >> before.level) {
        CLAIM(now.is_there && before.is_there && now.level == before.level);
        CLAIM(now.paddr == paddr + (probe - first) * PAGE);
        CLAIM((flags & ~now.flags) == 0);
    } else {
        CLAIM(is_same(now, before));
    }
    end_call();
    END_OF_PROOF();
}

/* ---- what the prover is given in the place of functions ---- */

/*
 * Symbolic execution goes into each branch that it cannot rule out, and these are in every walk.
 * Each of the replacements claims that it does what the function does, here.
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

/*
 * In this geometry a change needs order alone or a flush of everything. Whether something ended is
 * all that the request says besides, and that is not proved.
 */
void ask_for_everything(const struct pt64_traits *traits, struct pt64_guard *of,
                        enum pt64_change change, pt64_vaddr_t vaddr, uint64_t slots, unsigned level)
{
    (void)vaddr;
    (void)slots;
    if (change == PT64_UNCHANGED)
        return;
    pt64_pend(traits, of);
    if (pt64_leaves_stale(traits->meta, &traits->meta->limits, change, level))
        pt64_note_stale(of, 1U << level);
    if (change >= PT64_RELAXED)
        pt64_request_everything(&of->flush, true);
}
