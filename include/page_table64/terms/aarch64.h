/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an AArch64 stage 1 descriptor by name, and what they forbid.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.3.1 "VMSAv8-64 descriptor formats", D8.4.1 "Stage 1 permissions", D8.5 "Hardware updates to
 * the translation tables", D8.6 "Memory region attributes", D24.2 "MAIR_EL1" for the memory types.
 * The `memory` of these terms is MAIR_ELx.
 *
 * The reports assume that SCTLR_ELx.WXN and PSTATE.PAN are clear.
 */
#ifndef PAGE_TABLE64_TERMS_AARCH64_H
#define PAGE_TABLE64_TERMS_AARCH64_H

#include "../geometry.h"
#include "../pte/aarch64.h"
#include "../terms.h"

PT64_TRAITS_BEGIN

/* What a table descriptor imposes on everything below it (D8.4.1 "Hierarchical permissions"). */
#define PT64_AARCH64_PXN_TABLE       ((pt64_entry_t)1 << 59) /**< no EL1 fetch; RES0 without EL0 */
#define PT64_AARCH64_UXN_TABLE       ((pt64_entry_t)1 << 60) /**< no EL0 fetch; XN without EL0 */
#define PT64_AARCH64_AP_TABLE_KERNEL ((pt64_entry_t)1 << 61) /**< APTable[0]: no EL0 access */
#define PT64_AARCH64_AP_TABLE_RO     ((pt64_entry_t)1 << 62) /**< APTable[1]: read-only */

/** The attribute at `index`, 0 to 7, of a value of MAIR_ELx. */
PT64_MEMBER unsigned pt64_aarch64_mair_attr(uint64_t mair, unsigned index)
{
    return (unsigned)(mair >> (8 * index)) & 0xff;
}

/**
 * How caches treat Normal memory, by the outer or inner half of its attribute: 0 is not cached
 * (0100), 1 write-through (00RW, 10RW), 2 write-back (01RW, 11RW).
 */
PT64_MEMBER unsigned pt64_aarch64_attr_caching(unsigned half)
{
    if (half == 4)
        return 0;
    return half & 4 ? 2 : 1;
}

/**
 * The memory type of an attribute (D24.2 "MAIR_EL1", table of `Attr<n>`), without the allocation
 * hints.
 */
PT64_PRINT const char *pt64_aarch64_attr_name(unsigned attr)
{
    static const char device[4][14] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
                                       "Device-GRE"};
    static const char normal[3][22] = {"Normal, non-cacheable", "Normal, write-through",
                                       "Normal, write-back"};
    unsigned outer = attr >> 4;
    unsigned inner = attr & 15;

    if (outer == 0)
        return attr & 2 ? "UNPREDICTABLE: no memory type" : device[inner >> 2];
    if (attr == 0xf0)
        return "Normal, write-back, Tagged (FEAT_MTE2)";
    if (attr == 0x40 || attr == 0xa0)
        return attr == 0x40 ? "Normal, non-cacheable, XS 0 (FEAT_XS)"
                            : "Normal, write-through, XS 0 (FEAT_XS)";
    if (inner == 0)
        return "UNPREDICTABLE: no memory type";
    if (pt64_aarch64_attr_caching(outer) != pt64_aarch64_attr_caching(inner))
        return "Normal, inner and outer caches not alike";
    return normal[pt64_aarch64_attr_caching(outer)];
}

/**
 * An attribute as one of PT64_MEMORY_TYPES, or 0 for write-back, with PT64_AARCH64_NGNRNE or
 * PT64_AARCH64_TAGGED. There is no flag for what is cached in part: that becomes PT64_UNCACHED.
 */
PT64_MEMBER pt64_flags_t pt64_aarch64_attr_flags(unsigned attr)
{
    unsigned outer = attr >> 4;
    unsigned inner = attr & 15;

    if (attr == 0)
        return PT64_DEVICE | PT64_AARCH64_NGNRNE;
    if (outer == 0)
        return PT64_DEVICE;
    if (attr == 0xf0)
        return PT64_AARCH64_TAGGED;
    return inner != 0 && pt64_aarch64_attr_caching(outer) == 2 &&
                   pt64_aarch64_attr_caching(inner) == 2
               ? 0
               : PT64_UNCACHED;
}

/** @cond engine */

