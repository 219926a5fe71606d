/* SPDX-License-Identifier: MIT */
/* A walker that does not check directory entries takes an empty entry of 0 for a link to a node at
 * physical address 0. A trap is planted there: a walk into it sees the arena. */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

/* Indices of the trapped addresses in the lowest directory and in the last table. */
enum {
    DIRECTORY_INDEX = 5,
    PAGE_INDEX = 9,
};

static const struct half *half;

/** As a directory, the node at 0 leads to itself. As a last table, it leads to the arena. */
static bool plant(pt64_vaddr_t vaddr)
{
    pt64_entry_t leaf = ARCH_PTE.leaf(ARCH_LIMITS, RW, 0) | ARCH_PTE.address(arena, 0);

    return half->map(vaddr, 0, PAGE, RW) == PT64_OK &&
           stores(vaddr + (pt64_vaddr_t)DIRECTORY_INDEX * sizeof(leaf), 0) &&
           stores(vaddr + (pt64_vaddr_t)PAGE_INDEX * sizeof(leaf), leaf);
}

/**
 * Whether the trap catches a walk when the slot holds 0, and not when it holds what the library
 * left.
 */
static bool try_slot(pt64_slot_t *slot, pt64_vaddr_t vaddr)
{
    pt64_entry_t empty = entry_in(slot);
    bool good = part(fault_on(FAULT_READ, vaddr, FAULT_ABSENT), "%" PRIx64 " is not absent", vaddr);

    put_entry(slot, 0);
    tables_flush_everything();
    good = part(loads(vaddr, tag(arena)), "%" PRIx64 " is not trapped", vaddr) && good;
    put_entry(slot, empty);
    tables_flush_everything();
    return part(fault_on(FAULT_WRITE, vaddr, FAULT_ABSENT), "%" PRIx64 " is not absent", vaddr) &&
           good;
}

void test_sink(const struct window *window)
{
    pt64_size_t root_slot = SLOT_SIZE(ROOT_LEVEL);
    pt64_vaddr_t trapped = DIRECTORY_INDEX * HUGE + PAGE_INDEX * PAGE;

    if (!ARCH_META.needs_sink || ROOT_LEVEL != 2) {
        tap_skip("a walker that follows every directory entry, three levels of them",
                 "an empty slot of the root");
        return;
    }
    half = half_of(window->base);
    tap(plant(window->base), "%s half: a trap is planted at physical address 0", window->half);

    tap(try_slot(slot_of(window->base + root_slot, ROOT_LEVEL), window->base + root_slot + trapped),
        "%s half: an empty slot of the root", window->half);
    tap(try_slot(slot_of(window->base + trapped, 1), window->base + trapped),
        "%s half: an empty slot of a directory", window->half);
    tap(half->unmap_region(window->base, HUGE) == PT64_OK, "%s half: the trap is unmapped",
        window->half);
}
