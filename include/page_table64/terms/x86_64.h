/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of an x86-64 entry by name, and what they forbid.
 *
 * Source: Intel SDM volume 3A, chapter 5 (Paging; chapter 4 before revision 086): tables "Format of
 * a PML4 Entry that References a Page-Directory-Pointer Table" to "Format of a Page-Table Entry
 * that Maps a 4-KByte Page"; 5.6.1 "Determination of Access Rights"; 5.7 "Page-Fault Exceptions";
 * 13.12 "Page Attribute Table" for the memory types. The `memory` of these terms is IA32_PAT.
 *
 * The reports assume that CR0.WP and EFER.NXE are set, and that MAXPHYADDR is 52.
 */
#ifndef PAGE_TABLE64_TERMS_X86_64_H
#define PAGE_TABLE64_TERMS_X86_64_H

#include "../geometry.h"
#include "../meta/x86_64.h"
#include "../terms.h"

PT64_TRAITS_BEGIN

/** The memory type in entry `index`, 0 to 7, of a value of IA32_PAT. */
PT64_MEMBER unsigned pt64_x86_64_pat_type(uint64_t pat, unsigned index)
{
    return (unsigned)(pat >> (8 * index)) & 0xff;
}

/**
 * The name of a memory type from SDM 3A, table "Memory Types That Can Be Encoded With PAT". NULL if
 * it is reserved: no value of IA32_PAT holds it.
 */
PT64_PRINT const char *pt64_x86_64_type_name(unsigned type)
{
    switch (type) {
    case 0:
        return "UC, uncacheable";
    case 1:
        return "WC, write-combining";
    case 4:
        return "WT, write-through";
    case 5:
        return "WP, write-protected";
    case 6:
        return "WB, write-back";
    case 7:
        return "UC-, uncacheable unless an MTRR says WC";
    default:
        return NULL;
    }
}

/**
 * A memory type as one of PT64_MEMORY_TYPES, or 0 for write-back. There is no flag for what is
 * cached in part: WT and WP become PT64_UNCACHED, as WT does in the entry format.
 */
PT64_MEMBER pt64_flags_t pt64_x86_64_type_flags(unsigned type)
{
    switch (type) {
    case 0:
        return PT64_DEVICE;
    case 1:
        return PT64_WRITE_COMBINE;
    case 4:
    case 5:
    case 7:
        return PT64_UNCACHED;
    default:
        return 0;
    }
}

/** The names of the flags of x86-64, in the form of pt64_flag_name_t. */
PT64_MEMBER const char *pt64_x86_64_flag_name(pt64_flags_t flags, pt64_flags_t *mask)
{
    if (flags & PT64_X86_64_PKEYS) {
        *mask = PT64_X86_64_PKEYS;
        return "pkey=";
    }
    *mask = PT64_X86_64_SHADOW_STACK;
    return flags & PT64_X86_64_SHADOW_STACK ? "shadow-stack" : NULL;
}

/** @cond engine */

PT64_MEMBER const char *pt64_x86_64_level_name(const struct pt64_meta *meta, unsigned level)
{
    switch (level) {
    case 0:
        return "PTE";
    case 1:
        return "PDE";
    case 2:
        return "PDPTE";
    case 3:
        return "PML4E";
    default:
        return "PML5E";
    }
}

/** The memory type of a leaf at `level`. PWT, PCD and PAT are its index in IA32_PAT. */
PT64_MEMBER unsigned pt64_x86_64_leaf_type(uint64_t memory, pt64_entry_t leaf, unsigned level)
{
    unsigned index = (unsigned)(leaf >> 3) & 3;

    index |= leaf & pt64_x86_64_pat_bit(level) ? 4U : 0U;
    return pt64_x86_64_pat_type(memory, index);
}

PT64_MEMBER pt64_flags_t pt64_x86_64_told_type(uint64_t memory, pt64_entry_t leaf, unsigned level)
{
    return pt64_x86_64_type_flags(pt64_x86_64_leaf_type(memory, leaf, level));
}

