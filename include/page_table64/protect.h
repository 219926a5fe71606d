/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Changing pages that are mapped: their permissions, memory type or frame.
 *
 * What such a change does not name it keeps: the sticky flags, the bits left to software, and
 * whatever hardware sets until the very moment of the change.
 */
#ifndef PAGE_TABLE64_PROTECT_H
#define PAGE_TABLE64_PROTECT_H

#include "unmap.h"

/** @cond engine */

/** What pages are to become. */
struct pt64_revision {
    pt64_flags_t flags;
    bool moves; /**< to the frame at `paddr` */
    pt64_paddr_t paddr;
};

PT64_INLINE pt64_entry_t pt64_revised(const struct pt64_traits *traits,
                                      const struct pt64_revision *revision, pt64_entry_t old,
                                      unsigned level)
{
    const struct pt64_pte *pte = traits->pte;
    pt64_entry_t entry = pte->protect(old, pte->leaf(revision->flags, level), level);

    if (revision->moves)
        entry += pte->address(revision->paddr) - pte->address(pte->leaf_address(old, level));
    return entry;
}

/** What the hardware must be told when `old` becomes `revised`. */
PT64_INLINE enum pt64_change pt64_change_between(const struct pt64_pte *pte, pt64_entry_t old,
                                                 pt64_entry_t revised, unsigned level)
{
    pt64_flags_t before = pte->decode(old, level);
    pt64_flags_t after = pte->decode(revised, level);
    pt64_flags_t differ = before ^ after;

    if (old == revised)
        return PT64_UNCHANGED;
    if (pte->leaf_address(old, level) != pte->leaf_address(revised, level) ||
        (differ & (PT64_MEMORY_TYPES | PT64_GLOBAL)) != 0)
        return PT64_MOVED; /* a global and a non-global entry may not overlap */
    /* A page given to unprivileged code is taken from privileged code in part. */
    if ((before & ~after & PT64_PERMISSIONS) != 0 || (differ & PT64_USER) != 0)
        return PT64_TIGHTENED;
    return PT64_RELAXED;
}

/** Leaves that one flush breaks before they are made anew; a flush for each would be an interrupt.
 */
#define PT64_BROKEN 32

/**
 * Moves leaves by way of empty slots, and the flush that makes every CPU see them empty: from the
 * first slot up to `count`, PT64_BROKEN, or one that is not to be moved. Answers how many they
 * were.
 */
PT64_INLINE size_t pt64_break_and_make(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       const struct pt64_revision *revision, pt64_entry_t *slots,
                                       size_t count, pt64_vaddr_t vaddr, unsigned level)
{
    pt64_entry_t empty = pt64_empty_entry(traits, guard->table, level);
    pt64_entry_t broken[PT64_BROKEN];
    size_t n;

    for (n = 0; n < count && n < PT64_BROKEN; n++) {
        pt64_entry_t entry = pt64_load(&slots[n]);
        pt64_entry_t revised = pt64_revised(traits, revision, entry, level);

        if (pt64_kind_of(traits, guard->table, entry, level) != PT64_LEAF ||
            pt64_change_between(traits->pte, entry, revised, level) != PT64_MOVED)
            break;
        broken[n] = pt64_exchange(&slots[n], empty);
    }
    pt64_gather(traits, guard, PT64_MOVED, vaddr, n, level);
    traits->settle(guard, false);
    for (size_t i = 0; i < n; i++)
        pt64_store(&slots[i], pt64_revised(traits, revision, broken[i], level));
    return n;
}

/** Replaces the leaf in `slot` directly. What hardware has set in it since it was loaded is kept.
 */
PT64_INLINE void pt64_replace(const struct pt64_traits *traits,
                              const struct pt64_revision *revision, pt64_entry_t *slot,
                              pt64_entry_t entry, unsigned level)
{
    if (!traits->pte->is_volatile(entry, level)) {
        pt64_store(slot, pt64_revised(traits, revision, entry, level));
        return;
    }
    while (!pt64_compare_exchange(slot, &entry, pt64_revised(traits, revision, entry, level)))
        ;
}

/** The bits that leaves at `level` differ in if only their pages do. */
PT64_INLINE pt64_entry_t pt64_address_mask(const struct pt64_traits *traits, unsigned level)
{
    pt64_paddr_t all = ((pt64_paddr_t)1 << traits->meta->paddr_bits) - 1;

    return traits->pte->address(pt64_align_down(all, pt64_slot_size(traits->meta, level)));
}

/**
 * Revises the leaf `entry` in the first slot, and those after it that can be dealt with in the same
 * go. Answers how many they were; `*change` is what is left to be gathered for them.
 */
