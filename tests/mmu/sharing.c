/* SPDX-License-Identifier: MIT */
/* A table borrows a root slot of the kernel's table and is loaded. Then the kernel's table changes:
 * what the owner does below the slot shows in the borrower. */
#include "access.h"
#include "cpu.h"
#include "frames.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

#define EXPECT(condition) part(condition, "sharing.c line %u: " #condition, __LINE__)

#define OWNER    0
#define BORROWER 1

/**
 * How many frames are kept from the tables, so that a node that is freed does not come back at
 * once.
 */
enum {
    HELD = 8
};

static pt64_vaddr_t slot;
static const struct half *half;

static bool done(pt64_status_t status)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

/** An address that is not in the first slot of any level. */
static pt64_vaddr_t place(unsigned number)
{
    return slot + 5 * SLOT_SIZE(ROOT_LEVEL - 1) + number * PAGE;
}

static bool owner_maps(unsigned number)
{
    return done(half->map(place(number), arena + number * PAGE, PAGE, RW));
}

/** Everything in the slot goes, and every node but the pinned one. */
static bool owner_empties(void)
{
    return done(half->unmap_region(slot, SLOT_SIZE(ROOT_LEVEL)));
}

static bool shows(unsigned number)
{
    return loads(place(number), tag(arena + number * PAGE));
}

static bool is_refused(void)
{
    pt64_status_t status;

    tables_at = BORROWER;
    status = half->unmap(place(9), NULL);
    tables_at = OWNER;
    return part(status == PT64_BORROWED, "%s", pt64_status_name(status));
}

/** The borrower stays loaded, and other nodes use the frames of nodes that went. */
static bool owner_changes(void)
{
    bool good = EXPECT(owner_maps(1)) && EXPECT(shows(1)) && EXPECT(owner_empties()) &&
                EXPECT(fault_on(FAULT_READ, place(1), FAULT_ABSENT));
    pt64_paddr_t frames[HELD];

    for (unsigned i = 0; i < HELD; i++)
        frames[i] = frame_alloc();
    good = good && EXPECT(owner_maps(2)) && EXPECT(shows(2)) &&
           EXPECT(fault_on(FAULT_READ, place(1), FAULT_ABSENT)) &&
           EXPECT(done(half->protect(place(2), RO))) &&
           EXPECT(fault_on(FAULT_WRITE, place(2), FAULT_REFUSED)) &&
           EXPECT(done(half->unmap(place(2), NULL))) &&
           EXPECT(fault_on(FAULT_READ, place(2), FAULT_ABSENT)) && EXPECT(owner_maps(9)) &&
           EXPECT(shows(9)) && EXPECT(is_refused()) && EXPECT(shows(9));
    for (unsigned i = 0; i < HELD; i++)
        frame_free(frames[i]);
    return good;
}

static bool try_pinned(void)
{
    bool good = EXPECT(done(half->pin(slot, SLOT_SIZE(ROOT_LEVEL))));

    tables_at = BORROWER;
    good = good && EXPECT(done(half->copy_from(OWNER, slot, SLOT_SIZE(ROOT_LEVEL))));
    tables_at = OWNER;
    return good && owner_changes();
}

/** A slot that is in use and not pinned. */
static bool try_unpinned(void)
{
    bool good = EXPECT(owner_maps(1));
    pt64_status_t status;

    tables_at = BORROWER;
    status = half->copy_from(OWNER, slot, SLOT_SIZE(ROOT_LEVEL));
    tables_at = OWNER;
    return part(status == PT64_BORROWED, "%s", pt64_status_name(status)) && good;
}

