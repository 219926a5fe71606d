/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an ARMv7-A descriptor by name, and what they forbid.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.5
 * "Short-descriptor translation table format", B3.6 "Long-descriptor translation table format",
 * B3.7 "Memory access control", B3.8 "Memory region attributes", B4.1 for PRRR, NMRR, MAIR0 and
 * MAIR1.
 *
 * The `memory` of short descriptors is PRRR in bits 31:0 and NMRR in bits 63:32, that of long ones
 * MAIR0 and MAIR1 likewise. The reports assume that SCTLR.WXN, UWXN and HA are clear, that
 * SCTLR.TRE is set, and that domain 0 is a client.
 */
#ifndef PAGE_TABLE64_TERMS_ARMV7_H
#define PAGE_TABLE64_TERMS_ARMV7_H

#include "../geometry.h"
#include "../pte/armv7.h"
#include "../terms.h"
#include "aarch64.h"

PT64_TRAITS_BEGIN

/* ---- short descriptors ---- */

/** PRRR and NMRR as the formats of short descriptors take them to be. */
#define PT64_ARMV7_SHORT_MEMORY (PT64_ARMV7_NMRR_VALUE << 32 | PT64_ARMV7_PRRR_VALUE)

/** The memory type `index`, 0 to 7, in PRRR: 0 Strongly-ordered, 1 Device, 2 Normal. */
PT64_MEMBER unsigned pt64_armv7_prrr_type(uint64_t memory, unsigned index)
{
    return (unsigned)(memory >> (2 * index)) & 3;
}

/**
 * How the inner or outer caches treat Normal memory of type `index`, by NMRR: 0 not at all, 1
 * write-back and write-allocate, 2 write-through, 3 write-back.
 */
PT64_MEMBER unsigned pt64_armv7_nmrr_caching(uint64_t memory, unsigned index, bool outer)
{
    return (unsigned)(memory >> ((outer ? 48 : 32) + 2 * index)) & 3;
}

/** The name of memory type `index` by PRRR and NMRR. */
PT64_PRINT const char *pt64_armv7_short_type_name(uint64_t memory, unsigned index)
{
    static const char normal[4][36] = {"Normal, non-cacheable",
                                       "Normal, write-back, write-allocate",
                                       "Normal, write-through", "Normal, write-back"};
    unsigned inner = pt64_armv7_nmrr_caching(memory, index, false);

    if (index == 6)
        return "implementation defined";
    switch (pt64_armv7_prrr_type(memory, index)) {
    case 0:
        return "Strongly-ordered";
    case 1:
        return "Device";
    case 2:
        return inner == pt64_armv7_nmrr_caching(memory, index, true)
                   ? normal[inner]
                   : "Normal, inner and outer caches not alike";
    default:
        return "UNPREDICTABLE: no memory type";
    }
}

/**
 * The memory type as one of PT64_MEMORY_TYPES, or 0 for write-back. There is no flag for what is
 * cached in part: that becomes PT64_UNCACHED.
 */
PT64_MEMBER pt64_flags_t pt64_armv7_short_type_flags(uint64_t memory, unsigned index)
{
    bool inner_back = (pt64_armv7_nmrr_caching(memory, index, false) & 1) != 0;
    bool outer_back = (pt64_armv7_nmrr_caching(memory, index, true) & 1) != 0;

    if (pt64_armv7_prrr_type(memory, index) != 2)
        return PT64_DEVICE;
    return inner_back && outer_back ? 0 : PT64_UNCACHED;
}

/** The name of the flag of ARMv7, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_armv7_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_ARMV7_STRONGLY_ORDERED;
    return flags & PT64_ARMV7_STRONGLY_ORDERED ? "strongly-ordered" : NULL;
}

/** @cond engine */

/** {TEX[0], C, B} of a small page as a number. */
PT64_MEMBER unsigned pt64_armv7_short_index_of(pt64_entry_t page)
{
    return (page & PT64_ARMV7_SHORT_TEX0 ? 4U : 0U) | ((unsigned)(page >> 2) & 3);
}

PT64_MEMBER pt64_flags_t pt64_armv7_short_told_type(uint64_t memory, pt64_entry_t leaf,
                                                    unsigned level)
{
    return pt64_armv7_short_type_flags(
        memory, pt64_armv7_short_index_of(pt64_armv7_short_read(leaf, level)));
}

