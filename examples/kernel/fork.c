/* SPDX-License-Identifier: MIT */
#include "fork.h"

#include "frames.h"

/** A frame has one more user. */
static void hold(void *arg, const struct pt64_mapping *run)
{
    (void)arg;
    frames_hold(run->paddr, run->size);
}

pt64_status_t fork_address_space(table_t *child, table_t *parent, pt64_vaddr_t vaddr,
                                 uint64_t bytes)
{
    /* Not every CPU sets them by itself. */
    const pt64_flags_t set = table_flags() & (PT64_ACCESSED | PT64_DIRTY);
    table_guard_t from, to;
    pt64_status_t status;

    table_begin(&from, parent);
    table_begin(&to, child);
    status = table_clone_region(&to, &from, vaddr, bytes, set, PT64_WRITE, hold, NULL);
    table_commit(&from); /* from here on no CPU writes to what is shared */
    table_ignore(&to);   /* no CPU has loaded it */
    return status;
}