/**
 * An entry that is neither empty nor a leaf nor a link is a block at a level that has no blocks.
 */
PT64_MEMBER const char *pt64_aarch64_malformed(pt64_entry_t entry, unsigned level)
{
    return "malformed: there are no blocks at this level, every access faults";
}

/** The manual counts lookup levels down to the last one, 3. */
PT64_MEMBER const char *pt64_aarch64_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "level 3 descriptor";
    case 1:
        return "level 2 descriptor";
    case 2:
        return "level 1 descriptor";
    case 3:
        return "level 0 descriptor";
    default:
        return "level -1 descriptor";
    }
}

PT64_MEMBER unsigned pt64_aarch64_leaf_attr(uint64_t memory, pt64_entry_t leaf)
{
    return pt64_aarch64_mair_attr(memory, (unsigned)((leaf & PT64_AARCH64_ATTR_INDEX) >> 2));
}

PT64_MEMBER pt64_flags_t pt64_aarch64_told_type(uint64_t memory, pt64_entry_t leaf, unsigned level)
{
    return pt64_aarch64_attr_flags(pt64_aarch64_leaf_attr(memory, leaf));
}

PT64_PRINT const char *pt64_aarch64_shareability_name(unsigned sh)
{
    switch (sh) {
    case 0:
        return "non-shareable";
    case 1:
        return "reserved";
    case 2:
        return "outer shareable";
    default:
        return "inner shareable";
    }
}

/** Reports the rights of EL1 and EL0 (D8.4.1, "AP[2:1]"), or of the only Exception level. */
PT64_PRINT void pt64_aarch64_tell_permissions(const struct pt64_teller *teller, bool has_user)
{
    if (has_user)
        pt64_tell_bit(teller, 6, "AP[1]", "EL0 may access", "EL0 may not access");
    else
        pt64_tell_bit(teller, 6, "AP[1]", "RES1", "RES1 but clear");
    pt64_tell_bit(teller, 7, "AP[2]", "read-only", "writable");
}

PT64_PRINT void pt64_aarch64_tell_execution(const struct pt64_teller *teller, bool has_user)
{
    if (has_user) {
        pt64_tell_bit(teller, 53, "PXN", "EL1 may not execute", "EL1 may execute");
        pt64_tell_bit(teller, 54, "UXN", "EL0 may not execute", "EL0 may execute");
    } else {
        pt64_tell_if_set(teller, 53, 1, "PXN", "RES0 but set");
        pt64_tell_bit(teller, 54, "XN", "execution refused", "execution allowed");
    }
}

/** What entries differ in, by regime and by where they have the address. */
struct pt64_aarch64_layout {
    bool has_user;
    unsigned low;     /**< the lowest bit of the part of an address that is in place */
    unsigned high;    /**< the highest */
    const char *rest; /**< the bits of an address in another field; NULL if there are none */
};

/** Where an address of 48 bits is, where one is with FEAT_LPA, and where one is with FEAT_LPA2. */
#define PT64_AARCH64_IN_48_BITS 12, 47, NULL
#define PT64_AARCH64_IN_LPA     16, 47, "address bits 51:48"
#define PT64_AARCH64_IN_LPA2    12, 49, "address bits 51:50"

/** Bits 15:12 with FEAT_LPA. */
PT64_PRINT void pt64_aarch64_tell_lpa_bits(const struct pt64_teller *teller,
                                           struct pt64_aarch64_layout layout)
{
    if (layout.low == 16)
        pt64_tell_if_set(teller, 12, 4, "address", layout.rest);
}

/** Bits between the attributes and the address of a leaf of this size: nT is in a block. */
PT64_PRINT void pt64_aarch64_tell_below(const struct pt64_teller *teller, unsigned shift,
                                        bool is_block, struct pt64_aarch64_layout layout)
{
    pt64_aarch64_tell_lpa_bits(teller, layout);
    if (is_block && shift > 16) {
        if (layout.low == 12)
            pt64_tell_if_set(teller, 12, 4, "RES0", "must be 0");
        pt64_tell_if_set(teller, 16, 1, "nT", "being resized (FEAT_BBML1)");
        pt64_tell_if_set(teller, 17, shift - 17, "RES0", "must be 0");
    } else if (shift > layout.low) {
        pt64_tell_if_set(teller, layout.low, shift - layout.low, "RES0", "must be 0");
    }
}

