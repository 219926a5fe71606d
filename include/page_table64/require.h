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

PT64_INLINE bool pt64_has_levels(const struct pt64_meta *meta)
{
    return meta->levels > 0 && meta->levels <= PT64_MAX_LEVELS;
}

PT64_INLINE bool pt64_has_leaf_levels(const struct pt64_meta *meta)
{
    return meta->leaf_levels > 0 && meta->leaf_levels <= meta->levels;
}

PT64_INLINE bool pt64_has_root_entries(const struct pt64_meta *meta)
{
    return meta->root_index_bits < 32 &&
           (size_t)1 << meta->root_index_bits <= PT64_MAX_ROOT_ENTRIES;
}

PT64_INLINE bool pt64_has_vaddr_bits(const struct pt64_meta *meta)
{
    return meta->vaddr_bits < 64 &&
           meta->vaddr_bits == pt64_slot_shift(meta, pt64_root_level(meta)) + meta->root_index_bits;
}

/** Whether the numbers of a geometry fit each other and the limits of the library. */
PT64_INLINE bool pt64_is_geometry(const struct pt64_meta *meta)
{
    return pt64_has_levels(meta) && pt64_has_leaf_levels(meta) && pt64_has_root_entries(meta) &&
           pt64_has_vaddr_bits(meta);
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

/** Whether the traits make a table type. */
PT64_INLINE bool pt64_fit(const struct pt64_traits *traits)
{
    return pt64_is_geometry(traits->meta) && pt64_is_handler(traits->handler) &&
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
void pt64_meta_without_levels(void) PT64_SAYS("levels of the meta is 0 or above PT64_MAX_LEVELS");
void pt64_meta_without_leaf_levels(void)
    PT64_SAYS("leaf_levels of the meta is 0 or above its levels");
void pt64_meta_with_a_large_root(void)
    PT64_SAYS("root_index_bits of the meta is above PT64_MAX_ROOT_ENTRIES");
void pt64_meta_with_other_vaddr_bits(void) PT64_SAYS(
    "vaddr_bits of the meta is not the sum of page_shift, root_index_bits and index_bits "
    "of the levels below the root, or not below 64");
void pt64_pte_without_absent(void)
    PT64_SAYS("the meta has break_to_move, and the pte no absent or no present");
void pt64_handler_without_alloc_frame(void) PT64_SAYS("the handler has no alloc_frame");
void pt64_handler_without_free_frame(void) PT64_SAYS("the handler has no free_frame");
void pt64_handler_without_phys_to_virt(void) PT64_SAYS("the handler has no phys_to_virt");

/* Compiles to nothing where the condition holds or is not constant. */
#define PT64_REQUIRE(condition, otherwise)         \
    do {                                           \
        bool holds = (condition);                  \
                                                   \
        if (__builtin_constant_p(holds) && !holds) \
            otherwise();                           \
    } while (0)

PT64_INLINE void pt64_require_meta(const struct pt64_meta *meta)
{
    PT64_REQUIRE(pt64_has_levels(meta), pt64_meta_without_levels);
    PT64_REQUIRE(pt64_has_leaf_levels(meta), pt64_meta_without_leaf_levels);
    PT64_REQUIRE(pt64_has_root_entries(meta), pt64_meta_with_a_large_root);
    PT64_REQUIRE(pt64_has_vaddr_bits(meta), pt64_meta_with_other_vaddr_bits);
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
    pt64_require_meta(traits->meta);
    pt64_require_handler(traits->handler);
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
