/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Runs: entries side by side that differ only in their address. A region call spends its time in
 * these loops. So they handle several entries at a time.
 */
#ifndef PAGE_TABLE64_RUN_H
#define PAGE_TABLE64_RUN_H

#include "entry.h"

/** @cond engine */

/** The number of entries that are handled at a time. */
#define PT64_BLOCK 8

/**
 * On the loops, of which each file has one copy. They are quick even where only functions that are
 * seldom called have such a run: gcc would compile them for size there.
 */
#define PT64_RUN PT64_ONCE __attribute__((hot))

/* The functions for entries of one size: `meta` is constant. The loops are compiled once for each.
 */

/** Writes `count` entries, `step` apart, from `entry` on. */
PT64_INLINE void pt64_write_steps_of(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                                     pt64_entry_t entry, pt64_entry_t step)
{
    for (; count >= PT64_BLOCK;
         count -= PT64_BLOCK, slots = pt64_slot_at(meta, slots, PT64_BLOCK)) {
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_store(meta, pt64_slot_at(meta, slots, k), entry + k * step);
        entry += PT64_BLOCK * step;
    }
    for (; count > 0; count--, slots = pt64_slot_at(meta, slots, 1), entry += step)
        pt64_store(meta, slots, entry);
}

/** The number of slots, from the first on, that hold entries `step` apart, from `entry` on. */
PT64_INLINE size_t pt64_count_steps_of(const struct pt64_meta *meta, pt64_slot_t *slots,
                                       size_t count, pt64_entry_t entry, pt64_entry_t step)
{
    size_t i = 0;

    for (; i + PT64_BLOCK <= count; i += PT64_BLOCK) {
        pt64_entry_t differences = 0;

        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            differences |=
                pt64_load(meta, pt64_slot_at(meta, slots, i + k)) ^ (entry + (i + k) * step);
        if (differences != 0)
            break;
    }
    while (i < count && pt64_load(meta, pt64_slot_at(meta, slots, i)) == entry + i * step)
        i++;
    return i;
}

/** The number of slots, from the first on, that hold `like`, whatever their bits of `mask`. */
PT64_INLINE size_t pt64_count_alike_of(const struct pt64_meta *meta, pt64_slot_t *slots,
                                       size_t count, pt64_entry_t like, pt64_entry_t mask)
{
    size_t left = count;

    for (; left >= PT64_BLOCK; left -= PT64_BLOCK, slots = pt64_slot_at(meta, slots, PT64_BLOCK)) {
        pt64_entry_t differences = 0;

        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            differences |= pt64_load(meta, pt64_slot_at(meta, slots, k)) ^ like;
        if ((differences & ~mask) != 0)
            break;
    }
    for (; left > 0 && ((pt64_load(meta, slots) ^ like) & ~mask) == 0; left--)
        slots = pt64_slot_at(meta, slots, 1);
    return count - left;
}

/**
 * Stores the bits in which each slot of a block differs from `like`. Returns all of these bits
 * together.
 */
PT64_INLINE pt64_entry_t pt64_differences(const struct pt64_meta *meta, pt64_slot_t *slots,
                                          pt64_entry_t like, pt64_entry_t *differences)
{
    pt64_entry_t all = 0;

    PT64_UNROLL
    for (size_t k = 0; k < PT64_BLOCK; k++) {
        differences[k] = pt64_load(meta, pt64_slot_at(meta, slots, k)) ^ like;
        all |= differences[k];
    }
    return all;
}

/**
 * Stores `now` in `to` for each of the slots from `from` on that pt64_count_alike counts, with the
 * slot's bits of `mask`, in which `like` and `now` do not differ. Returns their number. The slots
 * may be the same.
 */
PT64_INLINE size_t pt64_copy_alike_of(const struct pt64_meta *meta, pt64_slot_t *to,
                                      pt64_slot_t *from, size_t count, pt64_entry_t like,
                                      pt64_entry_t mask, pt64_entry_t now)
{
    PT64_UNSET pt64_entry_t differences[PT64_BLOCK];
    size_t left = count;

    for (; left >= PT64_BLOCK; left -= PT64_BLOCK) {
        if ((pt64_differences(meta, from, like, differences) & ~mask) != 0)
            break;
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_store(meta, pt64_slot_at(meta, to, k), differences[k] ^ now);
        from = pt64_slot_at(meta, from, PT64_BLOCK);
        to = pt64_slot_at(meta, to, PT64_BLOCK);
    }
    for (; left > 0; left--) {
        pt64_entry_t difference = pt64_load(meta, from) ^ like;

        if ((difference & ~mask) != 0)
            break;
        pt64_store(meta, to, difference ^ now);
        from = pt64_slot_at(meta, from, 1);
        to = pt64_slot_at(meta, to, 1);
    }
    return count - left;
}

