/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC    UINT64_C(0x6172656e61000001)
#define TOP_ROOM (UINT64_C(256) << 20)

static void note(struct arena *arena, const char *defect, pt64_paddr_t frame)
{
    if (arena->defect != NULL)
        return;
    arena->defect = defect;
    arena->defect_frame = frame;
}

/* Without an arena as context, there is nothing to report to. */
static struct arena *arena_of(void *ctx)
{
    struct arena *arena = ctx;

    if (arena == NULL || arena->magic != MAGIC)
        abort();
    return arena;
}

static void *grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 64 : *room * 2;
    array = realloc(array, *room * size);
    if (array == NULL)
        abort();
    return array;
}

/* Where small frames are that must be below 4 GiB. */
#define LOW_ROOM UINT64_C(0x7000000)

void arena_init(struct arena *arena, enum arena_place place, unsigned paddr_bits)
{
    pt64_paddr_t top = (pt64_paddr_t)1 << paddr_bits;
    *arena = (struct arena){
        .magic = MAGIC,
        .allocations_left = SIZE_MAX,
        .lie = PT64_NO_FRAME,
        .recycled = PT64_NO_FRAME,
        .next = place == ARENA_FROM_ZERO ? 0
                : place == ARENA_TO_TOP  ? top - TOP_ROOM
                                         : arena_base(paddr_bits),
        .next_low = LOW_ROOM,
    };
}

void arena_fini(struct arena *arena)
{
    for (size_t i = 0; i < arena->frame_count; i++)
        free(arena->frames[i].words);
    free(arena->frames);
    free(arena->events);
    arena->magic = 0;
}

/* Frames are handed out at rising addresses. NULL if the address is in none. */
static struct arena_frame *find(const struct arena *arena, pt64_paddr_t paddr)
{
    size_t low = 0;
    size_t high = arena->frame_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct arena_frame *frame = &arena->frames[middle];

        if (paddr < frame->paddr)
            high = middle;
        else if (paddr - frame->paddr >= frame->bytes)
            low = middle + 1;
        else
            return frame;
    }
    return NULL;
}

static bool is_filled_with(const struct arena_frame *frame, uint64_t word)
{
    for (size_t i = 0; i < frame->bytes / sizeof word; i++)
        if (frame->words[i] != word)
            return false;
    return true;
}

static void fill(struct arena_frame *frame, uint64_t word)
{
    for (size_t i = 0; i < frame->bytes / sizeof word; i++)
        frame->words[i] = word;
}

const char *arena_defect(struct arena *arena)
{
    for (size_t i = 0; i < arena->frame_count; i++) {
        const struct arena_frame *frame = &arena->frames[i];

        if (!frame->live && !is_filled_with(frame, ARENA_FREED_WORD))
            note(arena, "a freed frame was written", frame->paddr);
    }
    return arena->defect;
}

bool arena_is_live(const struct arena *arena, pt64_paddr_t paddr, size_t bytes)
{
    const struct arena_frame *frame = find(arena, paddr);

    return frame != NULL && frame->paddr == paddr && frame->live && frame->bytes == bytes;
}

static void log_event(struct arena *arena, struct arena_event event)
{
    arena->events =
        grow(arena->events, arena->event_count, &arena->event_room, sizeof *arena->events);
    arena->events[arena->event_count++] = event;
}

void arena_clear_events(struct arena *arena)
{
    arena->event_count = 0;
}

size_t arena_count(const struct arena *arena, enum arena_event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < arena->event_count; i++)
        count += arena->events[i].kind == kind ? 1 : 0;
    return count;
}

static struct arena_frame *find_live(struct arena *arena, pt64_paddr_t paddr)
{
    struct arena_frame *frame = find(arena, paddr);

    return frame != NULL && frame->live ? frame : NULL;
}

uint64_t *arena_word(struct arena *arena, uint64_t paddr)
{
    struct arena_frame *frame = find_live(arena, paddr);

    return frame == NULL ? NULL : &frame->words[(paddr - frame->paddr) / sizeof(uint64_t)];
}

bool arena_read(void *ctx, uint64_t paddr, uint64_t *word)
{
    const uint64_t *place = arena_word(arena_of(ctx), paddr);

    if (place == NULL)
        return false;
    *word = *place;
    return true;
}

/* ---- the handler ---- */

/*
 * The place of the next frame. A frame of 32 bytes is the root of 32-bit Arm or x86: for PAE paging
 * it is below 4 GiB (SDM 3A, 5.4.1).
 */
static pt64_paddr_t next_place(struct arena *arena, size_t bytes)
{
    bool is_low = bytes == 32 && arena->next >> 32 != 0;
    pt64_paddr_t *next = is_low ? &arena->next_low : &arena->next;
    pt64_paddr_t place = pt64_align_up(*next, bytes);

    *next = place + bytes;
    return place;
}

