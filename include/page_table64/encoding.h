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

/* ---- pages, which may be hidden ---- */

/** Whether the flags are PT64_READ and some of `others`: without it, the difference has that bit.
 */
PT64_INLINE bool pt64_is_readable_and(pt64_flags_t flags, pt64_flags_t others)
{
    return ((flags - PT64_READ) & (~others | PT64_READ)) == 0;
}

/** Whether a page with these flags is hidden. */
PT64_INLINE bool pt64_is_hidden_by(const struct pt64_pte *pte, pt64_flags_t flags)
{
    return pte->hide != NULL && (flags & PT64_ACCESS) == 0;
}

/** Whether what has these flags is not present: a hidden page, or a mark. */
PT64_INLINE bool pt64_is_absent_by(const struct pt64_pte *pte, pt64_flags_t flags)
{
    return pt64_is_hidden_by(pte, flags) || (flags & PT64_MARK) != 0;
}

/** The flags of the leaf that stands for a page with these flags: one that is not hidden. */
PT64_INLINE pt64_flags_t pt64_shown_flags(const struct pt64_traits *traits,
                                          const struct pt64_table *table, pt64_flags_t flags,
                                          unsigned level)
{
    if (!pt64_is_hidden_by(traits->pte, flags))
        return flags;
    if (traits->pte->can_encode(pt64_limits_of(traits, table), flags | PT64_READ, level))
        return flags | PT64_READ;
    return flags | PT64_READ | PT64_EXECUTE; /* where no entry refuses execution */
}

/** In an adopted table an entry that is not present is never a page of the library. */
PT64_INLINE bool pt64_can_encode_at(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_flags_t flags,
                                    unsigned level)
{
    return (!pt64_is_hidden_by(traits->pte, flags) || !table->is_adopted) &&
           traits->pte->can_encode(pt64_limits_of(traits, table),
                                   pt64_shown_flags(traits, table, flags, level), level);
}

PT64_INLINE bool pt64_is_hidden(const struct pt64_pte *pte, pt64_entry_t entry, unsigned level)
{
    return pte->show != NULL && pte->show(entry, level) != 0;
}

/** The leaf of the page in `entry`, whether or not the page is hidden. */
PT64_INLINE pt64_entry_t pt64_shown(const struct pt64_pte *pte, pt64_entry_t entry, unsigned level)
{
    return pt64_is_hidden(pte, entry, level) ? pte->show(entry, level) : entry;
}

/** The entry of a page with these flags: its leaf, or the hidden form of that. */
PT64_INLINE pt64_entry_t pt64_page_entry(const struct pt64_pte *pte, pt64_entry_t leaf,
                                         pt64_flags_t flags, unsigned level)
{
    return pt64_is_hidden_by(pte, flags) ? pte->hide(leaf, level) : leaf;
}

/** The leaf that stands for a page with these flags, with address 0. */
PT64_INLINE pt64_entry_t pt64_leaf(const struct pt64_traits *traits, const struct pt64_table *table,
                                   pt64_flags_t flags, unsigned level)
{
    return traits->pte->leaf(pt64_limits_of(traits, table),
                             pt64_shown_flags(traits, table, flags, level), level);
}

/** The physical address of a page. */
PT64_INLINE pt64_paddr_t pt64_page_address(const struct pt64_pte *pte, pt64_entry_t entry,
                                           unsigned level)
{
    return pte->leaf_address(pt64_shown(pte, entry, level), level);
}

/** The flags of a page. A hidden one has those but the permissions that make a leaf of it. */
PT64_INLINE pt64_flags_t pt64_page_flags(const struct pt64_pte *pte, pt64_entry_t entry,
                                         unsigned level)
{
    pt64_flags_t flags = pte->decode(pt64_shown(pte, entry, level), level);

    return pt64_is_hidden(pte, entry, level) ? flags & ~PT64_ACCESS : flags;
}

/** Whether a page with these flags cannot be at every physical address. */
PT64_INLINE bool pt64_limits_hiding(const struct pt64_pte *pte, pt64_flags_t flags)
{
    return pte->hidden_bits != 0 && pt64_is_hidden_by(pte, flags);
}

/** Whether pages with these flags can be at each address of `bytes` (not 0) from `paddr` on. */
PT64_INLINE bool pt64_is_page_range(const struct pt64_traits *traits,
                                    const struct pt64_table *table, pt64_paddr_t paddr,
                                    uint64_t bytes, pt64_flags_t flags)
{
    const struct pt64_limits *limits = pt64_limits_of(traits, table);
    unsigned bits = limits->paddr_bits - traits->pte->hidden_bits;

    return pt64_is_paddr_range(limits, paddr, bytes) &&
           (!pt64_limits_hiding(traits->pte, flags) ||
            pt64_shift_right(paddr + (bytes - 1), bits) == 0);
}

