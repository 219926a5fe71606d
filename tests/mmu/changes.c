/* SPDX-License-Identifier: MIT */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

static pt64_vaddr_t base;
static const struct half *half;
static const char *half_name;

/** A status must be PT64_OK, and accesses show whether the CPU obeys. */
#define EXPECT(condition) part(condition, "changes.c line %u: " #condition, __LINE__)

static bool done(pt64_status_t status)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

static bool unmap_one(void)
{
    return EXPECT(done(half->map(base, arena, PAGE, RW))) && EXPECT(loads(base, tag(arena))) &&
           EXPECT(stores(base, tag(arena))) && EXPECT(done(half->unmap(base, NULL))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_ABSENT));
}

/** The fault fills the TLB with what it holds of absent pages. */
static bool map_after_fault(void)
{
    return EXPECT(fault_on(FAULT_READ, base + PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->map(base, arena, PAGE, RW))) &&
           EXPECT(fault_on(FAULT_READ, base + PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->map(base + PAGE, arena + PAGE, PAGE, RW))) &&
           EXPECT(loads(base + PAGE, tag(arena + PAGE))) && EXPECT(loads(base, tag(arena)));
}

static bool protect_down(void)
{
    return EXPECT(done(half->map(base, arena, PAGE, RW))) && EXPECT(stores(base, tag(arena))) &&
           EXPECT(done(half->protect(base, RO))) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) && EXPECT(loads(base, tag(arena)));
}

static bool protect_up(void)
{
    return EXPECT(done(half->map(base, arena, PAGE, RO))) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) &&
           EXPECT(done(half->protect(base, RW))) && EXPECT(stores(base, 5)) &&
           EXPECT(loads(base, 5)) && EXPECT(*arena_word(arena) == 5);
}

static bool protect_execution(void)
{
    *(volatile uint32_t *)arena_word(arena) = cpu_return_code;
    cpu_sync_code();
    return EXPECT(done(half->map(base, arena, PAGE, RX))) && EXPECT(calls(base)) &&
           EXPECT(done(half->protect(base, RO))) &&
           EXPECT(fault_on(FAULT_EXECUTE, base, FAULT_REFUSED)) &&
           EXPECT(done(half->protect(base, RX))) && EXPECT(calls(base));
}

static bool remap_one(void)
{
    return EXPECT(done(half->map(base, arena, PAGE, RW))) && EXPECT(loads(base, tag(arena))) &&
           EXPECT(done(half->remap(base, arena + PAGE, RO))) &&
           EXPECT(loads(base, tag(arena + PAGE))) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED));
}

static bool remap_huge(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, RW))) &&
           EXPECT(loads(base + PAGE, tag(arena + PAGE))) &&
           EXPECT(done(half->remap(base, arena + HUGE, RW))) &&
           EXPECT(loads(base + PAGE, tag(arena + HUGE + PAGE))) &&
           EXPECT(loads(base + HUGE - PAGE, tag(arena + 2 * HUGE - PAGE)));
}

static bool split_by_unmap(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, RW))) &&
           EXPECT(loads(base + 3 * PAGE, tag(arena + 3 * PAGE))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + 4 * PAGE))) &&
           EXPECT(done(half->unmap_region(base + 4 * PAGE, PAGE))) &&
           EXPECT(fault_on(FAULT_READ, base + 4 * PAGE, FAULT_ABSENT)) &&
           EXPECT(loads(base + 3 * PAGE, tag(arena + 3 * PAGE))) &&
           EXPECT(loads(base + 5 * PAGE, tag(arena + 5 * PAGE))) &&
           EXPECT(loads(base, tag(arena))) &&
           EXPECT(loads(base + HUGE - PAGE, tag(arena + HUGE - PAGE)));
}

static bool split_by_protect(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, RW))) && EXPECT(stores(base + 4 * PAGE, 7)) &&
           EXPECT(done(half->protect_region(base + 4 * PAGE, PAGE, RO))) &&
           EXPECT(fault_on(FAULT_WRITE, base + 4 * PAGE, FAULT_REFUSED)) &&
           EXPECT(loads(base + 4 * PAGE, 7)) && EXPECT(stores(base + 3 * PAGE, 6)) &&
           EXPECT(stores(base + 5 * PAGE, 8)) && EXPECT(*arena_word(arena + 3 * PAGE) == 6) &&
           EXPECT(*arena_word(arena + 5 * PAGE) == 8);
}

