/* SPDX-License-Identifier: MIT */
/* ptdump: page tables in images of a machine's memory. options.c has the options. */
#include "command.h"
#include "fail.h"

#include <errno.h>
#include <string.h>

struct command {
    const char *name;
    int (*run)(struct space *space, const struct options *options, FILE *out);
};

static const struct command commands[] = {
    {"map", command_map},   {"explain", command_explain}, {"translate", command_translate},
    {"find", command_find}, {"audit", command_audit},     {"svg", command_svg},
};

void emit_to_file(void *ctx, const char *text, size_t length)
{
    fwrite(text, 1, length, ctx);
}

static int run_diff(struct space *first, const struct options *options, FILE *out)
{
    struct space second;
    int status;

    space_open(&second, &options->second);
    status = command_diff(first, &second, options, out);
    space_close(&second);
    return status;
}

static int run(struct space *space, const struct options *options, FILE *out)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, options->command) == 0)
            return commands[i].run(space, options, out);
    return run_diff(space, options, out);
}

static FILE *open_output(const char *path)
{
    FILE *out = path == NULL ? stdout : fopen(path, "w");

    if (out == NULL)
        fail("cannot write %s: %s", path, strerror(errno));
    return out;
}

int main(int argc, char **argv)
{
    struct options options;
    struct space space;
    FILE *out;
    int status;

    options_read(&options, argc, argv);
    space_open(&space, &options.request);
    out = open_output(options.output);
    status = run(&space, &options, out);
    if (ferror(out) || fclose(out) != 0)
        fail("cannot write %s: %s", options.output == NULL ? "the output" : options.output,
             strerror(errno));
    space_close(&space);
    options_free(&options);
    return status;
}
