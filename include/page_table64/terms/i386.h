/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of a 32-bit x86 entry by name, and what they forbid.
 *
 * Source: Intel SDM volume 3A, chapter 5 (Paging; chapter 4 before revision 086): tables "Format of
 * a 32-Bit Page-Directory Entry that Maps a 4-MByte Page" to "Format of a PAE Page-Table Entry that
 * Maps a 4-KByte Page"; 5.6.1 "Determination of Access Rights"; 5.7 "Page-Fault Exceptions"; 13.12
 * "Page Attribute Table" for the memory types. The `memory` of these terms is IA32_PAT.
 *
 * The reports assume that CR0.WP is set; with 32-bit paging that CR4.PSE is and that MAXPHYADDR is
 * 32, and with PAE paging that IA32_EFER.NXE is set and that MAXPHYADDR is 52.
 */
#ifndef PAGE_TABLE64_TERMS_I386_H
#define PAGE_TABLE64_TERMS_I386_H

#include "../meta/i386.h"
#include "x86_64.h"

PT64_TRAITS_BEGIN

/** @cond engine */

PT64_PRINT const char *pt64_i386_leaf_type_name(uint64_t memory, pt64_entry_t leaf, unsigned level)
{
    return pt64_x86_64_type_name(pt64_x86_64_leaf_type(memory, leaf, level));
}

/** Reports bits 11:9. The library keeps dirty in bit 11 of a page that is not writable. */
PT64_PRINT void pt64_i386_tell_software(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 9, 2, "ignored", "software's");
    pt64_tell_if_set(teller, 11, 1, "ignored", "software's: dirty, and not writable");
}

PT64_PRINT void pt64_i386_tell_page(const struct pt64_teller *teller, unsigned level,
                                    const char *type)
{
    if (level > 0)
        pt64_tell(teller, 7, 1, "PS", "maps a page");
    else
        pt64_tell(teller, 7, 1, "PAT", type);
    pt64_tell_bit(teller, 8, "G", "global: stays when CR3 changes", "not global");
    pt64_i386_tell_software(teller);
    if (level > 0)
        pt64_tell(teller, 12, 1, "PAT", type);
}

PT64_PRINT void pt64_i386_tell_link(const struct pt64_teller *teller)
{
    pt64_tell(teller, 7, 1, "PS", "references a table");
    pt64_tell_if_set(teller, 8, 4, "ignored", "software's");
}

/** What a kernel does with an entry that hardware does not read. */
PT64_PRINT bool pt64_i386_tell_absent(const struct pt64_teller *teller, unsigned bits)
{
    if (teller->entry & PT64_X86_64_P)
        return false;
    pt64_tell_bit(teller, 0, "P", "present", "not present: every access faults");
    pt64_tell_if_set(teller, 1, bits - 1, "ignored", "software's");
    return true;
}

/* ---- 32-bit paging ---- */

/** Bits 20:13 would be bits 39:32 of the address where physical addresses are wider. */
PT64_PRINT void pt64_i386_tell_huge_address(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 13, 8, "reserved", "must be 0: every access faults");
    pt64_tell_if_set(teller, 21, 1, "reserved", "must be 0: every access faults");
    pt64_tell_address(teller, 22, 10, "of the page");
}

PT64_MEMBER void pt64_i386_fields(uint64_t memory, const struct pt64_meta *meta, pt64_entry_t entry,
                                  unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_leaf = pt64_i386_is_leaf(&meta->limits, entry, level);

    if (pt64_i386_tell_absent(&teller, 32))
        return;
    pt64_x86_64_tell_flags(&teller, is_leaf);
    if (!is_leaf) {
        pt64_i386_tell_link(&teller);
        pt64_tell_address(&teller, 12, 20, "of the table");
        return;
    }
    pt64_i386_tell_page(&teller, level, pt64_i386_leaf_type_name(memory, entry, level));
    if (level > 0)
        pt64_i386_tell_huge_address(&teller);
    else
        pt64_tell_address(&teller, 12, 20, "of the page");
}

PT64_MEMBER struct pt64_verdict pt64_i386_judge(const struct pt64_meta *meta,
                                                const struct pt64_trace *trace, pt64_flags_t access)
{
    if (!(trace->steps[trace->level].entry & PT64_X86_64_P))
        return pt64_faults("P is 0, not present", trace->level);
    if (pt64_i386_wrong(trace->limits, trace->steps[trace->level].entry, trace->level, 0))
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_x86_64_judge_rights(trace, access, trace->limits->levels);
}

