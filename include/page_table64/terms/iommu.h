/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the reports on the tables of IOMMUs have in common. A device reads and writes: its requests
 * are told as those of the kernel.
 */
#ifndef PAGE_TABLE64_TERMS_IOMMU_H
#define PAGE_TABLE64_TERMS_IOMMU_H

#include "../terms.h"

/** @cond engine */

/**
 * Judges a request by a walk to a page. Every entry of it must have `reads` for a read, and
 * `writes` for a write.
 */
PT64_PRINT struct pt64_verdict pt64_iommu_judge(const struct pt64_trace *trace, pt64_flags_t access,
                                                pt64_entry_t reads, pt64_entry_t writes,
                                                const char *no_reads, const char *no_writes)
{
    unsigned level;

    if (access & (PT64_USER | PT64_EXECUTE))
        return pt64_faults(access & PT64_USER ? "devices have no unprivileged level"
                                              : "devices execute nothing",
                           trace->level);
    level = pt64_level_without_below(trace, trace->limits->levels,
                                     access & PT64_WRITE ? writes : reads);
    if (level < PT64_MAX_LEVELS)
        return pt64_faults(access & PT64_WRITE ? no_writes : no_reads, level);
    return pt64_allows();
}

/** @endcond */

#endif
