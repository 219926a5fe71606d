/* SPDX-License-Identifier: MIT */
/*
 * Negative controls: a change whose invalidation is left out does not show, and shows after an
 * invalidation of everything. Where these pass, the tests of changes.c could have failed.
 *
 * A TLB may forget at any time. The emulator's TLB does where a page shares its place with kernel
 * pages that are used often. So each control tries a few pages.
 */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

static pt64_vaddr_t base;
static const struct half *half;

static bool ignoring(pt64_status_t status)
{
    tables_ending = COMMIT;
    return status == PT64_OK;
}

#define WITHOUT_FLUSH(call) (tables_ending = IGNORE, ignoring(call))

static bool stale_unmap(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK && loads(base, tag(arena));

    good = WITHOUT_FLUSH(half->unmap(base, NULL)) && loads(base, tag(arena)) && good;
    tables_flush_everything();
    return fault_on(FAULT_READ, base, FAULT_ABSENT) && good;
}

static bool stale_protect(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK && stores(base, 1);

    good = WITHOUT_FLUSH(half->protect(base, RO)) && stores(base, 2) && good;
    tables_flush_everything();
    return fault_on(FAULT_WRITE, base, FAULT_REFUSED) && *arena_word(arena) == 2 && good;
}

static bool stale_remap(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK && loads(base, tag(arena));

    good = WITHOUT_FLUSH(half->remap(base, arena + PAGE, RW)) && loads(base, tag(arena)) && good;
    tables_flush_everything();
    return loads(base, tag(arena + PAGE)) && good;
}

static bool stale_absent(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK &&
                fault_on(FAULT_READ, base + PAGE, FAULT_ABSENT);

    good = WITHOUT_FLUSH(half->map(base + PAGE, arena + PAGE, PAGE, RW)) &&
           fault_on(FAULT_READ, base + PAGE, FAULT_ABSENT) && good;
    tables_flush_everything();
    return loads(base + PAGE, tag(arena + PAGE)) && good;
}

static void run(bool (*change)(void), const struct window *window, const char *name)
{
    bool good = false;

    if (!CPU_KEEPS_TRANSLATIONS) {
        tap_skip("a TLB that keeps translations", "without a flush %s", name);
        return;
    }
    for (unsigned page = 1; page < 64 && !good; page += 9) {
        base = window->base + page * PAGE;
        good = change();
        good = half->unmap_region(base, 2 * PAGE) == PT64_OK && good;
        arena_fill();
    }
    tap(good, "%s half: without a flush %s", window->half, name);
}

void test_stale(const struct window *window)
{
    half = half_of(window->base);
    run(stale_unmap, window, "an unmapped page is still read");
    run(stale_protect, window, "a read-only page still takes writes");
    if (!ARCH_META.break_to_move)
        run(stale_remap, window, "a remapped page still shows the old memory");
    else
        tap_skip("moves without a break",
                 "without a flush a remapped page still shows the old memory");
    if (CPU_REMEMBERS_ABSENT)
        run(stale_absent, window, "a mapped page is still absent");
    else
        tap_skip("a TLB that remembers what is absent",
                 "without a flush a mapped page is still absent");
}
