/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kind of change of a leaf, by the bits that differ. For authors of entry formats.
 */
#ifndef PAGE_TABLE64_PTE_CHANGE_H
#define PAGE_TABLE64_PTE_CHANGE_H

#include "../traits.h"

/** @cond engine */

/**
 * The bits of a leaf by the kind of change that they make. Bits in none of these sets are
 * software's.
 */
struct pt64_change_bits {
    pt64_entry_t moved;   /**< another page, memory type or globality */
    pt64_entry_t grants;  /**< each allows something while it is set */
    pt64_entry_t refuses; /**< each refuses something while it is set */
    pt64_entry_t trades;  /**< each value refuses something that another allows */
    pt64_entry_t notes;   /**< a TLB may rely on one that is set, never on one that is clear */
};

/** `*bits` is constant, so that it folds into a few masks. */
PT64_MEMBER enum pt64_change pt64_change_by(const struct pt64_change_bits *bits, pt64_entry_t old,
                                            pt64_entry_t now)
{
    pt64_entry_t differ = old ^ now;
    pt64_entry_t taken =
        ((old ^ bits->refuses) & (bits->grants | bits->notes | bits->refuses)) | bits->trades;

    if (differ & bits->moved)
        return PT64_MOVED;
    if (differ & taken)
        return PT64_TIGHTENED;
    if (differ & (bits->grants | bits->refuses))
        return PT64_RELAXED;
    return differ & bits->notes ? PT64_CREATED : PT64_UNCHANGED;
}

/** @endcond */

#endif
