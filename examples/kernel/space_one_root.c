/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "space_handler.h"
#include "table.h"

ARCH_TABLE_IMPLEMENT(table, ARCH_META, ARCH_PTE, kernel_handler);

static table_t kernel;

table_t *space_kernel(void)
{
    return &kernel;
}

pt64_status_t space_create(void)
{
    return table_create(&kernel, NULL);
}

void space_switch(void)
{
    paging_on(table_root(&kernel), PT64_NO_FRAME);
}

pt64_status_t space_map(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags)
{
    PT64_SCOPED_GUARD(table, guard, &kernel);
    return table_map_region(&guard, vaddr, paddr, bytes, table_preset(flags), PT64_SIZE_ANY);
}

pt64_status_t space_remap(pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    PT64_SCOPED_GUARD(table, guard, &kernel);
    return table_remap(&guard, vaddr, paddr, table_preset(flags));
}

pt64_status_t space_unmap(pt64_vaddr_t vaddr, uint64_t bytes)
{
    PT64_SCOPED_GUARD(table, guard, &kernel);
    return table_unmap_region(&guard, vaddr, bytes);
}

pt64_status_t space_next(pt64_vaddr_t from, struct pt64_mapping *run)
{
    return table_next(&kernel, from, UINT64_MAX, run);
}