/** Flips the bits of `flip` in a slot, and stores in the other what is in it then. */
PT64_INLINE void pt64_flip_to(const struct pt64_meta *meta, pt64_slot_t *from, pt64_slot_t *to,
                              pt64_entry_t flip, pt64_entry_t apart)
{
    pt64_entry_t flipped = pt64_load(meta, from) ^ flip;

    pt64_store(meta, from, flipped);
    pt64_store(meta, to, flipped ^ apart);
}

/**
 * Flips the bits of `flip` in each of the `count` slots from `from` on, and stores in those from
 * `to` on what is in them then, with the bits of `apart` flipped besides. Hardware may not write
 * the slots.
 */
PT64_INLINE void pt64_flip_and_copy_of(const struct pt64_meta *meta, pt64_slot_t *from,
                                       pt64_slot_t *to, size_t count, pt64_entry_t flip,
                                       pt64_entry_t apart)
{
    size_t i = 0;

    for (size_t whole = count - count % PT64_BLOCK; i < whole; i += PT64_BLOCK) {
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_flip_to(meta, pt64_slot_at(meta, from, i + k), pt64_slot_at(meta, to, i + k), flip,
                         apart);
    }
    for (; i < count; i++)
        pt64_flip_to(meta, pt64_slot_at(meta, from, i), pt64_slot_at(meta, to, i), flip, apart);
}

/** Copies `count` entries. */
PT64_INLINE void pt64_copy_of(const struct pt64_meta *meta, pt64_slot_t *to, pt64_slot_t *from,
                              size_t count)
{
    for (; count >= PT64_BLOCK; count -= PT64_BLOCK) {
        PT64_UNROLL
        for (size_t k = 0; k < PT64_BLOCK; k++)
            pt64_store(meta, pt64_slot_at(meta, to, k),
                       pt64_load(meta, pt64_slot_at(meta, from, k)));
        from = pt64_slot_at(meta, from, PT64_BLOCK);
        to = pt64_slot_at(meta, to, PT64_BLOCK);
    }
    for (; count > 0; count--) {
        pt64_store(meta, to, pt64_load(meta, from));
        from = pt64_slot_at(meta, from, 1);
        to = pt64_slot_at(meta, to, 1);
    }
}

/* ---- once for each size ---- */

PT64_TRAITS_BEGIN

/* Geometries of which only the size of the entries matters. */
PT64_TRAIT struct pt64_meta pt64_entries_of_4 = {.entry_bytes = 4};
PT64_TRAIT struct pt64_meta pt64_entries_of_8 = {.entry_bytes = 8};

PT64_TRAITS_END

PT64_RUN void pt64_write_steps_4(pt64_slot_t *slots, size_t count, pt64_entry_t entry,
                                 pt64_entry_t step)
{
    pt64_write_steps_of(&pt64_entries_of_4, slots, count, entry, step);
}

PT64_RUN void pt64_write_steps_8(pt64_slot_t *slots, size_t count, pt64_entry_t entry,
                                 pt64_entry_t step)
{
    pt64_write_steps_of(&pt64_entries_of_8, slots, count, entry, step);
}

PT64_INLINE void pt64_write_steps(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                                  pt64_entry_t entry, pt64_entry_t step)
{
    if (meta->entry_bytes == 4)
        pt64_write_steps_4(slots, count, entry, step);
    else
        pt64_write_steps_8(slots, count, entry, step);
}

PT64_RUN size_t pt64_count_steps_4(pt64_slot_t *slots, size_t count, pt64_entry_t entry,
                                   pt64_entry_t step)
{
    return pt64_count_steps_of(&pt64_entries_of_4, slots, count, entry, step);
}

PT64_RUN size_t pt64_count_steps_8(pt64_slot_t *slots, size_t count, pt64_entry_t entry,
                                   pt64_entry_t step)
{
    return pt64_count_steps_of(&pt64_entries_of_8, slots, count, entry, step);
}

PT64_INLINE size_t pt64_count_steps(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                                    pt64_entry_t entry, pt64_entry_t step)
{
    return meta->entry_bytes == 4 ? pt64_count_steps_4(slots, count, entry, step)
                                  : pt64_count_steps_8(slots, count, entry, step);
}

PT64_RUN size_t pt64_count_alike_4(pt64_slot_t *slots, size_t count, uint32_t like, uint32_t mask)
{
    return pt64_count_alike_of(&pt64_entries_of_4, slots, count, like, mask);
}

