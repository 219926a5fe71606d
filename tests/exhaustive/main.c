/* SPDX-License-Identifier: MIT */
/*
 * exhaustive <format> <depth>: every sequence of up to `depth` calls in the universe, with each
 * allocation failing in turn. Two paths that lead to the same state go on as one.
 *
 * A state is the whole of the table's memory and of its guard. When a state is first met, it is
 * compared with the model and the manuals. On every further path to it, the model must agree with
 * it too.
 *
 * The table of a clone is made for the call. It is compared with the model, and destroyed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "universe.h"

#define NONE UINT32_MAX

struct state {
    uint64_t hash;
    uint64_t reference_hash;
    uint32_t parent; /* NONE: the first state */
    uint32_t step;   /* index in `steps` of the step that led here first */
    unsigned depth;
    double sequences; /* how many sequences of as many calls as are left start here */
    uint32_t first_step;
    uint32_t step_count;
};

/* A call made in one state, and the state that it led to. */
struct step {
    uint32_t to;
    uint8_t call;
    uint8_t allocations; /* UINT8_MAX: all */
};

struct search {
    const struct subject *s;
    struct universe universe;
    struct world now;    /* the state in which calls are made */
    struct world before; /* the state before the call */
    struct world spare;
    unsigned depth;
    struct state *states;
    uint32_t state_count;
    uint32_t state_room;
    struct step *steps;
    size_t step_count;
    size_t step_room;
    uint32_t *buckets;
    size_t bucket_count;
    uint64_t calls;
    uint64_t refusals;
};

static void *grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 1024 : *room * 2;
    array = realloc(array, *room * size);
    if (array == NULL)
        abort();
    return array;
}

/* ---- the states that are known ---- */

static uint32_t *bucket_of(struct search *search, uint64_t hash)
{
    size_t at = (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15)) & (search->bucket_count - 1);

    while (search->buckets[at] != NONE && search->states[search->buckets[at]].hash != hash)
        at = (at + 1) & (search->bucket_count - 1);
    return &search->buckets[at];
}

static void rehash(struct search *search)
{
    search->bucket_count = search->bucket_count == 0 ? 4096 : search->bucket_count * 2;
    free(search->buckets);
    search->buckets = malloc(search->bucket_count * sizeof *search->buckets);
    if (search->buckets == NULL)
        abort();
    memset(search->buckets, 0xff, search->bucket_count * sizeof *search->buckets);
    for (uint32_t i = 0; i < search->state_count; i++)
        *bucket_of(search, search->states[i].hash) = i;
}

static uint32_t add_state(struct search *search, const struct state *state)
{
    size_t room = search->state_room;

    search->states = grow(search->states, search->state_count, &room, sizeof *search->states);
    search->state_room = (uint32_t)room;
    if ((size_t)search->state_count * 2 >= search->bucket_count)
        rehash(search);
    search->states[search->state_count] = *state;
    *bucket_of(search, state->hash) = search->state_count;
    return search->state_count++;
}

/* ---- one call ---- */

static struct call call_of(const struct search *search, const struct step *step)
{
    struct call call = search->universe.calls[step->call];

    call.allocations = step->allocations == UINT8_MAX ? SIZE_MAX : step->allocations;
    return call;
}

static void print_way(struct search *search, uint32_t state)
{
    struct call call;

    if (search->states[state].parent == NONE)
        return;
    print_way(search, search->states[state].parent);
    call = call_of(search, &search->steps[search->states[state].step]);
    call_print(stdout, &call, PT64_OK);
}

__attribute__((noreturn)) static void fail(struct search *search, uint32_t from,
                                           const struct step *step, const char *why)
{
    printf(
        "# %s: %s, after these calls, the last of which is at fault (the others may have been "
        "refused):\n",
        search->s->name, why);
    print_way(search, from);
    if (step != NULL) {
        struct call call = call_of(search, step);

        call_print(stdout, &call, PT64_OK);
    }
    exit(1);
}

/* All checks of a state that is met for the first time, in `now`. */
static void check_state(struct search *search, uint32_t from, const struct step *step)
{
    struct world *now = &search->now;

    if (!world_check_entries(now) || !world_check_flaws(now) ||
        !world_check_readers(now, search->universe.probes, search->universe.probe_count))
        fail(search, from, step, now->why);
    world_copy(&search->spare, now);
    if (!world_check_end(&search->spare))
        fail(search, from, step, search->spare.why);
}

/* The number of the state in `now`, known or new. */
static uint32_t recognise(struct search *search, uint32_t from, const struct step *step)
{
    struct state state = {.hash = world_hash(&search->now),
                          .reference_hash = world_hash_reference(&search->now),
                          .parent = from,
                          .step = (uint32_t)search->step_count,
                          .depth = from == NONE ? 0 : search->states[from].depth + 1};
    uint32_t known = search->bucket_count == 0 ? NONE : *bucket_of(search, state.hash);

    if (known != NONE) {
        if (search->states[known].reference_hash != state.reference_hash)
            fail(search, from, step, "the table is as in a state of which the model is another");
        return known;
    }
    if (from != NONE)
        check_state(search, from, step);
    return add_state(search, &state);
}

