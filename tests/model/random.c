/* SPDX-License-Identifier: MIT */
/* Random calls. Addresses are from a few windows, so that calls meet. Sizes and places share edges
 * with nodes. Frames run out. Callbacks make calls of their own. */
#include "random.h"

#include <string.h>

#include "../support/format_flags.h"
#include "ledger.h"
#include "world.h"

#define WINDOWS   5
#define MAX_PAGES 9000

static uint64_t windows[WINDOWS];
/* Without lending, the table is now and then released and adopted, as if other software had built
 * it. */
static bool is_lending;

static uint64_t size_at(unsigned level)
{
    return rules_size(&machine.rules, level);
}

static uint64_t below(uint64_t sides)
{
    return dice_below(&world.dice, sides);
}

static bool one_in(uint64_t sides)
{
    return dice_one_in(&world.dice, sides);
}

/* ---- where ---- */

/* The first and the last addresses, and those around the middle, where the topmost nodes change. */
static void place_windows(void)
{
    const struct pt64_meta *meta = world.format->meta;
    unsigned top = meta->limits.levels - 1;
    uint64_t first = meta->space == PT64_SPACE_UPPER ? UINT64_MAX << meta->limits.vaddr_bits : 0;
    uint64_t end = meta->space == PT64_SPACE_LOWER ? (uint64_t)1 << meta->limits.vaddr_bits : 0;

    uint64_t distance = top > 1 ? size_at(top) : 64 * size_at(1);
    bool is_narrow = top == 1 || rules_entries(&machine.rules, top) <= 4;

    windows[0] = first;
    windows[1] = end - size_at(1) * 4;
    windows[2] = first + distance * 3 - size_at(1) * 2;
    windows[3] = first + distance + size_at(1) * 6;
    windows[4] = meta->space == PT64_SPACE_SIGN_EXTENDED
                     ? UINT64_MAX << (meta->limits.vaddr_bits - 1)
                     : first + (is_narrow ? 2 * distance : size_at(2));
}

static uint64_t random_vaddr(void)
{
    uint64_t window = windows[below(WINDOWS)];
    uint64_t slot = window + below(4) * size_at(1);

    if (one_in(3))
        return slot;
    if (one_in(2))
        return slot + below(6) * size_at(0);
    return slot + below(rules_entries(&machine.rules, 0)) * size_at(0);
}

static uint64_t random_bytes(uint64_t vaddr)
{
    switch (below(8)) {
    case 0:
        return size_at(1) - vaddr % size_at(1);
    case 1:
        return size_at(1) * (1 + below(2));
    case 2:
        return size_at(1) - vaddr % size_at(1) + below(5) * size_at(0);
    case 3:
        return below(rules_entries(&machine.rules, 0)) * size_at(0);
    default:
        return (1 + below(6)) * size_at(0);
    }
}

/* Often aligned so that huge pages fit. */
static uint64_t random_paddr(uint64_t vaddr)
{
    uint64_t frame = below(64) * size_at(1) + (vaddr & (size_at(1) - 1));

    return one_in(4) ? frame + below(4) * size_at(0) : frame;
}

/* Of the format's own. */
static pt64_flags_t random_format_flags(void)
{
    pt64_flags_t own = format_flags_of(&machine.rules.format);

    return own & (pt64_flags_t)below((uint64_t)own + 1);
}

static pt64_flags_t random_flags(void)
{
    static const pt64_flags_t permissions[] = {
        PT64_READ,
        PT64_READ | PT64_WRITE,
        PT64_READ | PT64_EXECUTE,
        PT64_READ | PT64_WRITE | PT64_USER,
        PT64_READ | PT64_WRITE | PT64_EXECUTE,
        0, /* hidden */
    };
    static const pt64_flags_t extras[] = {0,           0,          0,          PT64_GLOBAL,
                                          PT64_DEVICE, PT64_SOFT0, PT64_SOFT1, PT64_UNCACHED};
    pt64_flags_t flags = permissions[below(6)] | extras[below(8)] |
                         (one_in(2) ? PT64_ACCESSED : 0) | (one_in(3) ? PT64_DIRTY : 0) |
                         (one_in(2) ? random_format_flags() : 0);

    if (one_in(40))
        return flags;
    flags &= world.format->pte->flags;
    flags |= (flags & PT64_ACCESS) != 0 ? unrefused() : 0;
    for (unsigned level = 0; level < world.format->meta->limits.leaf_levels; level++)
        if (!reference_can_encode(&world.spaces[0].reference, flags, level))
            return PT64_READ | PT64_WRITE | unrefused();
    return flags;
}

static unsigned random_level(void)
{
    unsigned levels = world.format->meta->limits.leaf_levels;

    return one_in(3) ? (unsigned)below(levels < 3 ? levels : 3) : 0;
}

/* ---- what ---- */