/* The frames are in the order of their addresses. */
static void insert_frame(struct arena *arena, const struct arena_frame *frame)
{
    size_t at = arena->frame_count++;

    for (; at > 0 && arena->frames[at - 1].paddr > frame->paddr; at--)
        arena->frames[at] = arena->frames[at - 1];
    arena->frames[at] = *frame;
}

static pt64_paddr_t add_frame(struct arena *arena, size_t bytes)
{
    struct arena_frame frame = {
        .paddr = next_place(arena, bytes),
        .bytes = bytes,
        .words = malloc(bytes),
        .live = true,
    };

    if (frame.words == NULL)
        abort();
    fill(&frame, ARENA_FRESH_WORD);
    arena->frames =
        grow(arena->frames, arena->frame_count, &arena->frame_room, sizeof *arena->frames);
    insert_frame(arena, &frame);
    arena->live++;
    return frame.paddr;
}

static pt64_paddr_t recycle_frame(struct arena *arena, size_t bytes)
{
    struct arena_frame *frame = find(arena, arena->recycled);

    if (frame == NULL || frame->live || frame->bytes != bytes)
        abort();
    arena->recycled = PT64_NO_FRAME;
    frame->live = true;
    fill(frame, ARENA_FRESH_WORD);
    arena->live++;
    return frame->paddr;
}

pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes)
{
    struct arena *arena = arena_of(ctx);
    pt64_paddr_t frame;

    if (arena->on_alloc != NULL)
        arena->on_alloc(arena->on_alloc_arg);
    if (bytes == 0 || (bytes & (bytes - 1)) != 0)
        note(arena, "a frame whose size is not a power of two was asked for", bytes);
    if (arena->allocations_left == 0) {
        log_event(arena, (struct arena_event){.kind = ARENA_REFUSED, .bytes = bytes});
        return PT64_NO_FRAME;
    }
    if (arena->allocations_left != SIZE_MAX)
        arena->allocations_left--;
    frame = arena->lie != PT64_NO_FRAME        ? arena->lie
            : arena->recycled != PT64_NO_FRAME ? recycle_frame(arena, bytes)
                                               : add_frame(arena, bytes);
    log_event(arena, (struct arena_event){.kind = ARENA_ALLOC, .frame = frame, .bytes = bytes});
    return frame;
}

void arena_free_frame(void *ctx, pt64_paddr_t paddr, size_t bytes)
{
    struct arena *arena = arena_of(ctx);
    struct arena_frame *frame = find(arena, paddr);

    log_event(arena, (struct arena_event){.kind = ARENA_FREE, .frame = paddr, .bytes = bytes});
    if (paddr == arena->lie && paddr != PT64_NO_FRAME) {
        arena->lie = PT64_NO_FRAME;
    } else if (frame == NULL || frame->paddr != paddr) {
        note(arena, "a frame was freed that was never given", paddr);
    } else if (!frame->live) {
        note(arena, "a frame was freed twice", paddr);
    } else {
        if (frame->bytes != bytes)
            note(arena, "a frame was freed with another size", paddr);
        frame->live = false;
        fill(frame, ARENA_FREED_WORD);
        arena->live--;
    }
}

void *arena_phys_to_virt(void *ctx, pt64_paddr_t paddr)
{
    struct arena *arena = arena_of(ctx);
    struct arena_frame *frame;

    arena->accesses++;
    if (arena->on_access != NULL)
        arena->on_access(arena->on_access_arg);
    frame = find(arena, paddr);
    if (frame == NULL || frame->paddr != paddr) {
        if (!arena->strangers_expected)
            note(arena, "access to what is no frame", paddr);
        return NULL;
    }
    if (!frame->live) {
        note(arena, "access to a freed frame", paddr);
        return NULL;
    }
    return frame->words;
}

void arena_flush(void *ctx, const struct pt64_flush *request)
{
    struct arena *arena = arena_of(ctx);

    log_event(arena, (struct arena_event){.kind = ARENA_FLUSH, .request = *request});
    if (arena->on_flush != NULL)
        arena->on_flush(arena->on_flush_arg, request);
}

static bool holds(const struct arena_frame *frame, const void *start, size_t bytes)
{
    uintptr_t words = (uintptr_t)frame->words;

    return frame->live && (uintptr_t)start >= words && bytes <= frame->bytes &&
           (uintptr_t)start - words <= frame->bytes - bytes;
}

void arena_publish(void *ctx, const void *start, size_t bytes)
{
    struct arena *arena = arena_of(ctx);

    for (size_t i = arena->frame_count; i > 0; i--)
        if (holds(&arena->frames[i - 1], start, bytes))
            return;
    note(arena, "what is published is in no frame", bytes);
}
