/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include "lock.h"

/** 128 MiB of 4K frames. */
#define MAX_FRAMES 0x8000

static pt64_paddr_t pool_first, pool_end, pool_next;
static pt64_paddr_t free_list = PT64_NO_FRAME;
static pt64_size_t frame_bytes;
static unsigned frame_shift;
static pt64_vaddr_t pool_offset;
static uint16_t users[MAX_FRAMES];
static unsigned in_use;

/** For all of the above that changes. */
static struct lock frames_lock;

void frames_init(pt64_paddr_t first, pt64_paddr_t end, pt64_size_t page)
{
    pool_first = first;
    pool_next = first;
    pool_end = end - first < MAX_FRAMES * page ? end : first + MAX_FRAMES * page;
    frame_bytes = page;
    frame_shift = (unsigned)__builtin_ctzll(page);
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

static uint16_t *users_of(pt64_paddr_t frame)
{
    return &users[(frame - pool_first) >> frame_shift];
}

/* ---- with the lock held ---- */

static void add_users(pt64_paddr_t first, uint64_t bytes)
{
    for (pt64_paddr_t frame = first; frame - first < bytes; frame += frame_bytes)
        if (frame_pointer(frame) != NULL)
            (*users_of(frame))++;
}

/** The next frames that were never used get their first user. */
static pt64_paddr_t take_new(pt64_size_t bytes)
{
    pt64_paddr_t first = pool_next;

    pool_next += bytes;
    in_use += (unsigned)(bytes >> frame_shift);
    add_users(first, bytes);
    return first;
}

static pt64_paddr_t take_one(void)
{
    pt64_paddr_t frame = free_list;

    if (frame == PT64_NO_FRAME)
        return pool_next == pool_end ? PT64_NO_FRAME : take_new(frame_bytes);
    free_list = *(pt64_paddr_t *)frame_pointer(frame);
    in_use++;
    *users_of(frame) = 1;
    return frame;
}

static void take_user(pt64_paddr_t frame)
{
    if (--*users_of(frame) > 0)
        return;
    *(pt64_paddr_t *)frame_pointer(frame) = free_list;
    free_list = frame;
    in_use--;
}

/** Only memory that was never used is known to be in a row. */
static pt64_paddr_t take_row(pt64_size_t bytes)
{
    while (pool_next != pool_end && !pt64_is_aligned(pool_next, bytes))
        take_user(take_new(frame_bytes));
    return pool_end - pool_next < bytes ? PT64_NO_FRAME : take_new(bytes);
}

/* ---- by any CPU ---- */

pt64_paddr_t frames_alloc(pt64_size_t bytes)
{
    pt64_paddr_t first;

    lock_take(&frames_lock);
    first = bytes <= frame_bytes ? take_one() : take_row(bytes);
    lock_give(&frames_lock);
    return first;
}

void frames_free(pt64_paddr_t first, uint64_t bytes)
{
    lock_take(&frames_lock);
    for (pt64_paddr_t frame = first; frame - first < bytes; frame += frame_bytes)
        if (frame_pointer(frame) != NULL)
            take_user(frame);
    lock_give(&frames_lock);
}

void frames_hold(pt64_paddr_t first, uint64_t bytes)
{
    lock_take(&frames_lock);
    add_users(first, bytes);
    lock_give(&frames_lock);
}

pt64_paddr_t frame_alloc(void)
{
    return frames_alloc(frame_bytes);
}

void frame_free(pt64_paddr_t frame)
{
    frames_free(frame, frame_bytes);
}

bool frame_is_shared(pt64_paddr_t frame)
{
    return __atomic_load_n(users_of(frame), __ATOMIC_ACQUIRE) > 1;
}

unsigned frames_in_use(void)
{
    return in_use;
}
