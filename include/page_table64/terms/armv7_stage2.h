/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an ARMv7-A stage 2 descriptor by name, and what they forbid.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.6
 * "Long-descriptor translation table format", B3.7 "Memory access control", B3.8 "Memory region
 * attributes".
 *
 * The reports say what stage 2 allows. The guest's stage 1 must allow it too. In them the kernel is
 * PL1 of the guest, and the user is PL0.
 */
#ifndef PAGE_TABLE64_TERMS_ARMV7_STAGE2_H
#define PAGE_TABLE64_TERMS_ARMV7_STAGE2_H

#include "../pte/armv7_stage2.h"
#include "aarch64_stage2.h"
#include "armv7.h"

PT64_TRAITS_BEGIN

/** @cond engine */

/** MemAttr (B3.8): outer in 3:2, inner in 1:0; without an outer type, a device. */
PT64_PRINT const char *pt64_armv7_stage2_type_name(unsigned mem_attr)
{
    if (mem_attr < 2)
        return mem_attr == 0 ? "Strongly-ordered" : "Device";
    if (mem_attr < 4 || (mem_attr & 3) == 0)
        return "UNPREDICTABLE: no memory type";
    return pt64_aarch64_s2_type_name(mem_attr);
}

PT64_PRINT void pt64_armv7_stage2_tell_leaf(const struct pt64_teller *teller, unsigned shift)
{
    pt64_entry_t entry = teller->entry;

    pt64_tell(teller, 2, 4, "MemAttr", pt64_armv7_stage2_type_name((unsigned)(entry >> 2) & 15));
    pt64_tell_bit(teller, 6, "HAP[1]", "readable", "not readable");
    pt64_tell_bit(teller, 7, "HAP[2]", "writable", "not writable");
    pt64_tell(teller, 8, 2, "SH", pt64_aarch64_shareability_name((unsigned)(entry >> 8) & 3));
    pt64_tell_bit(teller, 10, "AF", "accessed", "not accessed: every access faults");
    pt64_tell_if_set(teller, 11, 1, "SBZ", "must be 0");
    pt64_armv7_lpae_tell_page(teller, shift);
    pt64_tell_if_set(teller, 53, 1, "SBZ", "must be 0");
    pt64_tell_bit(teller, 54, "XN", "execution refused", "execution allowed");
    pt64_tell_if_set(teller, 55, 4, "ignored", "software's");
    pt64_tell_if_set(teller, 59, 5, "ignored", "not the CPU's");
}

PT64_MEMBER void pt64_armv7_stage2_fields(uint64_t memory, const struct pt64_meta *meta,
                                          pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                          void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    pt64_aarch64_tell_type(&teller, level, pt64_aarch64_present(entry, level) != 0);
    if (!(entry & PT64_AARCH64_VALID))
        return;
    if (level == 0 || is_block) {
        pt64_armv7_stage2_tell_leaf(&teller, pt64_slot_shift(meta, level));
    } else {
        pt64_armv7_lpae_tell_table(&teller);
        pt64_tell_if_set(&teller, 59, 5, "SBZ", "must be 0");
    }
}

PT64_MEMBER struct pt64_verdict pt64_armv7_stage2_judge(const struct pt64_meta *meta,
                                                        const struct pt64_trace *trace,
                                                        pt64_flags_t access)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_verdict verdict;

    if (pt64_aarch64_stops(meta, trace, &verdict))
        return verdict;
    if (!(leaf & PT64_AARCH64_AF))
        return pt64_faults("AF is 0: Access flag fault", trace->level);
    if (access & PT64_WRITE)
        return leaf & PT64_AARCH64_S2_WRITE
                   ? pt64_allows()
                   : pt64_faults("HAP[2] is 0, not writable", trace->level);
    if (!(leaf & PT64_AARCH64_S2_READ))
        return pt64_faults("HAP[1] is 0, not readable", trace->level);
    if ((access & PT64_EXECUTE) && (leaf & PT64_AARCH64_S2_XN1))
        return pt64_faults("XN is 1", trace->level);
    return pt64_allows();
}

/** @endcond */

/** For pt64_armv7_stage2_pte. */
PT64_TRAIT struct pt64_terms pt64_armv7_stage2_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_armv7_flag_name,
    .level_name = pt64_armv7_lpae_level_name,
    .fields = pt64_armv7_stage2_fields,
    .malformed = pt64_aarch64_malformed,
    .inherit = pt64_aarch64_s2_inherit,
    .judge = pt64_armv7_stage2_judge,
};

PT64_TRAITS_END

#endif