static void random_map(struct session *session)
{
    unsigned level = random_level();
    uint64_t vaddr = random_vaddr() & ~(size_at(level) - 1);
    uint64_t paddr = random_paddr(vaddr) & ~(size_at(level) - 1);

    if (one_in(50))
        paddr += size_at(0) / 2;
    (void)do_map(session, vaddr, paddr, size_at(level), random_flags());
}

/* The first address of a mapped page, most of the time. */
static uint64_t mapped_vaddr(const struct space *space)
{
    const struct reference *reference = &space->reference;

    if (reference->count == 0 || one_in(8))
        return random_vaddr();
    return reference->pages[below(reference->count)].vaddr;
}

static void random_mark(struct session *session)
{
    unsigned level = random_level();
    uint64_t vaddr = one_in(2) ? mapped_vaddr(session->space) : random_vaddr();
    uint64_t paddr = random_paddr(vaddr) & ~(size_at(level) - 1);

    vaddr &= ~(size_at(level) - 1);
    if (one_in(2))
        (void)do_mark(session, vaddr, size_at(level), below(2));
    else
        (void)do_map_marked(session, vaddr, paddr, size_at(level), random_flags(), below(2));
}

static pt64_size_t random_max_size(void)
{
    return one_in(2) ? PT64_SIZE_ANY
                     : size_at((unsigned)below(world.format->meta->limits.leaf_levels));
}

static void random_map_region(struct session *session)
{
    uint64_t vaddr = random_vaddr();
    uint64_t bytes = random_bytes(vaddr);
    pt64_size_t max_size = random_max_size();

    (void)do_map_region(session, vaddr, random_paddr(vaddr), bytes, random_flags(), max_size);
}

/* Frames that are consecutive for a while. */
static pt64_paddr_t scattered(void *arg, pt64_vaddr_t vaddr)
{
    const uint64_t *scatter = arg;
    uint64_t piece = size_at(0) << (scatter[0] & 15);
    uint64_t pieces = (UINT64_C(1) << world.format->meta->limits.paddr_bits) / piece;

    return (vaddr & (piece - 1)) +
           ((vaddr / piece * 7 + scatter[1]) & 0xfffff & (pieces - 1)) * piece;
}

static void random_map_pages(struct session *session)
{
    uint64_t vaddr = random_vaddr();
    uint64_t scatter[2] = {below(machine.rules.format.index_bits + 2), below(100)};

    (void)do_map_pages(session, vaddr, scattered, scatter, random_bytes(vaddr), random_flags(),
                       random_max_size());
}

static void random_unmap_region(struct session *session)
{
    uint64_t vaddr = random_vaddr();

    if (one_in(6))
        vaddr = mapped_vaddr(session->space) & ~(size_at(1) - 1);
    if (one_in(2))
        (void)do_unmap_pages(session, vaddr, random_bytes(vaddr));
    else
        (void)do_unmap_region(session, vaddr, random_bytes(vaddr));
}

static void random_remap(struct session *session)
{
    uint64_t vaddr = mapped_vaddr(session->space);
    const struct pt64_mapping *page = reference_page(&session->space->reference, vaddr);
    uint64_t size = page == NULL || one_in(20) ? size_at(0) : page->size;

    (void)do_remap(session, vaddr, below(1000) * size, random_flags());
}

static void random_harvest(struct session *session)
{
    uint64_t vaddr = mapped_vaddr(session->space);

    (void)do_harvest(session, vaddr, random_bytes(vaddr), one_in(2) ? PT64_ACCESSED : PT64_DIRTY);
}

/* If hardware set a flag that the call is to set as well, the moment would decide whether a page is
 * split. */
static void random_protect_region(struct session *session)
{
    uint64_t vaddr = random_vaddr();
    pt64_flags_t flags = random_flags();

    if (machine.rules.sets_accessed)
        flags &= ~(PT64_ACCESSED | PT64_DIRTY);
    (void)do_protect_region(session, vaddr, random_bytes(vaddr), flags);
}

/* The whole of a mapped page: its edges cut nothing, whatever hardware sets in it meanwhile. */
static bool pick_whole_page(struct space *space, uint64_t *vaddr, uint64_t *bytes)
{
    const struct pt64_mapping *page = reference_page(&space->reference, mapped_vaddr(space));

    if (page == NULL)
        return false;
    *vaddr = page->vaddr;
    *bytes = page->size;
    return true;
}

/* Of the flags that hardware sets, none is set here for the same reason, and they are taken from
 * whole pages alone. */
