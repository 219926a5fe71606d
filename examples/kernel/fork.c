/* SPDX-License-Identifier: MIT */
#include "fork.h"

#include "frames.h"

static void hold(void *arg, const struct pt64_mapping *run)
{
    (void)arg;
    frames_hold(run->paddr, run->size);
}

pt64_status_t fork_address_space(table_t *child, table_t *parent, pt64_vaddr_t vaddr,
                                 uint64_t bytes)
{
    table_guard_t from, to;
    pt64_status_t status;

    table_begin(&from, parent);
    table_begin(&to, child);
    status = table_clone_region(&to, &from, vaddr, bytes, table_preset(0), PT64_WRITE, hold, NULL);
    table_commit(&from); /* from here on no CPU writes to what is shared */
    table_ignore(&to);   /* no CPU has loaded the child's */
    return status;
}
