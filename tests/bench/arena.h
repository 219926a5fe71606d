/* SPDX-License-Identifier: MIT */
/* The operating system of a benchmark, as in a kernel: frames that are in memory already, a free
 * list that is a stack, and a linear map whose base is a constant. */
#ifndef TESTS_BENCH_ARENA_H
#define TESTS_BENCH_ARENA_H

#include "page_table64.h"

#define ARENA_TABLE_BYTES ((size_t)META.entry_bytes << META.index_bits)
#define ARENA_ROOT_BYTES  ((size_t)META.entry_bytes << pt64_root_index_bits(&META, &META.limits))

/* Physical memory: frames for nodes, then frames for roots of another size. All are below 4 GiB,
 * where every entry can link them. */
#define ARENA_BASE        UINT64_C(0x10000000)
#define ARENA_OFFSET      UINT64_C(0x1ff0000000) /* from physical to virtual addresses */
#define ARENA_ROOTS_BYTES ((size_t)16 << 20)
#ifndef ARENA_TABLES_BYTES
#define ARENA_TABLES_BYTES ((size_t)64 << 20)
#endif

#define ARENA_MAX_FRAMES (ARENA_TABLES_BYTES / 1024) /* no node below the root is smaller */

struct arena_stack {
    size_t count;
    pt64_paddr_t frames[ARENA_MAX_FRAMES];
};

extern struct arena_stack arena_tables;
extern struct arena_stack arena_roots;
extern uint64_t arena_flushed; /* how many ranges flushes asked for */

/* Frames ascend again, as in a machine that has just started. False if some were not given back. */
bool arena_reset(void);

static inline struct arena_stack *arena_stack_for(size_t bytes)
{
    return bytes == ARENA_TABLE_BYTES ? &arena_tables : &arena_roots;
}

static inline pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes)
{
    struct arena_stack *stack = arena_stack_for(bytes);

    (void)ctx;
    return stack->count > 0 ? stack->frames[--stack->count] : PT64_NO_FRAME;
}

static inline void arena_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    struct arena_stack *stack = arena_stack_for(bytes);

    (void)ctx;
    stack->frames[stack->count++] = frame;
}

static inline void *arena_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return (char *)(uintptr_t)ARENA_OFFSET + frame;
}

static inline void arena_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    arena_flushed += request->everything ? 1 : request->count;
}

#endif
