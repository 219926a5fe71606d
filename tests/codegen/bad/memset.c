/* SPDX-License-Identifier: MIT */
/* Clears more than a few bytes, by a function where compilers would clear them in place. */
/* Expected: these are not of the handler, and undefined */
void *memset(void *bytes, int value, __SIZE_TYPE__ count);
void clear(char *bytes, __SIZE_TYPE__ count);
void clear(char *bytes, __SIZE_TYPE__ count)
{
    memset(bytes, 0, count);
}
