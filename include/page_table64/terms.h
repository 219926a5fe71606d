/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The fourth trait: what an architecture calls the parts of its entries, and what they forbid. Only
 * reports need it (scan.h, dump.h, explain.h). A table works without it.
 */
#ifndef PAGE_TABLE64_TERMS_H
#define PAGE_TABLE64_TERMS_H

#include "shift.h"
#include "text.h"
#include "traits.h"

/** A field of an entry: some bits, and their meaning. */
struct pt64_field {
    unsigned low;        /**< the lowest of the bits */
    unsigned width;      /**< their number */
    uint64_t value;      /**< of the bits, shifted down to bit 0; or the address that they hold */
    const char *name;    /**< in the architecture's manual */
    const char *meaning; /**< of this value; NULL if there is no more to say than the value */
};

/** Takes each field of an entry, from the lowest up. */
typedef void (*pt64_tell_t)(void *arg, const struct pt64_field *field);

/** One step of a walk. */
struct pt64_step {
    pt64_paddr_t table;  /**< the frame that was read */
    size_t index;        /**< of the entry in that frame */
    pt64_entry_t entry;  /**< as the walk read it */
    enum pt64_kind kind; /**< what it is; to the hardware's walker, a page or mark that is not
                            present is an empty entry */
};

/** Where a walk ended. */
enum pt64_end {
    PT64_END_LEAF,        /**< at a page */
    PT64_END_EMPTY,       /**< at an entry that is neither a leaf nor a link */
    PT64_END_LOST,        /**< at a link to a frame that is not memory */
    PT64_END_NO_ROOT,     /**< before it began: the root is not memory */
    PT64_END_NOT_ADDRESS, /**< before it began: the address is not one of the table */
};

/** The walk of one address. */
struct pt64_trace {
    pt64_vaddr_t vaddr;                      /**< the address that was walked */
    const struct pt64_limits *limits;        /**< those of the table */
    enum pt64_end end;                       /**< where the walk ended */
    unsigned level;                          /**< of the last step */
    struct pt64_step steps[PT64_MAX_LEVELS]; /**< by level: those from the root's down to `level` */
};

/** Whether an access succeeds. At most two machine words, which compilers copy without memcpy. */
struct pt64_verdict {
    const char *why; /**< why it faults, or on what condition it succeeds; NULL: on none */
    unsigned level;  /**< of the entry that decides */
    bool faults;     /**< false if it succeeds, or succeeds if `why` holds */
};

/** The vocabulary of an architecture. Its functions are pure, and take any value for an entry. */
struct pt64_terms {
    /**
     * The register through which entries name their memory types: IA32_PAT, MAIR_ELx. For a table
     * of another kernel, use a copy of the terms with the value that this kernel loads.
     */
    uint64_t memory;
    /**
     * The memory type of a leaf at `level` by the value of that register: one of PT64_MEMORY_TYPES,
     * or 0, with the format's own flags of the type. NULL if there is no such register: the
     * format's decode has the memory type.
     */
    pt64_flags_t (*memory_type)(uint64_t memory, pt64_entry_t leaf, unsigned level);
    /** The names of the format's own flags. NULL if it has none. */
    pt64_flag_name_t flag_name;
    /** The name of an entry at `level`. */
    const char *(*level_name)(const struct pt64_meta *meta, unsigned level);
    /** Passes every field of an entry at `level` to `tell`, by the value of that register. */
    void (*fields)(uint64_t memory, const struct pt64_meta *meta, pt64_entry_t entry,
                   unsigned level, pt64_tell_t tell, void *arg);
    /**
     * What an entry is that is neither empty nor a leaf nor a link, and what hardware does with it.
     */
    const char *(*malformed)(pt64_entry_t entry, unsigned level);
    /**
     * The leaf whose flags by themselves are those that `leaf` has below the link `table`, which is
     * at `level`.
     */
    pt64_entry_t (*inherit)(pt64_entry_t leaf, pt64_entry_t table, unsigned level);
    /**
     * Judges an access by a walk that ended at a leaf or an empty entry. `access` is one of
     * PT64_READ, PT64_WRITE and PT64_EXECUTE, with PT64_USER when unprivileged code asks.
     */
    struct pt64_verdict (*judge)(const struct pt64_meta *meta, const struct pt64_trace *trace,
                                 pt64_flags_t access);
};

