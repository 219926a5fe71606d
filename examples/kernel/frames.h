/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Physical frames of one page: a list of the freed frames, and memory that was never used.
 */
#ifndef KERNEL_FRAMES_H
#define KERNEL_FRAMES_H

#include <page_table64.h>

/** The allocator owns the memory from `first` up to `end`, both page-aligned. */
void frames_init(pt64_paddr_t first, pt64_paddr_t end, pt64_size_t page);

/** From now on this CPU sees frame `paddr` at `paddr + offset`. Before, the offset is 0. */
void frames_at(pt64_vaddr_t offset);

/** PT64_NO_FRAME if there is none left. A frame's contents are arbitrary. */
pt64_paddr_t frame_alloc(void);
void frame_free(pt64_paddr_t frame);

/**
 * The address at which this CPU can read and write the frame. NULL for an address that the
 * allocator does not own.
 */
void *frame_pointer(pt64_paddr_t frame);

#endif