/** Bits 9:8 of a leaf. */
PT64_PRINT void pt64_aarch64_tell_shareability(const struct pt64_teller *teller,
                                               struct pt64_aarch64_layout layout)
{
    unsigned sh = (unsigned)(teller->entry >> 8) & 3;

    if (layout.high == 49)
        pt64_tell_if_set(teller, 8, 2, "address", layout.rest);
    else
        pt64_tell(teller, 8, 2, "SH", pt64_aarch64_shareability_name(sh));
}

PT64_PRINT void pt64_aarch64_tell_leaf(const struct pt64_teller *teller, unsigned shift,
                                       bool is_block, struct pt64_aarch64_layout layout,
                                       unsigned attr)
{
    bool has_user = layout.has_user;

    pt64_tell(teller, 2, 3, "AttrIndx", pt64_aarch64_attr_name(attr));
    pt64_tell_if_set(teller, 5, 1, "NS", "Non-secure output, in Secure state");
    pt64_aarch64_tell_permissions(teller, has_user);
    pt64_aarch64_tell_shareability(teller, layout);
    pt64_tell_bit(teller, 10, "AF", "accessed", "not accessed since this was clear");
    if (has_user)
        pt64_tell_bit(teller, 11, "nG", "of one ASID", "global: for every ASID");
    else
        pt64_tell_if_set(teller, 11, 1, "nG", "RES0 but set");
    pt64_aarch64_tell_below(teller, shift, is_block, layout);
    pt64_tell_address(teller, shift, layout.high + 1 - shift, "of the page");
    if (layout.high == 47)
        pt64_tell_if_set(teller, 48, 2, "RES0", "must be 0");
    pt64_tell_if_set(teller, 50, 1, "GP", "guarded page (FEAT_BTI)");
    pt64_tell_if_set(teller, 51, 1, "DBM", "a store makes it writable, where TCR_ELx.HD is set");
    pt64_tell_if_set(teller, 52, 1, "Contiguous", "one of a set that the TLB may hold as one");
    pt64_aarch64_tell_execution(teller, has_user);
    pt64_tell_if_set(teller, 55, 4, "ignored", "software's");
    pt64_tell_if_set(teller, 59, 4, "PBHA", "for the implementation, or software's");
    pt64_tell_if_set(teller, 63, 1, "AMEC", "or ignored");
}

/** `shift` is log2 of a node in bytes. */
PT64_PRINT void pt64_aarch64_tell_link(const struct pt64_teller *teller, unsigned shift,
                                       struct pt64_aarch64_layout layout)
{
    bool has_user = layout.has_user;

    if (layout.high == 49) {
        pt64_tell_if_set(teller, 2, 6, "ignored", "software's");
        pt64_tell_if_set(teller, 8, 2, "address", layout.rest);
        pt64_tell_if_set(teller, 10, 2, "ignored", "software's");
    } else {
        pt64_tell_if_set(teller, 2, 10, "ignored", "software's");
    }
    pt64_aarch64_tell_below(teller, shift, false, layout);
    pt64_tell_address(teller, shift, layout.high + 1 - shift, "of the table");
    pt64_tell_if_set(teller, layout.high + 1, 50 - layout.high, "RES0", "must be 0");
    pt64_tell_if_set(teller, 51, 8, "ignored", "software's");
    if (has_user) {
        pt64_tell_if_set(teller, 59, 1, "PXNTable", "EL1 may not execute anything below");
        pt64_tell_if_set(teller, 60, 1, "UXNTable", "EL0 may not execute anything below");
        pt64_tell_if_set(teller, 61, 1, "APTable[0]", "EL0 may not access anything below");
    } else {
        pt64_tell_if_set(teller, 59, 1, "PXNTable", "RES0 but set");
        pt64_tell_if_set(teller, 60, 1, "XNTable", "nothing below may be executed");
        pt64_tell_if_set(teller, 61, 1, "APTable[0]", "RES0 but set");
    }
    pt64_tell_if_set(teller, 62, 1, "APTable[1]", "nothing below may be written");
    pt64_tell_if_set(teller, 63, 1, "NSTable", "Non-secure, in Secure state");
}

