/* SPDX-License-Identifier: MIT */
/* Borrowing: a table that is changed, and the one whose root slots it takes. */
#define TABLES 2U
#include "causes.h"

#define OTHER OWN_FRAMES /* the root of the other table */

static pt_t other;
static pt_guard_t other_guard;
static struct seen theirs; /* before the call */

static void any_other(void)
{
    any_nodes(&other, 1);
    is_stale[1] = false;
    pt_begin(&other_guard, &other);
}

static void look_at_both(void)
{
    may_fail = true;
    look_before();
    theirs = see_from(OTHER, probe);
}

static bool is_lent[ENTRIES]; /* the lender has pinned the slot */

/* No CPU has it loaded. */
static void any_lender(void)
{
    any_other();
    for (unsigned i = 0; i < ENTRIES; i++) {
        is_lent[i] = nondet_bool();
        if (is_lent[i])
            CLAIM(pt_pin(&other_guard, vaddr_of(i * ENTRIES), ENTRIES * PAGE) == PT64_OK);
    }
    pt_ignore(&other_guard);
    for (unsigned i = 0; i < FRAMES; i++)
        is_walkable[1][i] = false;
}

/* What the lender has not pinned is empty there. It is not borrowed. */
static void is_borrowed(unsigned slot, struct seen now)
{
    pt64_entry_t lent = words[OTHER * ENTRIES + slot];

    CLAIM(is_lent[slot] ? words[slot] == lent : lent == 0 && !now.is_there);
}

/* Why the slot of the page that is looked at cannot be borrowed. `other_half` is its other page. */
static unsigned cannot_borrow(struct seen other_half)
{
    unsigned slot = probe / ENTRIES;

    return why(PT64_ALREADY_MAPPED, before.is_there || other_half.is_there) |
           why(PT64_BORROWED, !is_lent[slot] && words[OTHER * ENTRIES + slot] != 0);
}

void proof_copy_from(void)
{
    struct seen other_half;
    pt64_status_t status;
    struct seen now;

    any_call();
    any_lender();
    look_at_both();
    other_half = see(probe ^ 1);
    status = pt_copy_from(&guard, &other, vaddr_of(first), count * PAGE);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe)) {
        CLAIM(!before.is_there);
        is_borrowed(probe / ENTRIES, now);
    } else {
        CLAIM(is_same(now, before));
    }
    CLAIM(is_same(see_from(OTHER, probe), theirs));
    status_is_due(status, 0, cannot_borrow(other_half));
    end_call();
    END_OF_PROOF();
}
