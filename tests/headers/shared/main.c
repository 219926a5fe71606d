/* SPDX-License-Identifier: MIT */
#include "space.h"

/* The last page of an address space, which every format has except those of a lower half. */
#define LOWER ((pt64_vaddr_t)1 << 30)
#define UPPER (~(pt64_vaddr_t)0 << 30)

static pt64_status_t map(space_t *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr)
{
    PT64_SCOPED_GUARD(space, guard, table);

    return space_map_region(&guard, vaddr, paddr, PT64_SIZE_64K, PT64_READ | PT64_EXECUTE,
                            PT64_SIZE_ANY);
}

int main(void)
{
    unsigned used = 0;
    space_t table;
    pt64_paddr_t paddr = 0;
    pt64_vaddr_t vaddr = LOWER;
    pt64_status_t status = space_create(&table, &used);

    if (status == PT64_OK)
        status = map(&table, vaddr, PT64_SIZE_2M);
    if (status == PT64_BAD_ADDRESS) {
        vaddr = UPPER;
        status = map(&table, vaddr, PT64_SIZE_2M);
    }
    if (status == PT64_OK)
        status = space_translate(&table, vaddr + 5, &paddr);
    return status == PT64_OK && paddr == PT64_SIZE_2M + 5 ? 0 : 1;
}
