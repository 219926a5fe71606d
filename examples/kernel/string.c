/* SPDX-License-Identifier: MIT */
/* The functions that a compiler may call even in a freestanding program. */
#include <stddef.h>

void *memset(void *to, int value, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);

void *memset(void *to, int value, size_t bytes)
{
    unsigned char *out = to;

    while (bytes-- > 0)
        *out++ = (unsigned char)value;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
    unsigned char *out = to;
    const unsigned char *in = from;

    while (bytes-- > 0)
        *out++ = *in++;
    return to;
}
