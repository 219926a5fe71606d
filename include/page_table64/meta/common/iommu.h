/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the geometries of IOMMUs have in common: nodes of 512 entries of 8 bytes, and a TLB that no
 * instruction of a CPU reaches. The headers that include this one name the sources.
 */
#ifndef PAGE_TABLE64_META_COMMON_IOMMU_H
#define PAGE_TABLE64_META_COMMON_IOMMU_H

#include "../../traits.h"

/** @cond engine */

/** One invalidation takes any power of two. A flush of more pages than this spares little. */
#define PT64_IOMMU_FLUSH_LIMIT (1U << 21)

/* A request that faults is not tried again, so sizes change by one store and a flush. */
#define PT64_IOMMU_LIMITS(levels_, leaf_levels_, paddr_bits_, flush_limit_) \
    {                                                                       \
        .levels = (levels_),                                                \
        .vaddr_bits = 12 + 9 * (levels_),                                   \
        .leaf_levels = (leaf_levels_),                                      \
        .paddr_bits = (paddr_bits_),                                        \
        .no_execute = false,                                                \
        .by_range = true,                                                   \
        .split = PT64_RESIZE_FLUSH,                                         \
        .grow = PT64_RESIZE_FLUSH,                                          \
        .flush_limit = (flush_limit_),                                      \
    }

/* Where only leaves changed, an invalidation may keep the cached steps of the walks. */
#define PT64_IOMMU_META_BY(architecture_, space_, created_, linked_, ...) \
    {                                                                     \
        .architecture = (architecture_),                                  \
        .entry_bytes = 8,                                                 \
        .page_shift = 12,                                                 \
        .index_bits = 9,                                                  \
        .limits = __VA_ARGS__,                                            \
        .space = (space_),                                                \
        .needs_sink = false,                                              \
        .break_to_move = false,                                           \
        .root_is_held = false,                                            \
        .root_paddr_bits = 0,                                             \
        .needs =                                                          \
            {                                                             \
                .created = (created_),                                    \
                .linked = (linked_),                                      \
                .relaxed = PT64_NEED_LEAF,                                \
                .tightened = PT64_NEED_LEAF,                              \
                .moved = PT64_NEED_LEAF,                                  \
                .resized = PT64_NEED_WALK,                                \
                .removed = PT64_NEED_LEAF,                                \
                .unlinked = PT64_NEED_WALK,                               \
            },                                                            \
        .flush = NULL,                                                    \
        .fix_fault = NULL,                                                \
    }

/* An IOMMU that does not cache entries which are not present. */
#define PT64_IOMMU_META(architecture_, space_, ...) \
    PT64_IOMMU_META_BY(architecture_, space_, PT64_NEED_NOTHING, PT64_NEED_NOTHING, __VA_ARGS__)

/* One that does, or that must be told of every new entry. */
#define PT64_IOMMU_EAGER_META(architecture_, space_, ...) \
    PT64_IOMMU_META_BY(architecture_, space_, PT64_NEED_LEAF, PT64_NEED_WALK, __VA_ARGS__)

/** @endcond */

#endif
