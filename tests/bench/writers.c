/* SPDX-License-Identifier: MIT */
/*
 * Two threads that change one table, each by guards on ranges of its own, beside one that does so
 * alone. Prints a line for each layout and change:
 *     layout,change,nanoseconds alone,nanoseconds beside the other,throughput of two by that of one
 * per page, as medians. The nanoseconds are of the thread's CPU: what else the machine does does
 * not count. Beside the other it is the slower of the two.
 *
 * Each thread has a free list of its own, as each CPU of a kernel has.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "host.h"
#include "subject.h"

#define WRITERS     2
#define MAX_TURNS   1000
#define POOL_FRAMES 4096

enum layout {
    APART,       /* 1 GiB each, in a table each: what the machine itself loses with two */
    DISJOINT,    /* 1 GiB each */
    INTERLEAVED, /* every other 2 MiB */
    LAYOUTS,
};

enum change {
    FILL,       /* a raw loop that fills as much memory, to compare with */
    MAP_REGION, /* 2 MiB of smallest pages a guard */
    UNMAP_REGION,
    FAULT, /* a page a guard */
    UNMAP,
    CHANGES,
};

static const char *const layout_names[] = {"table_each", "1g_each", "every_other_2m"};
static const char *const change_names[] = {"raw_fill", "map_region", "unmap_region", "page_fault",
                                           "page_unmap"};

/* ---- frames ---- */

/* On lines of its own. */
struct pool {
    _Alignas(4096) size_t count;
    pt64_paddr_t frames[POOL_FRAMES];
};

static struct pool pools[WRITERS];
static _Thread_local struct pool *pool;

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    if (bytes != ARENA_TABLE_BYTES)
        return arena_alloc_frame(ctx, bytes);
    return pool->count > 0 ? pool->frames[--pool->count] : PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    if (bytes != ARENA_TABLE_BYTES)
        arena_free_frame(ctx, frame, bytes);
    else
        pool->frames[pool->count++] = frame;
}

/* A request stays with the CPU that makes it. */
static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler shared_handler = {alloc_frame, free_frame, arena_phys_to_virt,
                                                   flush,       NULL,       NULL};

TABLE_DEFINE(shared, META, PTE, shared_handler);

static void fill_pools(void)
{
    for (size_t i = 0; i < WRITERS; i++) {
        pools[i].count = 0;
        for (size_t k = 0; k < POOL_FRAMES; k++)
            pools[i].frames[pools[i].count++] =
                ARENA_BASE + (i * POOL_FRAMES + k) * ARENA_TABLE_BYTES;
    }
}

/* ---- what is measured ---- */

struct writer {
    pthread_t thread;
    size_t number;
    double ns[CHANGES]; /* of a page */
};

/* Each has its lines for itself. */
static struct {
    _Alignas(256) shared_t table;
} owned[WRITERS];
static pt64_flags_t flags;
static enum layout layout;
static struct writer writers[WRITERS];
static pthread_barrier_t barrier;

static uint64_t pieces(void)
{
    return PAGES_1G / pages_2m();
}

/* The first page of a writer's piece of 2 MiB. */
static uint64_t piece_of(const struct writer *writer, uint64_t piece)
{
    return (layout == INTERLEAVED ? piece * WRITERS + writer->number
                                  : writer->number * pieces() + piece) *
           pages_2m();
}

/* The range that the writer owns around the piece. */
static void begin(shared_guard_t *guard, const struct writer *writer, uint64_t piece)
{
    uint64_t pages = layout == INTERLEAVED ? pages_2m() : PAGES_1G;
    uint64_t first = layout == INTERLEAVED ? piece_of(writer, piece) : writer->number * PAGES_1G;
    shared_t *table = &owned[layout == APART ? writer->number : 0].table;

    shared_begin_range(guard, table, vaddr_of(first), bytes_of(pages));
}

MEASURED unsigned measured_change(enum change change, const struct writer *writer, uint64_t piece,
                                  uint64_t page)
{
    shared_guard_t guard;
    pt64_status_t status;

    begin(&guard, writer, piece);
    if (change == MAP_REGION)
        status = shared_map_region(&guard, vaddr_of(page), paddr_of(page), bytes_of(pages_2m()),
                                   flags, bytes_of(1));
    else if (change == UNMAP_REGION)
        status = shared_unmap_region(&guard, vaddr_of(page), bytes_of(pages_2m()));
    else if (change == FAULT)
        status = shared_map(&guard, vaddr_of(page), paddr_of(page), bytes_of(1), flags);
    else
        status = shared_unmap(&guard, vaddr_of(page), NULL);
    shared_commit(&guard);
    return status;
}

