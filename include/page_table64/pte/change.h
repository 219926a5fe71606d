/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a change of a leaf is to the TLB, by the bits that differ. For those who write an entry
 * format.
 */
#ifndef PAGE_TABLE64_PTE_CHANGE_H
#define PAGE_TABLE64_PTE_CHANGE_H

#include "../traits.h"

/** @cond engine */

/** The bits of a leaf by what it is to change them; those in none of these are software's. */
struct pt64_change_bits {
    pt64_entry_t moved;   /**< another page or memory type, or no longer or newly global */
    pt64_entry_t grants;  /**< allow something while set */
    pt64_entry_t refuses; /**< refuse something while set */
    pt64_entry_t trades;  /**< either value refuses something that the other allows */
    pt64_entry_t notes;   /**< a TLB may rely on their being set, and on nothing while clear */
};

/** `*bits` is a constant, of which nothing is left but a few masks. */
PT64_MEMBER enum pt64_change pt64_change_by(const struct pt64_change_bits *bits, pt64_entry_t old,
                                            pt64_entry_t now)
{
    pt64_entry_t differ = old ^ now;
    pt64_entry_t taken =
        (old & (bits->grants | bits->notes)) | (now & bits->refuses) | bits->trades;

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
