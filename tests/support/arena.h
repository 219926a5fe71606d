/* SPDX-License-Identifier: MIT */
/*
 * The operating system of a test: an allocator of frames that remembers what it gave and to whom,
 * fails when told to, and logs every call that it gets.
 *
 * Physical addresses are invented, so that a physical address used as a pointer is caught. Frames
 * are handed out full of words that look like valid entries. They are filled with other such words
 * when they come back, and no physical address is used twice. The first thing that a table type
 * does wrong is noted in `defect`, and the call goes on as well as it can.
 */
#ifndef TESTS_SUPPORT_ARENA_H
#define TESTS_SUPPORT_ARENA_H

#include <page_table64/traits.h>

#define ARENA_FRESH_WORD UINT64_C(0xa5a5a5a5a5a5a5a5)
#define ARENA_FREED_WORD UINT64_C(0x6b6b6b6b6b6b6b6b)

/* Where the frames lie in physical memory. */
enum arena_place {
    ARENA_MIDDLE,
    ARENA_FROM_ZERO, /* the first frame is physical address 0 */
    ARENA_TO_TOP,    /* the last addresses that fit in `paddr_bits` */
};

struct arena_frame {
    pt64_paddr_t paddr;
    size_t bytes;
    uint64_t *words; /* NULL for an answer that was false */
    bool live;
};

enum arena_event_kind {
    ARENA_ALLOC,
    ARENA_REFUSED, /* an allocation that failed */
    ARENA_FREE,
    ARENA_FLUSH,
};

struct arena_event {
    enum arena_event_kind kind;
    pt64_paddr_t frame;
    size_t bytes;
    struct pt64_flush request;
};

struct arena {
    uint64_t magic;
    pt64_paddr_t next;
    pt64_paddr_t next_low;
    struct arena_frame *frames;
    size_t frame_count;
    size_t frame_room;
    size_t live;
    struct arena_event *events;
    size_t event_count;
    size_t event_room;
    /* The allocation after this many more fails, and all later ones. SIZE_MAX: none. */
    size_t allocations_left;
    /* The next allocation returns this address, which is no frame. PT64_NO_FRAME: a true answer. */
    pt64_paddr_t lie;
    /* The next allocation returns this frame, which was freed. PT64_NO_FRAME: a new frame. */
    pt64_paddr_t recycled;
    /* Runs in every allocation, before it is answered. May be NULL. */
    void (*on_alloc)(void *arg);
    void *on_alloc_arg;
    /* Runs in every phys_to_virt. May be NULL. */
    void (*on_access)(void *arg);
    void *on_access_arg;
    /* Runs in every flush. May be NULL. */
    void (*on_flush)(void *arg, const struct pt64_flush *request);
    void *on_flush_arg;
    /* phys_to_virt answers NULL for an address that is no frame. That is a defect, unless the test
     * expects it. */
    bool strangers_expected;
    size_t accesses; /* how often phys_to_virt was called */
    const char *defect;
    pt64_paddr_t defect_frame;
};

/*
 * The arena has the handler's functions. The handler's context is a struct arena. arena_publish is
 * for handlers whose walkers do not snoop.
 */
#define ARENA_HANDLER \
    {arena_alloc_frame, arena_free_frame, arena_phys_to_virt, arena_flush, NULL, NULL}

/* Where frames lie that addresses of `paddr_bits` reach: above 4 GiB, if they reach so far. */
static inline pt64_paddr_t arena_base(unsigned paddr_bits)
{
    if (paddr_bits > 41)
        return UINT64_C(0x12340000000);
    if (paddr_bits > 37)
        return UINT64_C(0x1230000000);
    return paddr_bits > 32 ? UINT64_C(0x230000000) : UINT64_C(0x12300000);
}

/* The same for frames of `bytes`, of which the first ones are `roots` root nodes. SDM 3A, 5.4.1:
 * CR3 has 32 bits, so that the 32 bytes of PAE's roots are below 4 GiB. They are the only frames
 * there.
 */
static inline pt64_paddr_t arena_base_from_roots(unsigned paddr_bits, size_t roots,
                                                 size_t root_bytes, size_t bytes)
{
    return root_bytes == 32 ? (UINT64_C(1) << 32) - roots * bytes : arena_base(paddr_bits);
}

void arena_init(struct arena *arena, enum arena_place place, unsigned paddr_bits);
void arena_fini(struct arena *arena);

/* The first thing that was done wrong, or NULL. Also looks for writes to freed frames. */
const char *arena_defect(struct arena *arena);

/* Whether the frame is live and has this size. */
bool arena_is_live(const struct arena *arena, pt64_paddr_t frame, size_t bytes);

void arena_clear_events(struct arena *arena);
size_t arena_count(const struct arena *arena, enum arena_event_kind kind);

/* The word at a physical address, in a live frame. In the form of oracle_memory's read. */
bool arena_read(void *ctx, uint64_t paddr, uint64_t *word);
/* The place of that word, or NULL. For tests that act as hardware and write A and D. */
uint64_t *arena_word(struct arena *arena, uint64_t paddr);

pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes);
void arena_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *arena_phys_to_virt(void *ctx, pt64_paddr_t frame);
void arena_flush(void *ctx, const struct pt64_flush *request);
void arena_publish(void *ctx, const void *start, size_t bytes);

#endif
