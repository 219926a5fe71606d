/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include "command.h"
#include "fail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- findings ---- */

void audit_report(struct audit *audit, unsigned check, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                  uint64_t bytes, pt64_flags_t flags, const char *what)
{
    char permissions[PERMISSIONS_TEXT];
    char size[SIZE_TEXT];

    audit->findings++;
    if (audit->json == NULL) {
        fprintf(audit->out, "%-8s  %016" PRIx64 "-%016" PRIx64 "  at %012" PRIx64 "  %-7s %s  %s\n",
                check_name(check), vaddr, vaddr + (bytes - 1), paddr, size_text(bytes, size),
                permissions_text(flags, permissions), what);
        return;
    }
    json_open(audit->json, NULL, '{');
    json_string(audit->json, "check", check_name(check));
    json_span(audit->json, "virtual", vaddr, bytes);
    json_span(audit->json, "physical", paddr, bytes);
    json_string(audit->json, "permissions", permissions_text(flags, permissions));
    json_string(audit->json, "what", what);
    json_close(audit->json, '}');
}

void audit_run(struct audit *audit, unsigned check, const struct run *run, const char *what)
{
    audit_report(audit, check, run->vaddr, run->paddr, run->bytes, run->flags, what);
}

/* ---- pages by themselves ---- */

static bool is_cached(const struct run *run)
{
    return (run->flags & PT64_MEMORY_TYPES) == 0;
}

/** The part of a cached run that --device says is no memory. */
static void audit_declared(struct audit *audit, const struct run *run)
{
    for (size_t i = 0; i < audit->options->device_count; i++) {
        const struct device_range *device = &audit->options->devices[i];
        pt64_paddr_t last = run->paddr + (run->bytes - 1);
        pt64_paddr_t from = device->first > run->paddr ? device->first : run->paddr;
        pt64_paddr_t to = device->last < last ? device->last : last;

        if (from <= to && is_cached(run))
            audit_report(audit, CHECK_DEVICE, run->vaddr + (from - run->paddr), from, to - from + 1,
                         run->flags, "device memory that is cached");
    }
}

static void audit_page(struct audit *audit, const struct run *run)
{
    pt64_flags_t write_execute = PT64_WRITE | PT64_EXECUTE;
    unsigned checks = audit->options->checks;

    if ((checks & CHECK_WRITE_EXECUTE) && (run->flags & write_execute) == write_execute)
        audit_run(audit, CHECK_WRITE_EXECUTE, run, "writable and executable");
    if ((checks & CHECK_USER) && (run->flags & PT64_USER) && is_kernel_address(run->vaddr))
        audit_run(audit, CHECK_USER, run, "user code can reach this kernel address");
    if ((checks & CHECK_DEVICE) && (run->flags & PT64_DEVICE) && (run->flags & PT64_EXECUTE))
        audit_run(audit, CHECK_DEVICE, run, "device memory that is executable");
    if (checks & CHECK_DEVICE)
        audit_declared(audit, run);
}

/* ---- entries that are not in order ---- */

static void audit_reserved(struct audit *audit, const struct suspect *suspect)
{
    const struct pt64_terms *terms = suspect->half->format->terms;
    const struct pt64_seen *seen = &suspect->seen;
    char what[200];

    snprintf(what, sizeof(what),
             "%s 0x%016" PRIx64 " in the table at 0x%" PRIx64 ", index %zu: bits 0x%" PRIx64 ": %s",
             terms->level_name(suspect->half->format->meta, seen->level), seen->entry, seen->table,
             seen->index, seen->wrong, seen->malformed == NULL ? "must be 0" : seen->malformed);
    audit_report(audit, CHECK_RESERVED, seen->slot.vaddr, seen->slot.paddr, seen->slot.size,
                 seen->slot.flags, what);
}

static void audit_lost(struct audit *audit, const struct suspect *suspect)
{
    const struct pt64_seen *seen = &suspect->seen;
    char what[120];

    snprintf(what, sizeof(what),
             "the table at 0x%" PRIx64 ", index %zu, links one that is not in the image",
             seen->table, seen->index);
    audit_report(audit, CHECK_LOST, seen->slot.vaddr, seen->slot.paddr, seen->slot.size, 0, what);
}

static void audit_suspect(struct audit *audit, const struct suspect *suspect)
{
    unsigned checks = audit->options->checks;

    if ((checks & CHECK_RESERVED) && suspect->seen.wrong != 0)
        audit_reserved(audit, suspect);
    if ((checks & CHECK_LOST) && suspect->seen.sight == PT64_SIGHT_LOST)
        audit_lost(audit, suspect);
}

/* ---- the whole audit ---- */

static void collect_entry(void *arg, const struct half *half, const struct pt64_seen *seen)
{
    struct audit *audit = arg;
    struct suspect suspect = {half, *seen};

    if (seen->sight == PT64_SIGHT_LINK) {
        audit->tables = grow(audit->tables, audit->table_count, sizeof(*audit->tables));
        audit->tables[audit->table_count++] = seen->slot.paddr;
    }
    if (seen->wrong == 0 && seen->sight != PT64_SIGHT_LOST)
        return;
    audit->suspects = grow(audit->suspects, audit->suspect_count, sizeof(suspect));
    audit->suspects[audit->suspect_count++] = suspect;
}

static int by_address(const void *a, const void *b)
{
    const pt64_paddr_t *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

static void collect_tables(struct audit *audit, struct space *space)
{
    size_t kept = 0;

    for (size_t i = 0; i < space->count; i++) {
        audit->tables = grow(audit->tables, audit->table_count, sizeof(*audit->tables));
        audit->tables[audit->table_count++] = space->halves[i].root;
    }
    space_scan(space, collect_entry, audit);
    qsort(audit->tables, audit->table_count, sizeof(*audit->tables), by_address);
    for (size_t i = 0; i < audit->table_count; i++)
        if (kept == 0 || audit->tables[kept - 1] != audit->tables[i])
            audit->tables[kept++] = audit->tables[i];
    audit->table_count = kept;
}

static void examine(struct audit *audit)
{
    for (size_t i = 0; i < audit->runs.count; i++)
        audit_page(audit, &audit->runs.list[i]);
    if (audit->options->checks & CHECK_DEVICE)
        audit_aliases(audit);
    for (size_t i = 0; i < audit->suspect_count; i++)
        audit_suspect(audit, &audit->suspects[i]);
    if (audit->options->checks & CHECK_TABLES)
        audit_tables(audit);
}

int command_audit(struct space *space, const struct options *options, FILE *out)
{
    struct audit audit;
    struct json json;

    memset(&audit, 0, sizeof(audit));
    audit.options = options;
    audit.out = out;
    json_begin(&json, out);
    collect_tables(&audit, space);
    runs_collect(&audit.runs, space, true, true);
    if (options->json) {
        audit.json = &json;
        json_open(&json, NULL, '[');
    }
    examine(&audit);
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    runs_free(&audit.runs);
    free(audit.tables);
    free(audit.suspects);
    return audit.findings > 0 ? STATUS_FOUND : STATUS_DONE;
}
