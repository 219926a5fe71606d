/* SPDX-License-Identifier: MIT */
/*
 * Which mutant a program is to be, of those that switch.awk made: PT64_MUTANT is its number.
 * Without it, none.
 */
#include <stdlib.h>

unsigned pt64_mutant;

__attribute__((constructor(101))) static void choose_mutant(void)
{
    const char *number = getenv("PT64_MUTANT");

    if (number != NULL)
        pt64_mutant = (unsigned)strtoul(number, NULL, 10);
}
