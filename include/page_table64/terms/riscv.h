/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of a RISC-V entry by name, and what they forbid.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Supervisor-Level ISA": "Addressing and Memory Protection", "Virtual Address Translation
 * Process", "Supervisor Status Register: Memory Privilege"; chapters "Svpbmt", "Svnapot", "Svade",
 * "Svadu", "Svrsw60t59b", "Control-flow Integrity" (Zicfiss); chapter "Hypervisor Extension",
 * "Guest Physical Address Translation". For the XuanTie format: C906 and C910
 * user manuals, section "MMU".
 */
#ifndef PAGE_TABLE64_TERMS_RISCV_H
#define PAGE_TABLE64_TERMS_RISCV_H

#include "../geometry.h"
#include "../pte/riscv.h"
#include "../pte/riscv_gstage.h"
#include "../terms.h"

PT64_TRAITS_BEGIN

/** @cond engine */

/** The manual counts levels from the leaf, as this library does. */
PT64_MEMBER const char *pt64_riscv_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "level 0 PTE";
    case 1:
        return "level 1 PTE";
    case 2:
        return "level 2 PTE";
    case 3:
        return "level 3 PTE";
    default:
        return "level 4 PTE";
    }
}

/**
 * "Svnapot": a leaf with N whose PPN ends in 1000 is one of 16 that map 64 KiB together. All other
 * entries with N are reserved.
 */
PT64_MEMBER bool pt64_riscv_is_napot(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t needed = PT64_RISCV_V | PT64_RISCV_N;

    return level == 0 && (entry & needed) == needed && (entry & PT64_RISCV_RWX) != 0 &&
           (entry >> 10 & 15) == 8;
}

PT64_MEMBER const char *pt64_riscv_malformed(pt64_entry_t entry, unsigned level)
{
    if (pt64_riscv_is_shadow_stack(entry))
        return "a shadow stack by Zicfiss (W is 1 without R), which is not followed here";
    return pt64_malformed(entry, level);
}

/** For the formats whose bit 63 is N. */
PT64_MEMBER const char *pt64_riscv_napot_malformed(pt64_entry_t entry, unsigned level)
{
    if (pt64_riscv_is_napot(entry, level))
        return "a 64K page by Svnapot (N is 1), which is not followed here";
    if (pt64_riscv_is_shadow_stack(entry))
        return "a shadow stack by Zicfiss (W is 1 without R), which is not followed here";
    if (entry & PT64_RISCV_RSW60T59B)
        return "in use by Svrsw60t59b (60:59 are not 0), which is not followed here";
    return pt64_malformed(entry, level);
}

/** For the formats whose bit 63 is N. */
PT64_PRINT void pt64_riscv_tell_n(const struct pt64_teller *teller, unsigned level)
{
    pt64_tell_if_set(teller, 63, 1, "N",
                     pt64_riscv_is_napot(teller->entry, level)
                         ? "Svnapot: part of a 64K page, where the hart has that"
                         : "reserved: every access faults");
}

PT64_PRINT void pt64_riscv_tell_napot_address(const struct pt64_teller *teller)
{
    pt64_tell(teller, 10, 4, "PPN", "low bits: 64K");
    pt64_tell_value(teller, 14, 40,
                    pt64_align_down(pt64_riscv_leaf_address(teller->entry, 0), PT64_SIZE_64K),
                    "PPN", "address of the 64K page");
}

/** Bits 60 and 59 say nothing. */
PT64_MEMBER const char *pt64_riscv_svrsw60t59b_malformed(pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_napot_malformed(pt64_riscv_svrsw60t59b_read(entry), level);
}

/** A shadow stack is malformed by other bits only. */
PT64_MEMBER const char *pt64_riscv_zicfiss_malformed(pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_napot_malformed(pt64_riscv_zicfiss_plain(entry), level);
}

/** In what the words of the formats differ. */
struct pt64_riscv_words {
    bool has_napot;         /**< bit 63 is N */
    bool has_shadow_stacks; /**< W without R is a shadow stack */
    bool is_gstage;
};