/* Makes the table for a clone, with a page that is not in the way. */
static void begin_clone(const struct search *search, struct world *world)
{
    const struct call calls[] = {{CALL_SWITCH, .allocations = SIZE_MAX},
                                 search->universe.lay,
                                 {CALL_COMMIT, .allocations = SIZE_MAX},
                                 {CALL_SWITCH, .allocations = SIZE_MAX}};
    pt64_status_t status;
    bool refused;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!world_call(world, &calls[i], &status, &refused) || status != PT64_OK)
            abort();
}

/* Makes a call. A clone is compared at once, as its table ends with it. */
static bool make(const struct search *search, struct world *world, const struct call *call,
                 bool *refused)
{
    pt64_status_t status;
    bool is_right;

    if (call->kind == CALL_CLONE)
        begin_clone(search, world);
    is_right = world_call(world, call, &status, refused);
    if (call->kind != CALL_CLONE || !is_right)
        return is_right;
    is_right = world_check_entries(world) &&
               world_check_readers(world, search->universe.probes, search->universe.probe_count);
    world_end_other(world);
    return is_right;
}

/* Makes the call in the state `from`, which is in `before`. Returns whether an allocation failed in
 * it. */
static bool take(struct search *search, uint32_t from, struct step step)
{
    struct call call = call_of(search, &step);
    bool refused;

    world_copy(&search->now, &search->before);
    search->calls++;
    if (!make(search, &search->now, &call, &refused))
        fail(search, from, &step, search->now.why);
    search->refusals += refused ? 1 : 0;
    if (search->now.pool.defect != NULL)
        fail(search, from, &step, search->now.pool.defect);
    /* The other checks depend on the state alone, and are done once. */
    if (world_space(&search->now)->swept_bytes > 0 && !world_check_entries(&search->now))
        fail(search, from, &step, search->now.why);
    step.to = recognise(search, from, &step);
    search->steps =
        grow(search->steps, search->step_count, &search->step_room, sizeof *search->steps);
    search->steps[search->step_count++] = step;
    return refused;
}

/* ---- all of them ---- */

/* Restores the state by the calls that led there first. */
static void revive(struct search *search, uint32_t state)
{
    struct call call;
    bool refused;

    if (search->states[state].parent == NONE) {
        world_restart(&search->before);
        return;
    }
    revive(search, search->states[state].parent);
    call = call_of(search, &search->steps[search->states[state].step]);
    if (!make(search, &search->before, &call, &refused))
        fail(search, state, NULL, search->before.why);
}

static void expand(struct search *search, uint32_t from)
{
    revive(search, from);
    if (world_hash(&search->before) != search->states[from].hash)
        fail(search, from, NULL, "the same calls do not lead to the same state");
    search->states[from].first_step = (uint32_t)search->step_count;
    for (uint8_t call = 0; call < search->universe.call_count; call++) {
        uint8_t allocations = 0;

        while (take(search, from, (struct step){.call = call, .allocations = allocations}))
            allocations++;
    }
    search->states[from].step_count =
        (uint32_t)search->step_count - search->states[from].first_step;
}

/* How many sequences of exactly `depth` calls there are, with each allocation failing or not. */
static double count_sequences(struct search *search)
{
    double *ends = calloc(search->state_count, sizeof *ends);
    double *next = calloc(search->state_count, sizeof *next);
    double total = 0;

    if (ends == NULL || next == NULL)
        abort();
    ends[0] = 1;
    for (unsigned depth = 0; depth < search->depth; depth++) {
        memset(next, 0, search->state_count * sizeof *next);
        for (uint32_t i = 0; i < search->state_count; i++)
            for (uint32_t k = 0; ends[i] > 0 && k < search->states[i].step_count; k++)
                next[search->steps[search->states[i].first_step + k].to] += ends[i];
        memcpy(ends, next, search->state_count * sizeof *ends);
    }
    for (uint32_t i = 0; i < search->state_count; i++)
        total += ends[i];
    free(ends);
    free(next);
    return total;
}

static void explore(struct search *search, unsigned edge)
{
    world_restart(&search->now);
    universe_make(&search->universe, &search->now, edge);
    search->state_count = 0;
    search->step_count = 0;
    search->bucket_count = 0;
    search->calls = 0;
    search->refusals = 0;
    recognise(search, NONE, NULL);
    for (uint32_t i = 0; i < search->state_count && search->states[i].depth < search->depth; i++)
        expand(search, i);
    printf("# %s, edge of level %u: %.3g sequences of %u calls, %" PRIu64 " calls made, in %" PRIu64
           " of them an allocation failed, %" PRIu32 " states\n",
           search->s->name, edge, count_sequences(search), search->depth, search->calls,
           search->refusals, search->state_count);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct search search = {.s = NULL};

    for (size_t i = 0; argc == 3 && subjects[i] != NULL; i++)
        if (strcmp(subjects[i]->name, argv[1]) == 0)
            search.s = subjects[i];
    if (search.s == NULL) {
        fprintf(stderr, "usage: exhaustive <format> <depth>\n");
        return 2;
    }
    search.depth = (unsigned)strtoul(argv[2], NULL, 10);
    world_begin(&search.now, search.s);
    world_begin(&search.before, search.s);
    world_begin(&search.spare, search.s);
    for (unsigned edge = 1; edge < search.s->meta->limits.levels; edge++)
        explore(&search, edge);
    world_end(&search.now);
    world_end(&search.before);
    world_end(&search.spare);
    free(search.states);
    free(search.steps);
    free(search.buckets);
    return 0;
}
