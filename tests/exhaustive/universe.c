/* SPDX-License-Identifier: MIT */
#include "universe.h"

static void add(struct universe *universe, struct call call)
{
    call.allocations = SIZE_MAX;
    universe->calls[universe->call_count++] = call;
}

static void probe(struct universe *universe, pt64_vaddr_t vaddr)
{
    universe->probes[universe->probe_count++] = vaddr;
}

/* The first address after the edge, far from the ends of the space. */
static pt64_vaddr_t edge_of(const struct world *world, unsigned edge)
{
    unsigned root = world->format.levels - 1;
    uint64_t offset = 2 * world_page_size(world, root);
    bool is_upper = world->format.half == ORACLE_UPPER_HALF;

    offset += edge < root ? world_page_size(world, edge) : 0;
    return is_upper ? offset | ~(uint64_t)0 << world->format.vaddr_bits : offset;
}

/* The least that makes a page readable: some formats have no page that is not executable. */
static pt64_flags_t readable(const struct world *world)
{
    return reference_can_encode(&world->spaces[0].reference, PT64_READ, 0)
               ? PT64_READ
               : PT64_READ | PT64_EXECUTE;
}

void universe_make(struct universe *universe, const struct world *world, unsigned edge)
{
    uint64_t page = world_page_size(world, 0);
    uint64_t huge = world_page_size(world, 1);
    uint64_t slot = world_page_size(world, world->format.levels - 1);
    pt64_vaddr_t upper = edge_of(world, edge);
    pt64_vaddr_t lower = upper - huge;
    pt64_vaddr_t last = upper - page;
    pt64_paddr_t one = 8 * huge;
    pt64_paddr_t other = one + huge;
    pt64_flags_t known = world->flags;
    pt64_flags_t r = readable(world);
    pt64_flags_t f = r | PT64_WRITE | (known & PT64_ACCESSED);
    pt64_flags_t g = r | (known & (PT64_USER | PT64_DIRTY));
    pt64_flags_t h = f | (known & PT64_DEVICE);

    universe->call_count = 0;
    universe->probe_count = 0;
    universe->lay = (struct call){CALL_MAP,      .vaddr = lower, .paddr = one,
                                  .bytes = page, .flags = f,     .allocations = SIZE_MAX};
    add(universe, (struct call){CALL_COMMIT, .vaddr = 0});
    /* One page. */
    add(universe, (struct call){CALL_MAP, .vaddr = last, .paddr = one, .bytes = page, .flags = f});
    add(universe,
        (struct call){CALL_MAP, .vaddr = upper, .paddr = one + page, .bytes = page, .flags = f});
    add(universe,
        (struct call){CALL_MAP, .vaddr = upper, .paddr = other, .bytes = page, .flags = g});
    add(universe, (struct call){CALL_MAP, .vaddr = lower, .paddr = one, .bytes = huge, .flags = f});
    add(universe,
        (struct call){CALL_MAP, .vaddr = upper, .paddr = other, .bytes = huge, .flags = f});
    add(universe, (struct call){CALL_UNMAP, .vaddr = last});
    add(universe, (struct call){CALL_UNMAP, .vaddr = upper});
    add(universe, (struct call){CALL_UNMAP, .vaddr = lower});
    add(universe, (struct call){CALL_PROTECT, .vaddr = last, .flags = g});
    add(universe, (struct call){CALL_PROTECT, .vaddr = upper, .flags = g});
    add(universe, (struct call){CALL_PROTECT, .vaddr = upper, .flags = f});
    add(universe, (struct call){CALL_REMAP, .vaddr = last, .paddr = other, .flags = f});
    add(universe, (struct call){CALL_REMAP, .vaddr = upper, .paddr = one, .flags = g});
    add(universe, (struct call){CALL_MARK, .vaddr = last, .bytes = page, .mark = 1});
    add(universe, (struct call){CALL_MAP_MARKED, .vaddr = last, .paddr = one, .bytes = page,
                                .flags = f, .mark = 1});
    /* Regions on both sides of the edge. */
    add(universe, (struct call){CALL_MAP_REGION, .vaddr = last, .paddr = one, .bytes = 2 * page,
                                .flags = f, .max_size = PT64_SIZE_ANY});
    add(universe, (struct call){CALL_MAP_REGION, .vaddr = lower, .paddr = one, .bytes = 2 * huge,
                                .flags = f, .max_size = PT64_SIZE_ANY});
    add(universe, (struct call){CALL_MAP_REGION, .vaddr = last, .paddr = other - page,
                                .bytes = huge + page, .flags = g, .max_size = PT64_SIZE_ANY});
    add(universe, (struct call){CALL_MAP_REGION, .vaddr = upper, .paddr = other, .bytes = huge,
                                .flags = f, .max_size = page});
    add(universe, (struct call){CALL_MAP_PAGES, .vaddr = last, .paddr = one, .bytes = 2 * page,
                                .flags = g, .max_size = PT64_SIZE_ANY, .swaps = 1});
    add(universe, (struct call){CALL_UNMAP_REGION, .vaddr = last, .bytes = page});
    add(universe, (struct call){CALL_UNMAP_REGION, .vaddr = last, .bytes = 2 * page});
    add(universe, (struct call){CALL_UNMAP_REGION, .vaddr = lower, .bytes = huge});
    add(universe, (struct call){CALL_UNMAP_REGION, .vaddr = upper, .bytes = huge - page});
    add(universe, (struct call){CALL_UNMAP_REGION, .vaddr = lower, .bytes = 2 * huge});
    add(universe, (struct call){CALL_UNMAP_PAGES, .vaddr = last, .bytes = 2 * page});
    add(universe, (struct call){CALL_UNMAP_PAGES, .vaddr = lower + page, .bytes = 2 * huge - page});
    add(universe, (struct call){CALL_PROTECT_REGION, .vaddr = last, .bytes = 2 * page, .flags = g});
    add(universe, (struct call){CALL_PROTECT_REGION, .vaddr = last, .bytes = page, .flags = f});
    add(universe,
        (struct call){CALL_PROTECT_REGION, .vaddr = lower, .bytes = 2 * huge, .flags = h});
    add(universe, (struct call){CALL_CHANGE_REGION, .vaddr = last, .bytes = page, .clear = f});
    add(universe, (struct call){CALL_CHANGE_REGION, .vaddr = lower, .bytes = 2 * huge, .flags = f,
                                .clear = g & ~r});
    add(universe, (struct call){CALL_CLONE, .vaddr = last, .bytes = 2 * page,
                                .flags = known & PT64_DIRTY, .clear = PT64_WRITE});
    add(universe, (struct call){CALL_CLEAR_ACCESSED, .vaddr = last, .bytes = 2 * page});
    add(universe, (struct call){CALL_CLEAR_DIRTY, .vaddr = lower, .bytes = 2 * huge});
    add(universe, (struct call){CALL_POPULATE, .vaddr = last, .bytes = 2 * page, .max_size = page});
    add(universe, (struct call){CALL_COLLAPSE, .vaddr = lower, .bytes = huge});
    add(universe, (struct call){CALL_COLLAPSE, .vaddr = upper, .bytes = huge});
    /* One of the two root slots, if there are two. */
    if (lower / slot != upper / slot)
        add(universe, (struct call){CALL_PIN, .vaddr = upper, .bytes = slot});
    probe(universe, lower - page);
    probe(universe, lower);
    probe(universe, lower + page + 5);
    probe(universe, last - 1);
    probe(universe, last);
    probe(universe, upper - 1);
    probe(universe, upper);
    probe(universe, upper + page);
    probe(universe, upper + huge - 1);
    probe(universe, upper + huge);
    probe(universe, UINT64_C(1) << 63);
}