PT64_TRAIT struct pt64_riscv_words pt64_riscv_plain_words = {.has_napot = true};
PT64_TRAIT struct pt64_riscv_words pt64_riscv_no_napot_words = {.has_napot = false};
PT64_TRAIT struct pt64_riscv_words pt64_riscv_zicfiss_words = {.has_napot = true,
                                                               .has_shadow_stacks = true};
PT64_TRAIT struct pt64_riscv_words pt64_riscv_gstage_words = {.has_napot = true, .is_gstage = true};
PT64_TRAIT struct pt64_riscv_words pt64_riscv_gstage_sv32_words = {.is_gstage = true};

/** Who reaches the page, and with which ids. */
PT64_PRINT void pt64_riscv_tell_reach(const struct pt64_teller *teller, bool is_gstage)
{
    if (is_gstage) {
        pt64_tell_bit(teller, 4, "U", "as every access of this stage demands",
                      "not set: every access faults");
        pt64_tell_if_set(teller, 5, 1, "G", "ignored in this stage");
        return;
    }
    pt64_tell_bit(teller, 4, "U", "user page", "supervisor only");
    pt64_tell_bit(teller, 5, "G", "global: for every ASID", "of one ASID");
}

/** The width of a PPN, which begins at bit 10. */
PT64_PRINT unsigned pt64_riscv_ppn_bits(const struct pt64_meta *meta)
{
    return meta->entry_bytes == 4 ? 22 : 44;
}

PT64_PRINT void pt64_riscv_tell_leaf(const struct pt64_teller *teller, const struct pt64_meta *meta,
                                     unsigned level, bool is_napot)
{
    unsigned low = level * meta->index_bits;

    pt64_tell_bit(teller, 6, "A", "accessed", "not accessed since this was clear");
    pt64_tell_bit(teller, 7, "D", "dirty", "not written since this was clear");
    pt64_tell_if_set(teller, 8, 2, "RSW", "software's");
    if (is_napot) {
        pt64_riscv_tell_napot_address(teller);
        return;
    }
    if (level > 0)
        pt64_tell_if_set(teller, 10, low, "PPN", "low bits, must be 0: misaligned superpage");
    pt64_tell_value(
        teller, 10 + low, pt64_riscv_ppn_bits(meta) - low,
        pt64_align_down(pt64_riscv_leaf_address(teller->entry, level), pt64_slot_size(meta, level)),
        "PPN", "address of the page");
}

PT64_PRINT void pt64_riscv_tell_pointer(const struct pt64_teller *teller,
                                        const struct pt64_meta *meta, bool is_gstage)
{
    pt64_tell_if_set(teller, 4, 1, "U", "reserved in a pointer: every access faults");
    if (is_gstage)
        pt64_tell_if_set(teller, 5, 1, "G", "ignored in this stage");
    else
        pt64_tell_bit(teller, 5, "G", "everything below is global", "says nothing");
    pt64_tell_if_set(teller, 6, 2, "D, A", "reserved in a pointer: every access faults");
    pt64_tell_if_set(teller, 8, 2, "RSW", "software's");
    pt64_tell_value(teller, 10, pt64_riscv_ppn_bits(meta),
                    pt64_riscv_link_address(teller->entry, 0), "PPN", "address of the next table");
}

PT64_PRINT void pt64_riscv_tell_rights(const struct pt64_teller *teller,
                                       const struct pt64_riscv_words *words)
{
    bool is_shadow_stack = !words->is_gstage && pt64_riscv_is_shadow_stack(teller->entry);

    if (words->has_shadow_stacks && is_shadow_stack) {
        pt64_tell(teller, 1, 3, "XWR", "a shadow stack: loads, and stores by SSPUSH and SSAMOSWAP");
        return;
    }
    pt64_tell_bit(teller, 1, "R", "readable", "not readable");
    if (is_shadow_stack)
        pt64_tell(teller, 2, 1, "W", "without R: faults, or a shadow stack by Zicfiss");
    else
        pt64_tell_bit(teller, 2, "W",
                      teller->entry & PT64_RISCV_R ? "writable" : "reserved without R: faults",
                      "not writable");
    pt64_tell_bit(teller, 3, "X", "executable", "not executable");
}

