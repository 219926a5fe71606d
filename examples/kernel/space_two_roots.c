/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "arch.h"
#include "space_handler.h"

PAGE_TABLE64_DEFINE(lower, ARCH_META, ARCH_PTE, kernel_handler);
PAGE_TABLE64_DEFINE(upper, ARCH_UPPER_META, ARCH_PTE, kernel_handler);

static lower_t kernel_lower;
static upper_t kernel_upper;

static pt64_flags_t complete(pt64_flags_t flags)
{
    return flags | (lower_flags() & PRESET);
}

static bool is_upper(pt64_vaddr_t vaddr)
{
    return vaddr >> 63 != 0;
}

pt64_status_t space_create(void)
{
    pt64_status_t status = lower_create(&kernel_lower, NULL);

    return status == PT64_OK ? upper_create(&kernel_upper, NULL) : status;
}

void space_switch(void)
{
    paging_on(lower_root(&kernel_lower), upper_root(&kernel_upper));
}

pt64_status_t space_map(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_map_region(&guard, vaddr, paddr, bytes, complete(flags), PT64_SIZE_ANY);
    }
    PT64_SCOPED_GUARD(lower, guard, &kernel_lower);
    return lower_map_region(&guard, vaddr, paddr, bytes, complete(flags), PT64_SIZE_ANY);
}

pt64_status_t space_remap(pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_remap(&guard, vaddr, paddr, complete(flags));
    }
    PT64_SCOPED_GUARD(lower, guard, &kernel_lower);
    return lower_remap(&guard, vaddr, paddr, complete(flags));
}

pt64_status_t space_unmap(pt64_vaddr_t vaddr, uint64_t bytes)
{
    if (is_upper(vaddr)) {
        PT64_SCOPED_GUARD(upper, guard, &kernel_upper);
        return upper_unmap_region(&guard, vaddr, bytes);
    }
    PT64_SCOPED_GUARD(lower, guard, &kernel_lower);
    return lower_unmap_region(&guard, vaddr, bytes);
}

pt64_status_t space_next(pt64_vaddr_t from, struct pt64_mapping *run)
{
    if (!is_upper(from) && lower_next(&kernel_lower, from, UINT64_MAX, run) == PT64_OK)
        return PT64_OK;
    return upper_next(&kernel_upper, from, UINT64_MAX, run);
}
