/* SPDX-License-Identifier: MIT */
#include "runs.h"

#include "fail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PASSING (PT64_ACCESSED | PT64_DIRTY)

/** More than the runs of any real image. A table of random words can have so many. */
#define MAX_RUNS ((size_t)1 << 24)

static bool continues(const struct runs *runs, const struct half *half,
                      const struct pt64_seen *seen)
{
    const struct run *last;

    if (runs->count == 0 || !runs->merge)
        return false;
    last = &runs->list[runs->count - 1];
    return last->half == half && last->vaddr + last->bytes == seen->slot.vaddr &&
           last->paddr + last->bytes == seen->slot.paddr &&
           last->flags == (seen->slot.flags & ~PASSING) && last->wrong == (seen->wrong != 0) &&
           (runs->mix_sizes || last->pages[seen->level] != 0);
}

static void begin_run(struct runs *runs, const struct half *half, const struct pt64_seen *seen)
{
    struct run run;

    if (runs->count == MAX_RUNS)
        fail("the table at 0x%" PRIx64 " maps no two pages alike: is the root right?", half->root);
    memset(&run, 0, sizeof(run));
    run.half = half;
    run.vaddr = seen->slot.vaddr;
    run.paddr = seen->slot.paddr;
    run.flags = seen->slot.flags & ~PASSING;
    run.every = seen->slot.flags & PASSING;
    run.wrong = seen->wrong != 0;
    runs->list = grow(runs->list, runs->count, sizeof(run));
    runs->list[runs->count++] = run;
}

static void add_page(void *arg, const struct half *half, const struct pt64_seen *seen)
{
    struct runs *runs = arg;
    struct run *run;

    if (seen->sight != PT64_SIGHT_LEAF)
        return;
    if (!continues(runs, half, seen))
        begin_run(runs, half, seen);
    run = &runs->list[runs->count - 1];
    run->bytes += seen->slot.size;
    run->every &= seen->slot.flags;
    run->some |= seen->slot.flags & PASSING;
    run->pages[seen->level]++;
}

void runs_collect(struct runs *runs, struct space *space, bool merge, bool mix_sizes)
{
    memset(runs, 0, sizeof(*runs));
    runs->merge = merge;
    runs->mix_sizes = mix_sizes;
    space_scan(space, add_page, runs);
}

void runs_free(struct runs *runs)
{
    free(runs->list);
}

pt64_vaddr_t run_last(const struct run *run)
{
    return run->vaddr + (run->bytes - 1);
}

bool is_kernel_address(pt64_vaddr_t vaddr)
{
    return vaddr >> 63 != 0;
}

const char *size_text(uint64_t bytes, char text[SIZE_TEXT])
{
    unsigned unit = 0;

    for (; bytes != 0 && bytes % 1024 == 0 && unit < 6; unit++)
        bytes /= 1024;
    snprintf(text, SIZE_TEXT, "%" PRIu64 "%c", bytes, "BKMGTPE"[unit]);
    return text;
}

const char *permissions_text(pt64_flags_t flags, char text[PERMISSIONS_TEXT])
{
    text[0] = flags & PT64_READ ? 'r' : '-';
    text[1] = flags & PT64_WRITE ? 'w' : '-';
    text[2] = flags & PT64_EXECUTE ? 'x' : '-';
    text[3] = flags & PT64_USER ? 'u' : '-';
    text[4] = '\0';
    return text;
}
