/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of a LoongArch64 entry by name, and what they forbid.
 *
 * Source: LoongArch Reference Manual volume 1, v1.10: 5.3 "Memory Access Types", 5.4.3 "TLB-based
 * Translation", 5.4.5 "Multi-level Page Table Structure Supported by page walking", 7.5.3 "TLB
 * Entry Low-order Bits (TLBELO0, TLBELO1)", 7.5.9 for PWCH.HPTW_En, 6.2.1 for the names of
 * exceptions.
 */
#ifndef PAGE_TABLE64_TERMS_LOONGARCH64_H
#define PAGE_TABLE64_TERMS_LOONGARCH64_H

#include "../geometry.h"
#include "../pte/loongarch64.h"
#include "../terms.h"

PT64_TRAITS_BEGIN

/** The names of the flags of LoongArch64, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_loongarch64_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    *mask = PT64_LOONGARCH64_PLV1;
    if (flags & PT64_LOONGARCH64_PLV1)
        return "plv1";
    *mask = PT64_LOONGARCH64_PLV2;
    if (flags & PT64_LOONGARCH64_PLV2)
        return "plv2";
    *mask = PT64_LOONGARCH64_RESTRICTED;
    return flags & PT64_LOONGARCH64_RESTRICTED ? "restricted" : NULL;
}

/** @cond engine */

/**
 * The root is Dir3, however many levels there are: see pt64_loongarch64_pwcl_of. Where the geometry
 * leaves the levels to the kernel, the names are those of four levels.
 */
PT64_MEMBER const char *pt64_loongarch64_level_name(const struct pt64_meta *meta, unsigned level)
{
    if (level == 0)
        return "page table entry";
    if (level == 3 || level + 1 == meta->limits.levels)
        return "Dir3 entry";
    return level == 1 ? "Dir1 entry" : "Dir2 entry";
}

PT64_PRINT const char *pt64_loongarch64_mat_name(unsigned mat)
{
    switch (mat) {
    case 0:
        return "SUC: strongly ordered, uncached";
    case 1:
        return "CC: coherent, cached";
    case 2:
        return "WUC: weakly ordered, uncached";
    default:
        return "reserved";
    }
}

PT64_PRINT const char *pt64_loongarch64_plv_name(unsigned plv)
{
    switch (plv) {
    case 0:
        return "PLV0 only: the kernel";
    case 3:
        return "down to PLV3: user code";
    default:
        return "down to this level";
    }
}

/** Reports V and D, which the TLB reads. */
PT64_PRINT void pt64_loongarch64_tell_state(const struct pt64_teller *teller)
{
    pt64_tell_bit(teller, 0, "V", "valid", "not valid: every access faults");
    if (teller->entry != 0)
        pt64_tell_bit(teller, 1, "D", "dirty: stores succeed", "stores fault (PME)");
}

PT64_PRINT void pt64_loongarch64_tell_presence(const struct pt64_teller *teller)
{
    pt64_tell_bit(teller, 7, "P", "present, to software", "not present, to software");
    pt64_tell_bit(teller, 8, "W", "writable, to software", "read-only, to software");
    pt64_tell_if_set(teller, 9, 3, "ignored", "software's");
}

/** The same, as the hardware walker uses them. */
PT64_PRINT void pt64_loongarch64_hptw_tell_state(const struct pt64_teller *teller)
{
    pt64_tell_bit(teller, 0, "V", "accessed", "not accessed since this was clear");
    if (teller->entry != 0)
        pt64_tell_bit(teller, 1, "D", "dirty", "not written since this was clear");
}

PT64_PRINT void pt64_loongarch64_hptw_tell_presence(const struct pt64_teller *teller)
{
    pt64_tell_bit(teller, 7, "P", "present", "not present: every access faults");
    pt64_tell_bit(teller, 8, "W", "writable", "read-only");
    pt64_tell_if_set(teller, 9, 1, "ignored", "software's: dirty, and not writable");
    pt64_tell_if_set(teller, 10, 2, "ignored", "software's");
}

PT64_PRINT void pt64_loongarch64_tell_leaf(const struct pt64_teller *teller, unsigned shift,
                                           bool is_huge, bool has_walker)
{
    pt64_entry_t entry = teller->entry;

    if (has_walker)
        pt64_loongarch64_hptw_tell_state(teller);
    else
        pt64_loongarch64_tell_state(teller);
    if (entry == 0)
        return;
    pt64_tell(teller, 2, 2, "PLV", pt64_loongarch64_plv_name((unsigned)(entry >> 2) & 3));
    pt64_tell(teller, 4, 2, "MAT", pt64_loongarch64_mat_name((unsigned)(entry >> 4) & 3));
    if (is_huge)
        pt64_tell(teller, 6, 1, "H", "maps a huge page");
    else
        pt64_tell_bit(teller, 6, "G", "global: for every ASID", "of one ASID");
    if (has_walker)
        pt64_loongarch64_hptw_tell_presence(teller);
    else
        pt64_loongarch64_tell_presence(teller);
    if (is_huge)
        pt64_tell_bit(teller, 12, "G", "global: for every ASID", "of one ASID");
    if (is_huge)
        pt64_tell_if_set(teller, 13, shift - 13, "address", "low bits, must be 0");
    else if (shift > 12)
        pt64_tell_if_set(teller, 12, shift - 12, "address", "low bits, must be 0");
    pt64_tell_address(teller, shift, 48 - shift, "of the page");
    pt64_tell_if_set(teller, 48, 13, "ignored", "beyond the address");
    pt64_tell_bit(teller, 61, "NR", "loads fault", "loads succeed");
    pt64_tell_bit(teller, 62, "NX", "fetches fault", "fetches succeed");
    pt64_tell_bit(teller, 63, "RPLV", "for PLV alone", "for PLV and above");
}

