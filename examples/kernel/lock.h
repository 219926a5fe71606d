/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The one lock of this kernel: for its frames, and for every table. It is held from the begin of a
 * guard to its end.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

/**
 * The kernel runs with interrupts off, so a CPU that waits here answers shootdowns. Otherwise it
 * would wait for a CPU that waits for it.
 */
void kernel_lock(void);
void kernel_unlock(void);

#endif