static void random_change_region(struct session *session)
{
    pt64_flags_t known = world.format->pte->flags &
                         ((PT64_CHANGEABLE & ~PT64_READ) | format_flags_of(&machine.rules.format));
    pt64_flags_t hardware = machine.rules.sets_accessed ? PT64_ACCESSED | PT64_DIRTY : 0;
    pt64_flags_t set = known & (pt64_flags_t)below(known + 1) & (pt64_flags_t)below(known + 1);
    pt64_flags_t clear = known & (pt64_flags_t)below(known + 1) & ~set;
    uint64_t vaddr = random_vaddr();
    uint64_t bytes = random_bytes(vaddr);

    set &= ~hardware;
    if ((clear & hardware) != 0 && !pick_whole_page(session->space, &vaddr, &bytes))
        clear &= ~hardware;
    if (one_in(20))
        set |= clear & (0 - clear);
    (void)do_change_region(session, vaddr, bytes, set, clear);
}

/* Pins a few root slots of the lender. They stay pinned. */
static void random_pin(struct session *session)
{
    uint64_t slot = size_at(world.format->meta->limits.levels - 1);
    uint64_t vaddr = windows[below(WINDOWS)] & ~(slot - 1);

    if (session->space != &world.spaces[0] ||
        session->space->reference.pin_count + 1 >= REFERENCE_LOANS)
        return;
    (void)do_pin(session, one_in(4) ? vaddr + size_at(0) : vaddr, slot);
}

static void random_populate(struct session *session)
{
    unsigned level = random_level();
    uint64_t vaddr = one_in(2) ? mapped_vaddr(session->space) : random_vaddr();

    vaddr &= ~(size_at(level) - 1);
    (void)do_populate(session, vaddr, (1 + below(4)) * size_at(level), size_at(level));
}

/* Mostly of a place that pages of the next smaller size fill. */
static void random_collapse(struct session *session)
{
    unsigned level =
        1 + (one_in(10) ? (unsigned)below(world.format->meta->limits.leaf_levels - 1) : 0);
    uint64_t size = size_at(level);
    uint64_t vaddr = mapped_vaddr(session->space) & ~(size - 1);

    if (one_in(2) && ledger_count() < 4096) {
        (void)do_unmap_region(session, vaddr, size);
        (void)do_map_region(session, vaddr, random_paddr(vaddr) & ~(size - 1), size, random_flags(),
                            size_at(level - 1));
    }
    if (one_in(4))
        (void)do_protect(session, vaddr + below(4) * size_at(level - 1), random_flags());
    (void)do_collapse(session, vaddr, size);
}

/* Half of the time as fork does it: pages lose PT64_WRITE. */
static void random_clone(struct session *session, struct session *source)
{
    pt64_flags_t known = world.format->pte->flags &
                         ((PT64_CHANGEABLE & ~PT64_READ) | format_flags_of(&machine.rules.format));
    pt64_flags_t set = known & PT64_SOFT0;
    pt64_flags_t clear = PT64_WRITE;
    uint64_t vaddr = windows[below(WINDOWS)];
    uint64_t bytes = size_at(1) * 4;

    if (one_in(2)) {
        set = known & (pt64_flags_t)below(known + 1) & (pt64_flags_t)below(known + 1);
        clear = known & (pt64_flags_t)below(known + 1) & ~set;
    }
    if (one_in(2)) {
        vaddr = one_in(2) ? mapped_vaddr(source->space) : random_vaddr();
        bytes = random_bytes(vaddr);
    }
    (void)do_clone_region(session, source, vaddr, bytes, set, clear);
}

static void random_call(struct session *session)
{
    if (is_lending && one_in(300))
        random_pin(session);
    switch (below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
        random_map(session);
        break;
    case 5:
    case 6:
        random_map_region(session);
        break;
    case 7:
        if (one_in(3))
            random_populate(session);
        else if (one_in(2))
            random_collapse(session);
        else
            random_map_pages(session);
        break;
    case 8:
    case 9:
    case 10:
        (void)do_unmap(session, mapped_vaddr(session->space));
        break;
    case 11:
    case 12:
    case 13:
        random_unmap_region(session);
        break;
    case 14:
    case 15:
        (void)do_protect(session, mapped_vaddr(session->space), random_flags());
        break;
    case 16:
        if (one_in(2))
            random_protect_region(session);
        else
            random_change_region(session);
        break;
    case 17:
        if (one_in(2))
            random_remap(session);
        else
            random_mark(session);
        break;
    default:
        random_harvest(session);
        break;
    }
}

/* ---- interference ---- */

static struct space *reentered;

/* An allocator that changes the table itself, under a guard of its own. */
static void call_again(void *arg)
{
    struct session inner;
    unsigned guard = machine.guard;
    unsigned source = machine.source;
    pt64_flags_t harvested = world.harvested;

    (void)arg;
    if (!one_in(6))
        return;
    machine.on_alloc = NULL;
    machine.source = MACHINE_ROOTS;
    session_begin(&inner, reentered);
    (void)do_unmap(&inner, mapped_vaddr(reentered));
    (void)do_protect(&inner, mapped_vaddr(reentered), random_flags());
    if (one_in(2))
        random_unmap_region(&inner);
    if (reentered->is_loaded)
        session_commit(&inner);
    else
        session_ignore(&inner);
    machine.guard = guard;
    machine.source = source;
    world.harvested = harvested;
    machine.on_alloc = call_again;
}

