/* SPDX-License-Identifier: MIT */
/* Calls that change nothing, in a table that maps 1 GiB by its smallest pages. */
#include "hand.h"
#include "raw.h"
#include "subject.h"

static space_t table;

static void map_1g(void)
{
    space_guard_t guard;

    demand(space_create(&table, NULL), "create a table");
    space_begin(&guard, &table);
    demand(space_map_region(&guard, vaddr_of(0), paddr_of(0), bytes_of(PAGES_1G), read_write(),
                            bytes_of(1)),
           "map 1 GiB");
    space_commit(&guard);
}

static void destroy(void)
{
    space_destroy(&table);
}

/* ---- one address ---- */

MEASURED unsigned measured_query(const space_t *space, pt64_vaddr_t vaddr,
                                 struct pt64_mapping *page)
{
    return space_query(space, vaddr, page);
}

MEASURED unsigned measured_translate(const space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t *paddr)
{
    return space_translate(space, vaddr, paddr);
}

/* A kernel keeps the address of the root in memory too. */
MEASURED unsigned measured_hand_query(const pt64_paddr_t *root, pt64_vaddr_t vaddr,
                                      struct pt64_mapping *page)
{
    return hand_query(*root, vaddr, page);
}

MEASURED unsigned measured_hand_translate(const pt64_paddr_t *root, pt64_vaddr_t vaddr,
                                          pt64_paddr_t *paddr)
{
    return hand_translate(*root, vaddr, paddr);
}

static uint64_t run_query_random(void)
{
    struct pt64_mapping page;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_query(&table, vaddr_of(raw_order[i]), &page);
    demand(bad, "query a page");
    return PAGES_1G;
}

static uint64_t hand_query_random(void)
{
    pt64_paddr_t root = space_root(&table);
    struct pt64_mapping page;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_hand_query(&root, vaddr_of(raw_order[i]), &page);
    demand(bad, "query a page by hand");
    return PAGES_1G;
}

const struct workload query_random = {"query_random", map_1g, run_query_random, destroy,
                                      hand_query_random};

static uint64_t run_query_sequential(void)
{
    struct pt64_mapping page;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_query(&table, vaddr_of(i), &page);
    demand(bad, "query a page");
    return PAGES_1G;
}

static uint64_t hand_query_sequential(void)
{
    pt64_paddr_t root = space_root(&table);
    struct pt64_mapping page;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_hand_query(&root, vaddr_of(i), &page);
    demand(bad, "query a page by hand");
    return PAGES_1G;
}

const struct workload query_sequential = {"query_sequential", map_1g, run_query_sequential, destroy,
                                          hand_query_sequential};

static uint64_t run_translate_random(void)
{
    pt64_paddr_t paddr;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_translate(&table, vaddr_of(raw_order[i]) + 1, &paddr);
    demand(bad, "translate an address");
    return PAGES_1G;
}

static uint64_t hand_translate_random(void)
{
    pt64_paddr_t root = space_root(&table);
    pt64_paddr_t paddr;
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_hand_translate(&root, vaddr_of(raw_order[i]) + 1, &paddr);
    demand(bad, "translate an address by hand");
    return PAGES_1G;
}

const struct workload translate_random = {"translate_random", map_1g, run_translate_random, destroy,
                                          hand_translate_random};

/* ---- all pages ---- */

MEASURED unsigned measured_next(const space_t *space, pt64_vaddr_t from, struct pt64_mapping *run)
{
    return space_next(space, from, UINT64_MAX, run);
}

static uint64_t run_next_runs(void)
{
    struct pt64_mapping run;

    demand(measured_next(&table, first_vaddr(), &run), "find a run");
    demand(run.size != bytes_of(PAGES_1G), "find the run of 1 GiB in one piece");
    return PAGES_1G;
}

static uint64_t fill_1g(void)
{
    return raw_fill(PAGES_1G);
}

const struct workload next_runs = {"next_runs", map_1g, run_next_runs, destroy, fill_1g};

/* Nodes without pages, which single-page calls leave behind. */
static void empty_1g(void)
{
    space_guard_t guard;
    unsigned bad = 0;

    map_1g();
    space_begin(&guard, &table);
    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= space_unmap(&guard, vaddr_of(i), NULL);
    space_commit(&guard);
    demand(bad, "unmap a page");
}

static uint64_t run_next_empty(void)
{
    struct pt64_mapping run;

    demand(measured_next(&table, first_vaddr(), &run) != PT64_NOT_MAPPED, "find no run");
    return PAGES_1G;
}

static uint64_t scan_1g(void)
{
    return raw_scan(PAGES_1G);
}

const struct workload next_empty = {"next_empty", empty_1g, run_next_empty, destroy, scan_1g};

static enum pt64_walk count_leaf(void *arg, const struct pt64_visit *visit)
{
    *(uint64_t *)arg += visit->kind == PT64_LEAF;
    return PT64_WALK_ON;
}

MEASURED uint64_t measured_walk(const space_t *space)
{
    uint64_t leaves = 0;

    demand(space_walk(space, count_leaf, &leaves), "walk");
    return leaves;
}

static uint64_t run_walk_leaves(void)
{
    return measured_walk(&table);
}

const struct workload walk_leaves = {"walk_leaves", map_1g, run_walk_leaves, destroy, scan_1g};
