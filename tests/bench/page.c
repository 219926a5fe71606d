/* SPDX-License-Identifier: MIT */
/* Calls that change one page: all of them through one guard, which is committed at the end, or each
 * through a guard of its own, as in a fault handler. */
#include "raw.h"
#include "subject.h"

static space_t table;
static space_guard_t guard;
static pt64_flags_t flags;

static void create(void)
{
    demand(space_create(&table, NULL), "create a table");
    space_begin(&guard, &table);
    flags = read_write();
}

static void map_1g(void)
{
    create();
    demand(
        space_map_region(&guard, vaddr_of(0), paddr_of(0), bytes_of(PAGES_1G), flags, bytes_of(1)),
        "map 1 GiB");
    space_commit(&guard);
}

static void destroy(void)
{
    space_destroy(&table);
}

static uint64_t fill_1g(void)
{
    return raw_fill(PAGES_1G);
}

static uint64_t fill_random(void)
{
    return raw_fill_random(PAGES_1G);
}

/* As in a fault handler, the compiler knows the size and does not know the flags. */
MEASURED unsigned measured_map_one(space_guard_t *changes, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                   pt64_flags_t wanted)
{
    return space_map(changes, vaddr, paddr, bytes_of(1), wanted);
}

MEASURED unsigned measured_unmap_one(space_guard_t *changes, pt64_vaddr_t vaddr)
{
    return space_unmap(changes, vaddr, NULL);
}

MEASURED void measured_commit_one(space_guard_t *changes)
{
    space_commit(changes);
}

static uint64_t run_map_sequential(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_map_one(&guard, vaddr_of(i), paddr_of(i), flags);
    measured_commit_one(&guard);
    demand(bad, "map a page");
    return PAGES_1G;
}

const struct workload map_one_sequential = {"map_one_sequential", create, run_map_sequential,
                                            destroy, fill_1g};

static uint64_t run_map_random(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_map_one(&guard, vaddr_of(raw_order[i]), paddr_of(i), flags);
    measured_commit_one(&guard);
    demand(bad, "map a page");
    return PAGES_1G;
}

const struct workload map_one_random = {"map_one_random", create, run_map_random, destroy,
                                        fill_random};

static uint64_t run_unmap_sequential(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_unmap_one(&guard, vaddr_of(i));
    measured_commit_one(&guard);
    demand(bad, "unmap a page");
    return PAGES_1G;
}

const struct workload unmap_one_sequential = {"unmap_one_sequential", map_1g, run_unmap_sequential,
                                              destroy, fill_1g};

static uint64_t run_unmap_random(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_unmap_one(&guard, vaddr_of(raw_order[i]));
    measured_commit_one(&guard);
    demand(bad, "unmap a page");
    return PAGES_1G;
}

const struct workload unmap_one_random = {"unmap_one_random", map_1g, run_unmap_random, destroy,
                                          fill_random};

/* ---- one page, one guard ---- */

/* The nodes stay. */
static void map_and_unmap_1g(void)
{
    unsigned bad = 0;

    map_1g();
    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= space_unmap(&guard, vaddr_of(i), NULL);
    space_commit(&guard);
    demand(bad, "unmap a page");
}

MEASURED unsigned measured_page_fault(space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                      pt64_flags_t wanted)
{
    space_guard_t changes;
    pt64_status_t status;

    space_begin(&changes, space);
    status = space_map(&changes, vaddr, paddr, bytes_of(1), wanted);
    space_commit(&changes);
    return status;
}

static uint64_t run_page_fault(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_page_fault(&table, vaddr_of(i), paddr_of(i), flags);
    demand(bad, "map a page");
    return PAGES_1G;
}

const struct workload page_fault = {"page_fault", map_and_unmap_1g, run_page_fault, destroy,
                                    fill_1g};

/* The same by a guard on a range, that of the whole GiB. */
MEASURED unsigned measured_range_fault(space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                       pt64_flags_t wanted)
{
    space_guard_t changes;
    pt64_status_t status;

    space_begin_range(&changes, space, vaddr_of(0), bytes_of(PAGES_1G));
    status = space_map(&changes, vaddr, paddr, bytes_of(1), wanted);
    space_commit(&changes);
    return status;
}

static uint64_t run_range_fault(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_range_fault(&table, vaddr_of(i), paddr_of(i), flags);
    demand(bad, "map a page");
    return PAGES_1G;
}

const struct workload page_fault_in_range = {"page_fault_in_range", map_and_unmap_1g,
                                             run_range_fault, destroy, fill_1g};

MEASURED unsigned measured_page_unmap(space_t *space, pt64_vaddr_t vaddr)
{
    space_guard_t changes;
    pt64_status_t status;

    space_begin(&changes, space);
    status = space_unmap(&changes, vaddr, NULL);
    space_commit(&changes);
    return status;
}

static uint64_t run_page_unmap(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_page_unmap(&table, vaddr_of(i));
    demand(bad, "unmap a page");
    return PAGES_1G;
}

const struct workload page_unmap = {"page_unmap", map_1g, run_page_unmap, destroy, fill_1g};

MEASURED unsigned measured_page_protect(space_t *space, pt64_vaddr_t vaddr, pt64_flags_t wanted)
{
    space_guard_t changes;
    pt64_status_t status;

    space_begin(&changes, space);
    status = space_protect(&changes, vaddr, wanted);
    space_commit(&changes);
    return status;
}

static uint64_t run_page_protect(void)
{
    pt64_flags_t wanted = read_only() & ~(PT64_ACCESSED | PT64_DIRTY); /* which a page keeps */
    unsigned bad = 0;

    for (uint64_t i = 0; i < PAGES_1G; i++)
        bad |= measured_page_protect(&table, vaddr_of(i), wanted);
    demand(bad, "protect a page");
    return PAGES_1G;
}

static uint64_t modify_1g(void)
{
    return raw_modify(PAGES_1G);
}

const struct workload page_protect = {"page_protect", map_1g, run_page_protect, destroy, modify_1g};
