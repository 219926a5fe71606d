/* SPDX-License-Identifier: MIT */
/*
 * A second operating system for subjects, with the arena's function names: a program links one or
 * the other. It hands out the lowest free frame, so that the same calls lead to the same memory.
 * Its whole state can be saved and restored.
 */
#ifndef TESTS_SUPPORT_POOL_H
#define TESTS_SUPPORT_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <page_table64/traits.h>

#define POOL_FRAMES 512
/* The first frames are for root nodes, if these have a size of their own. */
#define POOL_ROOTS 2

struct pool {
    uint64_t base;            /* the address of the first frame */
    size_t bytes;             /* of one frame: the largest node fills it */
    size_t root_bytes;        /* of a root node */
    size_t node_bytes;        /* of any other node */
    unsigned char *memory;    /* all frames; the start is aligned to a frame */
    size_t live[POOL_FRAMES]; /* the bytes of the node in it; 0: none */
    size_t used;              /* frames from here on have never been handed out */
    size_t live_count;
    size_t allocations_left; /* the allocation after this many more fails, and all later ones */
    size_t refused;          /* allocations that failed */
    size_t flushes;
    struct pt64_flush request; /* the newest; all zeros if there is none yet */
    const char *defect;        /* the first thing that was done wrong, or NULL */
};

/* The frames have addresses of `paddr_bits`. */
void pool_init(struct pool *pool, size_t root_bytes, size_t node_bytes, unsigned paddr_bits);
void pool_fini(struct pool *pool);
/* Back to the state after pool_init. */
void pool_reset(struct pool *pool);
void pool_copy(struct pool *to, const struct pool *from);

/* The frame's number, or POOL_FRAMES if no frame has this address. */
size_t pool_frame_of(const struct pool *pool, uint64_t paddr);
uint64_t pool_paddr(const struct pool *pool, size_t frame);
unsigned char *pool_node(const struct pool *pool, size_t frame);

/* In the form of oracle_memory's read. */
bool pool_read(void *ctx, uint64_t paddr, uint64_t *word);

#endif
