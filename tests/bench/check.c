/* SPDX-License-Identifier: MIT */
/* A comparison with a walk that answers less than the library would not be fair. */
#include "hand.h"
#include "host.h"
#include "subject.h"

static bool same_page(const struct pt64_mapping *one, const struct pt64_mapping *other)
{
    return one->vaddr == other->vaddr && one->paddr == other->paddr && one->size == other->size &&
           one->flags == other->flags;
}

static void compare_at(const space_t *table, pt64_vaddr_t vaddr)
{
    struct pt64_mapping page = {0, 0, 0, 0};
    struct pt64_mapping by_hand = {0, 0, 0, 0};
    pt64_paddr_t paddr = 0;
    pt64_paddr_t paddr_by_hand = 0;

    if (space_query(table, vaddr, &page) != hand_query(space_root(table), vaddr, &by_hand) ||
        !same_page(&page, &by_hand))
        give_up("query by hand what the library answers");
    if (space_translate(table, vaddr, &paddr) !=
            hand_translate(space_root(table), vaddr, &paddr_by_hand) ||
        paddr != paddr_by_hand)
        give_up("translate by hand what the library answers");
}

static void compare_page(space_guard_t *guard, const space_t *table, pt64_paddr_t paddr,
                         pt64_size_t size, pt64_flags_t flags)
{
    /* The walk by hand does not know hidden pages, to which nobody has access. */
    if ((flags & PT64_ACCESS) == 0 || space_map(guard, vaddr_of(0), paddr, size, flags) != PT64_OK)
        return;
    compare_at(table, vaddr_of(0));
    compare_at(table, vaddr_of(0) + size - 1);
    demand(space_unmap(guard, vaddr_of(0), NULL), "unmap a page");
}

/* With every set of flags that the format can encode, at one address and at the last. */
static void compare_pages(space_guard_t *guard, const space_t *table, pt64_size_t size)
{
    pt64_flags_t all = PT64_PERMISSIONS | PT64_MEMORY_TYPES | PT64_STICKY;
    pt64_paddr_t last = ((pt64_paddr_t)1 << META.limits.paddr_bits) - size;

    for (pt64_flags_t flags = 0; flags <= all; flags++) {
        compare_page(guard, table, paddr_of(0), size, flags);
        compare_page(guard, table, last, size, flags);
    }
}

/* In several nodes, whose addresses differ in the lowest bits that those of nodes have. */
static void compare_nodes(space_guard_t *guard, const space_t *table)
{
    uint64_t pages = 8 * pages_2m();

    demand(space_map_region(guard, vaddr_of(0), paddr_of(0), bytes_of(pages), read_write(),
                            bytes_of(1)),
           "map several nodes");
    for (uint64_t page = 0; page < pages; page += pages_2m())
        compare_at(table, vaddr_of(page));
    demand(space_unmap_region(guard, vaddr_of(0), bytes_of(pages)), "unmap them");
}

void check_by_hand(void)
{
    space_guard_t guard;
    space_t table;

    demand(space_create(&table, NULL), "create a table");
    space_begin(&guard, &table);
    compare_at(&table, vaddr_of(0));
    compare_at(&table, ~first_vaddr());
    compare_at(&table, (pt64_vaddr_t)1 << (META.limits.vaddr_bits - 1));
    compare_at(&table, ~(pt64_vaddr_t)0);
    for (unsigned level = 0; level < META.limits.leaf_levels && level < 3; level++)
        compare_pages(&guard, &table, bytes_of((uint64_t)1 << (level * META.index_bits)));
    compare_nodes(&guard, &table);
    space_ignore(&guard);
    space_destroy(&table);
}