static bool is_of_page(enum change change)
{
    return change == FAULT || change == UNMAP;
}

/* The frames are the last that tables take. */
static void fill(const struct writer *writer)
{
    pt64_paddr_t frame = pools[writer->number].frames[0];
    volatile uint64_t *words = (volatile uint64_t *)arena_phys_to_virt(NULL, frame);

    for (uint64_t i = 0; i < PAGES_1G; i++)
        words[i] = i;
}

static void change_all(struct writer *writer, enum change change)
{
    uint64_t step = is_of_page(change) ? 1 : pages_2m();
    double start = clock_ns();
    unsigned bad = 0;

    if (change == FILL)
        fill(writer);
    for (uint64_t piece = 0; piece < pieces() && change != FILL; piece++)
        for (uint64_t page = 0; page < pages_2m(); page += step)
            bad |= measured_change(change, writer, piece, piece_of(writer, piece) + page);
    writer->ns[change] = (clock_ns() - start) / (double)PAGES_1G;
    demand(bad, "change a range");
}

/* In this order. The last of each kind counts: by then the frames are in the CPU's cache. */
static const enum change order[] = {FILL,       FILL,         FAULT,      UNMAP,       UNMAP_REGION,
                                    MAP_REGION, UNMAP_REGION, MAP_REGION, UNMAP_REGION};

static void *write_all(void *arg)
{
    struct writer *writer = arg;

    pool = &pools[writer->number];
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        pthread_barrier_wait(&barrier);
        change_all(writer, order[i]);
    }
    return NULL;
}

static void run(unsigned count)
{
    fill_pools();
    for (unsigned i = 0; i < WRITERS; i++) {
        pool = &pools[i];
        demand(shared_create(&owned[i].table, NULL), "create a table");
    }
    demand((unsigned)pthread_barrier_init(&barrier, NULL, count), "make a barrier");
    for (unsigned i = 0; i < count; i++) {
        writers[i].number = i;
        demand((unsigned)pthread_create(&writers[i].thread, NULL, write_all, &writers[i]),
               "start a thread");
    }
    for (unsigned i = 0; i < count; i++)
        pthread_join(writers[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
    for (unsigned i = 0; i < WRITERS; i++) {
        pool = &pools[i];
        shared_destroy(&owned[i].table);
    }
}

/* ---- all of it ---- */

static struct {
    double alone[MAX_TURNS];
    double beside[MAX_TURNS];
    double throughput[MAX_TURNS];
} samples[LAYOUTS][CHANGES];

static void take_turn(unsigned turn)
{
    double alone[CHANGES];

    run(1);
    for (unsigned change = 0; change < CHANGES; change++)
        alone[change] = writers[0].ns[change];
    run(WRITERS);
    for (unsigned change = 0; change < CHANGES; change++) {
        double slower = writers[0].ns[change] > writers[1].ns[change] ? writers[0].ns[change]
                                                                      : writers[1].ns[change];

        samples[layout][change].alone[turn] = alone[change];
        samples[layout][change].beside[turn] = slower;
        samples[layout][change].throughput[turn] = WRITERS * alone[change] / slower;
    }
}

int main(int argc, char **argv)
{
    unsigned turns = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 5;

    host_start();
    flags = read_write();
    for (unsigned turn = 0; turn < turns && turn < MAX_TURNS; turn++)
        for (unsigned i = 0; i < LAYOUTS; i++) {
            layout = (enum layout)i;
            take_turn(turn);
        }
    for (unsigned i = 0; i < LAYOUTS; i++)
        for (unsigned change = 0; change < CHANGES; change++)
            printf("%s,%s,%.2f,%.2f,%.2f\n", layout_names[i], change_names[change],
                   clock_median(samples[i][change].alone, turns),
                   clock_median(samples[i][change].beside, turns),
                   clock_median(samples[i][change].throughput, turns));
    return 0;
}
