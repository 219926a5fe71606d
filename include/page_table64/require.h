/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a table type requires of its traits.
 *
 * Constant traits that do not meet it do not compile. The compiler says why, in the words of this
 * file. It can do so where it folds constants: from -O1 up. Without optimisation, or with traits
 * that are not constant, name_create, name_adopt and name_readopt return PT64_BAD_SIZE.
 */
#ifndef PAGE_TABLE64_REQUIRE_H
#define PAGE_TABLE64_REQUIRE_H

#include "geometry.h"
#include "table.h"

/** @cond engine */

PT64_INLINE bool pt64_has_entries(const struct pt64_meta *meta)
{
    return meta->entry_bytes == 4 || meta->entry_bytes == 8;
}

PT64_INLINE bool pt64_has_levels(const struct pt64_limits *limits)
{
    return limits->levels > 0 && limits->levels <= PT64_MAX_LEVELS;
}

PT64_INLINE bool pt64_has_leaf_levels(const struct pt64_limits *limits)
{
    return limits->leaf_levels > 0 && limits->leaf_levels <= limits->levels;
}

/**
 * Whether the root translates a bit of the address at least, and fits the library: two bits for
 * each of its slots fit a node, which may become the map of the shared slots.
 */
PT64_INLINE bool pt64_has_root_entries(const struct pt64_meta *meta,
                                       const struct pt64_limits *limits)
{
    unsigned below = pt64_slot_shift(meta, pt64_root_level(limits));

    return limits->vaddr_bits > below && limits->vaddr_bits - below < 32 &&
           (size_t)1 << (limits->vaddr_bits - below) <= PT64_MAX_ROOT_ENTRIES &&
           limits->vaddr_bits - below <= pt64_node_shift(meta) + 2;
}

/** Whether the numbers of a geometry fit each other and the limits of the library. */
PT64_INLINE bool pt64_is_geometry(const struct pt64_meta *meta, const struct pt64_limits *limits)
{
    return pt64_has_entries(meta) && pt64_has_levels(limits) && pt64_has_leaf_levels(limits) &&
           pt64_has_root_entries(meta, limits) && limits->vaddr_bits < 64;
}

/** Whether the entries have the size that the macro of the table type is for. */
PT64_INLINE bool pt64_keeps_promise(const struct pt64_traits *traits)
{
    return traits->entry_bytes == 0 || traits->entry_bytes == traits->meta->entry_bytes;
}

/** Whether something says the limits: the geometry or the handler. */
PT64_INLINE bool pt64_has_limits(const struct pt64_traits *traits)
{
    return traits->meta->limits.levels != 0 || traits->handler->limits != NULL;
}

/** Whether the meta and the pte are of one architecture. Architecture 0 stands for any. */
PT64_INLINE bool pt64_is_one_architecture(const struct pt64_meta *meta, const struct pt64_pte *pte)
{
    return meta->architecture == 0 || pte->architecture == 0 ||
           meta->architecture == pte->architecture;
}

/** Whether the format has the absent form of a leaf, and the way back, if the geometry needs it. */
PT64_INLINE bool pt64_can_break(const struct pt64_meta *meta, const struct pt64_pte *pte)
{
    return !meta->break_to_move || (pte->absent != NULL && pte->present != NULL);
}

/** Whether the handler has every member that must not be NULL. */
PT64_INLINE bool pt64_is_handler(const struct pt64_handler *handler)
{
    return handler->alloc_frame != NULL && handler->free_frame != NULL &&
           handler->phys_to_virt != NULL;
}

/** Whether somebody runs a flush: the CPU, by the instructions of the geometry, or the handler. */
PT64_INLINE bool pt64_has_flush(const struct pt64_traits *traits)
{
    return traits->meta->flush != NULL || traits->handler->flush != NULL;
}

/** Whether the traits make a table type, and its limits a table. */
PT64_INLINE bool pt64_fit(const struct pt64_traits *traits, const struct pt64_table *table)
{
    return pt64_keeps_promise(traits) && pt64_is_handler(traits->handler) &&
           pt64_has_flush(traits) &&
           pt64_is_geometry(traits->meta, pt64_limits_of(traits, table)) &&
           pt64_is_one_architecture(traits->meta, traits->pte) &&
           pt64_can_break(traits->meta, traits->pte);
}

#ifdef __OPTIMIZE__

