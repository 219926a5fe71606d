/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an entry of Intel's extended page tables by name, and what they forbid.
 *
 * Source: Intel SDM volume 3C, 30.3.2, tables "Format of an EPT ..."; 30.3.3 "EPT-Induced VM
 * Exits"; 30.3.7 "EPT and Memory Typing" (chapter 29 or 28 in older revisions). The memory type is
 * in the entry.
 *
 * The reports assume that physical addresses have 52 bits, that bit 6 of the EPTP is as the format
 * asks for, and that the VM-execution controls that give bits 57, 58, 60, 61 and 63 a meaning are
 * clear.
 */
#ifndef PAGE_TABLE64_TERMS_EPT_H
#define PAGE_TABLE64_TERMS_EPT_H

#include "../geometry.h"
#include "../meta/ept.h"
#include "../terms.h"

PT64_TRAITS_BEGIN

/** The names of the flags of EPT, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_ept_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_EPT_IGNORE_PAT;
    if (flags & PT64_EPT_IGNORE_PAT)
        return "ignore-pat";
    *mask = PT64_EPT_SUPPRESS_VE;
    if (flags & PT64_EPT_SUPPRESS_VE)
        return "suppress-ve";
    *mask = PT64_EPT_NO_SUPERVISOR_EXECUTE;
    if (flags & PT64_EPT_NO_SUPERVISOR_EXECUTE)
        return "no-supervisor-execute";
    *mask = PT64_EPT_NO_USER_EXECUTE;
    return flags & PT64_EPT_NO_USER_EXECUTE ? "no-user-execute" : NULL;
}

/** @cond engine */

PT64_MEMBER const char *pt64_ept_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "EPT PTE";
    case 1:
        return "EPT PDE";
    case 2:
        return "EPT PDPTE";
    case 3:
        return "EPT PML4E";
    default:
        return "EPT PML5E";
    }
}

PT64_PRINT const char *pt64_ept_type_name(unsigned type)
{
    switch (type) {
    case 0:
        return "UC, uncacheable";
    case 1:
        return "WC, write-combining";
    case 4:
        return "WT, write-through";
    case 5:
        return "WP, write-protected";
    case 6:
        return "WB, write-back";
    default:
        return "no memory type: a misconfiguration";
    }
}

PT64_PRINT void pt64_ept_tell_rights(const struct pt64_teller *teller, bool has_modes)
{
    pt64_tell_bit(teller, 0, "R", "loads allowed", "loads refused");
    pt64_tell_bit(teller, 1, "W", "stores allowed", "stores refused");
    if (has_modes)
        pt64_tell_bit(teller, 2, "X", "execution by the supervisor allowed",
                      "execution by the supervisor refused");
    else
        pt64_tell_bit(teller, 2, "X", "execution allowed", "execution refused");
}

/** Bits 8 and 9 where bit 6 of the EPTP is set, and where it is clear. */
PT64_PRINT void pt64_ept_tell_notes(const struct pt64_teller *teller, bool is_leaf, bool has_notes)
{
    if (!has_notes) {
        pt64_tell_if_set(teller, 8, 2, "ignored", "software's");
        return;
    }
    pt64_tell_bit(teller, 8, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 9, "D", "dirty", "not written since this was clear");
    else
        pt64_tell_if_set(teller, 9, 1, "ignored", "software's");
}

PT64_PRINT void pt64_ept_tell_modes(const struct pt64_teller *teller, bool has_modes)
{
    if (has_modes)
        pt64_tell_bit(teller, 10, "XU", "execution by user mode allowed",
                      "execution by user mode refused");
    else
        pt64_tell_if_set(teller, 10, 1, "ignored", "execution by user mode, with MBEC");
    pt64_tell_if_set(teller, 11, 1, "ignored", "software's");
}

PT64_PRINT void pt64_ept_tell_type(const struct pt64_teller *teller)
{
    pt64_tell(teller, 3, 3, "type", pt64_ept_type_name(pt64_ept_type(teller->entry)));
    pt64_tell_bit(teller, 6, "IPAT", "the guest's PAT does not count",
                  "combined with the guest's PAT");
}

