/* SPDX-License-Identifier: MIT */
/* Jumps through a pointer: the call is the last thing that the function does. */
/* Expected: these are calls through a pointer */
int apply(int (*function)(int), int value);
int apply(int (*function)(int), int value)
{
    return function(value);
}
