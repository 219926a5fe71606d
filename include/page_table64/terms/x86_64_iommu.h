/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an x86-64 entry by name, as an IOMMU reads it: see pte/x86_64_iommu.h.
 *
 * The reports assume that requests are those of user code, that execute requests, SRE and NXE are
 * off, and that the host has 52 address bits.
 */
#ifndef PAGE_TABLE64_TERMS_X86_64_IOMMU_H
#define PAGE_TABLE64_TERMS_X86_64_IOMMU_H

#include "../pte/x86_64_iommu.h"
#include "iommu.h"
#include "x86_64.h"

PT64_TRAITS_BEGIN

/** @cond engine */

PT64_PRINT void pt64_x86_64_iommu_tell_flags(const struct pt64_teller *teller, bool is_leaf)
{
    pt64_tell_bit(teller, 1, "R/W", "writes allowed", "read-only");
    pt64_tell_bit(teller, 2, "U/S", "user", "supervisor only: requests fault");
    pt64_tell_if_set(teller, 3, 2, is_leaf ? "PAT" : "PWT, PCD", "software's");
    pt64_tell_bit(teller, 5, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 6, "D", "dirty", "not written since this was clear");
    else
        pt64_tell_if_set(teller, 6, 1, "ignored", "software's");
}

PT64_PRINT void pt64_x86_64_iommu_tell_page(const struct pt64_teller *teller, unsigned shift)
{
    if (shift > 12)
        pt64_tell(teller, 7, 1, "PS", "maps a page");
    else
        pt64_tell_if_set(teller, 7, 1, "PAT", "software's");
    pt64_tell_if_set(teller, 8, 4, "ignored", "software's");
    if (shift > 12) {
        pt64_tell_if_set(teller, 12, 1, "PAT", "software's");
        pt64_tell_if_set(teller, 13, shift - 13, "reserved", "must be 0: every request faults");
    }
    pt64_tell_address(teller, shift, 52 - shift, "of the page");
}

PT64_MEMBER void pt64_x86_64_iommu_fields(uint64_t memory, const struct pt64_meta *meta,
                                          pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                          void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_leaf = level == 0 || (level <= 2 && (entry & PT64_X86_64_PS));

    pt64_tell_bit(&teller, 0, "P", "present", "not present: every request faults");
    if (!(entry & PT64_X86_64_P)) {
        pt64_tell_if_set(&teller, 1, 63, "ignored", "software's");
        return;
    }
    pt64_x86_64_iommu_tell_flags(&teller, is_leaf);
    if (is_leaf)
        pt64_x86_64_iommu_tell_page(&teller, pt64_slot_shift(meta, level));
    else
        pt64_x86_64_tell_link(&teller, level);
    if (is_leaf)
        pt64_tell_if_set(&teller, 52, 11, "ignored", "software's");
    pt64_tell_if_set(&teller, 63, 1, "XD", "reserved: every request faults");
}

PT64_MEMBER const char *pt64_x86_64_iommu_malformed(pt64_entry_t entry, unsigned level)
{
    return entry & PT64_X86_64_US ? "malformed, every request faults"
                                  : "the supervisor's, every request faults";
}

/** Every level must allow writes. */
PT64_MEMBER pt64_entry_t pt64_x86_64_iommu_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                   unsigned level)
{
    return leaf & (table | ~PT64_X86_64_RW);
}

PT64_MEMBER struct pt64_verdict pt64_x86_64_iommu_judge(const struct pt64_meta *meta,
                                                        const struct pt64_trace *trace,
                                                        pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (!(entry & PT64_X86_64_P))
        return pt64_faults("P is 0, not present", trace->level);
    if (pt64_x86_64_wrong(trace->limits, entry, trace->level,
                          pt64_leaf_size(meta, trace->limits, trace->level)))
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_iommu_judge(trace, access, 0, PT64_X86_64_RW, NULL, "R/W is 0, read-only");
}

#define PT64_X86_64_IOMMU_TERMS                   \
    {                                             \
        .memory = 0,                              \
        .memory_type = NULL,                      \
        .level_name = pt64_x86_64_level_name,     \
        .fields = pt64_x86_64_iommu_fields,       \
        .malformed = pt64_x86_64_iommu_malformed, \
        .inherit = pt64_x86_64_iommu_inherit,     \
        .judge = pt64_x86_64_iommu_judge,         \
    }

/** @endcond */

PT64_TRAITS_END

#endif
