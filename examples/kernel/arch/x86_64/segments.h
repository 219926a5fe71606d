/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_SEGMENTS_H
#define KERNEL_SEGMENTS_H

/* Offsets in cpu_descriptors. The low bits are the privilege level. */
#define SELECTOR_CODE      0x08
#define SELECTOR_DATA      0x10
#define SELECTOR_CODE_32   0x18
#define SELECTOR_USER_DATA 0x23
#define SELECTOR_USER_CODE 0x2b
/* Of the first CPU. The one of the next is 16 bytes on. */
#define SELECTOR_TASK 0x30

/* Of the stack on which exceptions of user code run. 64-bit mode has no segment there. */
#ifdef __x86_64__
#define SELECTOR_STACK 0
#else
#define SELECTOR_STACK SELECTOR_DATA
#endif

#endif
