/* SPDX-License-Identifier: MIT */
/**
 * @file
 * JSON, written in order. Addresses are strings, because a number in JSON loses bits beyond the
 * 53rd.
 */
#ifndef PTDUMP_JSON_H
#define PTDUMP_JSON_H

#include "runs.h"

struct json {
    FILE *out;
    unsigned depth;
    bool first; /**< nothing has been written in this object or array yet */
};

/* `key` is NULL in an array, and for the outermost value. */

void json_begin(struct json *json, FILE *out);
void json_end(struct json *json);

void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_string(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, uint64_t number);
void json_bool(struct json *json, const char *key, bool value);
void json_address(struct json *json, const char *key, uint64_t address);
/** {"first": ..., "last": ...} */
void json_span(struct json *json, const char *key, uint64_t first, uint64_t bytes);

/** The permissions, memory type and other flags of pages, as members of the open object. */
void json_flags(struct json *json, pt64_flags_t flags);
/** A run as an object. */
void json_run(struct json *json, const char *key, const struct run *run);

#endif