/*
 * These functions are declared for their messages and never defined. If the compiler does not know
 * the attribute, the linker reports the name.
 */
#if defined(__has_attribute)
#if __has_attribute(error)
#define PT64_SAYS(terms) __attribute__((error("page_table64: " terms)))
#endif
#endif
#ifndef PT64_SAYS
#define PT64_SAYS(terms)
#endif

void pt64_traits_of_two_architectures(void)
    PT64_SAYS("the meta and the pte are of different architectures");
void pt64_meta_without_entries(void) PT64_SAYS("entry_bytes of the meta is neither 4 nor 8");
void pt64_entries_of_another_size(void) PT64_SAYS(
    "PAGE_TABLE64_ makes tables of 8-byte entries, PAGE_TABLE32_ of 4-byte ones: the meta has the "
    "other");
void pt64_meta_without_levels(void) PT64_SAYS("levels of the limits is 0 or above PT64_MAX_LEVELS");
void pt64_meta_without_leaf_levels(void)
    PT64_SAYS("leaf_levels of the limits is 0 or above their levels");
void pt64_meta_with_other_vaddr_bits(void) PT64_SAYS(
    "vaddr_bits of the limits leaves the root no entry, or more than "
    "PT64_MAX_ROOT_ENTRIES, or is not below 64");
void pt64_nobody_has_limits(void)
    PT64_SAYS("the meta leaves the limits to the kernel, and the handler has no limits");
void pt64_pte_without_absent(void)
    PT64_SAYS("the meta has break_to_move, and the pte no absent or no present");
void pt64_handler_without_alloc_frame(void) PT64_SAYS("the handler has no alloc_frame");
void pt64_handler_without_free_frame(void) PT64_SAYS("the handler has no free_frame");
void pt64_handler_without_phys_to_virt(void) PT64_SAYS("the handler has no phys_to_virt");
void pt64_nobody_flushes(void) PT64_SAYS(
    "no instruction of a CPU reaches the walker of the meta, and the handler has no flush");

/* Compiles to nothing where the condition holds or is not constant. */
#define PT64_REQUIRE(condition, otherwise)         \
    do {                                           \
        bool holds = (condition);                  \
                                                   \
        if (__builtin_constant_p(holds) && !holds) \
            otherwise();                           \
    } while (0)

PT64_INLINE void pt64_require_meta(const struct pt64_meta *meta, const struct pt64_limits *limits)
{
    PT64_REQUIRE(pt64_has_entries(meta), pt64_meta_without_entries);
    PT64_REQUIRE(pt64_has_levels(limits), pt64_meta_without_levels);
    PT64_REQUIRE(pt64_has_leaf_levels(limits), pt64_meta_without_leaf_levels);
    PT64_REQUIRE(pt64_has_root_entries(meta, limits) && limits->vaddr_bits < 64,
                 pt64_meta_with_other_vaddr_bits);
}

PT64_INLINE void pt64_require_handler(const struct pt64_handler *handler)
{
    PT64_REQUIRE(handler->alloc_frame != NULL, pt64_handler_without_alloc_frame);
    PT64_REQUIRE(handler->free_frame != NULL, pt64_handler_without_free_frame);
    PT64_REQUIRE(handler->phys_to_virt != NULL, pt64_handler_without_phys_to_virt);
}

/** Refuses constant traits that do not make a table type. */
PT64_INLINE void pt64_require(const struct pt64_traits *traits)
{
    PT64_REQUIRE(pt64_keeps_promise(traits), pt64_entries_of_another_size);
    PT64_REQUIRE(pt64_has_limits(traits), pt64_nobody_has_limits);
    if (traits->handler->limits == NULL && traits->meta->limits.levels != 0)
        pt64_require_meta(traits->meta, &traits->meta->limits);
    pt64_require_handler(traits->handler);
    PT64_REQUIRE(pt64_has_flush(traits), pt64_nobody_flushes);
    PT64_REQUIRE(pt64_is_one_architecture(traits->meta, traits->pte),
                 pt64_traits_of_two_architectures);
    PT64_REQUIRE(pt64_can_break(traits->meta, traits->pte), pt64_pte_without_absent);
}

#else

PT64_INLINE void pt64_require(const struct pt64_traits *traits)
{
    (void)traits;
}

#endif

/** @endcond */

#endif
