/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The commands. Each returns the status that the program ends with.
 */
#ifndef PTDUMP_COMMAND_H
#define PTDUMP_COMMAND_H

#include "options.h"

#include <stdio.h>

int command_map(struct space *space, const struct options *options, FILE *out);
int command_explain(struct space *space, const struct options *options, FILE *out);
int command_translate(struct space *space, const struct options *options, FILE *out);
int command_find(struct space *space, const struct options *options, FILE *out);
int command_audit(struct space *space, const struct options *options, FILE *out);
int command_svg(struct space *space, const struct options *options, FILE *out);
int command_diff(struct space *first, struct space *second, const struct options *options,
                 FILE *out);

/** Takes the library's text. `ctx` is a FILE. */
void emit_to_file(void *ctx, const char *text, size_t length);

#endif