/** Reports bits 1:0, and the others of a descriptor that is not valid, perhaps a broken leaf. */
PT64_PRINT void pt64_aarch64_tell_type(const struct pt64_teller *teller, unsigned level,
                                       bool is_broken)
{
    pt64_entry_t entry = teller->entry;

    pt64_tell_bit(teller, 0, "Valid", "valid",
                  is_broken ? "not valid: broken, to be made anew by a change under way"
                            : "not valid: every access faults");
    if (!(entry & PT64_AARCH64_VALID))
        pt64_tell_if_set(teller, 1, 63, "ignored", "software's");
    else if (level == 0)
        pt64_tell_bit(teller, 1, "type", "page", "reserved: every access faults");
    else
        pt64_tell_bit(teller, 1, "type", "table", "block");
}

PT64_PRINT void pt64_aarch64_tell_all(const struct pt64_teller *teller,
                                      const struct pt64_meta *meta, unsigned level,
                                      struct pt64_aarch64_layout layout, unsigned attr)
{
    pt64_entry_t entry = teller->entry;
    pt64_entry_t present = layout.high == 49 ? pt64_aarch64_lpa2_present(entry, level)
                                             : pt64_aarch64_present(entry, level);
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    pt64_aarch64_tell_type(teller, level, present != 0);
    if (!(entry & PT64_AARCH64_VALID))
        return;
    if (level == 0 || is_block)
        pt64_aarch64_tell_leaf(teller, pt64_slot_shift(meta, level), is_block, layout, attr);
    else
        pt64_aarch64_tell_link(teller, pt64_node_shift(meta), layout);
}

PT64_MEMBER void pt64_aarch64_fields(uint64_t memory, const struct pt64_meta *meta,
                                     pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                     void *arg)
{
    const struct pt64_aarch64_layout layout = {true, PT64_AARCH64_IN_48_BITS};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

PT64_MEMBER void pt64_aarch64_lpa_fields(uint64_t memory, const struct pt64_meta *meta,
                                         pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                         void *arg)
{
    const struct pt64_aarch64_layout layout = {true, PT64_AARCH64_IN_LPA};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

PT64_MEMBER void pt64_aarch64_lpa2_fields(uint64_t memory, const struct pt64_meta *meta,
                                          pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                          void *arg)
{
    const struct pt64_aarch64_layout layout = {true, PT64_AARCH64_IN_LPA2};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

PT64_MEMBER void pt64_aarch64_el2_fields(uint64_t memory, const struct pt64_meta *meta,
                                         pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                         void *arg)
{
    const struct pt64_aarch64_layout layout = {false, PT64_AARCH64_IN_48_BITS};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

PT64_MEMBER void pt64_aarch64_el2_lpa_fields(uint64_t memory, const struct pt64_meta *meta,
                                             pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                             void *arg)
{
    const struct pt64_aarch64_layout layout = {false, PT64_AARCH64_IN_LPA};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

PT64_MEMBER void pt64_aarch64_el2_lpa2_fields(uint64_t memory, const struct pt64_meta *meta,
                                              pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                              void *arg)
{
    const struct pt64_aarch64_layout layout = {false, PT64_AARCH64_IN_LPA2};
    struct pt64_teller teller = {tell, arg, entry};

    pt64_aarch64_tell_all(&teller, meta, level, layout, pt64_aarch64_leaf_attr(memory, entry));
}

/**
 * D8.4.1 "Hierarchical permissions". DBM makes no page writable that APTable[1] makes read-only. A
 * dirty page keeps its dirty flag in the software bit.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_inherit(pt64_entry_t leaf, pt64_entry_t table, unsigned level)
{
    if (table & PT64_AARCH64_AP_TABLE_RO) {
        leaf |= leaf & PT64_AARCH64_AP_RO ? 0 : PT64_AARCH64_SOFT_DIRTY;
        leaf = (leaf & ~PT64_AARCH64_DBM) | PT64_AARCH64_AP_RO;
    }
    leaf &= table & PT64_AARCH64_AP_TABLE_KERNEL ? ~PT64_AARCH64_AP_USER : ~(pt64_entry_t)0;
    leaf |= table & PT64_AARCH64_PXN_TABLE ? PT64_AARCH64_PXN : 0;
    leaf |= table & PT64_AARCH64_UXN_TABLE ? PT64_AARCH64_UXN : 0;
    return leaf;
}

/** Whether every access faults, and then why. */
PT64_MEMBER bool pt64_aarch64_stops(const struct pt64_meta *meta, const struct pt64_trace *trace,
                                    struct pt64_verdict *verdict)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    if (!(entry & PT64_AARCH64_VALID)) {
        *verdict = pt64_faults("Valid is 0: translation fault", trace->level);
        return true;
    }
    if (is_block && (trace->level == 0 || trace->level >= trace->limits->leaf_levels)) {
        *verdict =
            pt64_faults("this type is reserved at this level: translation fault", trace->level);
        return true;
    }
    return false;
}

PT64_MEMBER bool pt64_aarch64_refused_by_table(const struct pt64_meta *meta,
                                               const struct pt64_trace *trace, pt64_entry_t bit,
                                               const char *why, struct pt64_verdict *verdict)
{
    for (unsigned level = trace->limits->levels; level > trace->level + 1; level--) {
        if (trace->steps[level - 1].entry & bit) {
            *verdict = pt64_faults(why, level - 1);
            return true;
        }
    }
    return false;
}

/**
 * Judges a store, at either privilege. With `has_dbm` the CPU itself makes a page with DBM
 * writable.
 */
PT64_PRINT struct pt64_verdict
pt64_aarch64_judge_store(const struct pt64_meta *meta, const struct pt64_trace *trace, bool has_dbm)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_verdict verdict;

    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_AP_TABLE_RO,
                                      "APTable[1] is 1, read-only", &verdict))
        return verdict;
    if (!(leaf & PT64_AARCH64_AP_RO))
        return pt64_allows();
    if (!(leaf & PT64_AARCH64_DBM))
        return pt64_faults("AP[2] is 1, read-only", trace->level);
    if (has_dbm)
        return pt64_allows_if("and clears AP[2], because DBM is 1", trace->level);
    return pt64_faults("AP[2] is 1, read-only, unless TCR_ELx.HD is set, because DBM is 1",
                       trace->level);
}

/** Whether EL0 may not access the page, and then why. */
PT64_MEMBER bool pt64_aarch64_user_may_not(const struct pt64_meta *meta,
                                           const struct pt64_trace *trace,
                                           struct pt64_verdict *verdict)
{
    if (pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_AP_TABLE_KERNEL,
                                      "APTable[0] is 1, no access from EL0", verdict))
        return true;
    *verdict = pt64_faults("AP[1] is 0, no access from EL0", trace->level);
    return !(trace->steps[trace->level].entry & PT64_AARCH64_AP_USER);
}

