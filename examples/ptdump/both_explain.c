/* SPDX-License-Identifier: MIT */
/* The text of explain where a guest's address goes through two stages. */
#include "both.h"
#include "command.h"
#include "runs.h"

#include <inttypes.h>

static void tell_page(const struct placement *placement, FILE *out)
{
    char permissions[PERMISSIONS_TEXT];
    char size[SIZE_TEXT];

    /* Of three letters: a second stage has no users. */
    fprintf(out,
            "second stage: 0x%" PRIx64 " is at 0x%" PRIx64 ", in the %s page at 0x%" PRIx64
            ": %.3s",
            placement->guest, placement->host, size_text(placement->page.size, size),
            placement->page.paddr, permissions_text(placement->page.flags, permissions));
}

static void tell_no_page(const struct both *both, const struct placement *placement, FILE *out)
{
    struct pt64_verdict verdict = nested_judge(both->nested, placement, both->nested->walk, 0);

    fprintf(out, "second stage: no page at 0x%" PRIx64 ": %s (%s)\n", placement->guest, verdict.why,
            nested_level_name(both->nested, verdict.level));
}

static void tell_step(const struct both *both, unsigned level, FILE *out)
{
    const struct format *format = both->half->format;
    const struct pt64_step *step = &both->trace.steps[level];
    struct pt64_line line;

    pt64_line_begin(&line, emit_to_file, out);
    pt64_explain_step(&line, step, format->terms->level_name(format->meta, level));
    fputs("    ", out);
    tell_page(&both->entries[level], out);
    fputc('\n', out);
    format->terms->fields(format->terms->memory, format->meta, step->entry, level,
                          pt64_explain_field, &line);
    if (step->kind == PT64_EMPTY &&
        format->pte->kind(format->limits, step->entry, level) == PT64_LINK)
        fputs("    this links the sink: nothing is mapped below it\n", out);
}

/** The last entry that the walk asks for, which is not there. */
static void tell_cut(const struct both *both, FILE *out)
{
    const struct format *format = both->half->format;
    const struct placement *placement = &both->entries[both->last];

    fprintf(out, "%s: not to be read\n    ", format->terms->level_name(format->meta, both->last));
    if (placement->is_mapped) {
        tell_page(placement, out);
        fputs(", where there is no memory in the image\n", out);
    } else {
        tell_no_page(both, placement, out);
    }
}

static void tell_type(const struct both *both, FILE *out)
{
    struct both_type type;

    both_type(both, &type);
    fprintf(out, "memory type: first stage: %s; second stage: %s; both stages: ", type.first,
            type.second);
    if (type.both[0] == '\0')
        fprintf(out, "not known: %s\n", type.note);
    else if (type.note != NULL)
        fprintf(out, "%s (%s)\n", type.both, type.note);
    else
        fprintf(out, "%s\n", type.both);
}

static void tell_memory(const struct both *both, FILE *out)
{
    char permissions[PERMISSIONS_TEXT];

    if (!both->memory.is_mapped) {
        tell_no_page(both, &both->memory, out);
        return;
    }
    tell_page(&both->memory, out);
    fprintf(out, "; both stages: %s\n", permissions_text(both_flags(both), permissions));
    tell_type(both, out);
}

static void tell_end(const struct both *both, FILE *out)
{
    const struct format *format = both->half->format;
    struct pt64_traits traits = {.meta = format->meta, .pte = format->pte};
    struct pt64_line line;

    pt64_line_begin(&line, emit_to_file, out);
    if (both->is_cut) {
        tell_cut(both, out);
    } else if (both->has_page) {
        pt64_explain_page(&line, format->terms, &both->page, both->trace.vaddr);
        tell_memory(both, out);
    } else {
        pt64_explain_absent(&traits, format->terms, &both->trace, &line);
    }
}

static const char *access_name(pt64_flags_t access)
{
    return access & PT64_READ ? "read" : access & PT64_WRITE ? "write" : "execute";
}

/** At which of the guest's entries the second stage refuses the walker. */
static void tell_refused_entry(const struct both *both, const struct outcome *outcome, FILE *out)
{
    const struct format *format = both->half->format;
    const char *name = format->terms->level_name(format->meta, outcome->entry);

    if (outcome->update != NULL)
        fprintf(out, ", where the walk %s of the %s at 0x%" PRIx64, outcome->update, name,
                both->entries[outcome->entry].guest);
    else
        fprintf(out, ", where the walk reads the %s%s", name,
                both_reads_as(both, outcome->entry) & PT64_WRITE ? " (as a write)" : "");
}

static void tell_fault(const struct both *both, const struct outcome *outcome, FILE *out)
{
    const struct format *format = both->half->format;

    if (outcome->stage == 1) {
        fprintf(out, "faults in the first stage: %s (%s)\n", outcome->first.why,
                format->terms->level_name(format->meta, outcome->first.level));
        return;
    }
    fputs("faults in the second stage", out);
    if (outcome->entry != PT64_MAX_LEVELS)
        tell_refused_entry(both, outcome, out);
    fprintf(out, ": %s (%s)", outcome->second.why,
            nested_level_name(both->nested, outcome->second.level));
    if (both_fault(both, outcome) != NULL)
        fprintf(out, ": %s", both_fault(both, outcome));
    /* Whether hardware changes flags at all may be a condition. */
    if (outcome->first.why != NULL)
        fprintf(out, "; first stage: %s (%s)", outcome->first.why,
                format->terms->level_name(format->meta, outcome->first.level));
    fputc('\n', out);
}

static void tell_success(const struct both *both, const struct outcome *outcome, FILE *out)
{
    const struct format *format = both->half->format;

    fputs("succeeds", out);
    if (outcome->first.why != NULL)
        fprintf(out, ", %s (%s)", outcome->first.why,
                format->terms->level_name(format->meta, outcome->first.level));
    if (outcome->second.why != NULL)
        fprintf(out, "; second stage: %s (%s)", outcome->second.why,
                nested_level_name(both->nested, outcome->second.level));
    fputc('\n', out);
}

static void tell_access(const struct both *both, pt64_flags_t access, FILE *out)
{
    struct outcome outcome = both_judge(both, access);

    fprintf(out, "%s %-*s", access & PT64_USER ? "user" : "kernel",
            PT64_EXPLAIN_VERDICT - (access & PT64_USER ? 5 : 7), access_name(access));
    if (outcome.stage != 0)
        tell_fault(both, &outcome, out);
    else
        tell_success(both, &outcome, out);
}

void both_explain(const struct both *both, FILE *out)
{
    unsigned end = both->is_cut ? both->last + 1 : both->last;

    fprintf(out, "virtual address 0x%" PRIx64 "\n", both->trace.vaddr);
    for (unsigned level = both->trace.limits->levels; level > end; level--)
        tell_step(both, level - 1, out);
    tell_end(both, out);
    for (unsigned place = 0; place < 6 && both_can_judge(both); place++)
        tell_access(both, pt64_explain_access(place), out);
}