PT64_PRINT void pt64_riscv_tell_common(const struct pt64_teller *teller,
                                       const struct pt64_meta *meta, unsigned level,
                                       const struct pt64_riscv_words *words)
{
    pt64_tell_bit(teller, 0, "V", "valid", "not valid: every access faults");
    if (!(teller->entry & PT64_RISCV_V)) {
        pt64_tell_if_set(teller, 1, meta->entry_bytes * 8 - 1, "ignored", "software's");
        return;
    }
    if (!(teller->entry & PT64_RISCV_RWX)) {
        pt64_tell(teller, 1, 3, "XWR",
                  level > 0 ? "points to the next table" : "a pointer at the last level: faults");
        pt64_riscv_tell_pointer(teller, meta, words->is_gstage);
        return;
    }
    pt64_riscv_tell_rights(teller, words);
    pt64_riscv_tell_reach(teller, words->is_gstage);
    pt64_riscv_tell_leaf(teller, meta, level,
                         words->has_napot && pt64_riscv_is_napot(teller->entry, level));
}

PT64_PRINT void pt64_riscv_tell_reserved(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 54, 5, "reserved", "must be 0: every access faults");
    pt64_tell_if_set(teller, 59, 2, "reserved",
                     "must be 0: every access faults, unless the hart has Svrsw60t59b");
}

/** For the formats whose bits 62:61 are reserved. */
PT64_PRINT void pt64_riscv_tell_untyped(const struct pt64_teller *teller,
                                        const struct pt64_meta *meta, unsigned level,
                                        const struct pt64_riscv_words *words)
{
    pt64_riscv_tell_common(teller, meta, level, words);
    if (!(teller->entry & PT64_RISCV_V))
        return;
    pt64_riscv_tell_reserved(teller);
    pt64_tell_if_set(teller, 61, 2, "reserved", "must be 0: every access faults");
    pt64_riscv_tell_n(teller, level);
}

PT64_MEMBER void pt64_riscv_fields(uint64_t memory, const struct pt64_meta *meta,
                                   pt64_entry_t entry, unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_untyped(&teller, meta, level, &pt64_riscv_plain_words);
}

PT64_MEMBER void pt64_riscv_gstage_fields(uint64_t memory, const struct pt64_meta *meta,
                                          pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                          void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_untyped(&teller, meta, level, &pt64_riscv_gstage_words);
}

PT64_MEMBER void pt64_riscv_sv32_fields(uint64_t memory, const struct pt64_meta *meta,
                                        pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                        void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_common(&teller, meta, level, &pt64_riscv_no_napot_words);
}

PT64_MEMBER void pt64_riscv_gstage_sv32_fields(uint64_t memory, const struct pt64_meta *meta,
                                               pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                               void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_common(&teller, meta, level, &pt64_riscv_gstage_sv32_words);
}

PT64_PRINT const char *pt64_riscv_pbmt_name(unsigned pbmt)
{
    switch (pbmt) {
    case 0:
        return "PMA: what the platform says";
    case 1:
        return "NC: uncached main memory";
    case 2:
        return "IO: uncached, strongly ordered";
    default:
        return "reserved: every access faults";
    }
}

PT64_PRINT void pt64_riscv_tell_pbmt(const struct pt64_teller *teller)
{
    if (teller->entry & PT64_RISCV_RWX)
        pt64_tell(teller, 61, 2, "PBMT", pt64_riscv_pbmt_name((unsigned)(teller->entry >> 61) & 3));
    else
        pt64_tell_if_set(teller, 61, 2, "PBMT", "reserved in a pointer: every access faults");
}

PT64_PRINT void pt64_riscv_tell_svpbmt(const struct pt64_teller *teller,
                                       const struct pt64_meta *meta, unsigned level,
                                       const struct pt64_riscv_words *words)
{
    pt64_riscv_tell_common(teller, meta, level, words);
    if (!(teller->entry & PT64_RISCV_V))
        return;
    pt64_riscv_tell_reserved(teller);
    pt64_riscv_tell_pbmt(teller);
    pt64_riscv_tell_n(teller, level);
}

