/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Physical frames of one page: a list of the freed frames, and memory that was never used. Each
 * frame counts its users. Any CPU may call at any time.
 */
#ifndef KERNEL_FRAMES_H
#define KERNEL_FRAMES_H

#include <page_table64.h>

/** The allocator owns the memory from `first` up to `end`, both page-aligned. */
void frames_init(pt64_paddr_t first, pt64_paddr_t end, pt64_size_t page);

/** From now on this CPU sees frame `paddr` at `paddr + offset`. Before, the offset is 0. */
void frames_at(pt64_vaddr_t offset);

/** PT64_NO_FRAME if there is none left. A frame has one user, and its contents are arbitrary. */
pt64_paddr_t frame_alloc(void);

/** A frame loses a user. With the last one it is free. */
void frame_free(pt64_paddr_t frame);

/**
 * Whether a frame has several users. The caller is one: if there is no other, none comes unless the
 * caller's page is forked.
 */
bool frame_is_shared(pt64_paddr_t frame);

/**
 * Frames in a row that hold `bytes`, a power of two. The first is aligned to it. Fewer bytes than a
 * frame has take a whole one.
 */
pt64_paddr_t frames_alloc(pt64_size_t bytes);

/** Each of the frames loses a user, or gains one. What the allocator does not own is left out. */
void frames_free(pt64_paddr_t first, uint64_t bytes);
void frames_hold(pt64_paddr_t first, uint64_t bytes);

/** How many frames are not free. */
unsigned frames_in_use(void);

/**
 * The address at which this CPU can read and write the frame. NULL for an address that the
 * allocator does not own.
 */
void *frame_pointer(pt64_paddr_t frame);

#endif
