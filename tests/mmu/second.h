/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The other CPU's part in a flush.
 */
#ifndef MMU_SECOND_H
#define MMU_SECOND_H

#include "tables.h"

/** Has the other CPU, if it runs and the hardware does not tell it, flush too. Returns when it has.
 */
void second_flush(const struct half *half, const struct pt64_flush *request);

/** How often that was. */
extern unsigned second_flushes;

/** On the other CPU: it was interrupted for a flush. */
void second_interrupted(void);

#endif