PT64_MEMBER void pt64_riscv_svpbmt_fields(uint64_t memory, const struct pt64_meta *meta,
                                          pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                          void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_svpbmt(&teller, meta, level, &pt64_riscv_plain_words);
}

PT64_MEMBER void pt64_riscv_gstage_svpbmt_fields(uint64_t memory, const struct pt64_meta *meta,
                                                 pt64_entry_t entry, unsigned level,
                                                 pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_svpbmt(&teller, meta, level, &pt64_riscv_gstage_words);
}

PT64_MEMBER void pt64_riscv_zicfiss_fields(uint64_t memory, const struct pt64_meta *meta,
                                           pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                           void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_svpbmt(&teller, meta, level, &pt64_riscv_zicfiss_words);
}

PT64_MEMBER void pt64_riscv_svrsw60t59b_fields(uint64_t memory, const struct pt64_meta *meta,
                                               pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                               void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_common(&teller, meta, level, &pt64_riscv_plain_words);
    if (!(entry & PT64_RISCV_V))
        return;
    pt64_tell_if_set(&teller, 54, 5, "reserved", "must be 0: every access faults");
    pt64_tell_if_set(&teller, 59, 2, "RSW", "software's");
    pt64_riscv_tell_pbmt(&teller);
    pt64_riscv_tell_n(&teller, level);
}

PT64_MEMBER void pt64_riscv_xuantie_fields(uint64_t memory, const struct pt64_meta *meta,
                                           pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                           void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    pt64_riscv_tell_common(&teller, meta, level, &pt64_riscv_no_napot_words);
    if (!(entry & PT64_RISCV_V))
        return;
    pt64_tell_if_set(&teller, 54, 5, "reserved", "must be 0: every access faults");
    pt64_tell_if_set(&teller, 59, 1, "SEC", "trustable");
    if (!(entry & PT64_RISCV_RWX)) {
        pt64_tell_if_set(&teller, 60, 4, "SO, C, B, SH", "of leaves only");
        return;
    }
    pt64_tell_bit(&teller, 60, "SH", "shareable", "not shareable");
    pt64_tell_bit(&teller, 61, "B", "bufferable", "not bufferable");
    pt64_tell_bit(&teller, 62, "C", "cacheable", "not cacheable");
    pt64_tell_bit(&teller, 63, "SO", "strongly ordered", "weakly ordered");
}

/** A pointer restricts nothing. G in a pointer makes everything below it global. */
PT64_MEMBER pt64_entry_t pt64_riscv_inherit(pt64_entry_t leaf, pt64_entry_t table, unsigned level)
{
    return leaf | (table & PT64_RISCV_G);
}

/** Judges an access by R, W and X, which hold for both privileges. */
PT64_PRINT struct pt64_verdict pt64_riscv_judge_right(pt64_entry_t leaf, pt64_flags_t access,
                                                      unsigned level)
{
    if ((access & PT64_WRITE) && !(leaf & PT64_RISCV_W))
        return pt64_faults("W is 0", level);
    if ((access & PT64_EXECUTE) && !(leaf & PT64_RISCV_X))
        return pt64_faults("X is 0", level);
    if ((access & PT64_READ) && !(leaf & PT64_RISCV_R))
        return pt64_faults("R is 0, unless sstatus.MXR is set", level);
    return pt64_allows();
}

/** Judges what an access depends on besides the permissions. */
PT64_PRINT struct pt64_verdict pt64_riscv_judge_rest(pt64_entry_t leaf, pt64_flags_t access,
                                                     unsigned level)
{
    if (!(leaf & PT64_RISCV_A))
        return pt64_allows_if("if the hart sets A itself (Svadu), because A is 0", level);
    if ((access & PT64_WRITE) && !(leaf & PT64_RISCV_D))
        return pt64_allows_if("if the hart sets D itself (Svadu), because D is 0", level);
    if (!(access & PT64_USER) && (leaf & PT64_RISCV_U))
        return pt64_allows_if("if sstatus.SUM is set, because this is a user page", level);
    return pt64_allows();
}

