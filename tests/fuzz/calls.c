/* SPDX-License-Identifier: MIT */
/* The bytes are calls on a table. Their answers and effects are compared with the model. */
#include <stdlib.h>

#include "input.h"
#include "support/world.h"

/* More pages than this make a call slow and find nothing more. */
#define MANY_PAGES 1100
#define MANY_CALLS 24
#define FORMATS    64

/* The limit that the library has. */
const size_t search_limit = (size_t)1 << 22;

static struct {
    struct call calls[MANY_CALLS];
    pt64_status_t answers[MANY_CALLS];
    size_t count;
} story;

/* ---- calls from bytes ---- */

/* Two bytes are an address: its distance from one of four addresses, in steps of a chosen size. */
static pt64_vaddr_t some_vaddr(struct input *input, const struct world *world)
{
    uint64_t half = (uint64_t)1 << (world->format.vaddr_bits - 1);
    uint64_t lower = world->format.half == ORACLE_UPPER_HALF ? 0 - 2 * half : 0;
    uint64_t upper = world->format.half == ORACLE_BOTH_HALVES ? 0 - half : lower + half;
    const uint64_t places[] = {lower, lower + half, upper, lower + half / 2};
    uint8_t place = input_byte(input);
    uint64_t steps = (uint64_t)(int8_t)input_byte(input);
    unsigned level = (place >> 2 & 7) % world->format.levels;
    uint64_t odd = place >> 5 == 7 ? steps : 0;

    return places[place & 3] + steps * world_page_size(world, level) + odd;
}

/* Frames at the same distance as the address suit huge pages. Others do not. */
static pt64_paddr_t some_paddr(struct input *input, const struct world *world, pt64_vaddr_t vaddr)
{
    uint64_t memory = (uint64_t)1 << world->format.paddr_bits;
    uint64_t target = input_bytes(input, 2);

    if (target & 0x8000)
        return (target & 0x7fff) * world_page_size(world, 0);
    return (vaddr + target * world_page_size(world, 1)) & (memory - 1);
}

static uint64_t some_bytes(struct input *input, const struct world *world)
{
    uint8_t length = input_byte(input);
    unsigned level = (length >> 4 & 3) % world->format.levels;

    return (length & 15) * world_page_size(world, level) +
           (length >> 6) * world_page_size(world, 0);
}

/* Keeps the number of pages within bounds. Gives a single page, or a pin, a size that exists. */
static void bound(struct call *call, const struct world *world)
{
    const struct pt64_meta *meta = world->s->meta;
    uint64_t page = world_page_size(world, 0);
    uint64_t top = world_page_size(world, meta->limits.leaf_levels - 1);
    uint64_t most = MANY_PAGES * (call->max_size == 1 ? page : call->max_size);

    if (call->kind == CALL_PIN && (call->bytes & page) == 0) {
        uint64_t slot = world_page_size(world, meta->limits.levels - 1);

        call->vaddr &= ~(slot - 1);
        call->bytes = (1 + call->bytes / page % 3) * slot;
    }
    if ((call->kind == CALL_MAP || call->kind == CALL_MARK || call->kind == CALL_MAP_MARKED) &&
        (call->bytes & page) == 0)
        call->bytes =
            world_page_size(world, (unsigned)(call->bytes / page) % meta->limits.leaf_levels);
    if (call->kind == CALL_COLLAPSE && (call->bytes & page) == 0) {
        call->bytes =
            world_page_size(world, (unsigned)(call->bytes / page) % meta->limits.leaf_levels);
        call->vaddr &= ~(call->bytes - 1);
    }
    if (call->kind == CALL_POPULATE && call->max_size == PT64_SIZE_ANY)
        call->max_size = page;
    if (call->kind == CALL_POPULATE && call->max_size > 1) {
        uint64_t few = 6 * (call->max_size << meta->index_bits);

        call->vaddr &= ~(call->max_size - 1);
        call->bytes &= ~(call->max_size - 1);
        call->bytes = call->bytes < few ? call->bytes : few;
    }
    if (call->max_size == PT64_SIZE_ANY || most > 4 * top)
        most = 4 * top;
    if (call->kind == CALL_MAP_PAGES && most > MANY_PAGES * page)
        most = MANY_PAGES * page;
    if ((call->kind == CALL_MAP_REGION || call->kind == CALL_MAP_PAGES) && call->bytes > most)
        call->bytes = most;
    if (call->kind == CALL_MAP_REGION &&
        ((call->vaddr ^ call->paddr) & (world_page_size(world, 1) - 1)) != 0 &&
        call->bytes > MANY_PAGES * page)
        call->bytes = MANY_PAGES * page;
}

