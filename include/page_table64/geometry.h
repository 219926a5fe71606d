/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Arithmetic on a geometry: sizes, indices, and which addresses are valid. `limits` are those of
 * the table.
 */
#ifndef PAGE_TABLE64_GEOMETRY_H
#define PAGE_TABLE64_GEOMETRY_H

#include "shift.h"
#include "traits.h"

/** The level of the root: levels count up to it. */
PT64_INLINE unsigned pt64_root_level(const struct pt64_limits *limits)
{
    return limits->levels - 1;
}

/** log2 of the bytes that one slot at `level` translates. */
PT64_INLINE unsigned pt64_slot_shift(const struct pt64_meta *meta, unsigned level)
{
    return meta->page_shift + level * meta->index_bits;
}

/**
 * The bytes that one slot at `level` translates: the size of a page, where the level can hold one.
 */
PT64_INLINE pt64_size_t pt64_slot_size(const struct pt64_meta *meta, unsigned level)
{
    return pt64_shift_left(1, pt64_slot_shift(meta, level));
}

/** The bytes that `count` slots at `level` translate. */
PT64_INLINE uint64_t pt64_slots_bytes(const struct pt64_meta *meta, uint64_t count, unsigned level)
{
    return pt64_shift_left(count, pt64_slot_shift(meta, level));
}

/** The number of whole slots at `level` in `bytes`. */
PT64_INLINE uint64_t pt64_slots_in(const struct pt64_meta *meta, uint64_t bytes, unsigned level)
{
    return pt64_shift_right(bytes, pt64_slot_shift(meta, level));
}

/** The bytes of the smallest page. */
PT64_INLINE pt64_size_t pt64_page_size(const struct pt64_meta *meta)
{
    return pt64_slot_size(meta, 0);
}

/** log2 of the entries of the root node, which may have more or fewer than the others. */
PT64_INLINE unsigned pt64_root_index_bits(const struct pt64_meta *meta,
                                          const struct pt64_limits *limits)
{
    return limits->vaddr_bits - pt64_slot_shift(meta, pt64_root_level(limits));
}

/** The number of entries of a node at `level`. */
PT64_INLINE size_t pt64_node_entries(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                     unsigned level)
{
    unsigned bits =
        level == pt64_root_level(limits) ? pt64_root_index_bits(meta, limits) : meta->index_bits;

    return (size_t)1 << bits;
}

/** log2 of the bytes of a node below the root. */
PT64_INLINE unsigned pt64_node_shift(const struct pt64_meta *meta)
{
    return meta->index_bits + (meta->entry_bytes == 4 ? 2 : 3);
}

/** The bytes of a node at `level`, or of its frame, which is aligned to them. */
PT64_INLINE size_t pt64_node_bytes(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                   unsigned level)
{
    size_t bytes = pt64_node_entries(meta, limits, level) * meta->entry_bytes;

    return level == pt64_root_level(limits) && bytes < meta->root_bytes ? meta->root_bytes : bytes;
}

/** The index of the slot of `vaddr` in its node at `level`. */
PT64_INLINE size_t pt64_index(const struct pt64_meta *meta, const struct pt64_limits *limits,
                              pt64_vaddr_t vaddr, unsigned level)
{
    return (size_t)pt64_slots_in(meta, vaddr, level) & (pt64_node_entries(meta, limits, level) - 1);
}

/** The first address of the slot of `vaddr` at `level`. */
PT64_INLINE pt64_vaddr_t pt64_slot_start(const struct pt64_meta *meta, pt64_vaddr_t vaddr,
                                         unsigned level)
{
    return pt64_align_down(vaddr, pt64_slot_size(meta, level));
}

/** The bytes from `vaddr` to the end of its slot at `level`. */
PT64_INLINE uint64_t pt64_slot_rest(const struct pt64_meta *meta, pt64_vaddr_t vaddr,
                                    unsigned level)
{
    pt64_size_t size = pt64_slot_size(meta, level);

    return size - (vaddr & (size - 1));
}

/** Whether a page at `level` can start at `address`, virtual or physical. */
PT64_INLINE bool pt64_is_slot_aligned(const struct pt64_meta *meta, uint64_t address,
                                      unsigned level)
{
    return pt64_is_aligned(address, pt64_slot_size(meta, level));
}

/** The number of slots at `level` from that of `vaddr` to the end of its node. */
PT64_INLINE size_t pt64_slots_left(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                   pt64_vaddr_t vaddr, unsigned level)
{
    return pt64_node_entries(meta, limits, level) - pt64_index(meta, limits, vaddr, level);
}

/** The number of slots at `level` from `vaddr` on that are whole in `bytes` and in one node. */
PT64_INLINE size_t pt64_whole_slots(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                    pt64_vaddr_t vaddr, uint64_t bytes, unsigned level)
{
    uint64_t whole = pt64_slots_in(meta, bytes, level);
    size_t slots = pt64_slots_left(meta, limits, vaddr, level);

    return whole < slots ? (size_t)whole : slots;
}

