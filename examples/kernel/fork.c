/* SPDX-License-Identifier: MIT */
#include "fork.h"

#include "frames.h"
#include "process.h"

/** Takes PT64_WRITE from private pages of the parent, and maps the run in the child like that. */
static pt64_status_t share_run(table_guard_t *child, table_guard_t *parent,
                               const struct pt64_mapping *run)
{
    pt64_flags_t taken = run->flags & PT64_SOFT0 ? PT64_WRITE : 0;
    pt64_status_t status = table_change_region(parent, run->vaddr, run->size, 0, taken);

    if (status == PT64_OK)
        status = table_map_region(child, run->vaddr, run->paddr, run->size, run->flags & ~taken,
                                  PAGE_BYTES);
    if (status == PT64_OK)
        frames_hold(run->paddr, run->size);
    return status;
}

pt64_status_t fork_address_space(table_t *child, table_t *parent, pt64_vaddr_t first,
                                 pt64_vaddr_t last)
{
    pt64_status_t status = PT64_OK;
    table_guard_t from, to;
    struct pt64_mapping run;

    table_begin(&from, parent);
    table_begin(&to, child);
    while (status == PT64_OK && table_next(parent, first, last, &run) == PT64_OK) {
        status = share_run(&to, &from, &run);
        first = run.vaddr + run.size;
    }
    table_ignore(&to);
    table_commit(&from); /* from here on no CPU writes to what is shared */
    return status;
}
