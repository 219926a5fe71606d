/* SPDX-License-Identifier: MIT */
/*
 * How the cost of a call grows with its region. Prints a line for each size from a page to 1 TiB:
 *     bytes,raw fill,map,protect,unmap,map with huge pages,protect them,unmap them
 * in nanoseconds a call, as medians. Each region has its leaf tables for itself: small ones begin 2
 * MiB apart. The raw fill writes as many words as the region has pages, to memory that the tables
 * will have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "host.h"
#include "raw.h"
#include "subject.h"

#define LARGEST    ((uint64_t)1 << 40)
#define ENTRIES    512
#define LEAF_TABLE ((uint64_t)2 << 20) /* what its entries map */
#define MAX_TURNS  999
#define MAX_BATCH  128

enum series {
    RAW,
    MAP,
    PROTECT,
    UNMAP,
    MAP_HUGE,
    PROTECT_HUGE,
    UNMAP_HUGE,
    SERIES,
};

static double samples[SERIES][MAX_TURNS];
static space_t table;

/* Many calls of a small size, because the clock is coarse, but only so many that their entries stay
 * in a cache. */
static unsigned batch_for(uint64_t bytes)
{
    uint64_t tables = bytes < LEAF_TABLE ? 1 : bytes / LEAF_TABLE;

    return tables < MAX_BATCH ? (unsigned)(MAX_BATCH / tables) : 1;
}

static unsigned turns_for(uint64_t bytes, unsigned turns)
{
    return bytes >= ((uint64_t)1 << 36) && turns > 3 ? 3 : turns;
}

/* From 1 TiB up, mapped to 1 TiB of frames from 1 TiB up: aligned to every page size. */
static pt64_vaddr_t place_of(unsigned number, uint64_t bytes)
{
    return LARGEST + number * (bytes < LEAF_TABLE ? LEAF_TABLE : bytes);
}

MEASURED unsigned measured_change(enum series what, space_t *space, pt64_vaddr_t vaddr,
                                  uint64_t bytes)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    switch (what) {
    case MAP:
        status = space_map_region(&guard, vaddr, vaddr, bytes, read_write(), bytes_of(1));
        break;
    case MAP_HUGE:
        status = space_map_region(&guard, vaddr, vaddr, bytes, read_write(), PT64_SIZE_ANY);
        break;
    case PROTECT:
    case PROTECT_HUGE:
        status = space_protect_region(&guard, vaddr, bytes, read_only());
        break;
    default:
        status = space_unmap_region(&guard, vaddr, bytes);
        break;
    }
    space_commit(&guard);
    return status;
}

static double time_changes(enum series what, uint64_t bytes, unsigned batch)
{
    unsigned bad = 0;
    double start = clock_ns();

    for (unsigned i = 0; i < batch; i++)
        bad |= measured_change(what, &table, place_of(i, bytes), bytes);
    start = clock_ns() - start;
    demand(bad, "change a region");
    return start;
}

/* In the memory that the nodes will have. Each fill starts at the start of another node. */
static double time_raw(uint64_t pages, unsigned batch)
{
    uint64_t words = pages < ENTRIES ? ENTRIES : pages;
    double start = clock_ns();

    for (unsigned i = 0; i < batch; i++) {
        raw_words = (raw_word_t *)arena_phys_to_virt(NULL, ARENA_BASE) + i * words;
        raw_fill(pages);
    }
    return clock_ns() - start;
}

static void take_turn(unsigned turn, uint64_t bytes, double overhead)
{
    unsigned batch = batch_for(bytes);
    double ns = time_raw(bytes >> META.page_shift, batch);

    samples[RAW][turn] = (ns - overhead) / batch;
    demand(space_create(&table, NULL), "create a table");
    for (enum series series = MAP; series < SERIES; series++) {
        ns = time_changes(series, bytes, batch);
        samples[series][turn] = (ns - overhead) / batch;
    }
    space_destroy(&table);
    if (!host_reset())
        give_up("get all frames back");
}

static void print_medians(uint64_t bytes, unsigned turns)
{
    printf("%llu", (unsigned long long)bytes);
    for (enum series series = RAW; series < SERIES; series++)
        printf(",%.1f", clock_median(samples[series], turns));
    printf("\n");
}

static void sweep(unsigned turns)
{
    double overhead = clock_overhead();

    for (uint64_t bytes = bytes_of(1); bytes <= LARGEST; bytes *= 2) {
        unsigned count = turns_for(bytes, turns);

        /* In the first turn the caches are empty, so it does not count. */
        take_turn(0, bytes, overhead);
        for (unsigned turn = 0; turn < count; turn++)
            take_turn(turn, bytes, overhead);
        print_medians(bytes, count);
    }
}

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long turns = argc == 2 ? strtoul(argv[1], &end, 10) : 0;

    if (turns < 1 || turns > MAX_TURNS || *end != '\0') {
        fprintf(stderr, "usage: %s turns, from 1 to %d\n", argv[0], MAX_TURNS);
        return 2;
    }
    clock_stay_on_cpu();
    host_start();
    sweep((unsigned)turns);
    return 0;
}
