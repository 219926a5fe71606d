/* SPDX-License-Identifier: MIT */
/* Clears more than a few bytes. */
/* Expected: these are not of the handler, and undefined */
void clear(char *bytes, unsigned long count);
void clear(char *bytes, unsigned long count)
{
    __builtin_memset(bytes, 0, count);
}
