/* SPDX-License-Identifier: MIT */
/*
 * Runs the workloads of one format and prints a line for each:
 *     name,nanoseconds,ratio to the raw loop,nanoseconds of the raw loop
 * per operation. All workloads take turns, so that a disturbance falls on all of them, and a median
 * leaves it out. A ratio is the median of the ratios within each turn. What the format cannot do
 * has no line.
 *
 * With --once each is run once, followed by its raw loop, for a tool that counts instructions: the
 * line is then `name,operations,operations of the raw loop`, also for what it cannot do.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "host.h"
#include "workload.h"

#define MAX_TURNS 1000
#define WARM_UPS  2
#define ENOUGH_NS 100e3

struct samples {
    double ns[MAX_TURNS];
    double raw_ns[MAX_TURNS];
    double ratio[MAX_TURNS];
};

/* Nanoseconds per operation of `times` runs. Not finite if there was no operation. */
static double time_of(uint64_t (*run)(void), unsigned times, double overhead)
{
    uint64_t operations = 0;
    double start = clock_ns();

    for (unsigned i = 0; i < times; i++)
        operations += run();
    return (clock_ns() - start - overhead) / (double)operations;
}

/* How often a loop must run so that the clock is fine enough to measure it. */
static unsigned times_for(uint64_t (*run)(void), double overhead)
{
    double start = clock_ns();
    double elapsed;

    run();
    elapsed = clock_ns() - start - overhead;
    return elapsed >= ENOUGH_NS ? 1 : (unsigned)(ENOUGH_NS / (elapsed + 1)) + 1;
}

static double time_raw(const struct workload *workload, double overhead)
{
    unsigned times = 1;
    double ns;

    workload->prepare();
    for (unsigned i = 0; i < WARM_UPS; i++)
        times = times_for(workload->raw, overhead);
    ns = time_of(workload->raw, times, overhead);
    workload->run();
    workload->finish();
    return ns;
}

static double time_run(const struct workload *workload, double overhead)
{
    double ns = 0;

    for (unsigned i = 0; i <= WARM_UPS; i++) {
        workload->prepare();
        ns = time_of(workload->run, 1, overhead);
        workload->finish();
    }
    return ns;
}

/* Whatever is timed has run just before, so that the caches hold as much of it as fits: the buffer
 * of the raw loop, or the frames of the workload's tables. */
static void take_turn(const struct workload *workload, struct samples *samples, unsigned turn,
                      double overhead)
{
    samples->raw_ns[turn] = time_raw(workload, overhead);
    samples->ns[turn] = time_run(workload, overhead);
    samples->ratio[turn] = samples->ns[turn] / samples->raw_ns[turn];
    if (!host_reset())
        give_up("get all frames back from the last workload");
}

static void print_medians(const char *name, struct samples *samples, unsigned turns)
{
    double ns = clock_median(samples->ns, turns);

    if (isfinite(ns))
        printf("%s,%.4f,%.4f,%.4f\n", name, ns, clock_median(samples->ratio, turns),
               clock_median(samples->raw_ns, turns));
}

static void measure(unsigned turns)
{
    struct samples *samples = calloc(workload_count, sizeof(*samples));
    double overhead = clock_overhead();

    if (samples == NULL)
        give_up("allocate memory for the samples");
    for (unsigned turn = 0; turn < turns; turn++)
        for (unsigned i = 0; i < workload_count; i++)
            take_turn(workloads[i], &samples[i], turn, overhead);
    for (unsigned i = 0; i < workload_count; i++)
        print_medians(workloads[i]->name, &samples[i], turns);
    free(samples);
}

/* Where the counting tool writes down its counts. */
__attribute__((noinline)) void end_of_workload(void);
__attribute__((noinline)) void end_of_workload(void)
{
    __asm__ volatile("" : : : "memory");
}

static void run_once(void)
{
    for (unsigned i = 0; i < workload_count; i++) {
        const struct workload *workload = workloads[i];
        uint64_t raw_operations;
        uint64_t operations;

        workload->prepare();
        end_of_workload();
        raw_operations = workload->raw();
        end_of_workload();
        operations = workload->run();
        end_of_workload();
        workload->finish();
        printf("%s,%llu,%llu\n", workload->name, (unsigned long long)operations,
               (unsigned long long)raw_operations);
        if (!host_reset())
            give_up("get all frames back from the last workload");
    }
}

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long turns = 0;

    if (argc == 2 && strcmp(argv[1], "--once") != 0)
        turns = strtoul(argv[1], &end, 10);
    if (argc != 2 || (end != NULL && (*end != '\0' || turns < 1 || turns > MAX_TURNS))) {
        fprintf(stderr, "usage: %s --once | turns, from 1 to %d\n", argv[0], MAX_TURNS);
        return 2;
    }
    clock_stay_on_cpu();
    host_start();
    check_by_hand();
    if (end == NULL)
        run_once();
    else
        measure((unsigned)turns);
    return 0;
}
