/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an entry of AMD's nested paging by name, and what they forbid.
 *
 * Source: AMD64 Architecture Programmer's Manual volume 2, 15.25.5 and 15.25.6, and 5.3. The
 * `memory` of these terms is the host's IA32_PAT. The reports assume that EFER.NXE is set in the
 * host and that physical addresses have 52 bits.
 */
#ifndef PAGE_TABLE64_TERMS_NPT_H
#define PAGE_TABLE64_TERMS_NPT_H

#include "../meta/npt.h"
#include "x86_64.h"

PT64_TRAITS_BEGIN

/** @cond engine */

PT64_PRINT void pt64_npt_tell_flags(const struct pt64_teller *teller, bool is_leaf)
{
    pt64_tell(teller, 0, 1, "P", "present");
    pt64_tell_bit(teller, 1, "R/W", "writable", "read-only");
    pt64_tell_bit(teller, 2, "U/S", "as every access of a guest demands",
                  "every access of a guest faults");
    pt64_tell(teller, 3, 1, "PWT", is_leaf ? "bit 0 of the PAT index" : NULL);
    pt64_tell(teller, 4, 1, "PCD", is_leaf ? "bit 1 of the PAT index" : NULL);
    pt64_tell_bit(teller, 5, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 6, "D", "dirty", "not written since this was clear");
    else
        pt64_tell_if_set(teller, 6, 1, "ignored", "software's");
}

/** There is no G and no protection key. */
PT64_PRINT void pt64_npt_tell_leaf(const struct pt64_teller *teller, unsigned shift,
                                   const char *type)
{
    bool is_huge = shift > 12;

    if (is_huge)
        pt64_tell(teller, 7, 1, "PS", "maps a page");
    else
        pt64_tell(teller, 7, 1, "PAT", type);
    pt64_tell_if_set(teller, 8, 4, "ignored", "software's");
    if (is_huge) {
        pt64_tell(teller, 12, 1, "PAT", type);
        pt64_tell_if_set(teller, 13, shift - 13, "reserved", "must be 0: every access faults");
    }
    pt64_tell_address(teller, shift, 52 - shift, "of the page");
    pt64_tell_if_set(teller, 52, 6, "ignored", "software's");
    pt64_tell_if_set(teller, 58, 1, "ignored", "software's: dirty, and not writable");
    pt64_tell_if_set(teller, 59, 4, "ignored", "software's");
}

PT64_MEMBER void pt64_npt_fields(uint64_t memory, const struct pt64_meta *meta, pt64_entry_t entry,
                                 unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_leaf = level == 0 || (level <= 2 && (entry & PT64_X86_64_PS));

    if (!(entry & PT64_X86_64_P)) {
        pt64_tell(&teller, 0, 1, "P", "not present: every access faults");
        pt64_tell_if_set(&teller, 1, 63, "ignored", "software's");
        return;
    }
    pt64_npt_tell_flags(&teller, is_leaf);
    if (is_leaf)
        pt64_npt_tell_leaf(&teller, pt64_slot_shift(meta, level),
                           pt64_x86_64_type_name(pt64_x86_64_leaf_type(memory, entry, level)));
    else
        pt64_x86_64_tell_link(&teller, level);
    pt64_tell_bit(&teller, 63, "XD", "execution refused", "execution allowed");
}

PT64_MEMBER const char *pt64_npt_malformed(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_X86_64_US ? pt64_malformed(entry, level)
                                  : "malformed: U/S is 0, every access of a guest faults";
}

/**
 * Judges an access of the guest: a user access, whatever the guest's mode. Writing the guest's page
 * tables is what a walk of them asks for.
 */
PT64_MEMBER struct pt64_verdict pt64_npt_judge(const struct pt64_meta *meta,
                                               const struct pt64_trace *trace, pt64_flags_t access)
{
    unsigned no_user = pt64_level_without_below(trace, trace->limits->levels, PT64_X86_64_US);

    if (!(trace->steps[trace->level].entry & PT64_X86_64_P))
        return pt64_faults("P is 0, not present", trace->level);
    if (no_user < PT64_MAX_LEVELS)
        return pt64_faults("U/S is 0", no_user);
    return pt64_x86_64_judge(meta, trace, access | PT64_USER);
}

/** @endcond */

/** For pt64_npt_pte. */
PT64_TRAIT struct pt64_terms pt64_npt_terms = {
    .memory = PT64_X86_64_PAT_VALUE,
    .memory_type = pt64_x86_64_told_type,
    .level_name = pt64_x86_64_level_name,
    .fields = pt64_npt_fields,
    .malformed = pt64_npt_malformed,
    .inherit = pt64_x86_64_inherit,
    .judge = pt64_npt_judge,
};

PT64_TRAITS_END

#endif