/** Memory has no tags: the attribute of those is reserved. */
PT64_MEMBER pt64_flags_t pt64_armv7_lpae_told_type(uint64_t memory, pt64_entry_t leaf,
                                                   unsigned level)
{
    return pt64_aarch64_told_type(memory, leaf, level) & PT64_ARMV7_LPAE_FLAGS;
}

PT64_MEMBER const char *pt64_armv7_short_level_name(const struct pt64_meta *meta, unsigned level)
{
    return level == 0 ? "second-level descriptor" : "first-level descriptor";
}

/** What a section or small page has that no leaf of the formats has. */
PT64_PRINT const char *pt64_armv7_short_malformed_leaf(pt64_entry_t entry, unsigned level)
{
    if (pt64_armv7_short_read(entry, level) & PT64_ARMV7_SHORT_TEX2)
        return "TEX[2] is 1, which is not followed here";
    if (!pt64_armv7_short_knows_index(pt64_armv7_short_read(entry, level)))
        return "of a memory type (TEX[0], C, B) that is not followed here";
    return "malformed: AP is 100, which is reserved";
}

PT64_MEMBER const char *pt64_armv7_short_malformed(pt64_entry_t entry, unsigned level)
{
    bool is_leaf = (entry & PT64_ARMV7_SHORT_LEAF) != 0;

    if (level == 0)
        return is_leaf ? pt64_armv7_short_malformed_leaf(entry, level)
                       : "a large page (64K), which is not followed here";
    if (is_leaf && (entry & PT64_ARMV7_SHORT_LINK))
        return "a section with PXN, which is not followed here, or reserved";
    if (is_leaf && (entry & PT64_ARMV7_SUPERSECTION))
        return "a supersection (16M), which is not followed here";
    if (entry & PT64_ARMV7_SHORT_DOMAIN)
        return "in a domain other than 0, which is not followed here";
    if (entry & PT64_ARMV7_SHORT_IMP)
        return "bit 9 (implementation defined) is 1, which is not followed here";
    if (!is_leaf)
        return "PXN, NS or bit 4 is 1, which is not followed here";
    if (entry & PT64_ARMV7_SECTION_NS)
        return "NS is 1, which is not followed here";
    return pt64_armv7_short_malformed_leaf(entry, level);
}

/** B3.7.1, table "VMSAv7 AP[2:0] access permissions model". */
PT64_PRINT const char *pt64_armv7_short_ap_name(pt64_entry_t page)
{
    static const char names[8][36] = {
        "no access",
        "PL1 reads and writes",
        "PL1 reads and writes, PL0 reads",
        "reads and writes",
        "reserved",
        "PL1 reads",
        "reads, deprecated",
        "reads",
    };

    return names[(page & PT64_ARMV7_SHORT_AP2 ? 4 : 0) | (page >> 4 & 3)];
}

/** Reports the bits of a leaf that a section has 6 places higher than a small page. */
PT64_PRINT void pt64_armv7_short_tell_attributes(const struct pt64_teller *teller, unsigned low,
                                                 pt64_entry_t page, bool has_af)
{
    if (has_af) {
        pt64_tell_bit(teller, low, "AF", "accessed", "not accessed: every access faults");
        pt64_tell_bit(teller, low + 1, "AP[1]", "PL0 may access", "PL0 may not access");
    } else {
        pt64_tell(teller, low, 2, "AP[1:0]", pt64_armv7_short_ap_name(page));
    }
    pt64_tell(teller, low + 2, 1, "TEX[0]", "of the memory type");
    pt64_tell_if_set(teller, low + 3, 2, "TEX[2:1]", "software's");
    pt64_tell_bit(teller, low + 5, "AP[2]", "read-only", "writable");
    pt64_tell_bit(teller, low + 6, "S", "shareable", "not shareable");
    pt64_tell_bit(teller, low + 7, "nG", "of one ASID", "global: for every ASID");
}

PT64_PRINT void pt64_armv7_short_tell_memory(const struct pt64_teller *teller, uint64_t memory,
                                             pt64_entry_t page)
{
    pt64_tell(teller, 2, 2, "C, B",
              pt64_armv7_short_type_name(memory, pt64_armv7_short_index_of(page)));
}

