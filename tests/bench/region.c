/* SPDX-License-Identifier: MIT */
/* Calls that change a region. The measurement includes the flush and the frees of what the guard
 * gathered. */
#include "raw.h"
#include "scattered.h"
#include "subject.h"

#define FULL_TABLES 512 /* nodes full of 2m pages, in 1 GiB */
#define CALLS       4096

static space_t table;
static pt64_flags_t flags;

static void create(void)
{
    demand(space_create(&table, NULL), "create a table");
    flags = read_write();
}

static void destroy(void)
{
    space_destroy(&table);
}

static void map_1g(void)
{
    space_guard_t guard;

    create();
    space_begin(&guard, &table);
    demand(
        space_map_region(&guard, vaddr_of(0), paddr_of(0), bytes_of(PAGES_1G), flags, bytes_of(1)),
        "map 1 GiB");
    space_commit(&guard);
}

static uint64_t fill_1g(void)
{
    return raw_fill(PAGES_1G);
}

/* ---- mapping ---- */

MEASURED unsigned measured_map(space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                               uint64_t bytes, pt64_flags_t wanted, pt64_size_t max_size)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_map_region(&guard, vaddr, paddr, bytes, wanted, max_size);
    space_commit(&guard);
    return status;
}

static uint64_t run_map_4k(void)
{
    demand(measured_map(&table, vaddr_of(0), paddr_of(0), bytes_of(PAGES_1G), flags, bytes_of(1)),
           "map 1 GiB");
    return PAGES_1G;
}

const struct workload map_region_4k = {"map_region_4k", create, run_map_4k, destroy, fill_1g};

/* A whole region takes about a microsecond, so there are several tables to map it in. */
#define HUGE_TABLES 64

static space_t huge_tables[HUGE_TABLES];
static uint64_t huge_leaves;
static uint64_t huge_entries; /* of the new nodes that hold them: the call stores each */

/* How many leaves a region of 64 GiB from page `first` on has. */
static uint64_t count_huge_leaves(uint64_t first)
{
    uint64_t leaves = 0;
    uint64_t pages;

    for (uint64_t done = 0; done < PAGES_64G; done += pages) {
        unsigned level = META.limits.leaf_levels;

        do
            pages = (uint64_t)1 << (--level * META.index_bits);
        while (((FIRST_PAGE + first + done) & (pages - 1)) != 0 || pages > PAGES_64G - done);
        leaves++;
    }
    return leaves;
}

static unsigned map_huge(space_t *space)
{
    return measured_map(space, vaddr_of(pages_2m()), paddr_of(pages_2m()), bytes_of(PAGES_64G),
                        flags, PT64_SIZE_ANY);
}

static uint64_t count_huge_entries(void)
{
    size_t frames;

    demand(space_create(&huge_tables[0], NULL), "create a table");
    frames = arena_tables.count;
    demand(map_huge(&huge_tables[0]), "map 64 GiB");
    frames -= arena_tables.count;
    space_destroy(&huge_tables[0]);
    return (uint64_t)frames << META.index_bits;
}

static void create_huge(void)
{
    flags = read_write();
    huge_leaves = count_huge_leaves(pages_2m());
    huge_entries = count_huge_entries();
    for (unsigned i = 0; i < HUGE_TABLES; i++)
        demand(space_create(&huge_tables[i], NULL), "create a table");
}

static void destroy_huge(void)
{
    for (unsigned i = 0; i < HUGE_TABLES; i++)
        space_destroy(&huge_tables[i]);
}

static uint64_t run_map_huge(void)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < HUGE_TABLES; i++)
        bad |= map_huge(&huge_tables[i]);
    demand(bad, "map 64 GiB");
    return HUGE_TABLES * huge_leaves;
}

static uint64_t fill_huge(void)
{
    for (unsigned i = 0; i < HUGE_TABLES; i++)
        raw_fill(huge_entries > 0 ? huge_entries : huge_leaves);
    return HUGE_TABLES * huge_leaves;
}

const struct workload map_region_huge = {"map_region_huge", create_huge, run_map_huge, destroy_huge,
                                         fill_huge};

