/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "fail.h"
#include "json.h"
#include "runs.h"

#include <inttypes.h>

static void found_text(FILE *out, pt64_paddr_t paddr, pt64_vaddr_t vaddr, const struct run *run)
{
    char permissions[PERMISSIONS_TEXT];

    fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 " %s %s\n", paddr, vaddr,
            permissions_text(run->flags, permissions), pt64_memory_name(run->flags));
}

static void found_json(struct json *json, pt64_paddr_t paddr, pt64_vaddr_t vaddr,
                       const struct run *run)
{
    json_open(json, NULL, '{');
    json_address(json, "physical", paddr);
    json_address(json, "virtual", vaddr);
    json_flags(json, run->flags);
    json_close(json, '}');
}

/** Writes each virtual address that reaches `paddr`. Returns whether there is one. */
static bool find(const struct runs *runs, pt64_paddr_t paddr, struct json *json, FILE *out)
{
    bool found = false;

    for (size_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->list[i];
        uint64_t offset = paddr - run->paddr;

        if (paddr < run->paddr || offset >= run->bytes)
            continue;
        found = true;
        if (json != NULL)
            found_json(json, paddr, run->vaddr + offset, run);
        else
            found_text(out, paddr, run->vaddr + offset, run);
    }
    return found;
}

int command_find(struct space *space, const struct options *options, FILE *out)
{
    int status = STATUS_DONE;
    struct json json;
    struct runs runs;

    runs_collect(&runs, space, true, true);
    json_begin(&json, out);
    if (options->json)
        json_open(&json, NULL, '[');
    for (size_t i = 0; i < options->address_count; i++)
        if (!find(&runs, options->addresses[i], options->json ? &json : NULL, out))
            status = STATUS_FOUND;
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    runs_free(&runs);
    return status;
}