PT64_PRINT void pt64_armv7_short_tell_xn(const struct pt64_teller *teller, unsigned bit)
{
    pt64_tell_bit(teller, bit, "XN", "execution refused", "execution allowed");
}

/** The fields of a small page, or of a large one. */
PT64_PRINT void pt64_armv7_short_tell_page(const struct pt64_teller *teller, uint64_t memory,
                                           bool has_af)
{
    pt64_entry_t entry = teller->entry;

    if (!(entry & PT64_ARMV7_SHORT_LEAF)) {
        pt64_tell(teller, 0, 2, "type", "large page: one of 16 that map 64K");
        pt64_tell(teller, 2, 14, "attributes", "of the large page");
        pt64_tell_address(teller, 16, 16, "of the large page");
        return;
    }
    pt64_armv7_short_tell_xn(teller, 0);
    pt64_tell(teller, 1, 1, "type", "small page");
    pt64_armv7_short_tell_memory(teller, memory, entry);
    pt64_armv7_short_tell_attributes(teller, 4, entry, has_af);
    pt64_tell_address(teller, 12, 20, "of the page");
}

PT64_PRINT void pt64_armv7_short_tell_section(const struct pt64_teller *teller, uint64_t memory,
                                              bool has_af)
{
    pt64_entry_t entry = teller->entry;
    bool is_super = (entry & PT64_ARMV7_SUPERSECTION) != 0;

    pt64_tell(teller, 0, 2, "type",
              entry & PT64_ARMV7_SHORT_LINK ? "section with PXN, or reserved" : "section");
    pt64_armv7_short_tell_memory(teller, memory, pt64_armv7_short_page_of(entry));
    pt64_armv7_short_tell_xn(teller, 4);
    pt64_tell(teller, 5, 4, is_super ? "address" : "domain", is_super ? "bits 39:36" : NULL);
    pt64_tell_if_set(teller, 9, 1, "IMP", "implementation defined");
    pt64_armv7_short_tell_attributes(teller, 10, pt64_armv7_short_page_of(entry), has_af);
    pt64_tell_if_set(teller, 18, 1, "supersection", "one of 16 that map 16M");
    pt64_tell_if_set(teller, 19, 1, "NS", "Non-secure output, in Secure state");
    if (is_super)
        pt64_tell(teller, 20, 4, "address", "bits 35:32");
    pt64_tell_address(teller, is_super ? 24 : 20, is_super ? 8 : 12, "of the section");
}

PT64_PRINT void pt64_armv7_short_tell_link(const struct pt64_teller *teller)
{
    pt64_tell(teller, 0, 2, "type", "page table");
    pt64_tell_if_set(teller, 2, 1, "PXN", "PL1 may not execute anything below");
    pt64_tell_if_set(teller, 3, 1, "NS", "Non-secure output, in Secure state");
    pt64_tell_if_set(teller, 4, 1, "SBZ", "must be 0");
    pt64_tell(teller, 5, 4, "domain", NULL);
    pt64_tell_if_set(teller, 9, 1, "IMP", "implementation defined");
    pt64_tell_address(teller, 10, 22, "of the page table");
}

PT64_PRINT void pt64_armv7_short_tell_all(const struct pt64_teller *teller, uint64_t memory,
                                          unsigned level, bool has_af)
{
    pt64_entry_t entry = teller->entry;

    if ((entry & PT64_ARMV7_SHORT_TYPE) == 0) {
        pt64_tell(teller, 0, 2, "type",
                  pt64_armv7_short_present(entry, level) == 0
                      ? "not valid: every access faults"
                      : "not valid: broken, to be made anew by a change under way");
        pt64_tell_if_set(teller, 2, 30, "ignored", "software's");
    } else if (level == 0) {
        pt64_armv7_short_tell_page(teller, memory, has_af);
    } else if (entry & PT64_ARMV7_SHORT_LEAF) {
        pt64_armv7_short_tell_section(teller, memory, has_af);
    } else {
        pt64_armv7_short_tell_link(teller);
    }
}

PT64_MEMBER void pt64_armv7_short_fields(uint64_t memory, const struct pt64_meta *meta,
                                         pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                         void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_armv7_short_tell_all(&teller, memory, level, false);
}