PT64_RUN size_t pt64_count_alike_8(pt64_slot_t *slots, size_t count, pt64_entry_t like,
                                   pt64_entry_t mask)
{
    return pt64_count_alike_of(&pt64_entries_of_8, slots, count, like, mask);
}

PT64_INLINE size_t pt64_count_alike(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                                    pt64_entry_t like, pt64_entry_t mask)
{
    return meta->entry_bytes == 4 ? pt64_count_alike_4(slots, count, (uint32_t)like, (uint32_t)mask)
                                  : pt64_count_alike_8(slots, count, like, mask);
}

PT64_RUN size_t pt64_count_zeros_4(pt64_slot_t *slots, size_t count)
{
    return pt64_count_alike_of(&pt64_entries_of_4, slots, count, 0, 0);
}

PT64_RUN size_t pt64_count_zeros_8(pt64_slot_t *slots, size_t count)
{
    return pt64_count_alike_of(&pt64_entries_of_8, slots, count, 0, 0);
}

/**
 * The number of slots, from the first on, that hold `entry`. Most formats have 0 for an empty
 * entry, with which nothing need be compared.
 */
PT64_INLINE size_t pt64_count_same(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                                   pt64_entry_t entry)
{
    if (!PT64_HAS_SHORT_WAYS || entry != 0)
        return pt64_count_alike(meta, slots, count, entry, 0);
    return meta->entry_bytes == 4 ? pt64_count_zeros_4(slots, count)
                                  : pt64_count_zeros_8(slots, count);
}

PT64_RUN size_t pt64_copy_alike_4(pt64_slot_t *to, pt64_slot_t *from, size_t count, uint32_t like,
                                  uint32_t mask, uint32_t now)
{
    return pt64_copy_alike_of(&pt64_entries_of_4, to, from, count, like, mask, now);
}

PT64_RUN size_t pt64_copy_alike_8(pt64_slot_t *to, pt64_slot_t *from, size_t count,
                                  pt64_entry_t like, pt64_entry_t mask, pt64_entry_t now)
{
    return pt64_copy_alike_of(&pt64_entries_of_8, to, from, count, like, mask, now);
}

PT64_INLINE size_t pt64_copy_alike(const struct pt64_meta *meta, pt64_slot_t *to, pt64_slot_t *from,
                                   size_t count, pt64_entry_t like, pt64_entry_t mask,
                                   pt64_entry_t now)
{
    return meta->entry_bytes == 4
               ? pt64_copy_alike_4(to, from, count, (uint32_t)like, (uint32_t)mask, (uint32_t)now)
               : pt64_copy_alike_8(to, from, count, like, mask, now);
}

PT64_RUN void pt64_flip_and_copy_4(pt64_slot_t *from, pt64_slot_t *to, size_t count, uint32_t flip,
                                   uint32_t apart)
{
    pt64_flip_and_copy_of(&pt64_entries_of_4, from, to, count, flip, apart);
}

PT64_RUN void pt64_flip_and_copy_8(pt64_slot_t *from, pt64_slot_t *to, size_t count,
                                   pt64_entry_t flip, pt64_entry_t apart)
{
    pt64_flip_and_copy_of(&pt64_entries_of_8, from, to, count, flip, apart);
}

PT64_INLINE void pt64_flip_and_copy(const struct pt64_meta *meta, pt64_slot_t *from,
                                    pt64_slot_t *to, size_t count, pt64_entry_t flip,
                                    pt64_entry_t apart)
{
    if (meta->entry_bytes == 4)
        pt64_flip_and_copy_4(from, to, count, (uint32_t)flip, (uint32_t)apart);
    else
        pt64_flip_and_copy_8(from, to, count, flip, apart);
}

PT64_RUN void pt64_copy_4(pt64_slot_t *to, pt64_slot_t *from, size_t count)
{
    pt64_copy_of(&pt64_entries_of_4, to, from, count);
}

PT64_RUN void pt64_copy_8(pt64_slot_t *to, pt64_slot_t *from, size_t count)
{
    pt64_copy_of(&pt64_entries_of_8, to, from, count);
}

PT64_INLINE void pt64_copy(const struct pt64_meta *meta, pt64_slot_t *to, pt64_slot_t *from,
                           size_t count)
{
    if (meta->entry_bytes == 4)
        pt64_copy_4(to, from, count);
    else
        pt64_copy_8(to, from, count);
}

PT64_INLINE void pt64_fill(const struct pt64_meta *meta, pt64_slot_t *slots, size_t count,
                           pt64_entry_t entry)
{
    if (count > 0)
        pt64_write_steps(meta, slots, count, entry, 0);
}

/** @endcond */

#endif