PT64_PRINT void pt64_loongarch64_tell_directory(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 0, 6, "address", "low bits, must be 0");
    pt64_tell(teller, 6, 1, "H", "an address to go on at");
    pt64_tell_if_set(teller, 7, 5, "address", "low bits, must be 0");
    pt64_tell_address(teller, 12, 36, "of the next table");
    pt64_tell_if_set(teller, 48, 16, "address", "beyond what there is");
}

PT64_PRINT void pt64_loongarch64_tell_all(const struct pt64_teller *teller, unsigned level,
                                          unsigned shift, bool has_walker)
{
    if (level == 0 || (teller->entry & PT64_LOONGARCH64_H))
        pt64_loongarch64_tell_leaf(teller, shift, level > 0, has_walker);
    else
        pt64_loongarch64_tell_directory(teller);
}

PT64_MEMBER void pt64_loongarch64_fields(uint64_t memory, const struct pt64_meta *meta,
                                         pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                         void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_loongarch64_tell_all(&teller, level, pt64_slot_shift(meta, level), false);
}

PT64_MEMBER void pt64_loongarch64_hptw_fields(uint64_t memory, const struct pt64_meta *meta,
                                              pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                              void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_loongarch64_tell_all(&teller, level, pt64_slot_shift(meta, level), true);
}

PT64_MEMBER const char *pt64_loongarch64_malformed(pt64_entry_t entry, unsigned level)
{
    if (level > 1 && (entry & PT64_LOONGARCH64_V))
        return "a huge page above the lowest directory, which is not followed here";
    return "present and not valid, every access faults until V is set";
}

PT64_MEMBER const char *pt64_loongarch64_hptw_malformed(pt64_entry_t entry, unsigned level)
{
    if (level > 1 && (entry & PT64_LOONGARCH64_P))
        return "a huge page above the lowest directory, which is not followed here";
    return "accessed and not present, which the walker does not leave behind";
}

/** A directory entry is an address and nothing else. */
PT64_MEMBER pt64_entry_t pt64_loongarch64_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                  unsigned level)
{
    return leaf;
}

/**
 * Whether PLV admits the access. With RPLV only PLV itself may access. Without it, every more
 * privileged level may too, whose number is lower.
 */
PT64_MEMBER bool pt64_loongarch64_may(pt64_entry_t leaf, bool by_user)
{
    unsigned plv = (unsigned)((leaf & PT64_LOONGARCH64_PLV) >> 2);

    if (by_user)
        return plv == 3;
    return plv == 0 || !(leaf & PT64_LOONGARCH64_RPLV);
}

/** Judges what the TLB refuses whatever V and D are. */
PT64_PRINT struct pt64_verdict pt64_loongarch64_judge_right(pt64_entry_t leaf, pt64_flags_t access,
                                                            unsigned level)
{
    bool by_user = (access & PT64_USER) != 0;

    if ((access & PT64_READ) && (leaf & PT64_LOONGARCH64_NR))
        return pt64_faults("NR is 1 (PNR)", level);
    if ((access & PT64_EXECUTE) && (leaf & PT64_LOONGARCH64_NX))
        return pt64_faults("NX is 1 (PNX)", level);
    if (!pt64_loongarch64_may(leaf, by_user))
        return pt64_faults("PLV and RPLV do not admit this level (PPI)", level);
    return pt64_allows();
}

PT64_PRINT struct pt64_verdict pt64_loongarch64_judge_leaf(pt64_entry_t leaf, pt64_flags_t access,
                                                           unsigned level)
{
    struct pt64_verdict verdict;

    if (!(leaf & PT64_LOONGARCH64_V))
        return pt64_faults("V is 0, not valid", level);
    verdict = pt64_loongarch64_judge_right(leaf, access, level);
    if (!verdict.faults && (access & PT64_WRITE) && !(leaf & PT64_LOONGARCH64_D))
        return pt64_faults("D is 0 (PME)", level);
    return verdict;
}