PT64_MEMBER void pt64_armv7_short_afe_fields(uint64_t memory, const struct pt64_meta *meta,
                                             pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                             void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_armv7_short_tell_all(&teller, memory, level, true);
}

/** A link with domain 0, PXN and NS clear imposes nothing, and no other is followed. */
PT64_MEMBER pt64_entry_t pt64_armv7_short_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                  unsigned level)
{
    return leaf;
}

/** Whether the walk ends without a page. The CPU follows most of what the formats do not. */
PT64_MEMBER bool pt64_armv7_short_stops(const struct pt64_trace *trace,
                                        struct pt64_verdict *verdict)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if ((entry & PT64_ARMV7_SHORT_TYPE) == 0)
        *verdict = pt64_faults("the type is 0: translation fault", trace->level);
    else
        *verdict =
            pt64_allows_if("if the descriptor allows it, which is not followed here", trace->level);
    return trace->end != PT64_END_LEAF;
}

/** Judges a fetch that may read: XN holds for both privilege levels. */
PT64_MEMBER struct pt64_verdict pt64_armv7_short_judge_xn(pt64_entry_t page, pt64_flags_t access,
                                                          unsigned level)
{
    if ((access & PT64_EXECUTE) && (page & PT64_ARMV7_SHORT_XN))
        return pt64_faults("XN is 1", level);
    return pt64_allows();
}

PT64_MEMBER struct pt64_verdict pt64_armv7_short_judge(const struct pt64_meta *meta,
                                                       const struct pt64_trace *trace,
                                                       pt64_flags_t access)
{
    pt64_entry_t page = pt64_armv7_short_read(trace->steps[trace->level].entry, trace->level);
    bool by_user = (access & PT64_USER) != 0;
    pt64_entry_t reads = by_user ? PT64_ARMV7_PL0_READS : PT64_ARMV7_PL1_READS;
    pt64_entry_t writes = by_user ? PT64_ARMV7_PL0_WRITES : PT64_ARMV7_PL1_WRITES;
    struct pt64_verdict verdict;

    if (pt64_armv7_short_stops(trace, &verdict))
        return verdict;
    if (!(pt64_armv7_short_rights(page) & reads))
        return pt64_faults(by_user ? "AP refuses PL0" : "AP refuses every access", trace->level);
    if ((access & PT64_WRITE) && !(pt64_armv7_short_rights(page) & writes))
        return pt64_faults("AP refuses stores", trace->level);
    return pt64_armv7_short_judge_xn(page, access, trace->level);
}

PT64_MEMBER struct pt64_verdict pt64_armv7_short_afe_judge(const struct pt64_meta *meta,
                                                           const struct pt64_trace *trace,
                                                           pt64_flags_t access)
{
    pt64_entry_t page = pt64_armv7_short_read(trace->steps[trace->level].entry, trace->level);
    struct pt64_verdict verdict;

    if (pt64_armv7_short_stops(trace, &verdict))
        return verdict;
    if (!(page & PT64_ARMV7_SHORT_AP0))
        return pt64_faults("AF is 0: Access flag fault", trace->level);
    if ((access & PT64_USER) && !(page & PT64_ARMV7_SHORT_AP1))
        return pt64_faults("AP[1] is 0, no access from PL0", trace->level);
    if ((access & PT64_WRITE) && (page & PT64_ARMV7_SHORT_AP2))
        return pt64_faults("AP[2] is 1, read-only", trace->level);
    return pt64_armv7_short_judge_xn(page, access, trace->level);
}

/** @endcond */

/** For pt64_armv7_short_pte. */
PT64_TRAIT struct pt64_terms pt64_armv7_short_terms = {
    .memory = PT64_ARMV7_SHORT_MEMORY,
    .memory_type = pt64_armv7_short_told_type,
    .flag_name = pt64_armv7_flag_name,
    .level_name = pt64_armv7_short_level_name,
    .fields = pt64_armv7_short_fields,
    .malformed = pt64_armv7_short_malformed,
    .inherit = pt64_armv7_short_inherit,
    .judge = pt64_armv7_short_judge,
};
/** For pt64_armv7_short_afe_pte. */
PT64_TRAIT struct pt64_terms pt64_armv7_short_afe_terms = {
    .memory = PT64_ARMV7_SHORT_MEMORY,
    .memory_type = pt64_armv7_short_told_type,
    .flag_name = pt64_armv7_flag_name,
    .level_name = pt64_armv7_short_level_name,
    .fields = pt64_armv7_short_afe_fields,
    .malformed = pt64_armv7_short_malformed,
    .inherit = pt64_armv7_short_inherit,
    .judge = pt64_armv7_short_afe_judge,
};

