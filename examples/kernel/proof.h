/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_PROOF_H
#define KERNEL_PROOF_H

#include <stdbool.h>

/**
 * Whether this CPU does what the table says. It makes accesses that are allowed and accesses that
 * are refused.
 */
bool proof(void);

/** Prints what was proved, or that it was not. Returns `good`. */
bool check(const char *what, bool good);

#endif
