/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "fail.h"
#include "json.h"

#include <inttypes.h>

/** How far a translation came. */
struct way {
    bool is_mapped;
    pt64_paddr_t paddr;
    bool is_placed;    /**< by the second stage, where there is one */
    pt64_paddr_t host; /**< then the address in the memory of the host */
};

static void place(struct space *space, struct way *way)
{
    struct placement placement;

    nested_place(&space->nested, way->paddr, &placement);
    way->is_placed = placement.is_mapped;
    way->host = placement.host;
}

static struct way translate(struct space *space, pt64_vaddr_t vaddr)
{
    struct way way = {false, 0, false, 0};
    const struct half *half = space_half(space, vaddr);
    struct pt64_trace trace;

    if (half == NULL)
        return way;
    space_trace(space, half, vaddr, &trace);
    if (trace.end != PT64_END_LEAF)
        return way;
    way.is_mapped = true;
    way.paddr = half->format->pte->leaf_address(trace.steps[trace.level].entry, trace.level) +
                (vaddr & (pt64_slot_size(half->format->meta, trace.level) - 1));
    if (space->is_nested)
        place(space, &way);
    return way;
}

/** Whether the address is mapped by all stages that there are. */
static bool is_whole(const struct space *space, const struct way *way)
{
    return way->is_mapped && (way->is_placed || !space->is_nested);
}

static void translate_json(struct json *json, const struct space *space, pt64_vaddr_t vaddr,
                           const struct way *way)
{
    json_open(json, NULL, '{');
    json_address(json, "virtual", vaddr);
    json_bool(json, "mapped", is_whole(space, way));
    if (way->is_mapped)
        json_address(json, "physical", way->paddr);
    if (way->is_placed)
        json_address(json, "host", way->host);
    json_close(json, '}');
}

static void translate_text(FILE *out, const struct space *space, pt64_vaddr_t vaddr,
                           const struct way *way)
{
    fprintf(out, "0x%" PRIx64, vaddr);
    if (way->is_mapped)
        fprintf(out, " 0x%" PRIx64, way->paddr);
    if (way->is_placed)
        fprintf(out, " 0x%" PRIx64, way->host);
    if (!way->is_mapped)
        fputs(" not mapped", out);
    else if (!is_whole(space, way))
        fputs(" not mapped by the second stage", out);
    fputc('\n', out);
}

int command_translate(struct space *space, const struct options *options, FILE *out)
{
    int status = STATUS_DONE;
    struct json json;

    json_begin(&json, out);
    if (options->json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < options->address_count; i++) {
        struct way way = translate(space, options->addresses[i]);

        if (!is_whole(space, &way))
            status = STATUS_FOUND;
        if (options->json)
            translate_json(&json, space, options->addresses[i], &way);
        else
            translate_text(out, space, options->addresses[i], &way);
    }
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    return status;
}
