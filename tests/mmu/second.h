/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The other CPU: it waits for orders, and takes flush requests at any moment.
 */
#ifndef MMU_SECOND_H
#define MMU_SECOND_H

#include "space.h"

/** Has the other CPU, if it runs, flush as well. Returns when it has. */
void second_flush(const struct half *half, const struct pt64_flush *request);

/** On the other CPU: its interrupt came. */
void second_interrupted(void);

#endif
