/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The exceptions: ARMv7 ARM, B1.8.1 "Exception vectors and the exception base address".
 */
#ifndef KERNEL_ARMV7_VECTORS_H
#define KERNEL_ARMV7_VECTORS_H

#define VECTOR_UNDEFINED      1
#define VECTOR_SVC            2
#define VECTOR_PREFETCH_ABORT 3
#define VECTOR_DATA_ABORT     4
#define VECTOR_IRQ            6
#define VECTOR_FIQ            7

#endif
