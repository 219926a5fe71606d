/* SPDX-License-Identifier: MIT */
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

static void step_to_json(struct json *json, const struct half *half, const struct pt64_trace *trace,
                         unsigned level)
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
    json_close(json, '}');
}

static void verdict_to_json(struct json *json, const struct half *half,
                            const struct pt64_trace *trace, pt64_flags_t access)
{
    const struct format *format = half->format;
    struct pt64_verdict verdict = format->terms->judge(format->meta, trace, access);

    json_open(json, NULL, '{');
    json_string(json, "by", access & PT64_USER ? "user" : "kernel");
    if (access & PT64_READ)
        json_string(json, "access", "read");
    else
        json_string(json, "access", access & PT64_WRITE ? "write" : "execute");
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
        step_to_json(json, half, trace, level - 1);
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

static void explain_json(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                         struct json *json)
{
    struct pt64_trace trace;

    json_open(json, NULL, '{');
    json_address(json, "virtual", vaddr);
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