/**
 * Judges a fetch, which needs no right to read (D8.4.1). EL1 never executes what EL0 may write,
 * whatever PXN is.
 */
PT64_PRINT struct pt64_verdict pt64_aarch64_judge_fetch(const struct pt64_meta *meta,
                                                        const struct pt64_trace *trace,
                                                        bool by_user, bool has_dbm)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_verdict verdict;

    if (pt64_aarch64_refused_by_table(meta, trace,
                                      by_user ? PT64_AARCH64_UXN_TABLE : PT64_AARCH64_PXN_TABLE,
                                      by_user ? "UXNTable is 1" : "PXNTable is 1", &verdict))
        return verdict;
    if (leaf & (by_user ? PT64_AARCH64_UXN : PT64_AARCH64_PXN))
        return pt64_faults(by_user ? "UXN is 1" : "PXN is 1", trace->level);
    if (!by_user && !pt64_aarch64_user_may_not(meta, trace, &verdict)) {
        verdict = pt64_aarch64_judge_store(meta, trace, has_dbm);
        if (!verdict.faults)
            return pt64_faults("EL0 may write here, so EL1 may not execute", trace->level);
    }
    return pt64_allows();
}

/** With AF clear an access faults, unless the CPU sets AF (D8.5.1). */
PT64_MEMBER struct pt64_verdict pt64_aarch64_judge_access_flag(const struct pt64_trace *trace,
                                                               struct pt64_verdict verdict)
{
    if (trace->steps[trace->level].entry & PT64_AARCH64_AF || verdict.faults || verdict.why != NULL)
        return verdict;
    return pt64_allows_if("if TCR_ELx.HA is set: otherwise Access flag fault, because AF is 0",
                          trace->level);
}