/* Every page size; and 1, a stray `true`, which is none. */
static pt64_size_t some_max_size(const struct world *world, uint8_t options)
{
    unsigned levels = world->s->meta->limits.leaf_levels;

    if (!(options & 1))
        return world_page_size(world, 0);
    if (options & 8 || options >> 4 == 0)
        return PT64_SIZE_ANY;
    return options >> 4 == 15 ? 1 : world_page_size(world, (options >> 4) % levels);
}

/* The kinds from CALL_CHANGE_REGION to CALL_COLLAPSE have no numbers of their own: they are options
 * of others, and the numbers in the seeds stay what they are. */
static enum call_kind some_kind(uint8_t number, uint8_t options)
{
    unsigned unnumbered = CALL_COLLAPSE - CALL_CHANGE_REGION + 1;
    unsigned kind = number % (CALL_KINDS - unnumbered);

    if (kind == CALL_PROTECT_REGION && options & 1)
        return CALL_CHANGE_REGION;
    if (kind == CALL_MAP && options & 1)
        return options & 2 ? CALL_MAP_MARKED : CALL_MARK;
    if (kind == CALL_UNMAP_REGION && options & 1)
        return options & 2 ? CALL_COLLAPSE : CALL_POPULATE;
    kind += kind < CALL_CHANGE_REGION ? 0 : unnumbered;
    if (kind == CALL_CLEAR_DIRTY && options & 1)
        return CALL_CLONE;
    if (kind == CALL_IGNORE && options & 1)
        return CALL_SWITCH;
    return (enum call_kind)kind;
}

static struct call next_call(struct input *input, const struct world *world)
{
    struct call call = {.allocations = SIZE_MAX};
    uint8_t number = input_byte(input);
    uint8_t options = input_byte(input);

    call.kind = some_kind(number, options);
    call.max_size = some_max_size(world, options);
    call.swaps = options >> 1 & 3;
    if (options & 8)
        call.allocations = options >> 4;
    call.vaddr = some_vaddr(input, world);
    call.paddr = some_paddr(input, world, call.vaddr);
    call.flags = (pt64_flags_t)input_bytes(input, 2) & 0x1fff;
    call.bytes = some_bytes(input, world);
    call.mark = call.flags & 3;
    if (call.kind == CALL_CHANGE_REGION || call.kind == CALL_CLONE)
        call.clear = (pt64_flags_t)input_bytes(input, 2) & 0x1fff;
    bound(&call, world);
    return call;
}

/* ---- one input ---- */

static bool make_call(struct world *world, const struct call *call)
{
    bool refused;

    return world_call(world, call, &story.answers[story.count], &refused);
}

static bool make_calls(struct world *world, struct input *input)
{
    for (story.count = 0; input->left > 0 && story.count < MANY_CALLS; story.count++) {
        struct call *call = &story.calls[story.count];

        *call = next_call(input, world);
        if (!make_call(world, call) || !world_check_entries(world) ||
            !world_check_readers(world, &call->vaddr, 1) || !world_check_flaws(world))
            return false;
    }
    return world_check_end(world);
}

__attribute__((noreturn)) static void fail(const struct world *world)
{
    fprintf(stderr, "%s: %s, after\n", world->s->name, world->why);
    for (size_t i = 0; i <= story.count && i < MANY_CALLS; i++)
        call_print(stderr, &story.calls[i], story.answers[i]);
    abort();
}

/* A world for each format, made when the format is first met: its memory is large. */
static struct world *world_of(size_t format)
{
    static struct world worlds[FORMATS];
    struct world *world = &worlds[format];

    if (format >= FORMATS)
        abort();
    if (world->s == NULL) {
        world_begin(world, subjects[format]);
    } else {
        world->s->select(world->s);
        world_restart(world);
    }
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct input input = {bytes, size};
    struct world *world = world_of(input_subject(&input));

    world->why[0] = 0;
    if (!make_calls(world, &input))
        fail(world);
    return 0;
}