/* ---- what every format has ---- */

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

/** The same for pages like that in `entry`, which may be hidden. */
PT64_INLINE pt64_entry_t pt64_page_step(const struct pt64_traits *traits, pt64_entry_t entry,
                                        unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t step = pt64_leaf_step(traits, level);

    if (!pt64_is_hidden(pte, entry, level))
        return step;
    return pte->hide(pte->show(entry, level) + step, level) - entry;
}

/** What the format takes an entry for, whether or not the geometry has pages at its level. */
PT64_INLINE enum pt64_kind pt64_format_kind(const struct pt64_traits *traits,
                                            const struct pt64_table *table, pt64_entry_t entry,
                                            unsigned level)
{
    return traits->pte->kind(pt64_limits_of(traits, table), entry, level);
}

/** The frame of the node that an entry above level 0 links; PT64_NO_FRAME if it links none. */
PT64_INLINE pt64_paddr_t pt64_follow(const struct pt64_traits *traits,
                                     const struct pt64_table *table, pt64_entry_t entry,
                                     unsigned level)
{
    if (traits->pte->follow != NULL)
        return traits->pte->follow(pt64_limits_of(traits, table), entry, level);
    return pt64_format_kind(traits, table, entry, level) == PT64_LINK
               ? traits->pte->link_address(entry, level)
               : PT64_NO_FRAME;
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

/** The flags that protecting to `flags` keeps although they are not among these. */
PT64_INLINE pt64_flags_t pt64_sticky_flags(const struct pt64_pte *pte, pt64_flags_t flags)
{
    return (PT64_STICKY | pte->sticky) & ~(flags & pte->number ? pte->number : 0);
}

/** The flags that name_change_region sets and clears. */
PT64_INLINE pt64_flags_t pt64_changeable_flags(const struct pt64_pte *pte)
{
    return (PT64_CHANGEABLE & pte->flags) | pte->changeable;
}

/** The flags that together say how the memory behaves: those of the format among them. */
PT64_INLINE pt64_flags_t pt64_type_flags(const struct pt64_pte *pte)
{
    return PT64_MEMORY_TYPES | (pte->flags & PT64_FORMAT_FLAGS & ~pte->changeable);
}

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

/** The leaf `old` with the permissions of `leaf`, and the sticky flags that either has. */
PT64_INLINE pt64_entry_t pt64_permit(const struct pt64_pte *pte, pt64_entry_t old,
                                     pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t kept = pte->kept == NULL ? 0 : pte->kept(level);

    return (pte->protect(old, leaf, level) & ~kept) | (old & kept);
}

/** Gives a leaf of level 0 other permissions, as the format's grant() does. */
PT64_INLINE bool pt64_grant(const struct pt64_traits *traits, const struct pt64_table *table,
                            pt64_entry_t old, pt64_flags_t permissions, pt64_entry_t *now,
                            pt64_entry_t *lost)
{
    enum pt64_change change;

    if (traits->pte->grant != NULL)
        return traits->pte->grant(pt64_limits_of(traits, table), old, permissions, now, lost);
    if (pt64_format_kind(traits, table, old, 0) != PT64_LEAF)
        return false;
    permissions = (permissions & PT64_PERMISSIONS) | PT64_READ; /* a compiler then knows them */
    *now = traits->pte->protect(old, pt64_leaf(traits, table, permissions, 0), 0);
    change = traits->pte->change(old, *now, 0);
    *lost = change == PT64_TIGHTENED;
    return change == PT64_TIGHTENED || change == PT64_RELAXED;
}

/** The leaf without those of PT64_ACCESSED and PT64_DIRTY that are in `flags`. */
PT64_INLINE pt64_entry_t pt64_clean(const struct pt64_pte *pte, pt64_entry_t leaf,
                                    pt64_flags_t flags, unsigned level)
{
    return pte->clean == NULL ? leaf : pte->clean(leaf, flags, level);
}

/**
 * Whether hardware may still write the leaf. It never writes a hidden one. Such a leaf takes a
 * locked instruction, beside which a jump costs nothing.
 */
PT64_INLINE bool pt64_is_volatile(const struct pt64_pte *pte, pt64_entry_t leaf, unsigned level)
{
    return pte->is_volatile != NULL && PT64_RARELY(pte->is_volatile(leaf, level));
}

/** @endcond */

#endif
