/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What audit reads, and where its findings go.
 */
#ifndef PTDUMP_AUDIT_H
#define PTDUMP_AUDIT_H

#include "json.h"
#include "options.h"
#include "runs.h"

/** An entry that audit reports, and that is not a well-formed page. */
struct suspect {
    const struct half *half;
    struct pt64_seen seen;
};

struct audit {
    const struct options *options;
    struct runs runs;
    pt64_paddr_t *tables; /**< the frames of all nodes, each once, in ascending order */
    size_t table_count;
    struct suspect *suspects;
    size_t suspect_count;
    struct json *json; /**< NULL for text */
    FILE *out;
    uint64_t findings;
};

/**
 * Reports a finding about `bytes` from `vaddr` on, at `paddr`, mapped with `flags` if it is mapped.
 */
void audit_report(struct audit *audit, unsigned check, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                  uint64_t bytes, pt64_flags_t flags, const char *what);

void audit_run(struct audit *audit, unsigned check, const struct run *run, const char *what);

/** Memory that one mapping has as device memory and another as cached. */
void audit_aliases(struct audit *audit);

/** Writable pages that hold nodes. */
void audit_tables(struct audit *audit);

#endif
