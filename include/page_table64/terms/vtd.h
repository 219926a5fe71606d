/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of a VT-d entry by name, and what they forbid.
 *
 * Source: Intel Virtualization Technology for Directed I/O, architecture specification, 9.8
 * "Second-Stage Paging Entries" and 9.7 "First-Stage Paging Entries"; 7.1 "Interrupt Translation
 * Faults" and 7.2 for what faults. The reports assume that EMTE and execute requests are off.
 */
#ifndef PAGE_TABLE64_TERMS_VTD_H
#define PAGE_TABLE64_TERMS_VTD_H

#include "../geometry.h"
#include "../meta/vtd.h"
#include "x86_64_iommu.h"

PT64_TRAITS_BEGIN

/** The name of the flag of VT-d, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_vtd_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_VTD_SNOOP;
    return flags & PT64_VTD_SNOOP ? "snoop" : NULL;
}

/** @cond engine */

PT64_MEMBER const char *pt64_vtd_ss_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "SS-PTE";
    case 1:
        return "SS-PDE";
    case 2:
        return "SS-PDPE";
    case 3:
        return "SS-PML4E";
    default:
        return "SS-PML5E";
    }
}

/** Bits 9 and 8 by the mode: they are software's where the walker sets neither. */
PT64_PRINT void pt64_vtd_ss_tell_notes(const struct pt64_teller *teller, bool is_leaf, bool has_ad)
{
    if (!has_ad) {
        pt64_tell_if_set(teller, 8, 3, "ignored", "software's");
        return;
    }
    pt64_tell_bit(teller, 8, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 9, "D", "dirty", "not written since this was clear");
    pt64_tell_if_set(teller, is_leaf ? 10 : 9, is_leaf ? 1 : 2, "ignored", "software's");
}

PT64_PRINT void pt64_vtd_ss_tell_address(const struct pt64_teller *teller, unsigned shift,
                                         bool is_leaf)
{
    if (!is_leaf) {
        pt64_tell_if_set(teller, 11, 1, "reserved", "must be 0: every request faults");
        pt64_tell_address(teller, 12, 40, "of the table");
        return;
    }
    pt64_tell_bit(teller, 11, "SNP", "snoops; reserved without snoop control",
                  "snoops unless the device asks not to");
    if (shift > 12)
        pt64_tell_if_set(teller, 12, shift - 12, "reserved", "must be 0: every request faults");
    pt64_tell_address(teller, shift, 52 - shift, "of the page");
}

PT64_PRINT void pt64_vtd_ss_tell_all(const struct pt64_teller *teller, unsigned level,
                                     unsigned shift, bool has_ad)
{
    bool is_leaf = level == 0 || (level <= 2 && (teller->entry & PT64_VTD_SS_PS));

    pt64_tell_bit(teller, 0, "R", "reads allowed", "no reads");
    pt64_tell_bit(teller, 1, "W", "writes allowed", "no writes");
    pt64_tell_if_set(teller, 2, 1, "X", "execute requests, where they are on");
    if (!(teller->entry & PT64_VTD_SS_RWX)) {
        pt64_tell_if_set(teller, 3, 61, "ignored", "software's");
        return;
    }
    pt64_tell_if_set(teller, 3, 4, "EMT, IPAT", "a memory type, where EMTE is set");
    if (level > 0)
        pt64_tell(teller, 7, 1, "PS", is_leaf ? "maps a page" : "references a table");
    else
        pt64_tell_if_set(teller, 7, 1, "ignored", "software's");
    pt64_vtd_ss_tell_notes(teller, is_leaf, has_ad);
    pt64_vtd_ss_tell_address(teller, shift, is_leaf);
    pt64_tell_if_set(teller, 52, 10, "ignored", "software's");
    pt64_tell_if_set(teller, 62, 1, "TM", "transient, to the TLBs of devices");
    pt64_tell_if_set(teller, 63, 1, "ignored", "software's");
}

PT64_MEMBER void pt64_vtd_ss_fields(uint64_t memory, const struct pt64_meta *meta,
                                    pt64_entry_t entry, unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_vtd_ss_tell_all(&teller, level, pt64_slot_shift(meta, level), false);
}

