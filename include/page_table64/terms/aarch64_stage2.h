/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an AArch64 stage 2 descriptor by name, and what they forbid.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.3.1 "VMSAv8-64 descriptor formats", D8.4.2 "Stage 2 permissions", D8.5 "Hardware updates to
 * the translation tables", D8.6 "Memory region attributes".
 *
 * The reports say what stage 2 allows. The guest's stage 1 must allow it too. In them the kernel is
 * EL1 of the guest, and the user is EL0.
 */
#ifndef PAGE_TABLE64_TERMS_AARCH64_STAGE2_H
#define PAGE_TABLE64_TERMS_AARCH64_STAGE2_H

#include "../pte/aarch64_stage2.h"
#include "aarch64.h"

PT64_TRAITS_BEGIN

/** The names of the flags of stage 2, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_aarch64_stage2_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_AARCH64_NGNRNE;
    if (flags & PT64_AARCH64_NGNRNE)
        return "nGnRnE";
    *mask = PT64_AARCH64_EXECUTE_EL0;
    if (flags & PT64_AARCH64_EXECUTE_EL0)
        return "execute-el0";
    *mask = PT64_AARCH64_EXECUTE_EL1;
    if (flags & PT64_AARCH64_EXECUTE_EL1)
        return "execute-el1";
    *mask = PT64_AARCH64_AS_STAGE1;
    return flags & PT64_AARCH64_AS_STAGE1 ? "as-stage1" : NULL;
}

/** @cond engine */

/** Of a device, by MemAttr[1:0]. */
PT64_PRINT const char *pt64_aarch64_s2_device_name(unsigned type)
{
    static const char device[4][14] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
                                       "Device-GRE"};

    return device[type & 3];
}

/** MemAttr with HCR_EL2.FWB clear: outer in 3:2, inner in 1:0. */
PT64_PRINT const char *pt64_aarch64_s2_type_name(unsigned mem_attr)
{
    static const char normal[3][22] = {"Normal, non-cacheable", "Normal, write-through",
                                       "Normal, write-back"};
    unsigned outer = mem_attr >> 2;
    unsigned inner = mem_attr & 3;

    if (outer == 0)
        return pt64_aarch64_s2_device_name(inner);
    if (inner == 0)
        return "reserved";
    return outer == inner ? normal[outer - 1] : "Normal, inner and outer caches not alike";
}

/** MemAttr with HCR_EL2.FWB set. Bit 3 is RES0, or NoTagAccess (FEAT_MTE_PERM). */
PT64_PRINT const char *pt64_aarch64_s2_fwb_type_name(unsigned mem_attr)
{
    switch (mem_attr & 7) {
    case 4:
        return "reserved";
    case 5:
        return "Normal, non-cacheable";
    case 6:
        return "Normal, write-back, whatever stage 1 says";
    case 7:
        return "what stage 1 says";
    default:
        return pt64_aarch64_s2_device_name(mem_attr);
    }
}

PT64_PRINT const char *pt64_aarch64_s2_execution_name(unsigned execute_never)
{
    switch (execute_never) {
    case 0:
        return "EL1 and EL0 may execute";
    case 1:
        return "EL0 alone may execute";
    case 2:
        return "neither may execute";
    default:
        return "EL1 alone may execute";
    }
}

/** What CPUs that read a format have. */
struct pt64_aarch64_s2_features {
    bool xnx;
    bool fwb;
    bool hafdbs;
    struct pt64_aarch64_layout layout;
};

PT64_PRINT void pt64_aarch64_s2_tell_execution(const struct pt64_teller *teller, bool xnx)
{
    if (xnx) {
        pt64_tell(teller, 53, 2, "XN",
                  pt64_aarch64_s2_execution_name((unsigned)(teller->entry >> 53) & 3));
    } else {
        pt64_tell_if_set(teller, 53, 1, "XN[0]", "RES0 but set");
        pt64_tell_bit(teller, 54, "XN[1]", "execution refused", "execution allowed");
    }
}

