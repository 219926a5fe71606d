/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Access to entries. The hardware reads a table while it changes, so these functions read and write
 * an entry as one atomic word. Nothing else in the engine dereferences a pointer to an entry.
 *
 * A program that wants to see each access (a simulated MMU, a tracer) defines
 * PT64_CUSTOM_ENTRY_ACCESS, which leaves these functions out, and supplies its own.
 *
 * A file that builds tables before the MMU is on defines PT64_MMU_OFF. All memory is then Device
 * memory to the CPU, so that an atomic read-modify-write may fault (Arm ARM, B2.17). None is
 * needed, as nothing else writes the table.
 */
#ifndef PAGE_TABLE64_ENTRY_H
#define PAGE_TABLE64_ENTRY_H

#include "traits.h"

#ifndef PT64_CUSTOM_ENTRY_ACCESS

/** Loads an entry that is no link, or whose link is not followed. */
PT64_INLINE pt64_entry_t pt64_load(const pt64_entry_t *slot)
{
    return __atomic_load_n(slot, __ATOMIC_RELAXED);
}

/**
 * Loads an entry whose link is followed: the node was filled before the link was stored, and is
 * read after this load.
 */
PT64_INLINE pt64_entry_t pt64_load_link(const pt64_entry_t *slot)
{
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

/** Stores into a slot that no walker reaches, or an entry that no earlier store must precede. */
PT64_INLINE void pt64_store(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELAXED);
}

/** Links a node: a reader that sees the entry, hardware too, sees the node filled. */
PT64_INLINE void pt64_store_link(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELEASE);
}

/** Maps a page: a CPU that uses the entry sees what was stored into the page before. */
PT64_INLINE void pt64_store_leaf(pt64_entry_t *slot, pt64_entry_t entry)
{
    __atomic_store_n(slot, entry, __ATOMIC_RELEASE);
}

/** The same for a run of leaves: a CPU sees the stores before this call before those after it. */
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

/** The result has all that hardware wrote until the exchange. */
PT64_INLINE pt64_entry_t pt64_exchange(pt64_entry_t *slot, pt64_entry_t entry)
{
    return __atomic_exchange_n(slot, entry, __ATOMIC_ACQ_REL);
}

/** Stores `entry` if the slot holds `*expected`. Otherwise `*expected` becomes what it holds. */
PT64_INLINE bool pt64_compare_exchange(pt64_entry_t *slot, pt64_entry_t *expected,
                                       pt64_entry_t entry)
{
    return __atomic_compare_exchange_n(slot, expected, entry, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

#endif

#endif

#endif
