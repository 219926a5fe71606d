/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A batch: what was removed from a table, to be reported after one flush.
 *
 * It holds the entries of slots that were emptied: leaves, and links of nodes that were unlinked
 * whole. A leaf that was removed alone is final: hardware writes no entry that is not present. What
 * is below a link is not: a CPU that holds a step of the walk may set accessed and dirty there
 * until the flush.
 */
#ifndef PAGE_TABLE64_BATCH_H
#define PAGE_TABLE64_BATCH_H

#include "geometry.h"

/** @cond engine */

/**
 * The words of a batch, at most 32. It is on the stack, below which the edges are cut: see
 * tests/budget.
 */
#define PT64_BATCH_WORDS 13

/**
 * Runs of entries that were removed from slots side by side, in the order of their addresses. A run
 * begins with a word that has the address of its first slot, and the level in the low bits.
 */
struct pt64_batch {
    unsigned count;     /**< words in use */
    unsigned next;      /**< the word that is reported next */
    uint32_t heads;     /**< a bit for each word that begins a run */
    unsigned level;     /**< of the run that is written or reported */
    pt64_vaddr_t vaddr; /**< where it continues, or where the next page to report is looked for */
    uint64_t words[PT64_BATCH_WORDS];
};

PT64_INLINE void pt64_batch_begin(struct pt64_batch *batch)
{
    batch->count = 0;
    batch->next = 0;
    batch->heads = 0;
}

/** Whether another entry fits, even if it begins a run. */
PT64_INLINE bool pt64_batch_has_room(const struct pt64_batch *batch)
{
    return batch->count + 2 <= PT64_BATCH_WORDS;
}

/** Adds the entry that was removed from the slot of `vaddr`. There is room. */
PT64_INLINE void pt64_batch_add(const struct pt64_meta *meta, struct pt64_batch *batch,
                                pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level)
{
    if (batch->count == 0 || batch->vaddr != vaddr || batch->level != level) {
        batch->heads |= (uint32_t)1 << batch->count;
        batch->words[batch->count++] = vaddr | level;
    }
    batch->words[batch->count++] = entry;
    batch->level = level;
    batch->vaddr = vaddr + pt64_slot_size(meta, level);
}

/**
 * Goes to the next entry that is to be reported. Returns whether there is one: the word at `next`,
 * of the slot of `vaddr` at `level`.
 */
PT64_INLINE bool pt64_batch_look(const struct pt64_meta *meta, struct pt64_batch *batch)
{
    if (batch->next == batch->count)
        return false;
    if (batch->heads >> batch->next & 1) {
        uint64_t head = batch->words[batch->next++];

        batch->vaddr = pt64_align_down(head, pt64_page_size(meta));
        batch->level = (unsigned)(head - batch->vaddr);
    }
    return true;
}

/** Passes the slot at `level` that was looked at: one of the batch, or one below it. */
PT64_INLINE void pt64_batch_pass(const struct pt64_meta *meta, struct pt64_batch *batch,
                                 unsigned level)
{
    batch->vaddr += pt64_slot_rest(meta, batch->vaddr, level);
    if (pt64_is_slot_aligned(meta, batch->vaddr, batch->level))
        batch->next++;
}

/** @endcond */

#endif