PT64_PRINT void pt64_aarch64_s2_tell_leaf(const struct pt64_teller *teller, unsigned shift,
                                          bool is_block, struct pt64_aarch64_s2_features features)
{
    unsigned mem_attr = (unsigned)(teller->entry >> 2) & 15;
    unsigned high = features.layout.high;

    pt64_tell(teller, 2, 4, "MemAttr",
              features.fwb ? pt64_aarch64_s2_fwb_type_name(mem_attr)
                           : pt64_aarch64_s2_type_name(mem_attr));
    pt64_tell_bit(teller, 6, "S2AP[0]", "readable", "not readable");
    pt64_tell_bit(teller, 7, "S2AP[1]", "writable", "not writable");
    pt64_aarch64_tell_shareability(teller, features.layout);
    pt64_tell_bit(teller, 10, "AF", "accessed", "not accessed since this was clear");
    pt64_tell_if_set(teller, 11, 1, "FnXS", "without the XS attribute (FEAT_XS)");
    pt64_aarch64_tell_below(teller, shift, is_block, features.layout);
    pt64_tell_address(teller, shift, high + 1 - shift, "of the page");
    pt64_tell_if_set(teller, high + 1, 50 - high, "RES0", "must be 0");
    pt64_tell_if_set(teller, 51, 1, "DBM", "a store makes it writable, where VTCR_EL2.HD is set");
    pt64_tell_if_set(teller, 52, 1, "Contiguous", "one of a set that the TLB may hold as one");
    pt64_aarch64_s2_tell_execution(teller, features.xnx);
    pt64_tell_if_set(teller, 55, 4, "ignored", "software's");
    pt64_tell_if_set(teller, 59, 5, "PBHA", "for the implementation, or software's");
}

/** As at stage 1, but for bits 63:59. `shift` is log2 of a node in bytes. */
PT64_PRINT void pt64_aarch64_s2_tell_link(const struct pt64_teller *teller, unsigned shift,
                                          struct pt64_aarch64_layout layout)
{
    pt64_tell_if_set(teller, 2, 6, "ignored", "software's");
    pt64_tell_if_set(teller, 8, 2, layout.high == 49 ? "address" : "ignored",
                     layout.high == 49 ? layout.rest : "software's");
    pt64_tell_if_set(teller, 10, 2, "ignored", "software's");
    pt64_aarch64_tell_below(teller, shift, false, layout);
    pt64_tell_address(teller, shift, layout.high + 1 - shift, "of the table");
    pt64_tell_if_set(teller, layout.high + 1, 50 - layout.high, "RES0", "must be 0");
    pt64_tell_if_set(teller, 51, 8, "ignored", "software's");
    pt64_tell_if_set(teller, 59, 5, "RES0", "must be 0");
}

PT64_PRINT void pt64_aarch64_s2_tell_all(const struct pt64_teller *teller,
                                         const struct pt64_meta *meta, unsigned level,
                                         struct pt64_aarch64_s2_features features)
{
    pt64_entry_t entry = teller->entry;
    pt64_entry_t present = features.layout.high == 49 ? pt64_aarch64_lpa2_present(entry, level)
                                                      : pt64_aarch64_present(entry, level);
    bool is_block = !(entry & PT64_AARCH64_NOT_BLOCK);

    pt64_aarch64_tell_type(teller, level, present != 0);
    if (!(teller->entry & PT64_AARCH64_VALID))
        return;
    if (level == 0 || is_block)
        pt64_aarch64_s2_tell_leaf(teller, pt64_slot_shift(meta, level), is_block, features);
    else
        pt64_aarch64_s2_tell_link(teller, pt64_node_shift(meta), features.layout);
}

/** A table restricts nothing. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                 unsigned level)
{
    return leaf;
}

PT64_PRINT struct pt64_verdict pt64_aarch64_s2_judge_store(const struct pt64_trace *trace,
                                                           struct pt64_aarch64_s2_features features)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;

    if (leaf & PT64_AARCH64_S2_WRITE)
        return pt64_allows();
    if (!(leaf & PT64_AARCH64_DBM))
        return pt64_faults("S2AP[1] is 0, not writable", trace->level);
    if (features.hafdbs)
        return pt64_allows_if("and sets S2AP[1], because DBM is 1", trace->level);
    return pt64_faults("S2AP[1] is 0, not writable, unless VTCR_EL2.HD is set, because DBM is 1",
                       trace->level);
}

/** A fetch needs no right to read. */
PT64_PRINT struct pt64_verdict pt64_aarch64_s2_judge_fetch(const struct pt64_trace *trace,
                                                           bool by_user,
                                                           struct pt64_aarch64_s2_features features)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;

    if (!features.xnx)
        return leaf & PT64_AARCH64_S2_XN1 ? pt64_faults("XN[1] is 1", trace->level) : pt64_allows();
    leaf = pt64_aarch64_s2_refusals(leaf);
    if (leaf & (by_user ? PT64_AARCH64_S2_XN1 : PT64_AARCH64_S2_XN0))
        return pt64_faults(by_user ? "XN refuses EL0" : "XN refuses EL1", trace->level);
    return pt64_allows();
}

