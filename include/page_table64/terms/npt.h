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

PT64_MEMBER const char *pt64_npt_malformed(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_X86_64_US ? pt64_malformed(entry, level)
                                  : "U/S is 0, every access of a guest faults";
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
    .fields = pt64_x86_64_fields,
    .malformed = pt64_npt_malformed,
    .inherit = pt64_x86_64_inherit,
    .judge = pt64_npt_judge,
};

PT64_TRAITS_END

#endif
