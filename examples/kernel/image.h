/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The parts of the image, page-aligned. The linker script defines them.
 */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

extern char text_start[], text_end[];
/** User code, in the text. */
extern char user_start[], user_end[];
extern char rodata_start[], rodata_end[];
extern char data_start[], data_end[];
extern char bss_start[], bss_end[];

#endif
