/* SPDX-License-Identifier: MIT */
/*
 * What gathering comes to where each change that may leave something in a TLB needs a flush of
 * everything. Proofs of calls have it in the place of pt64_gather, and gathering.c proves that it
 * does the same.
 */
#ifndef TESTS_PROOF_EVERYTHING_H
#define TESTS_PROOF_EVERYTHING_H

#include <page_table64/guard.h>

#define NEEDS_EVERYTHING              \
    {                                 \
        .created = PT64_NEED_BARRIER, \
        .linked = PT64_NEED_BARRIER,  \
        .relaxed = PT64_NEED_ALL,     \
        .tightened = PT64_NEED_ALL,   \
        .moved = PT64_NEED_ALL,       \
        .resized = PT64_NEED_ALL,     \
        .removed = PT64_NEED_ALL,     \
        .unlinked = PT64_NEED_ALL,    \
    }

/* It says of every request that something ended. */
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

#endif