PT64_MEMBER struct pt64_verdict pt64_aarch64_judge_by(const struct pt64_meta *meta,
                                                      const struct pt64_trace *trace,
                                                      pt64_flags_t access, bool has_dbm)
{
    bool by_user = (access & PT64_USER) != 0;
    struct pt64_verdict verdict;

    if (pt64_aarch64_stops(meta, trace, &verdict))
        return verdict;
    if (access & PT64_EXECUTE)
        verdict = pt64_aarch64_judge_fetch(meta, trace, by_user, has_dbm);
    else if (by_user && pt64_aarch64_user_may_not(meta, trace, &verdict))
        return verdict;
    else
        verdict =
            access & PT64_WRITE ? pt64_aarch64_judge_store(meta, trace, has_dbm) : pt64_allows();
    return pt64_aarch64_judge_access_flag(trace, verdict);
}

PT64_MEMBER struct pt64_verdict pt64_aarch64_judge(const struct pt64_meta *meta,
                                                   const struct pt64_trace *trace,
                                                   pt64_flags_t access)
{
    return pt64_aarch64_judge_by(meta, trace, access, false);
}

PT64_MEMBER struct pt64_verdict pt64_aarch64_hafdbs_judge(const struct pt64_meta *meta,
                                                          const struct pt64_trace *trace,
                                                          pt64_flags_t access)
{
    return pt64_aarch64_judge_by(meta, trace, access, true);
}

/** This regime has one privilege level, and one XN in the place of UXN. */
PT64_MEMBER struct pt64_verdict pt64_aarch64_el2_judge(const struct pt64_meta *meta,
                                                       const struct pt64_trace *trace,
                                                       pt64_flags_t access)
{
    struct pt64_verdict verdict;

    if (access & PT64_USER)
        return pt64_faults("this regime has no unprivileged level", trace->level);
    if (pt64_aarch64_stops(meta, trace, &verdict))
        return verdict;
    verdict = pt64_allows();
    if (access & PT64_WRITE)
        verdict = pt64_aarch64_judge_store(meta, trace, false);
    if ((access & PT64_EXECUTE) &&
        !pt64_aarch64_refused_by_table(meta, trace, PT64_AARCH64_UXN_TABLE, "XNTable is 1",
                                       &verdict))
        verdict = trace->steps[trace->level].entry & PT64_AARCH64_UXN
                      ? pt64_faults("XN is 1", trace->level)
                      : pt64_allows();
    return pt64_aarch64_judge_access_flag(trace, verdict);
}

/** @endcond */

/** @cond engine */

#define PT64_AARCH64_TERMS(fields_, judge_)    \
    {                                          \
        .memory = PT64_AARCH64_MAIR_VALUE,     \
        .memory_type = pt64_aarch64_told_type, \
        .level_name = pt64_aarch64_level_name, \
        .fields = (fields_),                   \
        .malformed = pt64_aarch64_malformed,   \
        .inherit = pt64_aarch64_inherit,       \
        .judge = (judge_),                     \
    }

/** @endcond */

/** For pt64_aarch64_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_fields, pt64_aarch64_judge);
/** For pt64_aarch64_lpa_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_lpa_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_lpa_fields, pt64_aarch64_judge);
/** For pt64_aarch64_lpa2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_lpa2_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_lpa2_fields, pt64_aarch64_judge);
/** For pt64_aarch64_hafdbs_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_hafdbs_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_fields, pt64_aarch64_hafdbs_judge);
/** For pt64_aarch64_hafdbs_lpa_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_hafdbs_lpa_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_lpa_fields, pt64_aarch64_hafdbs_judge);
/** For pt64_aarch64_hafdbs_lpa2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_hafdbs_lpa2_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_lpa2_fields, pt64_aarch64_hafdbs_judge);
/** For pt64_aarch64_el2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_el2_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_el2_fields, pt64_aarch64_el2_judge);
/** For pt64_aarch64_el2_lpa_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_el2_lpa_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_el2_lpa_fields, pt64_aarch64_el2_judge);
/** For pt64_aarch64_el2_lpa2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_el2_lpa2_terms =
    PT64_AARCH64_TERMS(pt64_aarch64_el2_lpa2_fields, pt64_aarch64_el2_judge);

PT64_TRAITS_END

#endif
