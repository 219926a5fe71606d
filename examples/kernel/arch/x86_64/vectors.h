/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_VECTORS_H
#define KERNEL_VECTORS_H

/* The 32 exceptions of the architecture, and a few interrupts. */
#define VECTOR_COUNT 40
/* From one entry point to the next. */
#define VECTOR_BYTES 16

#endif