PT64_INLINE size_t pt64_revise(const struct pt64_traits *traits, struct pt64_guard *guard,
                               const struct pt64_revision *revision, pt64_entry_t *slots,
                               size_t count, pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level,
                               enum pt64_change *change)
{
    pt64_entry_t revised = pt64_revised(traits, revision, entry, level);
    pt64_entry_t mask = pt64_address_mask(traits, level);

    *change = pt64_change_between(traits->pte, entry, revised, level);
    if (*change == PT64_UNCHANGED)
        return 1 + pt64_count_alike(slots + 1, count - 1, entry, mask);
    if (*change == PT64_MOVED && traits->meta->break_to_move) {
        *change = PT64_CREATED;
        return pt64_break_and_make(traits, guard, revision, slots, count, vaddr, level);
    }
    pt64_replace(traits, revision, slots, entry, level);
    if (count == 1 || traits->pte->is_volatile(entry, level))
        return 1;
    return 1 + pt64_flip_alike(slots + 1, count - 1, entry, mask, entry ^ revised);
}

/** Whether the leaf `old` can become what the revision says and keep what it must keep. */
PT64_INLINE bool pt64_can_revise(const struct pt64_traits *traits,
                                 const struct pt64_revision *revision, pt64_entry_t old,
                                 unsigned level)
{
    pt64_flags_t kept = traits->pte->decode(old, level) & PT64_STICKY;

    return traits->pte->can_encode(revision->flags | kept, level);
}

/* ---- one page ---- */

PT64_INLINE pt64_status_t pt64_revise_page(const struct pt64_traits *traits,
                                           struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                           const struct pt64_revision *revision)
{
    struct pt64_spot spot;
    pt64_status_t status = pt64_pick_page(traits, guard, vaddr, &spot);
    enum pt64_change change;
    pt64_size_t size;
    size_t revised;

    if (status != PT64_OK)
        return status;
    size = pt64_slot_size(traits->meta, spot.level);
    if (revision->moves && !pt64_is_aligned(revision->paddr, size))
        return PT64_NOT_ALIGNED;
    if (revision->moves && !pt64_is_paddr_range(traits->meta, revision->paddr, size))
        return PT64_BAD_ADDRESS;
    if (!traits->pte->can_encode(revision->flags, spot.level) ||
        !pt64_can_revise(traits, revision, spot.entry, spot.level))
        return PT64_BAD_FLAGS;
    revised =
        pt64_revise(traits, guard, revision, spot.slot, 1, spot.entry, vaddr, spot.level, &change);
    pt64_gather(traits, guard, change, vaddr, revised, spot.level);
    return PT64_OK;
}

PT64_INLINE pt64_status_t pt64_protect(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       pt64_vaddr_t vaddr, pt64_flags_t flags)
{
    struct pt64_revision revision = {flags, false, 0};

    return pt64_revise_page(traits, guard, vaddr, &revision);
}

PT64_INLINE pt64_status_t pt64_remap(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    struct pt64_revision revision = {flags, true, paddr};

    return pt64_revise_page(traits, guard, vaddr, &revision);
}

/* ---- a region ---- */

/** Finds an edge, and forgets the page there if the revision changes nothing in it. */
PT64_INLINE pt64_status_t pt64_find_revised_edge(const struct pt64_traits *traits,
                                                 struct pt64_guard *guard,
                                                 const struct pt64_revision *revision,
                                                 pt64_vaddr_t vaddr, pt64_vaddr_t cut,
                                                 struct pt64_edge *edge)
{
    struct pt64_spot spot;
    pt64_status_t status = pt64_find_edge(traits, guard, vaddr, cut, edge, &spot);

    if (edge->level > 0 && pt64_revised(traits, revision, spot.entry, spot.level) == spot.entry)
        edge->level = 0;
    return status;
}

/** Whether every page of the region can keep what it must. */
PT64_INLINE bool pt64_can_revise_region(const struct pt64_traits *traits, struct pt64_guard *guard,
                                        const struct pt64_revision *revision, pt64_vaddr_t vaddr,
                                        uint64_t bytes)
{
    if (pt64_can_encode(traits, revision->flags | (traits->pte->flags & PT64_STICKY)))
        return true;
    for (;;) {
        struct pt64_spot spot = pt64_guard_seek(traits, guard, vaddr, 0);
        uint64_t rest = pt64_slot_rest(traits->meta, vaddr, spot.level);

        if (spot.kind == PT64_LEAF && !pt64_can_revise(traits, revision, spot.entry, spot.level))
            return false;
        if (rest >= bytes)
            return true;
        vaddr += rest;
        bytes -= rest;
    }
}

/** A region and what its pages are to become. */
struct pt64_region_revision {
    struct pt64_range range;
    struct pt64_revision revision;
};

