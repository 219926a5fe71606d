/* SPDX-License-Identifier: MIT */
/*
 * A CPU that holds the entries of the root in registers reads them when the root is loaded. So a
 * node that is linked there or unlinked is seen only after that, which a commit does.
 */
#include "access.h"
#include "frames.h"
#include "scenarios.h"
#include "tap.h"

#define EXPECT(condition) part(condition, "root.c line %u: " #condition, __LINE__)

static pt64_vaddr_t base;
static const struct half *half;

static bool ended(pt64_status_t status)
{
    tables_ending = COMMIT;
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

/** A change whose guard ends otherwise than by a commit. */
#define ENDING(ending, call) EXPECT((tables_ending = (ending), ended(half->call)))

/** With the page goes the node that the root links, as nothing else is mapped below it. */
static bool map_base(void)
{
    return EXPECT(ended(half->map(base, arena, PAGE, RW)));
}

static bool linked(void)
{
    return EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) && map_base() &&
           EXPECT(loads(base, tag(arena)));
}

static bool unlinked(void)
{
    return map_base() && EXPECT(loads(base, tag(arena))) &&
           EXPECT(ended(half->unmap_region(base, PAGE))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT));
}

static bool linked_without(void)
{
    return ENDING(IGNORE, map(base, arena, PAGE, RW)) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT((tables_flush_everything(), loads(base, tag(arena))));
}

/** The CPU still walks the node: it finds the page that is planted there afterwards. */
static bool unlinked_without(void)
{
    pt64_vaddr_t planted = base + HUGE;
    pt64_slot_t *slot;
    bool good = map_base();

    slot = slot_of(planted, ROOT_LEVEL - 1);
    good = good && ENDING(IGNORE, unmap_region(base, PAGE));
    put_entry(slot, ARCH_PTE.leaf(ARCH_LIMITS, RW, 1) | ARCH_PTE.address(arena, 1));
    good = good && EXPECT(loads(planted, tag(arena)));
    tables_flush_everything();
    good = good && EXPECT(fault_on(FAULT_READ, planted, FAULT_ABSENT));
    put_entry(slot, 0);
    return good;
}

/* ---- what the CPU would say of an entry that is not well formed ---- */

static void load_root(void)
{
    tables_load(0);
}

/** The library sets no such bit, or no root could be loaded. */
static bool reserved(void)
{
    struct fault fault;
    bool loaded, good = map_base();
    pt64_slot_t *slot = slot_of(base, ROOT_LEVEL);
    pt64_entry_t entry = entry_in(slot);

    put_entry(slot, entry | CPU_RESERVED_IN_ROOT);
    loaded = runs(load_root, &fault);
    put_entry(slot, entry);
    return good && EXPECT(!loaded) && EXPECT(fault.cause == FAULT_OTHER) &&
           EXPECT(runs(load_root, &fault));
}

static void run(bool (*test)(void), const char *name)
{
    bool good = test();

    good = ended(half->unmap_region(base, HUGE)) && good;
    arena_fill();
    tap(good, "what the root links: %s", name);
}

static void run_if(bool applies, bool (*test)(void), const char *name)
{
    if (applies)
        run(test, name);
    else
        tap_skip("a CPU that holds the root's entries", "%s", name);
}

/** Nothing else is mapped in the root slot of the lower window. */
void test_root(void)
{
    base = windows[0].base;
    half = half_of(base);
    run(linked, "a new node is seen");
    run(unlinked, "an unlinked node is gone");
    run_if(CPU_HOLDS_ROOT, linked_without, "without a load of the root a new node is not seen");
    run_if(CPU_HOLDS_ROOT, unlinked_without,
           "without a load of the root an unlinked node is still walked");
    run_if(CPU_HOLDS_ROOT, reserved, "an entry with a reserved bit cannot be loaded");
}