MEASURED unsigned measured_map_pages(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes,
                                     pt64_flags_t wanted)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_map_pages(&guard, vaddr, scattered_frame, NULL, bytes, wanted, bytes_of(1));
    space_commit(&guard);
    return status;
}

static uint64_t run_map_pages(void)
{
    demand(measured_map_pages(&table, vaddr_of(0), bytes_of(PAGES_1G), flags), "map pages");
    return PAGES_1G;
}

/* A loop that asks the same function for each frame. */
static uint64_t fill_scattered(void)
{
    raw_word_t *words = raw_words;

    for (uint64_t page = 0; page < PAGES_1G; page++)
        __atomic_store_n(&words[page],
                         (raw_word_t)(RAW_LEAF | scattered_frame(NULL, vaddr_of(page))),
                         __ATOMIC_RELAXED);
    return PAGES_1G;
}

const struct workload map_pages_4k = {"map_pages_4k", create, run_map_pages, destroy,
                                      fill_scattered};

/* ---- unmapping ---- */

MEASURED unsigned measured_unmap(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_unmap_region(&guard, vaddr, bytes);
    space_commit(&guard);
    return status;
}

static uint64_t run_unmap_4k(void)
{
    demand(measured_unmap(&table, vaddr_of(0), bytes_of(PAGES_1G)), "unmap 1 GiB");
    return PAGES_1G;
}

const struct workload unmap_region_4k = {"unmap_region_4k", map_1g, run_unmap_4k, destroy, fill_1g};

static uint64_t run_unmap_half(void)
{
    uint64_t half = pages_2m() / 2;
    unsigned bad = 0;

    for (uint64_t page = 0; page < PAGES_1G; page += pages_2m())
        bad |= measured_unmap(&table, vaddr_of(page), bytes_of(half));
    demand(bad, "unmap half a table");
    return PAGES_1G / 2;
}

static uint64_t fill_half_1g(void)
{
    return raw_fill(PAGES_1G / 2);
}

const struct workload unmap_region_half_table = {"unmap_region_half_table", map_1g, run_unmap_half,
                                                 destroy, fill_half_1g};

/* A process maps and unmaps 16 KiB beside pages that stay, or as the last pages of their node. */
#define SMALL_PAGES 4

static unsigned map_small(space_guard_t *guard, uint64_t page)
{
    return space_map_region(guard, vaddr_of(page), paddr_of(page), bytes_of(SMALL_PAGES), flags,
                            bytes_of(1));
}

/* In the middle of each node, with a neighbour on either side or without. */
static void map_small_regions(bool neighbours)
{
    space_guard_t guard;
    unsigned bad = 0;

    create();
    space_begin(&guard, &table);
    for (uint64_t node = 0; node < PAGES_1G; node += pages_2m()) {
        uint64_t middle = node + pages_2m() / 2;

        bad |= map_small(&guard, middle);
        if (neighbours)
            bad |=
                map_small(&guard, middle - SMALL_PAGES) | map_small(&guard, middle + SMALL_PAGES);
    }
    space_commit(&guard);
    demand(bad, "map 16 KiB");
}

static void map_small_beside(void)
{
    map_small_regions(true);
}

static void map_small_alone(void)
{
    map_small_regions(false);
}

static uint64_t run_munmap_small(void)
{
    unsigned bad = 0;

    for (uint64_t node = 0; node < PAGES_1G; node += pages_2m())
        bad |= measured_unmap(&table, vaddr_of(node + pages_2m() / 2), bytes_of(SMALL_PAGES));
    demand(bad, "unmap 16 KiB");
    return PAGES_1G / pages_2m();
}

static uint64_t fill_small(void)
{
    for (uint64_t node = 0; node < PAGES_1G; node += pages_2m())
        raw_fill(SMALL_PAGES);
    return PAGES_1G / pages_2m();
}

static uint64_t scan_nodes(void)
{
    for (uint64_t node = 0; node < PAGES_1G; node += pages_2m())
        raw_scan(pages_2m());
    return PAGES_1G / pages_2m();
}

const struct workload munmap_small = {"munmap_small", map_small_beside, run_munmap_small, destroy,
                                      fill_small};