PT64_PRINT struct pt64_verdict pt64_riscv_judge_leaf(pt64_entry_t leaf, pt64_flags_t access,
                                                     unsigned level)
{
    struct pt64_verdict verdict = pt64_riscv_judge_right(leaf, access, level);

    if ((access & PT64_USER) && !(leaf & PT64_RISCV_U))
        return pt64_faults("U is 0, supervisor only", level);
    if (verdict.faults)
        return verdict;
    if (!(access & PT64_USER) && (access & PT64_EXECUTE) && (leaf & PT64_RISCV_U))
        return pt64_faults("U is 1, and the supervisor never executes a user page", level);
    return pt64_riscv_judge_rest(leaf, access, level);
}

PT64_MEMBER struct pt64_verdict
pt64_riscv_judge(const struct pt64_meta *meta, const struct pt64_trace *trace, pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (!(entry & PT64_RISCV_V))
        return pt64_faults("V is 0, not valid", trace->level);
    if (trace->end == PT64_END_EMPTY && pt64_riscv_is_shadow_stack(entry))
        return pt64_faults("W is 1 without R, which only a hart with Zicfiss follows",
                           trace->level);
    if (trace->end == PT64_END_EMPTY)
        return pt64_faults("the entry is malformed", trace->level);
    return pt64_riscv_judge_leaf(entry, access, trace->level);
}

/** Judges an entry that an extension follows: Svnapot or Svrsw60t59b. */
PT64_PRINT struct pt64_verdict pt64_riscv_judge_extension(const struct pt64_trace *trace)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (trace->end == PT64_END_EMPTY && pt64_riscv_is_napot(entry, trace->level))
        return pt64_faults("N is 1, which only a hart with Svnapot follows", trace->level);
    if (trace->end == PT64_END_EMPTY && (entry & PT64_RISCV_V) && (entry & PT64_RISCV_RSW60T59B))
        return pt64_faults("60:59 are not 0, which only a hart with Svrsw60t59b follows",
                           trace->level);
    return pt64_allows();
}

/** For the formats whose bit 63 is N. */
PT64_MEMBER struct pt64_verdict pt64_riscv_napot_judge(const struct pt64_meta *meta,
                                                       const struct pt64_trace *trace,
                                                       pt64_flags_t access)
{
    struct pt64_verdict verdict = pt64_riscv_judge_extension(trace);

    return verdict.faults ? verdict : pt64_riscv_judge(meta, trace, access);
}

/** Judges an access by the walk that would have ended at `entry`. */
PT64_PRINT struct pt64_verdict pt64_riscv_judge_as(const struct pt64_meta *meta,
                                                   const struct pt64_trace *trace,
                                                   pt64_entry_t entry, pt64_flags_t access)
{
    struct pt64_trace other = *trace;

    other.steps[other.level].entry = entry;
    return pt64_riscv_napot_judge(meta, &other, access);
}

PT64_MEMBER struct pt64_verdict pt64_riscv_svrsw60t59b_judge(const struct pt64_meta *meta,
                                                             const struct pt64_trace *trace,
                                                             pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    return pt64_riscv_judge_as(meta, trace, pt64_riscv_svrsw60t59b_read(entry), access);
}

PT64_MEMBER struct pt64_verdict pt64_riscv_zicfiss_judge(const struct pt64_meta *meta,
                                                         const struct pt64_trace *trace,
                                                         pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;

    if (trace->end == PT64_END_LEAF && pt64_riscv_is_shadow_stack(entry) && (access & PT64_WRITE))
        return pt64_faults("a shadow stack, which ordinary stores do not write", trace->level);
    return pt64_riscv_judge_as(meta, trace, pt64_riscv_zicfiss_plain(entry), access);
}

/* ---- the G-stage ---- */

