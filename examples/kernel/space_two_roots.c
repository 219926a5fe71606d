/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "space_handler.h"
#include "table.h"

PAGE_TABLE64_IMPLEMENT(table, ARCH_META, ARCH_PTE, kernel_handler);
PAGE_TABLE64_DEFINE(upper, ARCH_UPPER_META, ARCH_PTE, kernel_handler);

static table_t kernel_lower;
static upper_t kernel_upper;

static bool is_upper(pt64_vaddr_t vaddr)
{
    return vaddr >> 63 != 0;
}

table_t *space_kernel(void)
{
    return &kernel_lower;
}

pt64_status_t space_create(void)
{
    pt64_status_t status = table_create(&kernel_lower, NULL);

    return status == PT64_OK ? upper_create(&kernel_upper, NULL) : status;
}

void space_switch(void)
{
    paging_on(table_root(&kernel_lower), upper_root(&kernel_upper));
}

pt64_status_t space_map(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_map_region(&guard, vaddr, paddr, bytes, table_preset(flags), PT64_SIZE_ANY);
    }
    PT64_SCOPED_GUARD(table, guard, &kernel_lower);
    return table_map_region(&guard, vaddr, paddr, bytes, table_preset(flags), PT64_SIZE_ANY);
}

pt64_status_t space_remap(pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_remap(&guard, vaddr, paddr, table_preset(flags));
    }
    PT64_SCOPED_GUARD(table, guard, &kernel_lower);
    return table_remap(&guard, vaddr, paddr, table_preset(flags));
}

pt64_status_t space_unmap(pt64_vaddr_t vaddr, uint64_t bytes)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_unmap_region(&guard, vaddr, bytes);
    }
    PT64_SCOPED_GUARD(table, guard, &kernel_lower);
    return table_unmap_region(&guard, vaddr, bytes);
}

pt64_status_t space_next(pt64_vaddr_t from, struct pt64_mapping *run)
{
    if (!is_upper(from) && table_next(&kernel_lower, from, UINT64_MAX, run) == PT64_OK)
        return PT64_OK;
    return upper_next(&kernel_upper, from, UINT64_MAX, run);
}
