/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "fail.h"
#include "json.h"

#include <inttypes.h>

/** Returns false if no page is mapped. */
static bool translate(struct space *space, pt64_vaddr_t vaddr, pt64_paddr_t *paddr)
{
    const struct half *half = space_half(space, vaddr);
    struct pt64_trace trace;

    if (half == NULL)
        return false;
    space_trace(space, half, vaddr, &trace);
    if (trace.end != PT64_END_LEAF)
        return false;
    *paddr = half->format->pte->leaf_address(trace.steps[trace.level].entry, trace.level) +
             (vaddr & (pt64_slot_size(half->format->meta, trace.level) - 1));
    return true;
}

static void translate_json(struct json *json, pt64_vaddr_t vaddr, bool mapped, pt64_paddr_t paddr)
{
    json_open(json, NULL, '{');
    json_address(json, "virtual", vaddr);
    json_bool(json, "mapped", mapped);
    if (mapped)
        json_address(json, "physical", paddr);
    json_close(json, '}');
}

int command_translate(struct space *space, const struct options *options, FILE *out)
{
    int status = STATUS_DONE;
    struct json json;

    json_begin(&json, out);
    if (options->json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < options->address_count; i++) {
        pt64_paddr_t paddr = 0;
        bool mapped = translate(space, options->addresses[i], &paddr);

        if (!mapped)
            status = STATUS_FOUND;
        if (options->json)
            translate_json(&json, options->addresses[i], mapped, paddr);
        else if (mapped)
            fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 "\n", options->addresses[i], paddr);
        else
            fprintf(out, "0x%" PRIx64 " not mapped\n", options->addresses[i]);
    }
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    return status;
}
