/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The other CPU's part in a flush.
 */
#ifndef MMU_SECOND_H
#define MMU_SECOND_H

#include "tables.h"

/**
 * Makes the other CPU flush too, if it runs and the hardware does not tell it. Returns when it has.
 */
void second_flush(const struct half *half, const struct pt64_flush *request);

/** How often the other CPU was made to flush. */
extern unsigned second_flushes;

/** Called on the other CPU when it was interrupted for a flush. */
void second_interrupted(void);

#endif