PT64_PRINT void pt64_ept_tell_high(const struct pt64_teller *teller, bool is_leaf)
{
    pt64_tell_if_set(teller, 52, 5, "ignored", "software's");
    if (!is_leaf) {
        pt64_tell_if_set(teller, 57, 7, "ignored", "software's");
        return;
    }
    pt64_tell_if_set(teller, 57, 1, "VGP", "verify guest paging, where its control is set");
    pt64_tell_if_set(teller, 58, 1, "PW", "paging-write access, where its control is set");
    pt64_tell_if_set(teller, 59, 1, "ignored", "software's");
    pt64_tell_if_set(teller, 60, 1, "SSS", "supervisor shadow stack, where its control is set");
    pt64_tell_if_set(teller, 61, 1, "SPP", "sub-page permissions, where their control is set");
    pt64_tell_if_set(teller, 62, 1, "ignored", "software's");
    pt64_tell_if_set(teller, 63, 1, "SVE", "suppress #VE: a violation is a VM exit");
}

PT64_PRINT void pt64_ept_tell_leaf(const struct pt64_teller *teller, unsigned shift, bool has_notes,
                                   bool has_modes)
{
    pt64_ept_tell_type(teller);
    if (shift > 12)
        pt64_tell(teller, 7, 1, "leaf", "maps a page");
    else
        pt64_tell_if_set(teller, 7, 1, "ignored", "software's");
    pt64_ept_tell_notes(teller, true, has_notes);
    pt64_ept_tell_modes(teller, has_modes);
    if (shift > 12)
        pt64_tell_if_set(teller, 12, shift - 12, "reserved", "must be 0: a misconfiguration");
    pt64_tell_address(teller, shift, 52 - shift, "of the page");
    pt64_ept_tell_high(teller, true);
}

PT64_PRINT void pt64_ept_tell_link(const struct pt64_teller *teller, unsigned level, bool has_notes,
                                   bool has_modes)
{
    pt64_tell_if_set(teller, 3, 4, "reserved", "must be 0: a misconfiguration");
    if (level > 2)
        pt64_tell_if_set(teller, 7, 1, "reserved", "must be 0: a misconfiguration");
    else
        pt64_tell(teller, 7, 1, "leaf", "references a table");
    pt64_ept_tell_notes(teller, false, has_notes);
    pt64_ept_tell_modes(teller, has_modes);
    pt64_tell_address(teller, 12, 40, "of the table");
    pt64_ept_tell_high(teller, false);
}

PT64_PRINT void pt64_ept_tell(const struct pt64_meta *meta, const struct pt64_teller *teller,
                              unsigned level, bool has_notes, bool has_modes)
{
    pt64_entry_t rights = has_modes ? PT64_EPT_MBEC_RWX : PT64_EPT_RWX;

    if (!(teller->entry & rights)) {
        pt64_tell(teller, 0, 3, "RWX", "not present: every access is an EPT violation");
        pt64_tell_if_set(teller, 3, 60, "ignored", "software's");
        pt64_tell_if_set(teller, 63, 1, "SVE", "suppress #VE: a violation is a VM exit");
        return;
    }
    pt64_ept_tell_rights(teller, has_modes);
    if (level == 0 || (level <= 2 && (teller->entry & PT64_EPT_LEAF)))
        pt64_ept_tell_leaf(teller, pt64_slot_shift(meta, level), has_notes, has_modes);
    else
        pt64_ept_tell_link(teller, level, has_notes, has_modes);
}

PT64_MEMBER void pt64_ept_fields(uint64_t memory, const struct pt64_meta *meta, pt64_entry_t entry,
                                 unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_ept_tell(meta, &teller, level, true, false);
}

PT64_MEMBER void pt64_ept_noad_fields(uint64_t memory, const struct pt64_meta *meta,
                                      pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                      void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_ept_tell(meta, &teller, level, false, false);
}

PT64_MEMBER void pt64_ept_mbec_fields(uint64_t memory, const struct pt64_meta *meta,
                                      pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                      void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_ept_tell(meta, &teller, level, true, true);
}

PT64_MEMBER const char *pt64_ept_malformed(pt64_entry_t entry, unsigned level)
{
    return "malformed: a misconfiguration, every access is a VM exit";
}

/** Every level must grant a permission (30.3.2). */
PT64_MEMBER pt64_entry_t pt64_ept_inherit(pt64_entry_t leaf, pt64_entry_t table, unsigned level)
{
    return leaf & (table | ~PT64_EPT_RWX);
}

