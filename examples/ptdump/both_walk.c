/* SPDX-License-Identifier: MIT */
/* What a walker does to the entries of a guest's tables, besides reading them. */
#include "both.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/x86_64.h>

enum {
    SETS_ACCESSED = 1 << 0,
    SETS_DIRTY = 1 << 1,
};

/**
 * What walkers write, by a part of the layout's name. Intel SDM 3A, "Accessed and Dirty Flags": A
 * in all entries but the PDPTEs of PAE paging, D in pages. Arm ARM, D8.5 "Hardware updates to the
 * translation tables": AF, and AP[2] of a page with DBM. RISC-V Privileged, "Virtual Address
 * Translation Process": A and D of pages. LoongArch Reference Manual 1, PWCH.HPTW_En: V and D of
 * pages. Software does it elsewhere.
 */
static const struct {
    const char *arch, *word;
    pt64_entry_t accessed; /**< to set with every access */
    pt64_entry_t dirty;    /**< to change with a store */
    pt64_entry_t clean;    /**< of `dirty`, what is to be changed */
    unsigned links;        /**< below this level links have `accessed` too */
    const char *words[4];  /**< by SETS_ACCESSED and SETS_DIRTY */
} walkers[] = {
    {"x86_64",
     "",
     PT64_X86_64_A,
     PT64_X86_64_D,
     0,
     PT64_MAX_LEVELS,
     {NULL, "sets A", "sets D", "sets A and D"}},
    {"i386", "", PT64_X86_64_A, PT64_X86_64_D, 0, 2, {NULL, "sets A", "sets D", "sets A and D"}},
    {"aarch64",
     "",
     PT64_AARCH64_AF,
     PT64_AARCH64_AP_RO,
     PT64_AARCH64_AP_RO,
     0,
     {NULL, "sets AF", "clears AP[2]", "sets AF and clears AP[2]"}},
    {"riscv", "", PT64_RISCV_A, PT64_RISCV_D, 0, 0, {NULL, "sets A", "sets D", "sets A and D"}},
    {"loongarch64",
     "hptw-",
     PT64_LOONGARCH64_V,
     PT64_LOONGARCH64_D,
     0,
     0,
     {NULL, "sets V", "sets D", "sets V and D"}},
};

#define WALKER_COUNT (sizeof(walkers) / sizeof(walkers[0]))

/** WALKER_COUNT if nothing but software writes the tables. */
static size_t walker_of(const struct layout *layout)
{
    size_t walker = 0;

    while (walker < WALKER_COUNT && !layout_is(layout, walkers[walker].arch, walkers[walker].word))
        walker++;
    return walker;
}

const char *both_update(const struct both *both, unsigned level, pt64_flags_t access)
{
    size_t walker = walker_of(both->layout);
    pt64_entry_t entry = both->trace.steps[level].entry;
    bool is_page = level == both->trace.level;
    unsigned update = 0;

    if (walker == WALKER_COUNT)
        return NULL;
    if (!(entry & walkers[walker].accessed) && (is_page || level < walkers[walker].links))
        update |= SETS_ACCESSED;
    if ((access & PT64_WRITE) && is_page &&
        (entry & walkers[walker].dirty) == walkers[walker].clean)
        update |= SETS_DIRTY;
    return walkers[walker].words[update];
}

/**
 * The PDPTEs of PAE paging are read when CR3 is loaded, and EPT takes that for a read in any case
 * (Intel SDM 3C, "EPT Violations").
 */
pt64_flags_t both_reads_as(const struct both *both, unsigned level)
{
    bool is_pdpte = both->half->format == &format_i386_pae && level == 2;

    return is_pdpte && nested_is_ept(both->nested) ? PT64_READ : both->nested->walk;
}