/* ---- long descriptors ---- */

/** MAIR0 and MAIR1 as the format of long descriptors takes them to be. */
#define PT64_ARMV7_LPAE_MEMORY (PT64_ARMV7_MAIR1_VALUE << 32 | PT64_ARMV7_MAIR0_VALUE)

/** The memory type of an attribute (B4.1, "MAIR0 and MAIR1"), without the allocation hints. */
PT64_PRINT const char *pt64_armv7_attr_name(unsigned attr)
{
    if (attr >> 4 == 0)
        return attr == 0   ? "Strongly-ordered"
               : attr == 4 ? "Device"
                           : "UNPREDICTABLE: no memory type";
    if ((attr & 15) == 0)
        return "UNPREDICTABLE: no memory type";
    return pt64_aarch64_attr_name(attr);
}

/** @cond engine */

PT64_MEMBER const char *pt64_armv7_lpae_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "third-level descriptor";
    case 1:
        return "second-level descriptor";
    default:
        return "first-level descriptor";
    }
}

/** The bits 52:12 of a leaf, of stage 2 too. `shift` is log2 of the page. */
PT64_PRINT void pt64_armv7_lpae_tell_page(const struct pt64_teller *teller, unsigned shift)
{
    if (shift > 12)
        pt64_tell_if_set(teller, 12, shift - 12, "SBZ", "must be 0");
    pt64_tell_address(teller, shift, 40 - shift, "of the page");
    pt64_tell_if_set(teller, 40, 12, "SBZ", "must be 0");
    pt64_tell_if_set(teller, 52, 1, "Contiguous", "one of a set that the TLB may hold as one");
}

/** The bits 58:2 of a link, of stage 2 too. */
PT64_PRINT void pt64_armv7_lpae_tell_table(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 2, 10, "ignored", "software's");
    pt64_tell_address(teller, 12, 28, "of the table");
    pt64_tell_if_set(teller, 40, 12, "SBZ", "must be 0");
    pt64_tell_if_set(teller, 52, 7, "ignored", "software's");
}

PT64_PRINT void pt64_armv7_lpae_tell_leaf(const struct pt64_teller *teller, uint64_t memory,
                                          unsigned shift)
{
    pt64_entry_t entry = teller->entry;

    pt64_tell(teller, 2, 3, "AttrIndx",
              pt64_armv7_attr_name(pt64_aarch64_leaf_attr(memory, entry)));
    pt64_tell_if_set(teller, 5, 1, "NS", "Non-secure output, in Secure state");
    pt64_tell_bit(teller, 6, "AP[1]", "PL0 may access", "PL0 may not access");
    pt64_tell_bit(teller, 7, "AP[2]", "read-only", "writable");
    pt64_tell(teller, 8, 2, "SH", pt64_aarch64_shareability_name((unsigned)(entry >> 8) & 3));
    pt64_tell_bit(teller, 10, "AF", "accessed", "not accessed: every access faults");
    pt64_tell_bit(teller, 11, "nG", "of one ASID", "global: for every ASID");
    pt64_armv7_lpae_tell_page(teller, shift);
    pt64_tell_bit(teller, 53, "PXN", "PL1 may not execute", "PL1 may execute");
    pt64_tell_bit(teller, 54, "XN", "execution refused", "execution allowed");
    pt64_tell_if_set(teller, 55, 9, "ignored", "software's");
}

PT64_PRINT void pt64_armv7_lpae_tell_link(const struct pt64_teller *teller)
{
    pt64_armv7_lpae_tell_table(teller);
    pt64_tell_if_set(teller, 59, 1, "PXNTable", "PL1 may not execute anything below");
    pt64_tell_if_set(teller, 60, 1, "XNTable", "nothing below may be executed");
    pt64_tell_if_set(teller, 61, 1, "APTable[0]", "PL0 may not access anything below");
    pt64_tell_if_set(teller, 62, 1, "APTable[1]", "nothing below may be written");
    pt64_tell_if_set(teller, 63, 1, "NSTable", "Non-secure, in Secure state");
}

