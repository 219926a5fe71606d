/* SPDX-License-Identifier: MIT */
#include "command.h"
#include "json.h"
#include "runs.h"

#include <inttypes.h>

static void ignore(void *arg, const struct half *half, const struct pt64_seen *seen)
{
    (void)arg;
    (void)half;
    (void)seen;
}

/** The library's own dump, after a scan that warns of what is missing. */
static void map_text(struct space *space, FILE *out)
{
    space_scan(space, ignore, NULL);
    for (size_t i = 0; i < space->count; i++) {
        const struct half *half = &space->halves[i];

        space_begin_scan(space, half);
        /* The scan has already failed if the table cannot be adopted. */
        if (half->format->dump(&space->image, half->root, emit_to_file, out) != PT64_OK)
            return;
    }
}

static void pages_text(const struct runs *runs, FILE *out)
{
    for (size_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->list[i];
        char flags[PT64_FLAGS_TEXT_SIZE];
        char size[SIZE_TEXT];

        fprintf(out, "%016" PRIx64 "  %0*" PRIx64 "  %-5s %s%s\n", run->vaddr,
                (int)(run->half->format->limits->paddr_bits + 3) / 4, run->paddr,
                size_text(run->bytes, size),
                pt64_flags_text_by(run->half->format->terms->flag_name, run->flags | run->every,
                                   flags, sizeof(flags)),
                run->wrong ? " reserved bits set" : "");
    }
}

static void map_json(const struct runs *runs, FILE *out)
{
    struct json json;

    json_begin(&json, out);
    json_open(&json, NULL, '[');
    for (size_t i = 0; i < runs->count; i++)
        json_run(&json, NULL, &runs->list[i]);
    json_close(&json, ']');
    json_end(&json);
}

int command_map(struct space *space, const struct options *options, FILE *out)
{
    struct runs runs;

    if (!options->json && !options->pages) {
        map_text(space, out);
        return 0;
    }
    runs_collect(&runs, space, !options->pages, true);
    if (options->json)
        map_json(&runs, out);
    else
        pages_text(&runs, out);
    runs_free(&runs);
    return 0;
}
