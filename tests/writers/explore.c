/* SPDX-License-Identifier: MIT */
#include "explore.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 4096

/* A state, before a step. Sets of processes have one bit each. */
struct state {
    struct explore_step next[EXPLORE_PROCESSES];
    unsigned chosen;    /* the process that does its step here */
    unsigned backtrack; /* to be tried */
    unsigned done;      /* tried before `chosen` */
    unsigned sleep;     /* not to be tried */
    /* How many of the steps up to and with this one happen before what each process does next. */
    size_t clock[EXPLORE_PROCESSES];
};

static struct {
    unsigned processes;
    struct state *states;
    size_t length;                                       /* of this run */
    size_t known;                                        /* states that the run before had alike */
    size_t clocks[EXPLORE_PROCESSES][EXPLORE_PROCESSES]; /* of each process, of each process */
} search;

static bool depend(const struct explore_step *a, const struct explore_step *b)
{
    return a->object == b->object && (a->writes || b->writes);
}

static const struct explore_step *step_at(size_t index)
{
    return &search.states[index].next[search.states[index].chosen];
}

/* ---- what happens before what ---- */

static bool happens_before(size_t step, unsigned process)
{
    return step < search.clocks[process][search.states[step].chosen];
}

/* The last step that races with the next one of a process must be tried the other way round too. */
static void note_race(const struct explore_step *next, unsigned process)
{
    for (size_t step = search.length; step-- > 0;) {
        struct state *state = &search.states[step];

        if (state->chosen == process || !depend(step_at(step), next) ||
            happens_before(step, process))
            continue;
        state->backtrack |= 1U << process;
        return;
    }
}

/* The step of `process` is the newest. It happens after all that it depends on. */
static void advance_clock(unsigned process)
{
    struct state *newest = &search.states[search.length];
    size_t *clock = search.clocks[process];

    for (size_t step = 0; step < search.length; step++) {
        if (search.states[step].chosen == process || !depend(step_at(step), step_at(search.length)))
            continue;
        for (unsigned other = 0; other < search.processes; other++)
            if (search.states[step].clock[other] > clock[other])
                clock[other] = search.states[step].clock[other];
    }
    clock[process] = search.length + 1;
    memcpy(newest->clock, clock, sizeof newest->clock);
}

/* ---- one run ---- */

static unsigned first_of(unsigned set)
{
    unsigned process = 0;

    while ((set >> process & 1) == 0)
        process++;
    return process;
}

static unsigned enabled_in(const struct state *state)
{
    unsigned set = 0;

    for (unsigned process = 0; process < search.processes; process++)
        set |= state->next[process].is_over ? 0 : 1U << process;
    return set;
}

/* Those asleep in a state that stay so after its step: it does not depend on theirs. */
static unsigned still_asleep(const struct state *state)
{
    unsigned sleep = 0;

    for (unsigned process = 0; process < search.processes; process++)
        if ((state->sleep | state->done) >> process & 1 &&
            !depend(&state->next[process], &state->next[state->chosen]))
            sleep |= 1U << process;
    return sleep;
}

enum outcome {
    GOES_ON,
    ENDS,
    IS_PRUNED,
};

/* Comes to a state: chooses who is next. */
static enum outcome arrive(const struct explore_step *next)
{
    struct state *state = &search.states[search.length];
    unsigned enabled;

    if (search.length == MOST_STEPS)
        abort();
    memcpy(state->next, next, sizeof state->next);
    enabled = enabled_in(state);
    for (unsigned process = 0; process < search.processes; process++)
        if (enabled >> process & 1)
            note_race(&next[process], process);
    if (enabled == 0)
        return ENDS;
    if (search.length < search.known)
        return GOES_ON;
    state->done = 0;
    state->sleep = search.length == 0 ? 0 : still_asleep(state - 1);
    if ((enabled & ~state->sleep) == 0)
        return IS_PRUNED;
    state->chosen = first_of(enabled & ~state->sleep);
    state->backtrack = 1U << state->chosen;
    return GOES_ON;
}

static enum outcome run_once(explore_start *start, explore_run *run, struct explore_count *count)
{
    struct explore_step next[EXPLORE_PROCESSES];
    enum outcome outcome;

    memset(next, 0, sizeof next);
    memset(search.clocks, 0, sizeof search.clocks);
    search.length = 0;
    start(next);
    while ((outcome = arrive(next)) == GOES_ON) {
        unsigned chosen = search.states[search.length].chosen;

        advance_clock(chosen);
        search.length++;
        run(chosen, &next[chosen]);
    }
    if (search.length > count->longest)
        count->longest = search.length;
    return outcome;
}

/* ---- all of them ---- */

/* Makes the last choice that can be made otherwise. False if there is none. */
static bool choose_anew(void)
{
    while (search.length > 0) {
        struct state *state = &search.states[search.length - 1];
        unsigned left;

        state->done |= 1U << state->chosen;
        left = state->backtrack & ~state->done & ~state->sleep;
        if (left != 0) {
            state->chosen = first_of(left);
            search.known = search.length;
            return true;
        }
        search.length--;
    }
    return false;
}

void explore_all(unsigned processes, uint64_t most, explore_start *start, explore_run *run,
                 void (*end)(void), struct explore_count *count)
{
    static struct state states[MOST_STEPS + 1];

    search.processes = processes;
    search.states = states;
    search.known = 0;
    memset(count, 0, sizeof *count);
    do {
        if (run_once(start, run, count) == ENDS) {
            count->orders++;
            end();
        } else {
            count->pruned++;
        }
        count->is_complete = !choose_anew();
    } while (!count->is_complete && count->orders + count->pruned < most);
}