/* ---- PAE paging ---- */

/** It has no permissions. QEMU sets its bit 5 as if it were A. */
PT64_PRINT void pt64_i386_tell_pdpte(const struct pt64_teller *teller)
{
    pt64_tell(teller, 0, 1, "P", "present");
    pt64_tell_if_set(teller, 1, 2, "reserved", "must be 0: CR3 cannot be loaded");
    pt64_tell(teller, 3, 1, "PWT", NULL);
    pt64_tell(teller, 4, 1, "PCD", NULL);
    pt64_tell_if_set(teller, 5, 1, "reserved", "must be 0, but QEMU sets it");
    pt64_tell_if_set(teller, 6, 3, "reserved", "must be 0: CR3 cannot be loaded");
    pt64_tell_if_set(teller, 9, 3, "ignored", "software's");
    pt64_tell_address(teller, 12, 40, "of the table");
    pt64_tell_if_set(teller, 52, 12, "reserved", "must be 0: CR3 cannot be loaded");
}

PT64_PRINT void pt64_i386_pae_tell_entry(const struct pt64_teller *teller, unsigned level,
                                         bool is_leaf, const char *type)
{
    unsigned shift = is_leaf && level > 0 ? 21 : 12;

    pt64_x86_64_tell_flags(teller, is_leaf);
    if (is_leaf)
        pt64_i386_tell_page(teller, level, type);
    else
        pt64_i386_tell_link(teller);
    if (shift > 12)
        pt64_tell_if_set(teller, 13, shift - 13, "reserved", "must be 0: every access faults");
    pt64_tell_address(teller, shift, 52 - shift, is_leaf ? "of the page" : "of the table");
    pt64_tell_if_set(teller, 52, 11, "reserved", "must be 0: every access faults");
    pt64_tell_bit(teller, 63, "XD", "execution refused", "execution allowed");
}

PT64_MEMBER void pt64_i386_pae_fields(uint64_t memory, const struct pt64_meta *meta,
                                      pt64_entry_t entry, unsigned level, pt64_tell_t tell,
                                      void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};

    if (pt64_i386_tell_absent(&teller, 64))
        return;
    if (level == 2)
        pt64_i386_tell_pdpte(&teller);
    else
        pt64_i386_pae_tell_entry(&teller, level, pt64_i386_pae_is_leaf(entry, level),
                                 pt64_i386_leaf_type_name(memory, entry, level));
}

/** MOV to CR3 checks the PDPTEs (5.4.1). */
PT64_MEMBER const char *pt64_i386_pae_malformed(pt64_entry_t entry, unsigned level)
{
    return level == 2 ? "malformed, CR3 cannot be loaded" : pt64_malformed(entry, level);
}

/** A PDPTE imposes nothing (5.6.1). */
PT64_MEMBER pt64_entry_t pt64_i386_pae_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                               unsigned level)
{
    return level == 2 ? leaf : pt64_x86_64_inherit(leaf, table, level);
}

PT64_MEMBER struct pt64_verdict pt64_i386_pae_judge(const struct pt64_meta *meta,
                                                    const struct pt64_trace *trace,
                                                    pt64_flags_t access)
{
    if (!(trace->steps[trace->level].entry & PT64_X86_64_P))
        return pt64_faults("P is 0, not present", trace->level);
    if (pt64_i386_pae_wrong(trace->limits, trace->steps[trace->level].entry, trace->level, 0))
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_x86_64_judge_rights(trace, access, 2);
}

/** @endcond */

/** For pt64_i386_pte. */
PT64_TRAIT struct pt64_terms pt64_i386_terms = {
    .memory = PT64_X86_64_PAT_VALUE,
    .memory_type = pt64_x86_64_told_type,
    .flag_name = NULL,
    .level_name = pt64_x86_64_level_name,
    .fields = pt64_i386_fields,
    .malformed = pt64_malformed,
    .inherit = pt64_x86_64_inherit,
    .judge = pt64_i386_judge,
};

/** For pt64_i386_pae_pte. */
PT64_TRAIT struct pt64_terms pt64_i386_pae_terms = {
    .memory = PT64_X86_64_PAT_VALUE,
    .memory_type = pt64_x86_64_told_type,
    .flag_name = NULL,
    .level_name = pt64_x86_64_level_name,
    .fields = pt64_i386_pae_fields,
    .malformed = pt64_i386_pae_malformed,
    .inherit = pt64_i386_pae_inherit,
    .judge = pt64_i386_pae_judge,
};

PT64_TRAITS_END

#endif