PT64_MEMBER struct pt64_verdict pt64_aarch64_s2_judge_by(const struct pt64_meta *meta,
                                                         const struct pt64_trace *trace,
                                                         pt64_flags_t access,
                                                         struct pt64_aarch64_s2_features features)
{
    pt64_entry_t leaf = trace->steps[trace->level].entry;
    struct pt64_verdict verdict;

    if (pt64_aarch64_stops(meta, trace, &verdict))
        return verdict;
    if (access & PT64_EXECUTE)
        verdict = pt64_aarch64_s2_judge_fetch(trace, (access & PT64_USER) != 0, features);
    else if (access & PT64_WRITE)
        verdict = pt64_aarch64_s2_judge_store(trace, features);
    else
        verdict = leaf & PT64_AARCH64_S2_READ
                      ? pt64_allows()
                      : pt64_faults("S2AP[0] is 0, not readable", trace->level);
    if (leaf & PT64_AARCH64_AF || verdict.faults || verdict.why != NULL)
        return verdict;
    return pt64_allows_if("if VTCR_EL2.HA is set: otherwise Access flag fault, because AF is 0",
                          trace->level);
}

/** The functions of the terms for CPUs with these features. */
#define PT64_AARCH64_S2_TELLING(name_, ...)                                                \
    PT64_MEMBER void name_##_fields(uint64_t memory, const struct pt64_meta *meta,         \
                                    pt64_entry_t entry, unsigned level, pt64_tell_t tell,  \
                                    void *arg)                                             \
    {                                                                                      \
        struct pt64_aarch64_s2_features features = __VA_ARGS__;                            \
        struct pt64_teller teller = {tell, arg, entry};                                    \
                                                                                           \
        pt64_aarch64_s2_tell_all(&teller, meta, level, features);                          \
    }                                                                                      \
    PT64_MEMBER struct pt64_verdict name_##_judge(                                         \
        const struct pt64_meta *meta, const struct pt64_trace *trace, pt64_flags_t access) \
    {                                                                                      \
        struct pt64_aarch64_s2_features features = __VA_ARGS__;                            \
                                                                                           \
        return pt64_aarch64_s2_judge_by(meta, trace, access, features);                    \
    }

PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2,
                        {false, false, false, {false, PT64_AARCH64_IN_48_BITS}})
PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2_xnx,
                        {true, false, false, {false, PT64_AARCH64_IN_48_BITS}})
PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2_fwb,
                        {true, true, false, {false, PT64_AARCH64_IN_48_BITS}})
PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2_hafdbs,
                        {true, true, true, {false, PT64_AARCH64_IN_48_BITS}})
PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2_fwb_lpa,
                        {true, true, false, {false, PT64_AARCH64_IN_LPA}})
PT64_AARCH64_S2_TELLING(pt64_aarch64_stage2_fwb_lpa2,
                        {true, true, false, {false, PT64_AARCH64_IN_LPA2}})

#define PT64_AARCH64_S2_TERMS(fields_, judge_)      \
    {                                               \
        .memory = 0,                                \
        .memory_type = NULL,                        \
        .flag_name = pt64_aarch64_stage2_flag_name, \
        .level_name = pt64_aarch64_level_name,      \
        .fields = (fields_),                        \
        .malformed = pt64_aarch64_malformed,        \
        .inherit = pt64_aarch64_s2_inherit,         \
        .judge = (judge_),                          \
    }

/** @endcond */

/** For pt64_aarch64_stage2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_fields, pt64_aarch64_stage2_judge);
/** For pt64_aarch64_stage2_xnx_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_xnx_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_xnx_fields, pt64_aarch64_stage2_xnx_judge);
/** For pt64_aarch64_stage2_fwb_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_fwb_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_fwb_fields, pt64_aarch64_stage2_fwb_judge);
/** For pt64_aarch64_stage2_hafdbs_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_hafdbs_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_hafdbs_fields, pt64_aarch64_stage2_hafdbs_judge);
/** For pt64_aarch64_stage2_fwb_lpa_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_fwb_lpa_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_fwb_lpa_fields, pt64_aarch64_stage2_fwb_lpa_judge);
/** For pt64_aarch64_stage2_fwb_lpa2_pte. */
PT64_TRAIT struct pt64_terms pt64_aarch64_stage2_fwb_lpa2_terms =
    PT64_AARCH64_S2_TERMS(pt64_aarch64_stage2_fwb_lpa2_fields, pt64_aarch64_stage2_fwb_lpa2_judge);

PT64_TRAITS_END

#endif
