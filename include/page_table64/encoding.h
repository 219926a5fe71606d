/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries by the format of a table type. A member of struct pt64_pte that is NULL has the meaning
 * that it has in most formats.
 */
#ifndef PAGE_TABLE64_ENCODING_H
#define PAGE_TABLE64_ENCODING_H

#include "geometry.h"
#include "type.h"

/** @cond engine */

/* ---- what every format has ---- */

PT64_INLINE bool pt64_can_encode_at(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_flags_t flags,
                                    unsigned level)
{
    return traits->pte->can_encode(pt64_limits_of(traits, table), flags, level);
}

/** A leaf with address 0. */
PT64_INLINE pt64_entry_t pt64_leaf(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_flags_t flags, unsigned level)
{
    return traits->pte->leaf(pt64_limits_of(traits, table), flags, level);
}

/** The entry at `level` that links the node in `frame`. */
PT64_INLINE pt64_entry_t pt64_link(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_paddr_t frame, unsigned level)
{
    return traits->pte->link(pt64_limits_of(traits, table), frame, level);
}

/** The difference between two leaves at `level` whose pages follow each other. */
PT64_INLINE pt64_entry_t pt64_leaf_step(const struct pt64_traits *traits, unsigned level)
{
    return traits->pte->address(pt64_slot_size(traits->meta, level), level);
}

/** What the format takes an entry for, whether or not the geometry has pages at its level. */
PT64_INLINE enum pt64_kind pt64_format_kind(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_entry_t entry,
                                            unsigned level)
{
    return traits->pte->kind(pt64_limits_of(traits, table), entry, level);
}

/** The bits of a valid entry that must be clear and are not. */
PT64_INLINE pt64_entry_t pt64_wrong_bits(const struct pt64_traits *traits,
                                         const struct pt64_table *table, pt64_entry_t entry,
                                         unsigned level)
{
    return traits->pte->wrong(pt64_limits_of(traits, table), entry, level,
                              pt64_leaf_size(traits->meta, pt64_limits_of(traits, table), level));
}

/* ---- what a format may leave out ---- */

/** What an empty slot holds where hardware needs no sink. */
PT64_INLINE pt64_entry_t pt64_nothing(const struct pt64_traits *traits,
                                      const struct pt64_table *table, unsigned level)
{
    return traits->pte->empty == NULL ? 0
                                      : traits->pte->empty(pt64_limits_of(traits, table), level);
}

/** The absent form of a leaf. */
PT64_INLINE pt64_entry_t pt64_absent(const struct pt64_traits *traits,
                                     const struct pt64_table *table, pt64_entry_t leaf,
                                     unsigned level)
{
    if (traits->pte->absent == NULL)
        return pt64_nothing(traits, table, level);
    return traits->pte->absent(pt64_limits_of(traits, table), leaf, level);
}

/** The leaf whose absent form `entry` is, or 0. For geometries that break to move: there a format
 * says it. */
PT64_INLINE pt64_entry_t pt64_present(const struct pt64_traits *traits, pt64_entry_t entry,
                                      unsigned level)
{
    return traits->pte->present(entry, level);
}

/** The first of the leaves, one level lower, that together map what the huge page `leaf` maps. */
PT64_INLINE pt64_entry_t pt64_demote(const struct pt64_pte *pte, pt64_entry_t leaf, unsigned level)
{
    return pte->demote == NULL ? leaf : pte->demote(leaf, level);
}

/** The leaf `old` with the permissions of `leaf`, and the flags of PT64_STICKY that either has. */
PT64_INLINE pt64_entry_t pt64_permit(const struct pt64_pte *pte, pt64_entry_t old,
                                     pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t kept = pte->kept == NULL ? 0 : pte->kept(level);

    return (pte->protect(old, leaf, level) & ~kept) | (old & kept);
}

/** The leaf without those of PT64_ACCESSED and PT64_DIRTY that are in `flags`. */
PT64_INLINE pt64_entry_t pt64_clean(const struct pt64_pte *pte, pt64_entry_t leaf,
                                    pt64_flags_t flags, unsigned level)
{
    return pte->clean == NULL ? leaf : pte->clean(leaf, flags, level);
}

/** Whether hardware may still write the leaf. */
PT64_INLINE bool pt64_is_volatile(const struct pt64_pte *pte, pt64_entry_t leaf, unsigned level)
{
    return pte->is_volatile != NULL && pte->is_volatile(leaf, level);
}

/** @endcond */

#endif
