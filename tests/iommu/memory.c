/* SPDX-License-Identifier: MIT */
/* What compilers call though nothing here does. */
#include <stddef.h>

void *memset(void *to, int byte, size_t count);
void *memcpy(void *to, const void *from, size_t count);

void *memset(void *to, int byte, size_t count)
{
    volatile unsigned char *bytes = to;

    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)byte;
    return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
    volatile unsigned char *bytes = to;

    for (size_t i = 0; i < count; i++)
        bytes[i] = ((const unsigned char *)from)[i];
    return to;
}