PT64_MEMBER void pt64_armv7_lpae_fields(uint64_t memory, const struct pt64_meta *meta,
                                        pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                        void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    pt64_aarch64_tell_type(&teller, level, pt64_aarch64_present(entry, level) != 0);
    if (!(entry & PT64_AARCH64_VALID))
        return;
    if (level == 0 || is_block)
        pt64_armv7_lpae_tell_leaf(&teller, memory, pt64_slot_shift(meta, level));
    else
        pt64_armv7_lpae_tell_link(&teller);
}

PT64_MEMBER bool pt64_armv7_lpae_user_may_not(const struct pt64_meta *meta,
                                              const struct pt64_trace *trace,
                                              struct pt64_verdict *verdict)
{
    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_AP_TABLE_KERNEL,
                                      "APTable[0] is 1, no access from PL0", verdict))
        return true;
    *verdict = pt64_faults("AP[1] is 0, no access from PL0", trace->level);
    return !(trace->steps[trace->level].entry & PT64_AARCH64_AP_USER);
}

/** Judges a fetch that may read. XN holds for both privilege levels, PXN for PL1. */
PT64_MEMBER struct pt64_verdict pt64_armv7_lpae_judge_fetch(const struct pt64_meta *meta,
                                                            const struct pt64_trace *trace,
                                                            bool by_user)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_verdict verdict;

    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_UXN_TABLE, "XNTable is 1",
                                      &verdict))
        return verdict;
    if (leaf & PT64_ARMV7_LPAE_XN)
        return pt64_faults("XN is 1", trace->level);
    if (by_user)
        return pt64_allows();
    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_PXN_TABLE, "PXNTable is 1",
                                      &verdict))
        return verdict;
    return leaf & PT64_ARMV7_LPAE_PXN ? pt64_faults("PXN is 1", trace->level) : pt64_allows();
}

/** Judges a store that may read. There is no DBM. */
PT64_MEMBER struct pt64_verdict pt64_armv7_lpae_judge_store(const struct pt64_meta *meta,
                                                            const struct pt64_trace *trace)
{
    struct pt64_verdict verdict;

    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_AP_TABLE_RO,
                                      "APTable[1] is 1, read-only", &verdict))
        return verdict;
    if (trace->steps[trace->level].entry & PT64_AARCH64_AP_RO)
        return pt64_faults("AP[2] is 1, read-only", trace->level);
    return pt64_allows();
}

PT64_MEMBER struct pt64_verdict pt64_armv7_lpae_judge(const struct pt64_meta *meta,
                                                      const struct pt64_trace *trace,
                                                      pt64_flags_t access)
{
    bool by_user = (access & PT64_USER) != 0;
    struct pt64_verdict verdict;

    if (pt64_aarch64_stops(meta, trace, &verdict))
        return verdict;
    if (!(trace->steps[trace->level].entry & PT64_AARCH64_AF))
        return pt64_faults("AF is 0: Access flag fault", trace->level);
    if (by_user && pt64_armv7_lpae_user_may_not(meta, trace, &verdict))
        return verdict;
    if (access & PT64_EXECUTE)
        return pt64_armv7_lpae_judge_fetch(meta, trace, by_user);
    return access & PT64_WRITE ? pt64_armv7_lpae_judge_store(meta, trace) : pt64_allows();
}

/** @endcond */

/** For pt64_armv7_lpae_pte. */
PT64_TRAIT struct pt64_terms pt64_armv7_lpae_terms = {
    .memory = PT64_ARMV7_LPAE_MEMORY,
    .memory_type = pt64_armv7_lpae_told_type,
    .flag_name = pt64_armv7_flag_name,
    .level_name = pt64_armv7_lpae_level_name,
    .fields = pt64_armv7_lpae_fields,
    .malformed = pt64_aarch64_malformed,
    .inherit = pt64_aarch64_inherit,
    .judge = pt64_armv7_lpae_judge,
};

PT64_TRAITS_END

#endif