/** A hidden page is not there for the CPU, and keeps what is in it. */
static bool hide_and_show(void)
{
    return EXPECT(done(half->map(base, arena, PAGE, RW))) && EXPECT(stores(base, 9)) &&
           EXPECT(done(half->protect(base, 0))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_ABSENT)) &&
           EXPECT(done(half->protect(base, RW))) && EXPECT(loads(base, 9)) &&
           EXPECT(done(half->remap(base, arena + PAGE, 0))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(done(half->protect(base, RO))) && EXPECT(loads(base, tag(arena + PAGE)));
}

static bool hide_huge(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, 0))) &&
           EXPECT(fault_on(FAULT_READ, base + 4 * PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->protect(base, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + 4 * PAGE))) &&
           EXPECT(done(half->protect_region(base, HUGE, 0))) &&
           EXPECT(fault_on(FAULT_READ, base + 4 * PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->protect_region(base + 4 * PAGE, PAGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + 4 * PAGE))) &&
           EXPECT(fault_on(FAULT_READ, base + 3 * PAGE, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_READ, base + HUGE - PAGE, FAULT_ABSENT));
}

static bool mark_one(pt64_size_t size)
{
    return EXPECT(done(half->map(base, arena, size, RW))) && EXPECT(loads(base, tag(arena))) &&
           EXPECT(done(half->mark(base, size, 0x1234))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_WRITE, base + size - PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->map_marked(base, arena + HUGE, size, RW, 0x1234))) &&
           EXPECT(loads(base, tag(arena + HUGE))) && EXPECT(done(half->unmap(base, NULL))) &&
           EXPECT(done(half->mark(base, size, 0x1234))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT));
}

static bool mark_page(void)
{
    return mark_one(PAGE);
}

static bool mark_huge(void)
{
    return mark_one(HUGE);
}

/** Small pages give way to a huge one on other memory. The node that held them is unlinked. */
/** The TLB holds translations of the first and the last small page. */
static bool collapse(void)
{
    struct pt64_mapping page;

    return EXPECT(done(half->map_region(base, arena, HUGE, RW, PAGE))) &&
           EXPECT(stores(base, tag(arena))) && EXPECT(stores(base + HUGE - PAGE, 7)) &&
           EXPECT(done(half->collapse(base, HUGE))) &&
           EXPECT(half->query(base, &page) == PT64_OK && page.size == HUGE) &&
           EXPECT(loads(base, tag(arena))) && EXPECT(loads(base + HUGE - PAGE, 7)) &&
           EXPECT(stores(base + PAGE, 8)) && EXPECT(*arena_word(arena + PAGE) == 8) &&
           EXPECT(done(half->unmap(base, NULL))) &&
           EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_READ, base + HUGE - PAGE, FAULT_ABSENT));
}

/** A page that was split for a while. */
static bool collapse_again(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, RW))) &&
           EXPECT(done(half->protect_region(base + PAGE, PAGE, RO))) &&
           EXPECT(fault_on(FAULT_WRITE, base + PAGE, FAULT_REFUSED)) &&
           EXPECT(half->collapse(base, HUGE) == PT64_BAD_FLAGS) &&
           EXPECT(fault_on(FAULT_WRITE, base + PAGE, FAULT_REFUSED)) &&
           EXPECT(done(half->protect_region(base + PAGE, PAGE, RW))) &&
           EXPECT(done(half->collapse(base, HUGE))) && EXPECT(stores(base + PAGE, 9)) &&
           EXPECT(*arena_word(arena + PAGE) == 9);
}

/** A huge page and small ones, write-protected and given back. */
static bool change_flags(void)
{
    return EXPECT(done(half->map_region(base, arena, HUGE + 2 * PAGE, RW, PT64_SIZE_ANY))) &&
           EXPECT(stores(base, 1)) && EXPECT(stores(base + HUGE + PAGE, 2)) &&
           EXPECT(done(half->change_region(base, HUGE + 2 * PAGE, 0, PT64_WRITE))) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) &&
           EXPECT(fault_on(FAULT_WRITE, base + HUGE + PAGE, FAULT_REFUSED)) &&
           EXPECT(loads(base, 1)) && EXPECT(loads(base + HUGE + PAGE, 2)) &&
           EXPECT(done(half->change_region(base + HUGE - PAGE, 2 * PAGE, PT64_WRITE, 0))) &&
           EXPECT(stores(base + HUGE - PAGE, 3)) && EXPECT(stores(base + HUGE, 4)) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) &&
           EXPECT(fault_on(FAULT_WRITE, base + HUGE + PAGE, FAULT_REFUSED));
}

static bool merge(void)
{
    return EXPECT(done(half->map_region(base, arena, HUGE, RW, PAGE))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + 4 * PAGE))) &&
           EXPECT(done(half->unmap_region(base, HUGE))) &&
           EXPECT(done(half->map(base, arena + HUGE, HUGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + HUGE + 4 * PAGE))) &&
           EXPECT(loads(base, tag(arena + HUGE)));
}