/** The root entry is copied by hand: the owner frees the node that it links. */
static bool try_by_hand(void)
{
    bool good = EXPECT(owner_maps(1));
    pt64_entry_t entry = entry_in(slot_of(slot, ROOT_LEVEL));
    pt64_paddr_t frames[HELD];
    pt64_slot_t *theirs;
    pt64_entry_t empty;

    tables_at = BORROWER;
    theirs = slot_of(slot, ROOT_LEVEL);
    tables_at = OWNER;
    empty = entry_in(theirs);
    put_entry(theirs, entry);
    tables_flush_everything();
    good = good && EXPECT(shows(1)) && EXPECT(owner_empties());
    for (unsigned i = 0; i < HELD; i++)
        frames[i] = frame_alloc();
    good = good && EXPECT(owner_maps(2)) && EXPECT(!shows(2));
    for (unsigned i = 0; i < HELD; i++)
        frame_free(frames[i]);
    put_entry(theirs, empty);
    tables_flush_everything();
    return good;
}

/** A page that fills its root slot, and holds the arena, is lent and does not change. */
static bool try_page(void)
{
    pt64_size_t size = SLOT_SIZE(ROOT_LEVEL);
    pt64_paddr_t paddr = pt64_align_down(arena, size);
    pt64_vaddr_t vaddr = slot + (arena - paddr);
    bool good =
        EXPECT(done(half->map(slot, paddr, size, RO))) && EXPECT(done(half->pin(slot, size)));

    tables_at = BORROWER;
    good = good && EXPECT(done(half->copy_from(OWNER, slot, size)));
    tables_at = OWNER;
    return good && EXPECT(loads(vaddr, tag(arena))) &&
           EXPECT(half->unmap(slot, NULL) == PT64_BORROWED) &&
           EXPECT(half->unmap_region(slot, size) == PT64_BORROWED) &&
           EXPECT(half->protect(slot, RW) == PT64_BORROWED) && EXPECT(loads(vaddr, tag(arena))) &&
           EXPECT(fault_on(FAULT_WRITE, vaddr, FAULT_REFUSED));
}

static bool root_has_slots(unsigned count)
{
    return SLOT_SIZE(ROOT_LEVEL) * count <= (pt64_size_t)1 << ARCH_LIMITS->vaddr_bits;
}

/** Whether the root has so few slots that only one is free. */
static bool is_root_small(void)
{
    return !root_has_slots(8);
}

/** Whether there is one slot for all runs: the root has no more, or a guest reaches no more. */
static bool has_one_slot(void)
{
    return is_root_small() || !CPU_REACHES(12 * SLOT_SIZE(ROOT_LEVEL));
}

/** The first slot that nothing is mapped in. Tests of huge pages map in more than the window's. */
static pt64_vaddr_t first_slot(void)
{
    pt64_size_t size = SLOT_SIZE(ROOT_LEVEL);
    unsigned used = is_root_small() ? 0 : root_has_slots(32) && !has_one_slot() ? 9 : 1;

    return pt64_align_down(windows[0].base, size) + used * size;
}

/** Pinned slots stay pinned, so each run uses another slot if there is one. */
static void run(bool (*test)(void), const char *name)
{
    bool good = test();

    good = (test == try_page || owner_empties()) && good;
    tap(good, "two tables, one slot: %s", name);
    slot += has_one_slot() ? 0 : SLOT_SIZE(ROOT_LEVEL);
}

void test_sharing(void)
{
    slot = first_slot();
    half = half_of(slot);
    if (!CPU_REACHES(slot)) {
        tap_skip("a guest whose addresses reach there", "two tables, one slot");
        return;
    }
    if (!tables_make(BORROWER)) {
        tap(false, "a table to borrow is made");
        return;
    }
    tables_load(BORROWER);
    run(try_unpinned, "one that is not pinned is not lent");
    run(try_by_hand, "without a loan the owner's table is gone");
    run(try_pinned, "what the owner does shows in the borrower");
    if (ARCH_LIMITS->leaf_levels < ARCH_LIMITS->levels)
        tap_skip("pages in the root", "a page that fills the slot stays as it is");
    else if (has_one_slot())
        tap_skip("a second free slot in the root", "a page that fills the slot stays as it is");
    else
        run(try_page, "a page that fills the slot stays as it is");
    tables_load(OWNER);
    tables_drop(BORROWER);
}