PT64_PRINT void pt64_x86_64_tell_flags(const struct pt64_teller *teller, bool is_leaf)
{
    pt64_tell_bit(teller, 0, "P", "present", "not present: every access faults");
    if (!(teller->entry & PT64_X86_64_P))
        return;
    pt64_tell_bit(teller, 1, "R/W", "writable", "read-only");
    pt64_tell_bit(teller, 2, "U/S", "user code may access", "supervisor only");
    pt64_tell(teller, 3, 1, "PWT", is_leaf ? "bit 0 of the PAT index" : NULL);
    pt64_tell(teller, 4, 1, "PCD", is_leaf ? "bit 1 of the PAT index" : NULL);
    pt64_tell_bit(teller, 5, "A", "accessed", "not accessed since this was clear");
    if (is_leaf)
        pt64_tell_bit(teller, 6, "D",
                      teller->entry & PT64_X86_64_RW
                          ? "dirty"
                          : "dirty, and not writable: a shadow stack where CR4.CET is set",
                      "not written since this was clear");
    else
        pt64_tell_if_set(teller, 6, 1, "ignored", "software's");
}

/**
 * Reports the software bits. The library keeps dirty in bit 58 of a page that is not writable,
 * where D would make it a shadow stack, and in bit 57 that a page is a shadow stack.
 */
PT64_PRINT void pt64_x86_64_tell_software(const struct pt64_teller *teller)
{
    pt64_tell_if_set(teller, 52, 5, "ignored", "software's");
    pt64_tell_if_set(teller, 57, 1, "ignored",
                     "software's: a shadow stack, in the format with CET");
    pt64_tell_if_set(teller, 58, 1, "ignored", "software's: dirty, and not writable");
}

PT64_PRINT void pt64_x86_64_tell_leaf(const struct pt64_teller *teller, unsigned shift,
                                      const char *type)
{
    bool is_huge = shift > 12;

    if (is_huge)
        pt64_tell(teller, 7, 1, "PS", "maps a page");
    else
        pt64_tell(teller, 7, 1, "PAT", type);
    pt64_tell_bit(teller, 8, "G", "global: stays when CR3 changes", "not global");
    pt64_tell_if_set(teller, 9, 3, "ignored", "software's");
    if (is_huge)
        pt64_tell(teller, 12, 1, "PAT", type);
    if (is_huge)
        pt64_tell_if_set(teller, 13, shift - 13, "reserved", "must be 0: every access faults");
    pt64_tell_address(teller, shift, 52 - shift, "of the page");
    pt64_x86_64_tell_software(teller);
    pt64_tell_if_set(teller, 59, 4, "key", "protection key, where CR4.PKE or PKS is set");
}

PT64_PRINT void pt64_x86_64_tell_link(const struct pt64_teller *teller, unsigned level)
{
    if (level > 2)
        pt64_tell_if_set(teller, 7, 1, "reserved", "must be 0: every access faults");
    else
        pt64_tell(teller, 7, 1, "PS", "references a table");
    pt64_tell_if_set(teller, 8, 4, "ignored", "software's");
    pt64_tell_address(teller, 12, 40, "of the table");
    pt64_tell_if_set(teller, 52, 11, "ignored", "software's");
}

PT64_MEMBER void pt64_x86_64_fields(uint64_t memory, const struct pt64_meta *meta,
                                    pt64_entry_t entry, unsigned level, pt64_tell_t tell, void *arg)
{
    struct pt64_teller teller = {tell, arg, entry};
    bool is_leaf = level == 0 || (level <= 2 && (entry & PT64_X86_64_PS));

    pt64_x86_64_tell_flags(&teller, is_leaf);
    if (!(entry & PT64_X86_64_P)) {
        pt64_tell_if_set(&teller, 1, 63, "ignored", "software's");
        return;
    }
    if (is_leaf)
        pt64_x86_64_tell_leaf(&teller, pt64_slot_shift(meta, level),
                              pt64_x86_64_type_name(pt64_x86_64_leaf_type(memory, entry, level)));
    else
        pt64_x86_64_tell_link(&teller, level);
    pt64_tell_bit(&teller, 63, "XD", "execution refused", "execution allowed");
}

