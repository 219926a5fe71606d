/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What audit looks at, and where its findings go.
 */
#ifndef PTDUMP_AUDIT_H
#define PTDUMP_AUDIT_H

#include "json.h"
#include "options.h"
#include "runs.h"

/** An entry that audit has something to say of, and is no page in order. */
struct suspect {
    const struct half *half;
    struct pt64_seen seen;
};

struct audit {
    const struct options *options;
    struct runs runs;
    pt64_paddr_t *tables; /**< the frames of all tables, each once, in their order */
    size_t table_count;
    struct suspect *suspects;
    size_t suspect_count;
    struct json *json; /**< or NULL: text */
    FILE *out;
    uint64_t findings;
};

/** A finding about `bytes` from `vaddr` on, at `paddr`, which may be mapped with `flags`. */
void audit_report(struct audit *audit, unsigned check, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                  uint64_t bytes, pt64_flags_t flags, const char *what);

void audit_run(struct audit *audit, unsigned check, const struct run *run, const char *what);

/** Memory that one mapping calls a device's and another has cached. */
void audit_aliases(struct audit *audit);

/** Writable pages that hold tables. */
void audit_tables(struct audit *audit);

#endif
