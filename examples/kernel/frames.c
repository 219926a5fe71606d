/* SPDX-License-Identifier: MIT */
#include "frames.h"

static pt64_paddr_t pool_first, pool_end, pool_next;
static pt64_paddr_t free_list = PT64_NO_FRAME;
static pt64_size_t frame_bytes;
static pt64_vaddr_t pool_offset;

void frames_init(pt64_paddr_t first, pt64_paddr_t end, pt64_size_t page)
{
    pool_first = first;
    pool_next = first;
    pool_end = end;
    frame_bytes = page;
}

void frames_at(pt64_vaddr_t offset)
{
    pool_offset = offset;
}

void *frame_pointer(pt64_paddr_t frame)
{
    if (frame < pool_first || frame >= pool_end)
        return NULL;
    return (void *)(uintptr_t)(frame + pool_offset);
}

pt64_paddr_t frame_alloc(void)
{
    pt64_paddr_t frame = free_list;

    if (frame != PT64_NO_FRAME) {
        free_list = *(pt64_paddr_t *)frame_pointer(frame);
        return frame;
    }
    if (pool_next == pool_end)
        return PT64_NO_FRAME;
    frame = pool_next;
    pool_next += frame_bytes;
    return frame;
}

void frame_free(pt64_paddr_t frame)
{
    *(pt64_paddr_t *)frame_pointer(frame) = free_list;
    free_list = frame;
}

/** Only memory that was never used is known to be in a row. */
pt64_paddr_t frames_alloc(pt64_size_t bytes)
{
    pt64_paddr_t first;

    if (bytes <= frame_bytes)
        return frame_alloc();
    for (; pool_next != pool_end && !pt64_is_aligned(pool_next, bytes); pool_next += frame_bytes)
        frame_free(pool_next);
    if (pool_end - pool_next < bytes)
        return PT64_NO_FRAME;
    first = pool_next;
    pool_next += bytes;
    return first;
}

void frames_free(pt64_paddr_t first, pt64_size_t bytes)
{
    pt64_paddr_t frame = first;

    do {
        frame_free(frame);
        frame += frame_bytes;
    } while (frame - first < bytes);
}
