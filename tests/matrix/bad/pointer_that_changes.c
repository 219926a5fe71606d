/* SPDX-License-Identifier: MIT */
/* Has a variable that holds an address when it starts. Only constants may, at -O0 too. */
/* Expected: these sections hold addresses that are known when the program starts */
extern int *current;
static int first;
int *current = &first;
