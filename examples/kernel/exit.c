/* SPDX-License-Identifier: MIT */
#include "exit.h"

#include "frames.h"
#include "process.h"

/** When a page is reported, no CPU uses it any more. */
static void drop(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    frames_free(page->paddr, page->size);
}

pt64_status_t release_range(table_t *table, pt64_vaddr_t vaddr, uint64_t bytes)
{
    PT64_SCOPED_GUARD(table, guard, table);
    return table_unmap_pages(&guard, vaddr, bytes, drop, NULL);
}

/** A range that no page crosses takes no node to split into: releasing it does not fail. */
void exit_address_space(table_t *table)
{
    (void)release_range(table, USER_FIRST, ROOT_SLOT);
    table_destroy(table);
}