PT64_MEMBER void pt64_vtd_ss_ad_fields(uint64_t memory, const struct pt64_meta *meta,
                                       pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                       void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_vtd_ss_tell_all(&teller, level, pt64_slot_shift(meta, level), true);
}

PT64_MEMBER const char *pt64_vtd_ss_malformed(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_VTD_SS_EXTENDED ? "of a feature that the format does not use"
                                        : "malformed, every request faults";
}

/** Every level must allow the request. */
PT64_MEMBER pt64_entry_t pt64_vtd_ss_inherit(pt64_entry_t leaf, pt64_entry_t table, unsigned level)
{
    return leaf & (table | ~(PT64_VTD_SS_R | PT64_VTD_SS_W));
}

PT64_MEMBER struct pt64_verdict pt64_vtd_ss_judge_by(const struct pt64_trace *trace,
                                                     pt64_flags_t access, pt64_entry_t wrong)
{
    if (!(trace->steps[trace->level].entry & (PT64_VTD_SS_R | PT64_VTD_SS_W)))
        return pt64_faults("R and W are 0, not present", trace->level);
    if (wrong)
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_iommu_judge(trace, access, PT64_VTD_SS_R, PT64_VTD_SS_W, "R is 0", "W is 0");
}

PT64_MEMBER struct pt64_verdict
pt64_vtd_ss_judge(const struct pt64_meta *meta, const struct pt64_trace *trace, pt64_flags_t access)
{
    return pt64_vtd_ss_judge_by(
        trace, access,
        pt64_vtd_ss_wrong(trace->limits, trace->steps[trace->level].entry, trace->level,
                          pt64_leaf_size(meta, trace->limits, trace->level)));
}

PT64_MEMBER struct pt64_verdict pt64_vtd_ss_snp_judge(const struct pt64_meta *meta,
                                                      const struct pt64_trace *trace,
                                                      pt64_flags_t access)
{
    return pt64_vtd_ss_judge_by(
        trace, access,
        pt64_vtd_ss_snp_wrong(trace->limits, trace->steps[trace->level].entry, trace->level,
                              pt64_leaf_size(meta, trace->limits, trace->level)));
}

#define PT64_VTD_SS_TERMS(fields_, judge_)    \
    {                                         \
        .memory = 0,                          \
        .memory_type = NULL,                  \
        .flag_name = pt64_vtd_flag_name,      \
        .level_name = pt64_vtd_ss_level_name, \
        .fields = (fields_),                  \
        .malformed = pt64_vtd_ss_malformed,   \
        .inherit = pt64_vtd_ss_inherit,       \
        .judge = (judge_),                    \
    }

/** @endcond */

/** For pt64_vtd_ss_pte. */
PT64_TRAIT struct pt64_terms pt64_vtd_ss_terms =
    PT64_VTD_SS_TERMS(pt64_vtd_ss_fields, pt64_vtd_ss_judge);
/** For pt64_vtd_ss_snp_pte. */
PT64_TRAIT struct pt64_terms pt64_vtd_ss_snp_terms =
    PT64_VTD_SS_TERMS(pt64_vtd_ss_fields, pt64_vtd_ss_snp_judge);
/** For pt64_vtd_ss_ad_pte. */
PT64_TRAIT struct pt64_terms pt64_vtd_ss_ad_terms =
    PT64_VTD_SS_TERMS(pt64_vtd_ss_ad_fields, pt64_vtd_ss_judge);
/** For pt64_vtd_ss_ad_snp_pte. */
PT64_TRAIT struct pt64_terms pt64_vtd_ss_ad_snp_terms =
    PT64_VTD_SS_TERMS(pt64_vtd_ss_ad_fields, pt64_vtd_ss_snp_judge);
/** For pt64_vtd_fs_pte. */
PT64_TRAIT struct pt64_terms pt64_vtd_fs_terms = PT64_X86_64_IOMMU_TERMS;

PT64_TRAITS_END

#endif