/** Unmapping page by page leaves a node without pages, which gives way. */
static bool replace_table(void)
{
    return EXPECT(done(half->map(base + 4 * PAGE, arena, PAGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena))) &&
           EXPECT(done(half->unmap(base + 4 * PAGE, NULL))) &&
           EXPECT(fault_on(FAULT_READ, base + 4 * PAGE, FAULT_ABSENT)) &&
           EXPECT(done(half->map(base, arena + HUGE, HUGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + HUGE + 4 * PAGE))) &&
           EXPECT(loads(base + 5 * PAGE, tag(arena + HUGE + 5 * PAGE)));
}

/** The other way round: a huge page gives way to a node. */
static bool replace_huge(void)
{
    return EXPECT(done(half->map(base, arena, HUGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena + 4 * PAGE))) &&
           EXPECT(done(half->unmap(base, NULL))) &&
           EXPECT(done(half->map(base + 4 * PAGE, arena, PAGE, RW))) &&
           EXPECT(loads(base + 4 * PAGE, tag(arena))) &&
           EXPECT(fault_on(FAULT_READ, base + 5 * PAGE, FAULT_ABSENT));
}

/**
 * The frame of an unlinked node is used at once for another node. Nothing may still be read through
 * the old one.
 */
static bool reuse_tables(void)
{
    for (unsigned i = 0; i < 16; i++) {
        pt64_vaddr_t here = base + i * (2 * HUGE);
        pt64_vaddr_t next = here + 2 * HUGE;

        if (!EXPECT(done(half->map(here, arena + i * PAGE, PAGE, RW))) ||
            !EXPECT(loads(here, tag(arena + i * PAGE))) ||
            !EXPECT(done(half->unmap_region(here, HUGE))) ||
            !EXPECT(done(half->map(next, arena + PAGE, PAGE, RW))) ||
            !EXPECT(fault_on(FAULT_READ, here, FAULT_ABSENT)) ||
            !EXPECT(loads(next, tag(arena + PAGE))) ||
            !EXPECT(done(half->unmap_region(next, HUGE))))
            return false;
    }
    return true;
}

/** More pages than are invalidated one by one. */
static bool unmap_many(void)
{
    enum {
        MANY = 200
    };
    uint64_t bytes = MANY * PAGE;

    if (!EXPECT(done(half->map_region(base, arena, bytes, RW, PAGE))))
        return false;
    for (uint64_t at = 0; at < bytes; at += PAGE)
        if (!EXPECT(loads(base + at, tag(arena + at))))
            return false;
    if (!EXPECT(done(half->unmap_region(base, bytes))))
        return false;
    for (uint64_t at = 0; at < bytes; at += PAGE)
        if (!EXPECT(fault_on(FAULT_READ, base + at, FAULT_ABSENT)))
            return false;
    return true;
}

static void run(bool (*change)(void), const char *name)
{
    bool good = change();

    good = done(half->unmap_region(base, 64 * HUGE)) && good;
    arena_fill();
    tap(good, "%s half: %s", half_name, name);
}

void test_changes(const struct window *window)
{
    base = window->base;
    half = half_of(base);
    half_name = window->half;
    run(unmap_one, "an unmapped page is gone");
    run(map_after_fault, "a page mapped after a fault is there");
    run(protect_down, "a page that became read-only refuses writes");
    run(protect_up, "a page that became writable takes writes");
    if (ARCH_REFUSES_EXECUTION)
        run(protect_execution, "execution is taken away and given back");
    else
        tap_skip("execution that is refused", "execution is taken away and given back");
    run(remap_one, "a remapped page shows the other memory");
    run(remap_huge, "a remapped huge page shows the other memory");
    run(split_by_unmap, "a page unmapped in a huge page is gone, its neighbours are not");
    run(split_by_protect, "a page in a huge page becomes read-only, its neighbours do not");
    run(hide_and_show, "a hidden page is not there until it is shown");
    run(hide_huge, "a hidden huge page is shown in part");
    run(mark_page, "a mark is no page, and gives way to one");
    run(mark_huge, "a mark of a huge page is no page, and gives way to one");
    run(collapse, "small pages become a huge one");
    run(collapse_again, "a huge page that was split for a while is whole again");
    run(change_flags, "write permission is taken from a region, and given to a part of it");
    run(merge, "small pages are remapped as a huge one");
    run(replace_table, "an emptied table gives way to a huge page");
    run(replace_huge, "a huge page gives way to a table");
    run(reuse_tables, "a table's frame serves again as a table");
    run(unmap_many, "many pages are unmapped at once");
}
