/* SPDX-License-Identifier: MIT */
/* Both spaces are cut at all boundaries of either, so that each piece is either alike or different
 * as a whole. */
#include "command.h"
#include "fail.h"
#include "json.h"
#include "runs.h"

#include <inttypes.h>
#include <string.h>

/** A list of runs, and how far it has been read. */
struct side {
    const struct run *run;
    const struct run *end;
};

/**
 * The part of a side's run that holds `vaddr`, from there on. Returns false if the side maps
 * nothing there. Then `*bytes` is how far nothing is mapped.
 */
static bool piece_at(const struct side *side, pt64_vaddr_t vaddr, struct run *piece,
                     uint64_t *bytes)
{
    if (side->run == side->end) {
        *bytes = UINT64_MAX;
        return false;
    }
    if (side->run->vaddr > vaddr) {
        *bytes = side->run->vaddr - vaddr;
        return false;
    }
    *piece = *side->run;
    piece->vaddr = vaddr;
    piece->paddr += vaddr - side->run->vaddr;
    piece->bytes = *bytes = run_last(side->run) - vaddr + 1;
    return true;
}

static void pass(struct side *side, pt64_vaddr_t last)
{
    if (side->run != side->end && run_last(side->run) <= last)
        side->run++;
}

static bool is_alike(const struct run *a, const struct run *b)
{
    return a->paddr == b->paddr && a->flags == b->flags && a->wrong == b->wrong;
}

/** A difference that may still grow: what was there, what is there, or both. */
struct change {
    bool open, before, after;
    struct run was, is;
    struct json *json;
    FILE *out;
    uint64_t count;
};

static void run_text(FILE *out, char mark, const struct run *run)
{
    char flags[PT64_FLAGS_TEXT_SIZE];
    char size[SIZE_TEXT];

    fprintf(
        out, "%c %016" PRIx64 "-%016" PRIx64 "  %012" PRIx64 "-%012" PRIx64 "  %-9s %s%s\n", mark,
        run->vaddr, run_last(run), run->paddr, run->paddr + (run->bytes - 1),
        size_text(run->bytes, size),
        pt64_flags_text_by(run->half->format->terms->flag_name, run->flags, flags, sizeof(flags)),
        run->wrong ? " reserved bits set" : "");
}

static void side_json(struct json *json, const char *key, const struct run *run)
{
    json_open(json, key, '{');
    json_span(json, "physical", run->paddr, run->bytes);
    json_flags(json, run->flags);
    json_close(json, '}');
}

static void close_change(struct change *change)
{
    const struct run *any = change->before ? &change->was : &change->is;

    if (!change->open)
        return;
    change->open = false;
    change->count++;
    if (change->json == NULL) {
        if (change->before)
            run_text(change->out, '-', &change->was);
        if (change->after)
            run_text(change->out, '+', &change->is);
        return;
    }
    json_open(change->json, NULL, '{');
    json_span(change->json, "virtual", any->vaddr, any->bytes);
    if (change->before)
        side_json(change->json, "before", &change->was);
    if (change->after)
        side_json(change->json, "after", &change->is);
    json_close(change->json, '}');
}

static bool goes_on(const struct run *run, const struct run *more)
{
    return run->vaddr + run->bytes == more->vaddr && run->paddr + run->bytes == more->paddr &&
           run->flags == more->flags && run->wrong == more->wrong;
}

/** Adds a piece that differs. `was` or `is` may be NULL. */
static void add_change(struct change *change, const struct run *was, const struct run *is,
                       uint64_t bytes)
{
    bool grows = change->open && change->before == (was != NULL) && change->after == (is != NULL) &&
                 (was == NULL || goes_on(&change->was, was)) &&
                 (is == NULL || goes_on(&change->is, is));

    if (!grows) {
        close_change(change);
        change->open = true;
        change->before = was != NULL;
        change->after = is != NULL;
        if (was != NULL)
            change->was = *was;
        if (is != NULL)
            change->is = *is;
        change->was.bytes = change->is.bytes = 0;
    }
    change->was.bytes += bytes;
    change->is.bytes += bytes;
}

static void compare(struct side *a, struct side *b, struct change *change)
{
    pt64_vaddr_t vaddr = 0;

    while (a->run != a->end || b->run != b->end) {
        uint64_t of_a, of_b, bytes;
        struct run was, is;
        bool before = piece_at(a, vaddr, &was, &of_a);
        bool after = piece_at(b, vaddr, &is, &of_b);

        bytes = of_a < of_b ? of_a : of_b;
        if ((before || after) && !(before && after && is_alike(&was, &is)))
            add_change(change, before ? &was : NULL, after ? &is : NULL, bytes);
        pass(a, vaddr + (bytes - 1));
        pass(b, vaddr + (bytes - 1));
        vaddr += bytes;
    }
    close_change(change);
}

int command_diff(struct space *first, struct space *second, const struct options *options,
                 FILE *out)
{
    struct runs before, after;
    struct side a, b;
    struct change change;
    struct json json;

    if (first->layout != second->layout)
        fail("the images are of different layouts: %s and %s", first->layout_name,
             second->layout_name);
    runs_collect(&before, first, true, true);
    runs_collect(&after, second, true, true);
    a = (struct side){before.list, before.list + before.count};
    b = (struct side){after.list, after.list + after.count};
    memset(&change, 0, sizeof(change));
    change.out = out;
    json_begin(&json, out);
    if (options->json) {
        change.json = &json;
        json_open(&json, NULL, '[');
    }
    compare(&a, &b, &change);
    if (options->json) {
        json_close(&json, ']');
        json_end(&json);
    }
    runs_free(&before);
    runs_free(&after);
    return change.count > 0 ? STATUS_FOUND : STATUS_DONE;
}
