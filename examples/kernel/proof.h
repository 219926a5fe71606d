/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_PROOF_H
#define KERNEL_PROOF_H

#include <stdbool.h>

/** Whether this CPU does what the table says, by accesses that it allows and accesses that it
 * refuses. */
bool proof(void);

#endif
