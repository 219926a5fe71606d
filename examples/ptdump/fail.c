/* SPDX-License-Identifier: MIT */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void say(const char *format, va_list arguments)
{
    fflush(stdout);
    fputs("ptdump: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    exit(STATUS_FAILED);
}

void warn(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
}

void *grow(void *memory, size_t count, size_t element)
{
    void *grown = memory;

    /* The room is doubled whenever the count is a power of two. */
    if ((count & (count - 1)) == 0)
        grown = realloc(memory, (count == 0 ? 1 : 2 * count) * element);
    if (grown == NULL)
        fail("there is not enough memory for this image");
    return grown;
}