/** Whether a root of this geometry translates `vaddr`. */
PT64_INLINE bool pt64_is_vaddr(const struct pt64_meta *meta, const struct pt64_limits *limits,
                               pt64_vaddr_t vaddr)
{
    switch (meta->space) {
    case PT64_SPACE_LOWER:
        return pt64_shift_right(vaddr, limits->vaddr_bits) == 0;
    case PT64_SPACE_UPPER:
        return pt64_shift_right(~vaddr, limits->vaddr_bits) == 0;
    default: /* PT64_SPACE_SIGN_EXTENDED */
        return pt64_shift_right(vaddr + pt64_shift_left(1, limits->vaddr_bits - 1),
                                limits->vaddr_bits) == 0;
    }
}

/**
 * The index of the root slot of `vaddr`; the number of root slots or more if a root of this
 * geometry does not translate `vaddr`.
 */
PT64_INLINE uint64_t pt64_root_index(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                     pt64_vaddr_t vaddr)
{
    unsigned root = pt64_root_level(limits);
    uint64_t half = pt64_shift_left(1, limits->vaddr_bits - 1);

    switch (meta->space) {
    case PT64_SPACE_LOWER:
        return pt64_slots_in(meta, vaddr, root);
    case PT64_SPACE_UPPER:
        return pt64_slots_in(meta, vaddr + 2 * half, root);
    default: /* PT64_SPACE_SIGN_EXTENDED */
        return pt64_slots_in(meta, vaddr + half, root) ^ pt64_slots_in(meta, half, root);
    }
}

/** Whether `bytes` (not 0) from `vaddr` on are all in one half: no wrap and no gap. */
PT64_INLINE bool pt64_is_vaddr_range(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                     pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_vaddr_t last = vaddr + (bytes - 1);

    return last >= vaddr && pt64_is_vaddr(meta, limits, vaddr) &&
           pt64_is_vaddr(meta, limits, last) && (vaddr ^ last) >> 63 == 0;
}

/** Whether an entry can hold each address of `bytes` (not 0) from `paddr` on. */
PT64_INLINE bool pt64_is_paddr_range(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                     uint64_t bytes)
{
    pt64_paddr_t last = paddr + (bytes - 1);

    return last >= paddr && pt64_shift_right(last, limits->paddr_bits) == 0;
}

/** The checks that the range of every region call must pass. `bytes` is not 0. */
PT64_INLINE pt64_status_t pt64_check_region(const struct pt64_meta *meta,
                                            const struct pt64_limits *limits, pt64_vaddr_t vaddr,
                                            uint64_t bytes)
{
    if (!pt64_is_aligned(vaddr | bytes, pt64_page_size(meta)))
        return PT64_NOT_ALIGNED;
    return pt64_is_vaddr_range(meta, limits, vaddr, bytes) ? PT64_OK : PT64_BAD_ADDRESS;
}

/** The lowest address that a root of this geometry translates. */
PT64_INLINE pt64_vaddr_t pt64_first_vaddr(const struct pt64_meta *meta,
                                          const struct pt64_limits *limits)
{
    return meta->space == PT64_SPACE_UPPER ? pt64_shift_left(~(pt64_vaddr_t)0, limits->vaddr_bits)
                                           : 0;
}

/**
 * Moves `*vaddr` up to the next address of the space, unless it is one already. `*rest` becomes the
 * bytes from there to the end of its half. False if no address follows.
 */
PT64_INLINE bool pt64_enter_space(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                  pt64_vaddr_t *vaddr, uint64_t *rest)
{
    bool split = meta->space == PT64_SPACE_SIGN_EXTENDED;
    unsigned half_bits = split ? limits->vaddr_bits - 1 : limits->vaddr_bits;
    pt64_vaddr_t lower_end = pt64_shift_left(1, half_bits);
    pt64_vaddr_t upper_start = pt64_shift_left(~(pt64_vaddr_t)0, half_bits);

    if (meta->space != PT64_SPACE_UPPER && *vaddr < lower_end) {
        *rest = lower_end - *vaddr;
        return true;
    }
    if (meta->space == PT64_SPACE_LOWER)
        return false;
    if (*vaddr < upper_start)
        *vaddr = upper_start;
    *rest = 0 - *vaddr;
    return true;
}

/** The bytes of a page at `level`, or 0 if the level can hold none. */
PT64_INLINE pt64_size_t pt64_leaf_size(const struct pt64_meta *meta,
                                       const struct pt64_limits *limits, unsigned level)
{
    return level < limits->leaf_levels ? pt64_slot_size(meta, level) : 0;
}

/** The level whose pages have `size` bytes, or `leaf_levels` if there is none. */
PT64_INLINE unsigned pt64_leaf_level(const struct pt64_meta *meta, const struct pt64_limits *limits,
                                     pt64_size_t size)
{
    unsigned level = 0;

    while (level < limits->leaf_levels && pt64_slot_size(meta, level) != size)
        level++;
    return level;
}

#endif
