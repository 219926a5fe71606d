/* SPDX-License-Identifier: MIT */
#include "both.h"
#include "command.h"
#include "fail.h"
#include "json.h"

#include <inttypes.h>

static void explain_text(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                         FILE *out)
{
    if (half == NULL) {
        fprintf(out, "virtual address 0x%" PRIx64 "\nno table was given that translates it\n",
                vaddr);
        return;
    }
    if (space->is_nested) {
        struct both both;

        both_trace(&both, space, half, vaddr);
        both_explain(&both, out);
        return;
    }
    space_begin(space, half);
    if (half->format->explain(&space->image, half->root, vaddr, emit_to_file, out) != PT64_OK)
        fail("cannot read the table at 0x%" PRIx64, half->root);
}

static void field_to_json(void *arg, const struct pt64_field *field)
{
    struct json *json = arg;

    json_open(json, NULL, '{');
    json_string(json, "name", field->name);
    json_number(json, "low", field->low);
    json_number(json, "width", field->width);
    json_address(json, "value", field->value);
    if (field->meaning != NULL)
        json_string(json, "meaning", field->meaning);
    json_close(json, '}');
}

/** Where the second stage puts an address: a member of the open object. */
static void placement_to_json(struct json *json, const struct placement *placement)
{
    char permissions[PERMISSIONS_TEXT];

    json_open(json, "second", '{');
    json_address(json, "guest", placement->guest);
    json_bool(json, "mapped", placement->is_mapped);
    if (placement->is_mapped) {
        json_address(json, "host", placement->host);
        json_span(json, "page", placement->page.paddr, placement->page.size);
        json_string(json, "permissions", permissions_text(placement->page.flags, permissions));
    }
    json_close(json, '}');
}

/** `both` is NULL if there is one stage. */
static void step_to_json(struct json *json, const struct half *half, const struct pt64_trace *trace,
                         unsigned level, const struct both *both)
{
    const struct format *format = half->format;
    const struct pt64_step *step = &trace->steps[level];

    json_open(json, NULL, '{');
    json_string(json, "level", format->terms->level_name(format->meta, level));
    json_address(json, "table", step->table);
    json_number(json, "index", step->index);
    json_address(json, "entry", step->entry);
    json_open(json, "fields", '[');
    format->terms->fields(format->terms->memory, format->meta, step->entry, level, field_to_json,
                          json);
    json_close(json, ']');
    if (both != NULL)
        placement_to_json(json, &both->entries[level]);
    json_close(json, '}');
}

static void access_to_json(struct json *json, pt64_flags_t access)
{
    json_string(json, "by", access & PT64_USER ? "user" : "kernel");
    if (access & PT64_READ)
        json_string(json, "access", "read");
    else
        json_string(json, "access", access & PT64_WRITE ? "write" : "execute");
}

static void verdict_to_json(struct json *json, const struct half *half,
                            const struct pt64_trace *trace, pt64_flags_t access)
{
    const struct format *format = half->format;
    struct pt64_verdict verdict = format->terms->judge(format->meta, trace, access);

    json_open(json, NULL, '{');
    access_to_json(json, access);
    json_bool(json, "faults", verdict.faults);
    if (verdict.why != NULL) {
        json_string(json, "why", verdict.why);
        json_string(json, "where", format->terms->level_name(format->meta, verdict.level));
    }
    json_close(json, '}');
}

static const char *end_name(enum pt64_end end)
{
    switch (end) {
    case PT64_END_LEAF:
        return "page";
    case PT64_END_EMPTY:
        return "empty";
    case PT64_END_LOST:
        return "table not in the image";
    default:
        return "not an address";
    }
}

static void page_to_json(struct json *json, const struct half *half, const struct pt64_trace *trace)
{
    const struct format *format = half->format;
    struct pt64_traits traits = {.meta = format->meta, .pte = format->pte};
    struct pt64_mapping page;

    pt64_describe_traced(&traits, format->terms, trace, &page);
    json_address(json, "physical", page.paddr + (trace->vaddr - page.vaddr));
    json_open(json, "page", '{');
    json_span(json, "virtual", page.vaddr, page.size);
    json_span(json, "physical", page.paddr, page.size);
    json_flags(json, page.flags);
    json_bool(json, "accessed", (page.flags & PT64_ACCESSED) != 0);
    json_bool(json, "dirty", (page.flags & PT64_DIRTY) != 0);
    json_close(json, '}');
}

static void walk_to_json(struct json *json, const struct half *half, const struct pt64_trace *trace)
{
    json_open(json, "steps", '[');
    for (unsigned level = half->format->limits->levels; level > trace->level; level--)
        step_to_json(json, half, trace, level - 1, NULL);
    json_close(json, ']');
    if (trace->end == PT64_END_LEAF)
        page_to_json(json, half, trace);
    if (trace->end == PT64_END_LOST)
        return;
    json_open(json, "accesses", '[');
    for (unsigned place = 0; place < 6; place++)
        verdict_to_json(json, half, trace, pt64_explain_access(place));
    json_close(json, ']');
}