/* ---- for authors of terms ---- */

/** On functions of reports, where a call costs nothing that matters: one copy in each file. */
#define PT64_PRINT static __attribute__((noinline, unused))

/** The `malformed` of formats that know no more of such an entry. */
PT64_INLINE const char *pt64_malformed(pt64_entry_t entry, unsigned level)
{
    (void)entry;
    (void)level;
    return "malformed, every access faults";
}

/** An entry, and what takes its fields. */
struct pt64_teller {
    pt64_tell_t tell;   /**< takes each field */
    void *arg;          /**< is passed on to `tell` */
    pt64_entry_t entry; /**< whose fields they are */
};

/** Reports a field whose value is not the number in its bits: an address, say. */
PT64_PRINT void pt64_tell_value(const struct pt64_teller *teller, unsigned low, unsigned width,
                                uint64_t value, const char *name, const char *meaning)
{
    struct pt64_field field;

    field.low = low;
    field.width = width;
    field.value = value;
    field.name = name;
    field.meaning = meaning;
    teller->tell(teller->arg, &field);
}

/** Reports the field of `width` bits, at most 63, from bit `low` up. */
PT64_PRINT void pt64_tell(const struct pt64_teller *teller, unsigned low, unsigned width,
                          const char *name, const char *meaning)
{
    uint64_t value = pt64_shift_right(teller->entry, low) & (pt64_shift_left(1, width) - 1);

    pt64_tell_value(teller, low, width, value, name, meaning);
}

/** Reports a field of an address, whose bits have the same places in both. */
PT64_PRINT void pt64_tell_address(const struct pt64_teller *teller, unsigned low, unsigned width,
                                  const char *meaning)
{
    uint64_t mask = pt64_shift_left(pt64_shift_left(1, width) - 1, low);

    pt64_tell_value(teller, low, width, teller->entry & mask, "address", meaning);
}

/** Reports a field of one bit, with a meaning for each of its values. */
PT64_PRINT void pt64_tell_bit(const struct pt64_teller *teller, unsigned bit, const char *name,
                              const char *when_set, const char *when_clear)
{
    pt64_tell(teller, bit, 1, name,
              pt64_shift_right(teller->entry, bit) & 1 ? when_set : when_clear);
}

/** Reports a field if it is not 0. */
PT64_PRINT void pt64_tell_if_set(const struct pt64_teller *teller, unsigned low, unsigned width,
                                 const char *name, const char *meaning)
{
    if (pt64_shift_right(teller->entry, low) & (pt64_shift_left(1, width) - 1))
        pt64_tell(teller, low, width, name, meaning);
}

/** The verdict that the access succeeds. */
PT64_INLINE struct pt64_verdict pt64_allows(void)
{
    struct pt64_verdict verdict;

    verdict.why = NULL;
    verdict.level = 0;
    verdict.faults = false;
    return verdict;
}

/**
 * The verdict that the access succeeds if `condition` holds, which the entry at `level` imposes.
 */
PT64_INLINE struct pt64_verdict pt64_allows_if(const char *condition, unsigned level)
{
    struct pt64_verdict verdict = {condition, level, false};

    return verdict;
}

/** The verdict that the access faults because of the entry at `level`. */
PT64_INLINE struct pt64_verdict pt64_faults(const char *why, unsigned level)
{
    struct pt64_verdict verdict = {why, level, true};

    return verdict;
}

/** The highest level of the walk whose entry has any of `bits`, or PT64_MAX_LEVELS. */
PT64_PRINT unsigned pt64_level_with(const struct pt64_trace *trace, pt64_entry_t bits)
{
    for (unsigned level = trace->limits->levels; level > trace->level; level--)
        if (trace->steps[level - 1].entry & bits)
            return level - 1;
    return PT64_MAX_LEVELS;
}

/**
 * The highest level of the walk below `levels` whose entry lacks any of `bits`, or PT64_MAX_LEVELS.
 */
PT64_PRINT unsigned pt64_level_without_below(const struct pt64_trace *trace, unsigned levels,
                                             pt64_entry_t bits)
{
    for (unsigned level = levels; level > trace->level; level--)
        if (~trace->steps[level - 1].entry & bits)
            return level - 1;
    return PT64_MAX_LEVELS;
}

#endif