PT64_MEMBER pt64_entry_t pt64_ept_mbec_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                               unsigned level)
{
    return leaf & (table | ~PT64_EPT_MBEC_RWX);
}

/** The verdict on an access that needs one permission. */
PT64_PRINT struct pt64_verdict pt64_ept_judge_right(const struct pt64_trace *trace,
                                                    pt64_entry_t right, const char *why)
{
    unsigned without = pt64_level_without_below(trace, trace->limits->levels, right);

    return without < PT64_MAX_LEVELS ? pt64_faults(why, without) : pt64_allows();
}

/** A read or a write, or a fetch by `execute`. */
PT64_PRINT struct pt64_verdict pt64_ept_judge_access(const struct pt64_trace *trace,
                                                     pt64_flags_t access, pt64_entry_t execute,
                                                     const char *no_execute)
{
    if (access & PT64_EXECUTE)
        return pt64_ept_judge_right(trace, execute, no_execute);
    if (access & PT64_WRITE)
        return pt64_ept_judge_right(trace, PT64_EPT_W, "W is 0, stores are refused");
    return pt64_ept_judge_right(trace, PT64_EPT_R, "R is 0, loads are refused");
}

/** Whether the walk ended because of the last entry by itself. */
PT64_PRINT struct pt64_verdict pt64_ept_judge_entry(const struct pt64_meta *meta,
                                                    const struct pt64_trace *trace,
                                                    pt64_entry_t rights)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (!(entry & rights))
        return pt64_faults("no permission is set, not present", trace->level);
    if (pt64_ept_wrong_by(trace->limits, entry, trace->level,
                          pt64_leaf_size(meta, trace->limits, trace->level), rights))
        return pt64_faults("misconfigured", trace->level);
    return pt64_allows();
}

PT64_MEMBER struct pt64_verdict pt64_ept_judge(const struct pt64_meta *meta,
                                               const struct pt64_trace *trace, pt64_flags_t access)
{
    struct pt64_verdict verdict = pt64_ept_judge_entry(meta, trace, PT64_EPT_RWX);

    return verdict.faults
               ? verdict
               : pt64_ept_judge_access(trace, access, PT64_EPT_X, "X is 0, execution is refused");
}

PT64_MEMBER struct pt64_verdict pt64_ept_mbec_judge(const struct pt64_meta *meta,
                                                    const struct pt64_trace *trace,
                                                    pt64_flags_t access)
{
    struct pt64_verdict verdict = pt64_ept_judge_entry(meta, trace, PT64_EPT_MBEC_RWX);
    bool is_user = (access & PT64_USER) != 0;

    return verdict.faults
               ? verdict
               : pt64_ept_judge_access(trace, access, is_user ? PT64_EPT_XU : PT64_EPT_X,
                                       is_user ? "XU is 0, execution by user mode is refused"
                                               : "X is 0, execution by the supervisor is refused");
}

/** @endcond */

/** For pt64_ept_pte. */
PT64_TRAIT struct pt64_terms pt64_ept_terms = {
    .flag_name = pt64_ept_flag_name,
    .level_name = pt64_ept_level_name,
    .fields = pt64_ept_fields,
    .malformed = pt64_ept_malformed,
    .inherit = pt64_ept_inherit,
    .judge = pt64_ept_judge,
};
/** For pt64_ept_noad_pte. */
PT64_TRAIT struct pt64_terms pt64_ept_noad_terms = {
    .flag_name = pt64_ept_flag_name,
    .level_name = pt64_ept_level_name,
    .fields = pt64_ept_noad_fields,
    .malformed = pt64_ept_malformed,
    .inherit = pt64_ept_inherit,
    .judge = pt64_ept_judge,
};
/** For pt64_ept_mbec_pte. */
PT64_TRAIT struct pt64_terms pt64_ept_mbec_terms = {
    .flag_name = pt64_ept_flag_name,
    .level_name = pt64_ept_level_name,
    .fields = pt64_ept_mbec_fields,
    .malformed = pt64_ept_malformed,
    .inherit = pt64_ept_mbec_inherit,
    .judge = pt64_ept_mbec_judge,
};

PT64_TRAITS_END

#endif
