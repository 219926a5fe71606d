/* SPDX-License-Identifier: MIT */
/*
 * Of a second stage a TLB holds two kinds of translations: from the guest's physical addresses, and
 * from its virtual ones, which combine both stages. Where they are invalidated apart, a page is
 * gone only after both: first those of the stage by itself, then the combined ones. Here one of the
 * two is left out.
 */
#include "access.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

#if CPU_COMBINES_STAGES

static pt64_vaddr_t base;
static const struct half *half;

/** The page is mapped and in the TLB, and then unmapped without an invalidation. */
static bool leave_stale(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK && loads(base, tag(arena));

    tables_ending = IGNORE;
    good = half->unmap(base, NULL) == PT64_OK && good;
    tables_ending = COMMIT;
    return good;
}

/** The combined translation still serves the guest. */
static bool only_stage(void)
{
    bool good = leave_stale();

    guest_forget_stage(base);
    return loads(base, tag(arena)) && good;
}

static bool stage_then_combined(void)
{
    bool good = leave_stale();

    guest_forget_stage(base);
    guest_forget_combined();
    return fault_on(FAULT_READ, base, FAULT_ABSENT) && good;
}

/** A TLB may forget at any time, so a control tries a few pages, as stale.c does. */
static bool run(bool (*test)(void), const struct window *window, unsigned tries)
{
    bool good = false;

    half = half_of(window->base);
    for (unsigned i = 0; i < tries && !good; i++) {
        base = window->base + (1 + 9 * i) * PAGE;
        good = test();
        tables_flush_everything();
        good = half->unmap_region(window->base, HUGE) == PT64_OK && good;
    }
    return good;
}

void test_combined(const struct window *window)
{
    tap(run(only_stage, window, 7), "%s half: what combines both stages is kept by itself",
        window->half);
    tap(run(stage_then_combined, window, 1), "%s half: both kinds of translations are dropped",
        window->half);
}

#else

void test_combined(const struct window *window)
{
    static const char missing[] = "a TLB with two kinds of translations";

    tap_skip(missing, "%s half: what combines both stages is kept by itself", window->half);
    tap_skip(missing, "%s half: both kinds of translations are dropped", window->half);
}

#endif
