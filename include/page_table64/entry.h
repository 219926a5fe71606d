/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Access to entries, which have 4 or 8 bytes. The hardware reads a table while it changes, so these
 * functions read and write an entry as one atomic word. Nothing else in the engine dereferences a
 * pointer to an entry. On a CPU of 32 bits, wide.h has the access to entries of 8 bytes.
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
#include "wide.h"

/** @cond engine */

/** The slot that is `index` slots after `slot`, in the same node. */
PT64_INLINE pt64_slot_t *pt64_slot_at(const struct pt64_meta *meta, pt64_slot_t *slot, size_t index)
{
    return (pt64_slot_t *)((char *)slot + index * meta->entry_bytes);
}

/** @endcond */

#ifndef PT64_CUSTOM_ENTRY_ACCESS

/** Loads an entry that is no link, or whose link is not followed. */
PT64_INLINE pt64_entry_t pt64_load(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    if (meta->entry_bytes == 4)
        return __atomic_load_n((const uint32_t *)slot, __ATOMIC_RELAXED);
    return pt64_wide_load((const uint64_t *)slot);
}

/**
 * Loads an entry whose link is followed: the node was filled before the link was stored, and is
 * read after this load.
 */
PT64_INLINE pt64_entry_t pt64_load_link(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    if (meta->entry_bytes == 4)
        return __atomic_load_n((const uint32_t *)slot, __ATOMIC_ACQUIRE);
    return pt64_wide_load_acquire((const uint64_t *)slot);
}

/** Stores into a slot that no walker reaches, or an entry that no earlier store must precede. */
PT64_INLINE void pt64_store(const struct pt64_meta *meta, pt64_slot_t *slot, pt64_entry_t entry)
{
    if (meta->entry_bytes == 4)
        __atomic_store_n((uint32_t *)slot, (uint32_t)entry, __ATOMIC_RELAXED);
    else
        pt64_wide_store((uint64_t *)slot, entry);
}

/** Links a node: a reader that sees the entry, hardware too, sees the node filled. */
PT64_INLINE void pt64_store_link(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    if (meta->entry_bytes == 4)
        __atomic_store_n((uint32_t *)slot, (uint32_t)entry, __ATOMIC_RELEASE);
    else
        pt64_wide_store_release((uint64_t *)slot, entry);
}

/** Maps a page: a CPU that uses the entry sees what was stored into the page before. */
PT64_INLINE void pt64_store_leaf(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    pt64_store_link(meta, slot, entry);
}

/** The same for a run of leaves: a CPU sees the stores before this call before those after it. */
PT64_INLINE void pt64_order_stores(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

#ifdef PT64_MMU_OFF

PT64_INLINE pt64_entry_t pt64_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t entry)
{
    pt64_entry_t old = pt64_load(meta, slot);

    pt64_store_link(meta, slot, entry);
    return old;
}

PT64_INLINE bool pt64_compare_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t *expected, pt64_entry_t entry)
{
    (void)expected;
    pt64_store_link(meta, slot, entry);
    return true;
}

#else

/** The result has all that hardware wrote until the exchange. */
PT64_INLINE pt64_entry_t pt64_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t entry)
{
    if (meta->entry_bytes == 4)
        return __atomic_exchange_n((uint32_t *)slot, (uint32_t)entry, __ATOMIC_ACQ_REL);
    return pt64_wide_exchange((uint64_t *)slot, entry);
}

/** Stores `entry` if the slot holds `*expected`. Otherwise `*expected` becomes what it holds. */
PT64_INLINE bool pt64_compare_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t *expected, pt64_entry_t entry)
{
    uint32_t old = (uint32_t)*expected;

    if (meta->entry_bytes != 4)
        return pt64_wide_compare_exchange((uint64_t *)slot, expected, entry);
    if (__atomic_compare_exchange_n((uint32_t *)slot, &old, (uint32_t)entry, false,
                                    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return true;
    *expected = old;
    return false;
}

#endif

#endif

#endif