/** At which of the guest's entries the second stage refuses the walker. */
static void refused_entry_to_json(struct json *json, const struct both *both,
                                  const struct outcome *outcome)
{
    const struct format *format = both->half->format;
    const char *name = format->terms->level_name(format->meta, outcome->entry);

    json_string(json, outcome->update == NULL ? "read" : "write", name);
    json_address(json, "entry", both->entries[outcome->entry].guest);
    if (outcome->update != NULL)
        json_string(json, "update", outcome->update);
    if (both_fault(both, outcome) != NULL)
        json_string(json, "fault", both_fault(both, outcome));
}

/** What refuses the access, or on what condition it succeeds. */
static void outcome_to_json(struct json *json, const struct both *both, pt64_flags_t access)
{
    const struct format *format = both->half->format;
    struct outcome outcome = both_judge(both, access);
    bool is_second = outcome.stage == 2 || (outcome.stage == 0 && outcome.first.why == NULL);
    struct pt64_verdict verdict = is_second ? outcome.second : outcome.first;

    json_open(json, NULL, '{');
    access_to_json(json, access);
    json_bool(json, "faults", outcome.stage != 0);
    if (verdict.why != NULL) {
        json_number(json, "stage", is_second ? 2 : 1);
        json_string(json, "why", verdict.why);
        json_string(json, "where",
                    is_second ? nested_level_name(both->nested, verdict.level)
                              : format->terms->level_name(format->meta, verdict.level));
    }
    /* Whether hardware changes flags at all may be a condition. */
    if (outcome.stage == 2 && outcome.first.why != NULL)
        json_string(json, "first", outcome.first.why);
    if (outcome.entry != PT64_MAX_LEVELS)
        refused_entry_to_json(json, both, &outcome);
    json_close(json, '}');
}

static const char *both_end_name(const struct both *both)
{
    if (!both->is_cut)
        return end_name(both->trace.end);
    return both->entries[both->last].is_mapped ? end_name(PT64_END_LOST)
                                               : "table not mapped by the second stage";
}

static void type_to_json(struct json *json, const struct both *both)
{
    struct both_type type;

    both_type(both, &type);
    json_open(json, "types", '{');
    json_string(json, "first", type.first);
    json_string(json, "second", type.second);
    if (type.both[0] != '\0')
        json_string(json, "both", type.both);
    if (type.note != NULL)
        json_string(json, "note", type.note);
    json_close(json, '}');
}

static void both_end_to_json(struct json *json, const struct both *both)
{
    char permissions[PERMISSIONS_TEXT];

    if (both->is_cut)
        placement_to_json(json, &both->entries[both->last]);
    if (!both->has_page)
        return;
    page_to_json(json, both->half, &both->trace);
    placement_to_json(json, &both->memory);
    json_string(json, "permissions", permissions_text(both_flags(both), permissions));
    if (both->memory.is_mapped)
        type_to_json(json, both);
}

static void both_to_json(struct json *json, const struct both *both)
{
    unsigned end = both->is_cut ? both->last + 1 : both->last;

    json_string(json, "end", both_end_name(both));
    json_open(json, "steps", '[');
    for (unsigned level = both->trace.limits->levels; level > end; level--)
        step_to_json(json, both->half, &both->trace, level - 1, both);
    json_close(json, ']');
    both_end_to_json(json, both);
    if (!both_can_judge(both))
        return;
    json_open(json, "accesses", '[');
    for (unsigned place = 0; place < 6; place++)
        outcome_to_json(json, both, pt64_explain_access(place));
    json_close(json, ']');
}

static void explain_json(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                         struct json *json)
{
    struct pt64_trace trace;

    json_open(json, NULL, '{');
    json_address(json, "virtual", vaddr);
    if (half != NULL && space->is_nested) {
        struct both both;

        both_trace(&both, space, half, vaddr);
        both_to_json(json, &both);
        json_close(json, '}');
        return;
    }
    trace.end = PT64_END_NOT_ADDRESS;
    if (half != NULL)
        space_trace(space, half, vaddr, &trace);
    json_string(json, "end", end_name(trace.end));
    if (half != NULL)
        walk_to_json(json, half, &trace);
    json_close(json, '}');
}

int command_explain(struct space *space, const struct options *options, FILE *out)
{
    struct json json;

    json_begin(&json, out);
    if (options->json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < options->address_count; i++) {
        pt64_vaddr_t vaddr = options->addresses[i];
        const struct half *half = space_half(space, vaddr);

        if (options->json) {
            explain_json(space, half, vaddr, &json);
        } else {
            fputs(i == 0 ? "" : "\n", out);
            explain_text(space, half, vaddr, out);
        }
    }
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    return STATUS_DONE;
}