/** The walker sets V and D. Without a walker the exception handlers do. */
PT64_PRINT struct pt64_verdict pt64_loongarch64_hptw_judge_leaf(pt64_entry_t leaf,
                                                                pt64_flags_t access, unsigned level)
{
    struct pt64_verdict verdict;

    if (!(leaf & PT64_LOONGARCH64_P))
        return pt64_faults("P is 0, not present", level);
    verdict = pt64_loongarch64_judge_right(leaf, access, level);
    if (verdict.faults)
        return verdict;
    if ((access & PT64_WRITE) && !(leaf & PT64_LOONGARCH64_D))
        return leaf & PT64_LOONGARCH64_W ? pt64_allows_if("and sets D, because W is 1", level)
                                         : pt64_faults("W is 0 (PME)", level);
    if (!(leaf & PT64_LOONGARCH64_V))
        return pt64_allows_if("and sets V, because P is 1", level);
    return verdict;
}

/** Whether the walk ended above level 0 without a page. Every access faults then. */
PT64_MEMBER bool pt64_loongarch64_stops(const struct pt64_trace *trace,
                                        struct pt64_verdict *verdict)
{
    if (trace->end != PT64_END_EMPTY || trace->level == 0)
        return false;
    if (trace->level >= trace->limits->leaf_levels &&
        (trace->steps[trace->level].entry & PT64_LOONGARCH64_H))
        *verdict = pt64_faults("H is 1 above the lowest directory, which only newer cores follow",
                               trace->level);
    else
        *verdict = pt64_faults("no page below", trace->level);
    return true;
}

PT64_MEMBER struct pt64_verdict pt64_loongarch64_judge(const struct pt64_meta *meta,
                                                       const struct pt64_trace *trace,
                                                       pt64_flags_t access)
{
    struct pt64_verdict verdict;

    if (pt64_loongarch64_stops(trace, &verdict))
        return verdict;
    return pt64_loongarch64_judge_leaf(trace->steps[trace->level].entry, access, trace->level);
}

PT64_MEMBER struct pt64_verdict pt64_loongarch64_hptw_judge(const struct pt64_meta *meta,
                                                            const struct pt64_trace *trace,
                                                            pt64_flags_t access)
{
    struct pt64_verdict verdict;

    if (pt64_loongarch64_stops(trace, &verdict))
        return verdict;
    return pt64_loongarch64_hptw_judge_leaf(trace->steps[trace->level].entry, access, trace->level);
}

/** A guest has no privilege levels here. */
PT64_MEMBER struct pt64_verdict pt64_loongarch64_lvz_judge(const struct pt64_meta *meta,
                                                           const struct pt64_trace *trace,
                                                           pt64_flags_t access)
{
    return pt64_loongarch64_judge(meta, trace, access & ~PT64_USER);
}

/** @endcond */

/** For pt64_loongarch64_pte. */
PT64_TRAIT struct pt64_terms pt64_loongarch64_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_loongarch64_flag_name,
    .level_name = pt64_loongarch64_level_name,
    .fields = pt64_loongarch64_fields,
    .malformed = pt64_loongarch64_malformed,
    .inherit = pt64_loongarch64_inherit,
    .judge = pt64_loongarch64_judge,
};
/** For pt64_loongarch64_plv_pte. */
PT64_TRAIT struct pt64_terms pt64_loongarch64_plv_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_loongarch64_flag_name,
    .level_name = pt64_loongarch64_level_name,
    .fields = pt64_loongarch64_fields,
    .malformed = pt64_loongarch64_malformed,
    .inherit = pt64_loongarch64_inherit,
    .judge = pt64_loongarch64_judge,
};
/** For pt64_loongarch64_hptw_pte. */
PT64_TRAIT struct pt64_terms pt64_loongarch64_hptw_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_loongarch64_flag_name,
    .level_name = pt64_loongarch64_level_name,
    .fields = pt64_loongarch64_hptw_fields,
    .malformed = pt64_loongarch64_hptw_malformed,
    .inherit = pt64_loongarch64_inherit,
    .judge = pt64_loongarch64_hptw_judge,
};
/** For pt64_loongarch64_hptw_plv_pte. */
PT64_TRAIT struct pt64_terms pt64_loongarch64_hptw_plv_terms = {
    .memory = 0,
    .memory_type = NULL,
    .flag_name = pt64_loongarch64_flag_name,
    .level_name = pt64_loongarch64_level_name,
    .fields = pt64_loongarch64_hptw_fields,
    .malformed = pt64_loongarch64_hptw_malformed,
    .inherit = pt64_loongarch64_inherit,
    .judge = pt64_loongarch64_hptw_judge,
};
/** For pt64_loongarch64_lvz_pte. */
PT64_TRAIT struct pt64_terms pt64_loongarch64_lvz_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_loongarch64_level_name,
    .fields = pt64_loongarch64_fields,
    .malformed = pt64_loongarch64_malformed,
    .inherit = pt64_loongarch64_inherit,
    .judge = pt64_loongarch64_lvz_judge,
};

PT64_TRAITS_END

#endif
