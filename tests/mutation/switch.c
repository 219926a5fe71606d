/* SPDX-License-Identifier: MIT */
/* Chooses the mutant of a program, among those that switch.awk made: PT64_MUTANT is its number.
 * Without PT64_MUTANT, there is none. */
#include <stdlib.h>

unsigned pt64_mutant;

__attribute__((constructor(101))) static void choose_mutant(void)
{
    const char *number = getenv("PT64_MUTANT");

    if (number != NULL)
        pt64_mutant = (unsigned)strtoul(number, NULL, 10);
}
