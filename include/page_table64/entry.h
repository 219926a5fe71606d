/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Access to entries. The hardware reads a table while it changes, so an entry is read and written
 * as one atomic word, and nothing else in the engine dereferences a pointer to one.
 *
 * A program that wants to see each access (a simulated MMU, a tracer) defines
 * PT64_CUSTOM_ENTRY_ACCESS and supplies the functions that this leaves out.
 *
 * A file that builds tables before the MMU is on defines PT64_MMU_OFF: an atomic read-modify-write
 * may fault then, as all memory is Device memory to the CPU (Arm ARM, B2.17), and nothing else
 * writes the table.
 */
#ifndef PAGE_TABLE64_ENTRY_H
#define PAGE_TABLE64_ENTRY_H

#include "traits.h"

#ifndef PT64_CUSTOM_ENTRY_ACCESS

/** Of a slot that links nothing, or whose link is not followed. */
PT64_INLINE pt64_entry_t pt64_load(const pt64_entry_t *slot)
{
    return __atomic_load_n(slot, __ATOMIC_RELAXED);
}

/** A load on the way down: what the entry links was filled before, and is read after. */
PT64_INLINE pt64_entry_t pt64_load_link(const pt64_entry_t *slot)
{
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

/** For slots that no walker reaches yet, and values that no earlier store must precede. */
PT64_INLINE void pt64_store(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELAXED);
}

/** Links a table: a reader that sees the entry, hardware too, sees the table filled. */
PT64_INLINE void pt64_store_link(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELEASE);
}

/** Shows a page: a CPU that uses the entry sees what was stored into the page before. */
PT64_INLINE void pt64_store_leaf(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELEASE);
}

/** The same for a run of leaves: every store before this is seen before any after it. */
PT64_INLINE void pt64_order_stores(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

#ifdef PT64_MMU_OFF

PT64_INLINE pt64_entry_t pt64_exchange(pt64_entry_t *slot, pt64_entry_t entry)
{
    pt64_entry_t old = pt64_load(slot);

    pt64_store_link(slot, entry);
    return old;
}

PT64_INLINE bool pt64_compare_exchange(pt64_entry_t *slot, pt64_entry_t *expected,
                                       pt64_entry_t entry)
{
    (void)expected;
    pt64_store_link(slot, entry);
    return true;
}

#else

/** What hardware wrote until this very moment is in the answer. */
PT64_INLINE pt64_entry_t pt64_exchange(pt64_entry_t *slot, pt64_entry_t entry)
{
    return __atomic_exchange_n(slot, entry, __ATOMIC_ACQ_REL);
}

/** Stores `entry` if the slot still holds `*expected`; otherwise `*expected` is what it holds. */
PT64_INLINE bool pt64_compare_exchange(pt64_entry_t *slot, pt64_entry_t *expected,
                                       pt64_entry_t entry)
{
    return __atomic_compare_exchange_n(slot, expected, entry, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

#endif

#endif

#endif
