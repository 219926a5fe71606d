/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an AMD-Vi entry by name, and what they forbid.
 *
 * Source: AMD I/O Virtualization Technology (IOMMU) Specification (48882), 2.2.3, tables "I/O Page
 * Table Entry Fields" and "I/O Page Directory Entry Fields"; 2.2.6 for guest tables.
 */
#ifndef PAGE_TABLE64_TERMS_AMDVI_H
#define PAGE_TABLE64_TERMS_AMDVI_H

#include "../geometry.h"
#include "../meta/amdvi.h"
#include "x86_64_iommu.h"

PT64_TRAITS_BEGIN

/** The name of the flag of AMD-Vi, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_amdvi_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_AMDVI_FORCE_COHERENT;
    return flags & PT64_AMDVI_FORCE_COHERENT ? "force-coherent" : NULL;
}

/** @cond engine */

PT64_MEMBER const char *pt64_amdvi_v1_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "level 1 PTE";
    case 1:
        return "level 2 entry";
    case 2:
        return "level 3 entry";
    case 3:
        return "level 4 entry";
    default:
        return "level 5 entry";
    }
}

/** Bits 6 and 5 by the mode: they are software's where the walker sets neither. */
PT64_PRINT void pt64_amdvi_v1_tell_notes(const struct pt64_teller *teller, bool is_leaf,
                                         bool has_ad)
{
    if (!has_ad) {
        pt64_tell_if_set(teller, 1, 8, "ignored", "software's");
        return;
    }
    pt64_tell_if_set(teller, 1, 4, "ignored", "software's");
    pt64_tell_bit(teller, 5, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 6, "D", "dirty", "not written since this was clear");
    pt64_tell_if_set(teller, is_leaf ? 7 : 6, is_leaf ? 2 : 3, "ignored", "software's");
}

PT64_PRINT void pt64_amdvi_v1_tell_address(const struct pt64_teller *teller, unsigned shift,
                                           bool is_leaf)
{
    if (is_leaf && shift > 12)
        pt64_tell_if_set(teller, 12, shift - 12, "reserved",
                         "must be 0: the address is misaligned");
    if (is_leaf)
        pt64_tell_address(teller, shift, 52 - shift, "of the page");
    else
        pt64_tell_address(teller, 12, 40, "of the table");
    pt64_tell_if_set(teller, 52, 7, "reserved", "must be 0: every request faults");
}

PT64_PRINT void pt64_amdvi_v1_tell_all(const struct pt64_teller *teller, unsigned shift,
                                       bool has_ad)
{
    bool is_leaf = (teller->entry & PT64_AMDVI_NEXT_LEVEL) == 0;

    pt64_tell_bit(teller, 0, "PR", "present", "not present: every request faults");
    if (!(teller->entry & PT64_AMDVI_PR)) {
        pt64_tell_if_set(teller, 1, 63, "ignored", "software's");
        return;
    }
    pt64_amdvi_v1_tell_notes(teller, is_leaf, has_ad);
    pt64_tell(teller, 9, 3, "NextLevel", is_leaf ? "maps a page" : NULL);
    pt64_amdvi_v1_tell_address(teller, shift, is_leaf);
    pt64_tell_if_set(teller, 59, 1, "U", "a hint for the translations of devices");
    if (is_leaf)
        pt64_tell_bit(teller, 60, "FC", "snoops", "snoops unless the device asks not to");
    else
        pt64_tell_if_set(teller, 60, 1, "FC", "force coherent");
    pt64_tell_bit(teller, 61, "IR", "reads allowed", "no reads");
    pt64_tell_bit(teller, 62, "IW", "writes allowed", "no writes");
    pt64_tell_if_set(teller, 63, 1, "ignored", "software's");
}

PT64_MEMBER void pt64_amdvi_v1_fields(uint64_t memory, const struct pt64_meta *meta,
                                      pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                      void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_amdvi_v1_tell_all(&teller, pt64_slot_shift(meta, level), false);
}

PT64_MEMBER void pt64_amdvi_v1_ad_fields(uint64_t memory, const struct pt64_meta *meta,
                                         pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                         void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_amdvi_v1_tell_all(&teller, pt64_slot_shift(meta, level), true);
}

PT64_MEMBER const char *pt64_amdvi_v1_malformed(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t next = entry & PT64_AMDVI_NEXT_LEVEL;

    if (entry & PT64_AMDVI_RESERVED)
        return "malformed, every request faults";
    if (next == PT64_AMDVI_NEXT_LEVEL)
        return "a page of another size than the slot's";
    return next < pt64_amdvi_next_level(level) ? "a link that skips levels"
                                               : "malformed, every request faults";
}

/** Every level must allow the request. */
PT64_MEMBER pt64_entry_t pt64_amdvi_v1_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                               unsigned level)
{
    return leaf & (table | ~(PT64_AMDVI_IR | PT64_AMDVI_IW));
}

PT64_MEMBER struct pt64_verdict pt64_amdvi_v1_judge(const struct pt64_meta *meta,
                                                    const struct pt64_trace *trace,
                                                    pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (!(entry & PT64_AMDVI_PR))
        return pt64_faults("PR is 0, not present", trace->level);
    if (pt64_amdvi_v1_wrong(trace->limits, entry, trace->level,
                            pt64_leaf_size(meta, trace->limits, trace->level)))
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_iommu_judge(trace, access, PT64_AMDVI_IR, PT64_AMDVI_IW, "IR is 0", "IW is 0");
}

/** @endcond */

/** For pt64_amdvi_v1_pte. */
PT64_TRAIT struct pt64_terms pt64_amdvi_v1_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_amdvi_flag_name,
    .level_name = pt64_amdvi_v1_level_name,
    .fields = pt64_amdvi_v1_fields,
    .malformed = pt64_amdvi_v1_malformed,
    .inherit = pt64_amdvi_v1_inherit,
    .judge = pt64_amdvi_v1_judge,
};
/** For pt64_amdvi_v1_ad_pte. */
PT64_TRAIT struct pt64_terms pt64_amdvi_v1_ad_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_amdvi_flag_name,
    .level_name = pt64_amdvi_v1_level_name,
    .fields = pt64_amdvi_v1_ad_fields,
    .malformed = pt64_amdvi_v1_malformed,
    .inherit = pt64_amdvi_v1_inherit,
    .judge = pt64_amdvi_v1_judge,
};
/** For pt64_amdvi_v2_pte. */
PT64_TRAIT struct pt64_terms pt64_amdvi_v2_terms = PT64_X86_64_IOMMU_TERMS;

PT64_TRAITS_END

#endif
