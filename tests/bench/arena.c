/* SPDX-License-Identifier: MIT */
#include "subject.h"

struct arena_stack arena_tables;
struct arena_stack arena_roots;
uint64_t arena_flushed;

/* Returns whether as many frames are free as at the start. */
static bool refill(struct arena_stack *stack, pt64_paddr_t base, size_t bytes, size_t frame_bytes)
{
    size_t count = bytes / frame_bytes < ARENA_MAX_FRAMES ? bytes / frame_bytes : ARENA_MAX_FRAMES;
    bool was_full = stack->count == count;

    for (size_t i = 0; i < count; i++)
        stack->frames[i] = base + (count - 1 - i) * frame_bytes;
    stack->count = count;
    return was_full;
}

bool arena_reset(void)
{
    bool all_tables = refill(&arena_tables, ARENA_BASE, ARENA_TABLES_BYTES, ARENA_TABLE_BYTES);
    bool all_roots =
        refill(&arena_roots, ARENA_BASE + ARENA_TABLES_BYTES, ARENA_ROOTS_BYTES, ARENA_ROOT_BYTES);

    return all_tables && all_roots;
}
