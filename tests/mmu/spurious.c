/* SPDX-License-Identifier: MIT */
/*
 * What other CPUs need not be told: that a page is there now, or allows more. This CPU stands in
 * for them: of each request it executes what pt64_flush_for_others leaves. It may fault once
 * because of its TLB. The fault handler repairs that.
 */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

#define EXPECT(condition) part(condition, "spurious.c line %u: " #condition, __LINE__)

static pt64_vaddr_t base;
static const struct half *half;

/** Whether the CPU remembers that a page is absent, or that the root links no node for it. */
static bool remembers_absent;

static bool elsewhere(pt64_status_t status)
{
    tables_ending = COMMIT;
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

/** A change that another CPU makes. */
#define ELSEWHERE(call) EXPECT((tables_ending = COMMIT_ELSEWHERE, elsewhere(half->call)))

/**
 * If the CPU `remembers` what was there before, the fault comes: once with a fault handler, and for
 * ever without.
 */
static bool are_expected(unsigned faults, bool mends, bool remembers)
{
    unsigned expected = !remembers ? 0 : mends ? 1 : ACCESS_RETRIES + 1;

    return part(faults == expected, "%u faults, not %u", faults, expected);
}

static bool new_page(bool mends)
{
    pt64_vaddr_t page = base + PAGE;

    return ELSEWHERE(map(base, arena, PAGE, RW)) &&
           EXPECT(fault_on(FAULT_READ, page, FAULT_ABSENT)) &&
           ELSEWHERE(map(page, arena + PAGE, PAGE, RW)) &&
           are_expected(faults_until_loaded(page, tag(arena + PAGE), mends), mends,
                        remembers_absent);
}

/** The page comes with the nodes that lead to it. */
static bool new_table(bool mends)
{
    return EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           ELSEWHERE(map(base, arena, PAGE, RW)) &&
           are_expected(faults_until_loaded(base, tag(arena), mends), mends, remembers_absent);
}

static bool new_right(bool mends)
{
    return EXPECT(elsewhere(half->map(base, arena, PAGE, RO))) && EXPECT(loads(base, tag(arena))) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) && ELSEWHERE(protect(base, RW)) &&
           are_expected(faults_until_stored(base, 1, mends), mends, CPU_REMEMBERS_ABSENT) &&
           EXPECT((*arena_word(arena) == 1) == (mends || !CPU_REMEMBERS_ABSENT));
}

/** The CPU must be told if the TLB may hold invalid small pages: it is another size. */
static bool new_huge_page(void)
{
    return EXPECT(fault_on(FAULT_READ, base + 5 * PAGE, FAULT_ABSENT)) &&
           ELSEWHERE(map(base, arena, HUGE, RW)) &&
           EXPECT(faults_until_loaded(base + 6 * PAGE, tag(arena + 6 * PAGE), true) <= 1) &&
           EXPECT(!cpu_is_ambiguous(base + 5 * PAGE)) &&
           EXPECT(faults_until_loaded(base + 5 * PAGE, tag(arena + 5 * PAGE), true) <= 1);
}

/** What ended is told in any case. */
static bool old_pages(void)
{
    return EXPECT(elsewhere(half->map(base, arena, PAGE, RW))) &&
           EXPECT(stores(base, tag(arena))) && ELSEWHERE(protect(base, RO)) &&
           EXPECT(fault_on(FAULT_WRITE, base, FAULT_REFUSED)) &&
           ELSEWHERE(remap(base, arena + PAGE, RO)) &&
           EXPECT(faults_until_loaded(base, tag(arena + PAGE), true) <= 1) &&
           ELSEWHERE(unmap(base, NULL)) && EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           ELSEWHERE(map(base, arena, PAGE, RW)) &&
           EXPECT(faults_until_loaded(base, tag(arena), true) <= 1) &&
           ELSEWHERE(unmap_region(base, HUGE)) && EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT));
}

static bool new_page_mended(void)
{
    return new_page(true);
}

static bool new_table_mended(void)
{
    return new_table(true);
}

static bool new_right_mended(void)
{
    return new_right(true);
}

static bool new_page_faulting(void)
{
    return new_page(false);
}

static bool new_table_faulting(void)
{
    return new_table(false);
}

static bool new_right_faulting(void)
{
    return new_right(false);
}

static void run(bool (*test)(void), const struct window *window, const char *name)
{
    bool good = test();

    good = elsewhere(half->unmap_region(base, HUGE)) && good;
    arena_fill();
    tap(good, "%s half: untold, %s", window->half, name);
}

static void run_if(bool remembers, bool (*test)(void), const struct window *window,
                   const char *name)
{
    if (remembers)
        run(test, window, name);
    else
        tap_skip("a TLB that remembers what is absent", "untold, %s", name);
}

void test_spurious(const struct window *window)
{
    base = window->base;
    half = half_of(base);
    remembers_absent =
        CPU_REMEMBERS_ABSENT || (CPU_HOLDS_ROOT && entry_in(slot_of(base, ROOT_LEVEL)) == 0);
    run(new_page_mended, window, "a new page is there after a fault at most");
    run(new_table_mended, window, "a new page in a new table is there after a fault at most");
    run(new_right_mended, window, "a new permission is there after a fault at most");
    run(new_huge_page, window, "a new huge page is there after a fault at most");
    run(old_pages, window, "what ended is gone all the same");
    run_if(remembers_absent, new_page_faulting, window,
           "and not mended, a new page faults for ever");
    run_if(remembers_absent, new_table_faulting, window,
           "and not mended, a new table's page faults for ever");
    run_if(CPU_REMEMBERS_ABSENT, new_right_faulting, window,
           "and not mended, a new permission faults for ever");
}
