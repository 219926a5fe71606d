/* SPDX-License-Identifier: MIT */
/* What a kernel does with a process: fork, exit, and swapping out. */
#include "raw.h"
#include "scattered.h"
#include "subject.h"

static space_t parent;
static space_t child;
static pt64_flags_t flags;

/* The frames of a process are not consecutive. */
static unsigned map_user(space_guard_t *guard, uint64_t page, uint64_t pages)
{
    return space_map_pages(guard, vaddr_of(page), scattered_frame, NULL, bytes_of(pages), flags,
                           bytes_of(1));
}

static void create_parent(void)
{
    demand(space_create(&parent, NULL), "create a table");
    flags = read_write();
}

static void destroy_parent(void)
{
    space_destroy(&parent);
}

/* What copy-on-write takes, and the flag that says why, where the format has it. */
MEASURED unsigned measured_fork(space_t *to, space_t *from, pt64_vaddr_t vaddr, uint64_t bytes)
{
    space_guard_t source;
    space_guard_t clone;
    pt64_status_t status;

    space_begin(&source, from);
    space_begin(&clone, to);
    status = space_clone_region(&clone, &source, vaddr, bytes, space_flags() & PT64_SOFT0,
                                PT64_WRITE, NULL, NULL);
    space_commit(&source);
    space_commit(&clone);
    return status;
}

static uint64_t freed;

static void free_page(void *arg, const struct pt64_mapping *page)
{
    *(uint64_t *)arg += page->size;
}

MEASURED unsigned measured_exit(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes)
{
    space_guard_t guard;
    pt64_status_t status;

    space_begin(&guard, space);
    status = space_unmap_pages(&guard, vaddr, bytes, free_page, &freed);
    space_commit(&guard);
    return status;
}

/* ---- fork ---- */

/* Half of a GiB, so that the buffer of the raw loop holds both tables. */
#define FORK_PAGES (PAGES_1G / 2)

static void prepare_fork(void)
{
    space_guard_t guard;

    create_parent();
    space_begin(&guard, &parent);
    demand(map_user(&guard, 0, FORK_PAGES), "map a process");
    space_commit(&guard);
    demand(space_create(&child, NULL), "create a table");
}

static void finish_fork(void)
{
    space_destroy(&child);
    space_destroy(&parent);
}

static uint64_t run_fork(void)
{
    demand(measured_fork(&child, &parent, vaddr_of(0), bytes_of(FORK_PAGES)), "fork");
    return FORK_PAGES;
}

static uint64_t share_half(void)
{
    return raw_share(FORK_PAGES);
}

const struct workload fork = {"fork", prepare_fork, run_fork, finish_fork, share_half};

/* ---- a small process that forks, whose child exits ---- */

#define FORKS      64
#define CODE_PAGES 32
#define STACK      (pages_2m() * 3 / 2) /* the page of the stack, in another node */
#define USED_PAGES (2 * CODE_PAGES)

static void prepare_small(void)
{
    space_guard_t guard;

    create_parent();
    space_begin(&guard, &parent);
    demand(map_user(&guard, 0, CODE_PAGES) | map_user(&guard, STACK, CODE_PAGES), "map a process");
    space_commit(&guard);
}

static uint64_t run_fork_exit(void)
{
    uint64_t bytes = bytes_of(STACK + CODE_PAGES);
    unsigned bad = 0;

    for (unsigned i = 0; i < FORKS; i++) {
        bad |= space_create(&child, NULL);
        bad |= measured_fork(&child, &parent, vaddr_of(0), bytes);
        bad |= measured_exit(&child, vaddr_of(0), bytes);
        space_destroy(&child);
    }
    demand(bad, "fork and exit");
    return FORKS * USED_PAGES;
}

static uint64_t share_small(void)
{
    for (unsigned i = 0; i < FORKS; i++) {
        raw_share(USED_PAGES);
        raw_scan(USED_PAGES);
    }
    return FORKS * USED_PAGES;
}

const struct workload fork_exit = {"fork_exit", prepare_small, run_fork_exit, destroy_parent,
                                   share_small};

/* ---- exit of a process whose pages are scattered ---- */

#define RUN_PAGES  16
#define RUN_STRIDE 64

static void prepare_exit(void)
{
    space_guard_t guard;
    unsigned bad = 0;

    create_parent();
    space_begin(&guard, &parent);
    for (uint64_t page = 0; page < PAGES_1G; page += RUN_STRIDE)
        bad |= map_user(&guard, page, RUN_PAGES);
    space_commit(&guard);
    demand(bad, "map a process");
}

/* Not from the start of a node to the end of one: those go as a whole. */
static uint64_t run_exit(void)
{
    uint64_t pages = PAGES_1G / RUN_STRIDE * RUN_PAGES;
    unsigned bad = 0;

    freed = 0;
    for (uint64_t page = 0; page < PAGES_1G; page += pages_2m() / 2)
        bad |= measured_exit(&parent, vaddr_of(page), bytes_of(pages_2m() / 2));
    demand(bad | (freed != bytes_of(pages)), "unmap all pages of a process");
    return pages;
}

static uint64_t scan_exit(void)
{
    return raw_scan(PAGES_1G / RUN_STRIDE * RUN_PAGES);
}

const struct workload exit_scattered = {"exit", prepare_exit, run_exit, destroy_parent, scan_exit};

/* ---- swapping out ---- */

#define SWAP_PAGES  ((uint64_t)1 << 16)
#define SWAP_STRIDE 4 /* one page of so many is swapped out */

static void prepare_swap(void)
{
    space_guard_t guard;

    create_parent();
    space_begin(&guard, &parent);
    demand(map_user(&guard, 0, SWAP_PAGES), "map a process");
    space_commit(&guard);
}

static void count_page(void *arg, const struct pt64_mapping *page)
{
    (void)page;
    ++*(uint64_t *)arg;
}

MEASURED unsigned measured_swap_out(space_t *space, uint64_t *accessed)
{
    space_guard_t guard;
    unsigned bad;

    space_begin(&guard, space);
    bad = space_test_and_clear_accessed(&guard, vaddr_of(0), bytes_of(SWAP_PAGES), count_page,
                                        accessed);
    for (uint64_t page = 0; page < SWAP_PAGES; page += SWAP_STRIDE) {
        struct pt64_mapping removed;

        bad |= space_mark(&guard, vaddr_of(page), bytes_of(1), page, &removed);
    }
    space_commit(&guard);
    return bad;
}

static uint64_t run_swap_out(void)
{
    uint64_t accessed = 0;

    if (!(space_flags() & PT64_ACCESSED))
        return 0;
    demand(measured_swap_out(&parent, &accessed), "swap out");
    demand(accessed != SWAP_PAGES, "harvest all pages");
    return SWAP_PAGES;
}

static uint64_t modify_swap(void)
{
    return raw_modify(SWAP_PAGES);
}

const struct workload swap_out = {"swap_out", prepare_swap, run_swap_out, destroy_parent,
                                  modify_swap};