/** A pt64_plan_t for a struct pt64_region_revision. */
PT64_INLINE pt64_status_t pt64_plan_protect(const struct pt64_traits *traits,
                                            struct pt64_guard *guard, const void *what,
                                            size_t *splits)
{
    const struct pt64_region_revision *wanted = (const struct pt64_region_revision *)what;
    const struct pt64_revision *revision = &wanted->revision;
    pt64_vaddr_t vaddr = wanted->range.vaddr;
    pt64_vaddr_t end = vaddr + wanted->range.bytes;
    struct pt64_edge lower;
    struct pt64_edge upper;
    pt64_status_t status = pt64_find_revised_edge(traits, guard, revision, vaddr, vaddr, &lower);

    if (status == PT64_OK)
        status = pt64_find_revised_edge(traits, guard, revision, end - 1, end, &upper);
    if (status != PT64_OK)
        return status;
    if (!pt64_can_revise_region(traits, guard, revision, vaddr, wanted->range.bytes))
        return PT64_BAD_FLAGS;
    *splits = pt64_count_edge_splits(traits->meta, &lower, &upper);
    return PT64_OK;
}

/** Revises the leaves from `slots` on, up to `count` or the first slot that holds none. */
PT64_INLINE size_t pt64_revise_slots(const struct pt64_traits *traits, struct pt64_guard *guard,
                                     const struct pt64_revision *revision, pt64_entry_t *slots,
                                     size_t count, pt64_vaddr_t vaddr, unsigned level)
{
    enum pt64_change run = PT64_UNCHANGED; /* of the slots from `first` up to i */
    size_t first = 0;
    size_t i = 0;

    while (i < count) {
        pt64_entry_t entry = pt64_load(&slots[i]);
        pt64_vaddr_t at = vaddr + i * pt64_slot_size(traits->meta, level);
        enum pt64_change change;
        size_t revised;

        if (pt64_kind_of(traits, guard->table, entry, level) != PT64_LEAF)
            break;
        revised =
            pt64_revise(traits, guard, revision, &slots[i], count - i, entry, at, level, &change);
        if (change != run) {
            pt64_gather(traits, guard, run, vaddr + first * pt64_slot_size(traits->meta, level),
                        i - first, level);
            run = change;
            first = i;
        }
        i += revised;
    }
    pt64_gather(traits, guard, run, vaddr + first * pt64_slot_size(traits->meta, level), i - first,
                level);
    return i;
}

/** Deals with what starts at `vaddr`, and answers the bytes dealt with: 0 after a split. */
PT64_INLINE uint64_t pt64_protect_step(const struct pt64_traits *traits, struct pt64_guard *guard,
                                       struct pt64_reserve *reserve,
                                       const struct pt64_revision *revision, pt64_vaddr_t vaddr,
                                       uint64_t left)
{
    const struct pt64_meta *meta = traits->meta;
    struct pt64_spot spot = pt64_guard_seek(traits, guard, vaddr, 0);
    uint64_t rest = pt64_slot_rest(meta, vaddr, spot.level);
    uint64_t whole = left >> pt64_slot_shift(meta, spot.level);
    size_t slots = pt64_slots_left(meta, vaddr, spot.level);

    if (spot.slot == NULL || spot.kind == PT64_EMPTY)
        return rest < left ? rest : left;
    if (rest > left || rest < pt64_slot_size(meta, spot.level)) {
        if (pt64_revised(traits, revision, spot.entry, spot.level) == spot.entry ||
            pt64_is_spent(reserve))
            return rest < left ? rest : left;
        traits->split(guard, reserve, &spot, vaddr);
        return 0;
    }
    if (whole < slots)
        slots = (size_t)whole;
    slots = pt64_revise_slots(traits, guard, revision, spot.slot, slots, vaddr, spot.level);
    return (uint64_t)slots << pt64_slot_shift(meta, spot.level);
}

PT64_INLINE pt64_status_t pt64_protect_region(const struct pt64_traits *traits,
                                              struct pt64_guard *guard, pt64_vaddr_t vaddr,
                                              uint64_t bytes, pt64_flags_t flags)
{
    struct pt64_reserve reserve = pt64_reserve_none();
    struct pt64_region_revision wanted = {{vaddr, bytes}, {flags, false, 0}};
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = pt64_check_region(traits->meta, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!pt64_can_encode(traits, flags))
        return PT64_BAD_FLAGS;
    if (pt64_is_any_borrowed(traits, guard->table, vaddr, bytes))
        return PT64_BORROWED;
    status = pt64_prepare(traits, guard, &reserve, pt64_plan_protect, &wanted);
    if (status != PT64_OK)
        return status;
    while (bytes > 0) {
        uint64_t done = pt64_protect_step(traits, guard, &reserve, &wanted.revision, vaddr, bytes);

        vaddr += done;
        bytes -= done;
    }
    pt64_reserve_drop(traits, guard->table, &reserve);
    return PT64_OK;
}

/** @endcond */

#endif