/** Every level must grant writing and user access, and none may refuse execution (5.6.1). */
PT64_MEMBER pt64_entry_t pt64_x86_64_inherit(pt64_entry_t leaf, pt64_entry_t table, unsigned level)
{
    leaf &= table | ~(PT64_X86_64_RW | PT64_X86_64_US);
    return leaf | (table & PT64_X86_64_XD);
}

/**
 * Judges an access to a present page without a reserved bit. The entries at `levels` and above have
 * neither R/W nor U/S.
 */
PT64_PRINT struct pt64_verdict pt64_x86_64_judge_rights(const struct pt64_trace *trace,
                                                        pt64_flags_t access, unsigned levels)
{
    unsigned no_user = pt64_level_without_below(trace, levels, PT64_X86_64_US);
    unsigned no_write = pt64_level_without_below(trace, levels, PT64_X86_64_RW);
    unsigned no_execute = pt64_level_with(trace, PT64_X86_64_XD);

    if ((access & PT64_USER) && no_user < PT64_MAX_LEVELS)
        return pt64_faults("U/S is 0, supervisor only", no_user);
    if ((access & PT64_WRITE) && no_write < PT64_MAX_LEVELS)
        return pt64_faults("R/W is 0, read-only", no_write);
    if ((access & PT64_EXECUTE) && no_execute < PT64_MAX_LEVELS)
        return pt64_faults("XD is 1", no_execute);
    if ((access & PT64_USER) || no_user < PT64_MAX_LEVELS)
        return pt64_allows();
    if (access & PT64_EXECUTE)
        return pt64_allows_if("unless CR4.SMEP is set, because this is a user page", trace->level);
    return pt64_allows_if(
        "unless CR4.SMAP is set and EFLAGS.AC is not, because this is a user "
        "page",
        trace->level);
}

PT64_MEMBER struct pt64_verdict
pt64_x86_64_judge(const struct pt64_meta *meta, const struct pt64_trace *trace, pt64_flags_t access)
{
    if (!(trace->steps[trace->level].entry & PT64_X86_64_P))
        return pt64_faults("P is 0, not present", trace->level);
    if (pt64_x86_64_wrong(trace->limits, trace->steps[trace->level].entry, trace->level,
                          pt64_leaf_size(meta, trace->limits, trace->level)))
        return pt64_faults("a reserved bit is 1", trace->level);
    return pt64_x86_64_judge_rights(trace, access, trace->limits->levels);
}

/**
 * Besides, a page is a shadow stack only where every entry above it has R/W set (5.6). Its dirty
 * flag is in the software bit then.
 */
PT64_MEMBER pt64_entry_t pt64_x86_64_cet_inherit(pt64_entry_t leaf, pt64_entry_t table,
                                                 unsigned level)
{
    pt64_entry_t whole = pt64_x86_64_inherit(leaf, table, level);
    pt64_entry_t dirt = whole & PT64_X86_64_D;

    if (table & PT64_X86_64_RW)
        return whole;
    return (whole & ~(dirt | PT64_X86_64_SOFT_SHADOW)) | dirt << PT64_X86_64_SOFT_DIRTY_SHIFT;
}

/** @endcond */

/** For pt64_x86_64_pte. */
PT64_TRAIT struct pt64_terms pt64_x86_64_terms = {
    .memory = PT64_X86_64_PAT_VALUE,
    .memory_type = pt64_x86_64_told_type,
    .flag_name = pt64_x86_64_flag_name,
    .level_name = pt64_x86_64_level_name,
    .fields = pt64_x86_64_fields,
    .malformed = pt64_malformed,
    .inherit = pt64_x86_64_inherit,
    .judge = pt64_x86_64_judge,
};
/** For pt64_x86_64_cet_pte. */
PT64_TRAIT struct pt64_terms pt64_x86_64_cet_terms = {
    .memory = PT64_X86_64_PAT_VALUE,
    .memory_type = pt64_x86_64_told_type,
    .flag_name = pt64_x86_64_flag_name,
    .level_name = pt64_x86_64_level_name,
    .fields = pt64_x86_64_fields,
    .malformed = pt64_malformed,
    .inherit = pt64_x86_64_cet_inherit,
    .judge = pt64_x86_64_judge,
};

PT64_TRAITS_END

#endif