const struct workload munmap_small_last = {"munmap_small_last", map_small_alone, run_munmap_small,
                                           destroy, scan_nodes};

/* ---- changing flags ---- */

MEASURED unsigned measured_protect(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes,
                                   pt64_flags_t wanted)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_protect_region(&guard, vaddr, bytes, wanted);
    space_commit(&guard);
    return status;
}

static uint64_t run_protect_4k(void)
{
    demand(measured_protect(&table, vaddr_of(0), bytes_of(PAGES_1G), read_only()), "protect 1 GiB");
    return PAGES_1G;
}

static uint64_t modify_1g(void)
{
    return raw_modify(PAGES_1G);
}

const struct workload protect_region_4k = {"protect_region_4k", map_1g, run_protect_4k, destroy,
                                           modify_1g};

/* The frames of a process are not consecutive, so that each entry is different. */
static void map_scattered(void)
{
    create();
    demand(measured_map_pages(&table, vaddr_of(0), bytes_of(PAGES_1G), flags), "map pages");
}

const struct workload target_scattered = {"target_scattered", map_scattered, run_protect_4k,
                                          destroy, modify_1g};

static uint64_t run_protect_empty(void)
{
    unsigned bad = 0;

    for (unsigned i = 0; i < CALLS; i++)
        bad |= measured_protect(&table, vaddr_of(0), bytes_of(PAGES_64G), read_only());
    demand(bad, "protect nothing");
    return CALLS;
}

/* A call loads at least the entries of the root for its range, and at least one. */
static uint64_t scan_calls(void)
{
    uint64_t slots = bytes_of(PAGES_64G) >> root_slot_shift();

    for (uint64_t i = 0; i < slots || i < 1; i++)
        raw_scan(CALLS);
    return CALLS;
}

const struct workload protect_region_empty = {"protect_region_empty", create, run_protect_empty,
                                              destroy, scan_calls};

/* Whether the time grows with the number of root slots, whatever their size. Measures a sixteenth
 * of the root's slots, and a quarter, per slot. A root of a few slots has no sixteenth. */
static uint64_t run_protect_roots(unsigned share)
{
    uint64_t slots = ((uint64_t)1 << pt64_root_index_bits(&META, &META.limits)) / share;
    uint64_t bytes = slots << root_slot_shift();
    unsigned bad = 0;

    for (unsigned i = 0; i < CALLS / 16; i++)
        bad |= measured_protect(&table, first_vaddr(), bytes, read_only());
    demand(bad, "protect nothing");
    return CALLS / 16 * slots;
}

static uint64_t run_protect_few_roots(void)
{
    return run_protect_roots(16);
}

static uint64_t run_protect_many_roots(void)
{
    return run_protect_roots(4);
}

const struct workload target_few_roots = {"target_few_roots", create, run_protect_few_roots,
                                          destroy, scan_calls};
const struct workload target_many_roots = {"target_many_roots", create, run_protect_many_roots,
                                           destroy, scan_calls};

/* ---- splitting ---- */

/* The physical address is off by 2m, so that no larger page fits. */
static void map_2m_pages(void)
{
    space_guard_t guard;

    create();
    space_begin(&guard, &table);
    demand(space_map_region(&guard, vaddr_of(0), paddr_of(pages_2m()),
                            bytes_of(FULL_TABLES * pages_2m()), flags, PT64_SIZE_ANY),
           "map 2m pages");
    space_commit(&guard);
}

static uint64_t run_split_2m(void)
{
    unsigned bad = 0;

    for (uint64_t i = 0; i < FULL_TABLES; i++)
        bad |= measured_protect(&table, vaddr_of(i * pages_2m() + 1), bytes_of(1), read_only());
    demand(bad, "split a 2m page");
    return FULL_TABLES;
}

static uint64_t fill_tables(void)
{
    for (uint64_t i = 0; i < FULL_TABLES; i++)
        raw_fill(pages_2m());
    return FULL_TABLES;
}

const struct workload split_2m = {"split_2m", map_2m_pages, run_split_2m, destroy, fill_tables};