static void interfere(struct space *space)
{
    machine.allocations_left = one_in(4) ? below(6) : SIZE_MAX;
    reentered = space;
    machine.on_alloc = one_in(6) ? call_again : NULL;
}

static void leave_alone(void)
{
    machine.allocations_left = SIZE_MAX;
    machine.on_alloc = NULL;
}

/* ---- how ---- */

static void end_session(struct session *session)
{
    if (session->space->is_loaded)
        session_commit(session);
    else
        session_ignore(session);
}

static void random_session(struct space *space)
{
    struct session session;
    uint64_t calls = one_in(10) ? 60 : 1 + below(8);

    session_begin(&session, space);
    for (uint64_t i = 0; i < calls; i++) {
        interfere(space);
        random_call(&session);
        leave_alone();
    }
    end_session(&session);
}

/* Forks: clones parts of a table. CPUs load the clone when the guard of its source is committed. */
static void random_fork(struct space *parent, struct space *child)
{
    struct session from;
    struct session into;

    if (!child->is_used)
        MODEL_CHECK(space_create(child) == PT64_OK, "creating a table fails");
    if (child->is_loaded)
        space_unload(child);
    session_begin(&from, parent);
    session_begin(&into, child);
    for (uint64_t i = 1 + below(4); i > 0; i--) {
        if (one_in(4))
            random_call(&from);
        interfere(one_in(2) ? parent : child);
        random_clone(&into, &from);
        leave_alone();
    }
    end_session(&from);
    end_session(&into);
    if (one_in(4))
        space_check(child);
    if (one_in(2))
        space_load(child);
}

static void clear_space(struct space *space)
{
    struct session session;

    session_begin(&session, space);
    for (size_t i = 0; i < WINDOWS; i++)
        (void)do_unmap_region(&session, windows[i], 4 * size_at(1));
    for (size_t i = space->reference.count; i-- > 0;)
        (void)do_unmap(&session, space->reference.pages[i].vaddr);
    end_session(&session);
}

/* A CPU that uses a slot on loan uses the lender's table. */
static void toggle_loaded(struct space *lender, struct space *borrower)
{
    if (lender->is_loaded) {
        space_unload(borrower);
        space_unload(lender);
    } else {
        space_load(lender);
        space_load(borrower);
    }
}

/* Gives the second table a root slot of the first on loan. */
static void lend(struct space *lender, struct space *borrower)
{
    uint64_t bytes = size_at(world.format->meta->limits.levels - 1);
    uint64_t slot = windows[3] & ~(bytes - 1);
    struct session session;

    session_begin(&session, lender);
    MODEL_CHECK(do_pin(&session, slot, bytes) == PT64_OK, "pinning fails");
    session_commit(&session);
    session_begin(&session, borrower);
    MODEL_CHECK(do_copy_from(&session, lender, slot, bytes) == PT64_OK, "lending fails");
    session_commit(&session);
}

/* Only while no CPU has the tables loaded. */
static void change_hands(struct space *space, struct space *borrower)
{
    if (is_lending) {
        space_change_hands(one_in(2) ? space : borrower);
        return;
    }
    space_become_foreign(space);
}

void random_run(const struct format *format, uint64_t seed, uint64_t operations)
{
    struct space *space = &world.spaces[0];
    struct space *borrower = &world.spaces[1];
    struct space *child = &world.spaces[2];
    uint64_t rounds = 0;

    world_start(format, seed, seed % 2 == 0, 1 + (unsigned)(seed % 40));
    place_windows();
    is_lending = seed % 3 != 0;
    MODEL_CHECK(space_create(space) == PT64_OK && space_create(borrower) == PT64_OK,
                "creating a table fails");
    space_load(space);
    space_load(borrower);
    if (is_lending)
        lend(space, borrower);
    while (world.operations < operations) {
        random_session(one_in(8) ? borrower : space);
        if (one_in(12))
            random_fork(space, child);
        if (child->is_used && one_in(8))
            random_session(child);
        if (child->is_used && (child->reference.count > MAX_PAGES || one_in(50)))
            space_destroy(child);
        if (++rounds % 64 == 0)
            space_check(space);
        if (space->reference.count > MAX_PAGES || one_in(200))
            clear_space(space);
        if (borrower->reference.count > MAX_PAGES)
            clear_space(borrower);
        if (one_in(space->is_loaded ? 100 : 8))
            toggle_loaded(space, borrower);
        if (!space->is_loaded && one_in(20))
            change_hands(space, borrower);
    }
    space_check(space);
    world_end();
}
