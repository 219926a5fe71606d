/* SPDX-License-Identifier: MIT */
/* Whole tables, and the cost of the guard itself. */
#include "raw.h"
#include "subject.h"

#define TABLES 64

static space_t tables[TABLES];
static space_t *const table = &tables[0];

static void create(void)
{
    demand(space_create(table, NULL), "create a table");
}

static void destroy(void)
{
    space_destroy(table);
}

static void map_1g(void)
{
    space_guard_t guard;

    create();
    space_begin(&guard, table);
    demand(space_map_region(&guard, vaddr_of(0), paddr_of(0), bytes_of(PAGES_1G), read_write(),
                            bytes_of(1)),
           "map 1 GiB");
    space_commit(&guard);
}

static void nothing(void)
{
}

static size_t root_entries(void)
{
    return (size_t)1 << pt64_root_index_bits(&META, &META.limits);
}

/* ---- creating and destroying ---- */

#define CREATIONS 256

MEASURED unsigned measured_create_destroy(space_t *space)
{
    pt64_status_t status = space_create(space, NULL);

    space_destroy(space);
    return status;
}

static uint64_t run_create_destroy(void)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < CREATIONS; i++)
        bad |= measured_create_destroy(table);
    demand(bad, "create a table");
    return CREATIONS;
}

static uint64_t fill_roots(void)
{
    for (unsigned i = 0; i < CREATIONS; i++)
        raw_fill(root_entries());
    return CREATIONS;
}

const struct workload create_destroy = {"create_destroy", nothing, run_create_destroy, nothing,
                                        fill_roots};

MEASURED void measured_destroy(space_t *space)
{
    space_destroy(space);
}

static uint64_t run_destroy_1g(void)
{
    measured_destroy(table);
    return PAGES_1G;
}

static uint64_t fill_1g(void)
{
    return raw_fill(PAGES_1G);
}

const struct workload destroy_1g = {"destroy_1g", map_1g, run_destroy_1g, nothing, fill_1g};

/* ---- sharing the kernel's half ---- */

#define MAX_LENT 256 /* half a root of x86-64 */

static space_t kernel;

static size_t lent_slots(void)
{
    size_t half = root_entries() / 2;

    return half < MAX_LENT ? half : MAX_LENT;
}

static uint64_t lent_bytes(void)
{
    return lent_slots() << root_slot_shift();
}

/* The uppermost slots of the root. */
static pt64_vaddr_t lent_vaddr(void)
{
    pt64_vaddr_t end =
        META.space == PT64_SPACE_LOWER ? (pt64_vaddr_t)1 << META.limits.vaddr_bits : 0;

    return end - lent_bytes();
}

static void create_kernel(void)
{
    space_guard_t guard;
    unsigned bad = space_create(&kernel, NULL);

    space_begin(&guard, &kernel);
    for (size_t i = 0; i < lent_slots() && bad == 0; i++)
        bad = space_map(&guard, lent_vaddr() + (i << root_slot_shift()), paddr_of(i), bytes_of(1),
                        read_write());
    bad |= space_pin(&guard, lent_vaddr(), lent_bytes());
    space_commit(&guard);
    for (unsigned i = 0; i < TABLES && bad == 0; i++)
        bad = space_create(&tables[i], NULL);
    demand(bad, "make a table to borrow from");
}

static void destroy_kernel(void)
{
    for (unsigned i = 0; i < TABLES; i++)
        space_destroy(&tables[i]);
    space_destroy(&kernel);
}

MEASURED unsigned measured_copy_from(space_t *space, const space_t *lender, pt64_vaddr_t vaddr,
                                     uint64_t bytes)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_copy_from(&guard, lender, vaddr, bytes);
    space_commit(&guard);
    return status;
}

static uint64_t run_copy_from(void)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < TABLES; i++)
        bad |= measured_copy_from(&tables[i], &kernel, lent_vaddr(),
                                  lent_slots() << root_slot_shift());
    demand(bad, "borrow");
    return TABLES;
}

static uint64_t copy_slots(void)
{
    for (unsigned i = 0; i < TABLES; i++)
        raw_copy(lent_slots());
    return TABLES;
}

const struct workload copy_from_kernel_half = {"copy_from_kernel_half", create_kernel,
                                               run_copy_from, destroy_kernel, copy_slots};

/* ---- committing ---- */

#define GUARDS 1024

static space_guard_t guards[GUARDS];

/* Every second page, so that no two are in one range. */
static void gather(void)
{
    unsigned bad = 0;
    uint64_t page = 0;

    map_1g();
    for (unsigned i = 0; i < GUARDS; i++) {
        space_begin(&guards[i], table);
        for (unsigned range = 0; range < PT64_FLUSH_RANGES; range++, page += 2)
            bad |= space_unmap(&guards[i], vaddr_of(page), NULL);
    }
    demand(bad, "unmap a page");
}

MEASURED void measured_commit(space_guard_t *guard)
{
    space_commit(guard);
}

static uint64_t run_commit(void)
{
    arena_flushed = 0;
    for (unsigned i = 0; i < GUARDS; i++)
        measured_commit(&guards[i]);
    return arena_flushed;
}

/* Reads the words of a range once. */
static uint64_t scan_ranges(void)
{
    uint64_t ranges = GUARDS * PT64_FLUSH_RANGES;

    raw_scan(ranges * sizeof(struct pt64_flush_range) / sizeof(raw_word_t));
    return ranges;
}

const struct workload commit = {"commit", gather, run_commit, destroy, scan_ranges};