/** W without R is reserved here whatever the hart has. */
PT64_MEMBER const char *pt64_riscv_gstage_malformed(pt64_entry_t entry, unsigned level)
{
    if (pt64_riscv_is_shadow_stack(entry))
        return pt64_malformed(entry, level);
    return pt64_riscv_napot_malformed(entry, level);
}

/** G of a pointer says nothing. */
PT64_MEMBER pt64_entry_t pt64_riscv_gstage_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                   unsigned level)
{
    return leaf;
}

/** The privilege in the guest does not matter, and PT64_USER in `access` neither. */
PT64_PRINT struct pt64_verdict pt64_riscv_gstage_judge_entry(const struct pt64_trace *trace,
                                                             pt64_flags_t access)
{
    pt64_entry_t entry = trace->steps[trace->level].entry;
    struct pt64_verdict verdict = pt64_riscv_judge_right(entry, access, trace->level);

    if (!(entry & PT64_RISCV_V))
        return pt64_faults("V is 0, not valid", trace->level);
    if ((entry & PT64_RISCV_RWX) && !(entry & PT64_RISCV_U))
        return pt64_faults("U is 0, and every access is one of a user", trace->level);
    if (trace->end == PT64_END_EMPTY)
        return pt64_faults("the entry is malformed", trace->level);
    return verdict.faults ? verdict
                          : pt64_riscv_judge_rest(entry, access | PT64_USER, trace->level);
}

PT64_MEMBER struct pt64_verdict pt64_riscv_gstage_sv32_judge(const struct pt64_meta *meta,
                                                             const struct pt64_trace *trace,
                                                             pt64_flags_t access)
{
    return pt64_riscv_gstage_judge_entry(trace, access);
}

PT64_MEMBER struct pt64_verdict pt64_riscv_gstage_judge(const struct pt64_meta *meta,
                                                        const struct pt64_trace *trace,
                                                        pt64_flags_t access)
{
    struct pt64_verdict verdict = pt64_riscv_judge_extension(trace);

    return verdict.faults ? verdict : pt64_riscv_gstage_judge_entry(trace, access);
}

/** @endcond */

/** For pt64_riscv_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_fields,
    .malformed = pt64_riscv_napot_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_napot_judge,
};
/** For pt64_riscv_sv32_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_sv32_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_sv32_fields,
    .malformed = pt64_riscv_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_judge,
};
/** For pt64_riscv_svpbmt_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_svpbmt_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_svpbmt_fields,
    .malformed = pt64_riscv_napot_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_napot_judge,
};
/** For pt64_riscv_svrsw60t59b_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_svrsw60t59b_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_svrsw60t59b_fields,
    .malformed = pt64_riscv_svrsw60t59b_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_svrsw60t59b_judge,
};
/** For pt64_riscv_zicfiss_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_zicfiss_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_zicfiss_fields,
    .malformed = pt64_riscv_zicfiss_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_zicfiss_judge,
};
/** For pt64_riscv_xuantie_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_xuantie_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_xuantie_fields,
    .malformed = pt64_riscv_malformed,
    .inherit = pt64_riscv_inherit,
    .judge = pt64_riscv_judge,
};
/** For pt64_riscv_gstage_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_gstage_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_gstage_fields,
    .malformed = pt64_riscv_gstage_malformed,
    .inherit = pt64_riscv_gstage_inherit,
    .judge = pt64_riscv_gstage_judge,
};
/** For pt64_riscv_gstage_sv32_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_gstage_sv32_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_gstage_sv32_fields,
    .malformed = pt64_malformed,
    .inherit = pt64_riscv_gstage_inherit,
    .judge = pt64_riscv_gstage_sv32_judge,
};
/** For pt64_riscv_gstage_svpbmt_pte. */
PT64_TRAIT struct pt64_terms pt64_riscv_gstage_svpbmt_terms = {
    .memory = 0,
    .memory_type = NULL,
    .level_name = pt64_riscv_level_name,
    .fields = pt64_riscv_gstage_svpbmt_fields,
    .malformed = pt64_riscv_gstage_malformed,
    .inherit = pt64_riscv_gstage_inherit,
    .judge = pt64_riscv_gstage_judge,
};

PT64_TRAITS_END

#endif
