/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

void pool_init(struct pool *pool, size_t root_bytes, size_t node_bytes, unsigned paddr_bits)
{
    memset(pool, 0, sizeof *pool);
    pool->root_bytes = root_bytes;
    pool->node_bytes = node_bytes;
    pool->bytes = root_bytes > node_bytes ? root_bytes : node_bytes;
    pool->base = arena_base_from_roots(paddr_bits, POOL_ROOTS, root_bytes, pool->bytes);
    pool->memory = aligned_alloc(pool->bytes, pool->bytes * POOL_FRAMES);
    if (pool->memory == NULL)
        abort();
    pool_reset(pool);
}

void pool_fini(struct pool *pool)
{
    free(pool->memory);
    pool->memory = NULL;
}

void pool_reset(struct pool *pool)
{
    memset(pool->live, 0, sizeof pool->live);
    pool->used = 0;
    pool->live_count = 0;
    pool->allocations_left = SIZE_MAX;
    pool->refused = 0;
    pool->flushes = 0;
    memset(&pool->request, 0, sizeof pool->request);
    pool->defect = NULL;
}

void pool_copy(struct pool *to, const struct pool *from)
{
    unsigned char *memory = to->memory;

    memcpy(memory, from->memory, from->bytes * from->used);
    *to = *from;
    to->memory = memory;
}

size_t pool_frame_of(const struct pool *pool, uint64_t paddr)
{
    uint64_t frame = (paddr - pool->base) / pool->bytes;

    return paddr >= pool->base && frame < POOL_FRAMES ? (size_t)frame : POOL_FRAMES;
}

uint64_t pool_paddr(const struct pool *pool, size_t frame)
{
    return pool->base + frame * pool->bytes;
}

unsigned char *pool_node(const struct pool *pool, size_t frame)
{
    return pool->memory + frame * pool->bytes;
}

bool pool_read(void *ctx, uint64_t paddr, uint64_t *word)
{
    const struct pool *pool = ctx;
    size_t frame = pool_frame_of(pool, paddr);

    if (frame == POOL_FRAMES || paddr % pool->bytes >= pool->live[frame])
        return false;
    memcpy(word, pool_node(pool, frame) + paddr % pool->bytes, sizeof *word);
    return true;
}

static void note(struct pool *pool, const char *defect)
{
    if (pool->defect == NULL)
        pool->defect = defect;
}

/* ---- the handler ---- */

pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes)
{
    struct pool *pool = ctx;
    size_t frame = bytes == pool->root_bytes ? 0 : POOL_ROOTS;

    if (bytes != pool->root_bytes && bytes != pool->node_bytes)
        note(pool, "a frame of another size was asked for");
    while (frame < POOL_FRAMES && pool->live[frame] != 0)
        frame++;
    if (pool->allocations_left == 0 || frame == POOL_FRAMES) {
        pool->refused++;
        return PT64_NO_FRAME;
    }
    if (pool->allocations_left != SIZE_MAX)
        pool->allocations_left--;
    pool->live[frame] = bytes;
    pool->live_count++;
    pool->used = frame < pool->used ? pool->used : frame + 1;
    memset(pool_node(pool, frame), ARENA_FRESH_WORD & 0xff, bytes);
    return pool_paddr(pool, frame);
}

void arena_free_frame(void *ctx, pt64_paddr_t paddr, size_t bytes)
{
    struct pool *pool = ctx;
    size_t frame = pool_frame_of(pool, paddr);

    if (frame == POOL_FRAMES || paddr % pool->bytes != 0) {
        note(pool, "a frame was freed that was never given");
    } else if (pool->live[frame] != bytes) {
        note(pool, "a frame was freed twice, or by another size");
    } else {
        pool->live[frame] = 0;
        pool->live_count--;
        memset(pool_node(pool, frame), ARENA_FREED_WORD & 0xff, bytes);
    }
}

void *arena_phys_to_virt(void *ctx, pt64_paddr_t paddr)
{
    struct pool *pool = ctx;
    size_t frame = pool_frame_of(pool, paddr);

    if (frame == POOL_FRAMES || paddr % pool->bytes != 0 || pool->live[frame] == 0) {
        note(pool, "access to what is no frame of the table");
        return NULL;
    }
    return pool_node(pool, frame);
}

void arena_flush(void *ctx, const struct pt64_flush *request)
{
    struct pool *pool = ctx;

    pool->request = *request;
    pool->flushes++;
}

void arena_publish(void *ctx, const void *start, size_t bytes)
{
    struct pool *pool = ctx;
    uintptr_t offset = (uintptr_t)start - (uintptr_t)pool->memory;
    size_t frame = offset / pool->bytes;

    if (frame >= POOL_FRAMES || offset % pool->bytes + bytes > pool->live[frame])
        note(pool, "what is published is in no frame of the table");
}
