/* SPDX-License-Identifier: MIT */
/* Calls through a pointer. */
/* Expected: these are calls through a pointer */
int apply(int (*function)(int), int value);
int apply(int (*function)(int), int value)
{
    return function(value) + 1;
}
