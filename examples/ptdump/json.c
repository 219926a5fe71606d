/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <inttypes.h>

static void lead_in(struct json *json, const char *key)
{
    if (!json->first)
        fputc(',', json->out);
    if (json->depth > 0)
        fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
    json->first = false;
    if (key != NULL)
        fprintf(json->out, "\"%s\": ", key);
}

void json_begin(struct json *json, FILE *out)
{
    json->out = out;
    json->depth = 0;
    json->first = true;
}

void json_end(struct json *json)
{
    fputc('\n', json->out);
}

void json_open(struct json *json, const char *key, char bracket)
{
    lead_in(json, key);
    fputc(bracket, json->out);
    json->depth++;
    json->first = true;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->first)
        fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
    fputc(bracket, json->out);
    json->first = false;
}

void json_string(struct json *json, const char *key, const char *text)
{
    lead_in(json, key);
    fputc('"', json->out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(json->out, "\\%c", c);
        else if (c < 0x20)
            fprintf(json->out, "\\u%04x", c);
        else
            fputc(c, json->out);
    }
    fputc('"', json->out);
}

void json_number(struct json *json, const char *key, uint64_t number)
{
    lead_in(json, key);
    fprintf(json->out, "%" PRIu64, number);
}

void json_bool(struct json *json, const char *key, bool value)
{
    lead_in(json, key);
    fputs(value ? "true" : "false", json->out);
}

void json_address(struct json *json, const char *key, uint64_t address)
{
    lead_in(json, key);
    fprintf(json->out, "\"0x%" PRIx64 "\"", address);
}

void json_span(struct json *json, const char *key, uint64_t first, uint64_t bytes)
{
    json_open(json, key, '{');
    json_address(json, "first", first);
    json_address(json, "last", first + (bytes - 1));
    json_close(json, '}');
}

void json_flags(struct json *json, pt64_flags_t flags)
{
    char permissions[PERMISSIONS_TEXT];

    json_string(json, "permissions", permissions_text(flags, permissions));
    json_string(json, "memory", pt64_memory_name(flags));
    json_bool(json, "global", (flags & PT64_GLOBAL) != 0);
    json_bool(json, "soft0", (flags & PT64_SOFT0) != 0);
    json_bool(json, "soft1", (flags & PT64_SOFT1) != 0);
}

static const char *how_many(const struct run *run, pt64_flags_t flag)
{
    if (run->every & flag)
        return "all";
    return run->some & flag ? "some" : "none";
}

void json_run(struct json *json, const char *key, const struct run *run)
{
    char text[SIZE_TEXT];

    json_open(json, key, '{');
    json_span(json, "virtual", run->vaddr, run->bytes);
    json_span(json, "physical", run->paddr, run->bytes);
    json_number(json, "bytes", run->bytes);
    json_open(json, "pages", '{');
    for (unsigned level = 0; level < PT64_MAX_LEVELS; level++)
        if (run->pages[level] != 0)
            json_number(json, size_text(pt64_slot_size(run->half->format->meta, level), text),
                        run->pages[level]);
    json_close(json, '}');
    json_flags(json, run->flags);
    json_string(json, "accessed", how_many(run, PT64_ACCESSED));
    json_string(json, "dirty", how_many(run, PT64_DIRTY));
    json_bool(json, "malformed", run->wrong);
    json_close(json, '}');
}
