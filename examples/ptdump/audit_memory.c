/* SPDX-License-Identifier: MIT */
/* The checks of audit on physical memory: which other pages reach it, and how. */
#include "audit.h"
#include "fail.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- memory types that contradict each other ---- */

/** Pointers to runs, by ascending physical address. */
struct order {
    const struct run **list;
    size_t count;
};

static int by_paddr(const void *a, const void *b)
{
    const struct run *first = *(const struct run *const *)a;
    const struct run *second = *(const struct run *const *)b;

    return (first->paddr > second->paddr) - (first->paddr < second->paddr);
}

static struct order order_of(const struct runs *runs, pt64_flags_t mask, pt64_flags_t flags)
{
    struct order order = {NULL, 0};

    for (size_t i = 0; i < runs->count; i++) {
        if ((runs->list[i].flags & mask) != flags)
            continue;
        order.list =
            (const struct run **)grow((void *)order.list, order.count, sizeof(*order.list));
        order.list[order.count++] = &runs->list[i];
    }
    if (order.count > 0)
        qsort((void *)order.list, order.count, sizeof(*order.list), by_paddr);
    return order;
}

static pt64_paddr_t last_paddr(const struct run *run)
{
    return run->paddr + (run->bytes - 1);
}

static void report_alias(struct audit *audit, const struct run *device, const struct run *cached)
{
    pt64_paddr_t from = device->paddr > cached->paddr ? device->paddr : cached->paddr;
    pt64_paddr_t last =
        last_paddr(device) < last_paddr(cached) ? last_paddr(device) : last_paddr(cached);
    char what[120];

    snprintf(what, sizeof(what), "cached, and device memory at 0x%" PRIx64,
             device->vaddr + (from - device->paddr));
    audit_report(audit, CHECK_DEVICE, cached->vaddr + (from - cached->paddr), from, last - from + 1,
                 cached->flags, what);
}

/**
 * Runs of one kind may overlap each other. So a run is skipped only after all runs that begin below
 * its end were seen. The length of the longest run says where to begin.
 */
void audit_aliases(struct audit *audit)
{
    struct order devices = order_of(&audit->runs, PT64_DEVICE, PT64_DEVICE);
    struct order cached = order_of(&audit->runs, PT64_MEMORY_TYPES, 0);
    uint64_t longest = 0;
    size_t begin = 0;

    for (size_t i = 0; i < cached.count; i++)
        if (cached.list[i]->bytes > longest)
            longest = cached.list[i]->bytes;
    for (size_t i = 0; i < devices.count; i++) {
        const struct run *device = devices.list[i];

        while (begin < cached.count && cached.list[begin]->paddr + longest < device->paddr)
            begin++;
        for (size_t j = begin; j < cached.count && cached.list[j]->paddr <= last_paddr(device); j++)
            if (last_paddr(cached.list[j]) >= device->paddr)
                report_alias(audit, device, cached.list[j]);
    }
    free((void *)devices.list);
    free((void *)cached.list);
}

/* ---- nodes that can be written ---- */

/** The first node at or above an address. */
static size_t table_from(const struct audit *audit, pt64_paddr_t paddr)
{
    size_t low = 0;
    size_t high = audit->table_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (audit->tables[middle] < paddr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void audit_writable(struct audit *audit, const struct run *run)
{
    size_t first = table_from(audit, run->paddr);
    size_t end = first;
    char what[120];

    while (end < audit->table_count && audit->tables[end] <= last_paddr(run))
        end++;
    if (end == first)
        return;
    snprintf(what, sizeof(what),
             "writable, and %zu of the tables are here, the first at 0x%" PRIx64, end - first,
             audit->tables[first]);
    audit_run(audit, CHECK_TABLES, run, what);
}

void audit_tables(struct audit *audit)
{
    for (size_t i = 0; i < audit->runs.count; i++)
        if (audit->runs.list[i].flags & PT64_WRITE)
            audit_writable(audit, &audit->runs.list[i]);
}
