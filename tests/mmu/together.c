/* SPDX-License-Identifier: MIT */
/* Changes that share a guard. While it is open, and while its requests are executed, this CPU reads
 * here and there in what changes. What comes into the TLB then must not outlive the commit. */
#include "access.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

#define EXPECT(condition) part(condition, "together.c line %u: " #condition, __LINE__)

static pt64_vaddr_t base;
static const struct half *half;

static bool done(pt64_status_t status)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

/* ---- the ends of the address space ---- */

static bool map_both(pt64_vaddr_t a, pt64_vaddr_t b)
{
    return EXPECT(done(half->map(a, arena, PAGE, RW))) &&
           EXPECT(done(half->map(b, arena + PAGE, PAGE, RW))) && EXPECT(loads(a, tag(arena))) &&
           EXPECT(loads(b, tag(arena + PAGE)));
}

static bool unmap_both(pt64_vaddr_t a, pt64_vaddr_t b)
{
    bool good;

    half->begin();
    good = EXPECT(done(half->unmap(a, NULL))) && EXPECT(done(half->unmap(b, NULL)));
    half->end();
    return good;
}

/** Two pages whose addresses are adjacent where addresses wrap, or are far apart. */
static bool try_pair(pt64_vaddr_t a, pt64_vaddr_t b)
{
    unsigned before = tables_bad_ranges;

    half = half_of(a);
    return map_both(a, b) && unmap_both(a, b) && EXPECT(fault_on(FAULT_READ, a, FAULT_ABSENT)) &&
           EXPECT(fault_on(FAULT_READ, b, FAULT_ABSENT)) && EXPECT(tables_bad_ranges == before);
}

/** The invalidation is left out. */
static bool try_pair_without(pt64_vaddr_t a, pt64_vaddr_t b)
{
    bool good;

    half = half_of(a);
    good = map_both(a, b);
    tables_ending = IGNORE;
    good = unmap_both(a, b) && good;
    tables_ending = COMMIT;
    good = good && loads(a, tag(arena)) && loads(b, tag(arena + PAGE));
    tables_flush_everything();
    return fault_on(FAULT_READ, a, FAULT_ABSENT) && fault_on(FAULT_READ, b, FAULT_ABSENT) && good;
}

static void test_pair(pt64_vaddr_t a, pt64_vaddr_t b, const char *name)
{
    bool stale = false;

    if (!CPU_REACHES(a) || !CPU_REACHES(b)) {
        tap_skip("a guest whose addresses reach there", "%s are unmapped together", name);
        return;
    }
    tap(try_pair(a, b), "%s are unmapped together", name);
    tap(try_pair(b, a), "%s are unmapped together, the other one first", name);
    for (unsigned i = 0; i < 4 && !stale && CPU_KEEPS_TRANSLATIONS; i++)
        stale = try_pair_without(a, b);
    if (CPU_KEEPS_TRANSLATIONS)
        tap(stale, "without a flush %s are still read", name);
    else
        tap_skip("a TLB that keeps translations", "without a flush %s are still read", name);
    tap(half->unmap_region(a, PAGE) == PT64_OK && half->unmap_region(b, PAGE) == PT64_OK,
        "%s leave no table", name);
}

void test_ends_together(void)
{
    pt64_vaddr_t last_lower = ~ARCH_UPPER_HALF - (PAGE - 1);

    if (half_of(0) != half_of(ARCH_UPPER_HALF)) {
        test_pair(0, last_lower, "the first page and the last of the lower half");
        test_pair(ARCH_UPPER_HALF, last_page(), "the first page and the last of the upper half");
        return;
    }
    test_pair(last_page(), 0, "the last page and the first");
    if (halves_are_apart())
        test_pair(last_lower, ARCH_UPPER_HALF, "the pages beside the gap");
    else
        tap_skip("halves that are apart", "the pages beside the gap are unmapped together");
}

/* ---- pages of another size ---- */

/** Offsets of some pages in a huge page. Some are read before a change, others during it. */
static const uint64_t warmed[] = {0, 5, 6, 77};
static const uint64_t touched[] = {1, 4, 7, 76, 200};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** What the reads during a change found. */
static struct {
    unsigned flushes;   /**< requests that were executed */
    unsigned gaps;      /**< after which nothing was mapped */
    unsigned old;       /**< after which the old pages were there as they had been */
    unsigned ambiguous; /**< addresses that the TLB had two entries for */
} seen;

/** The memory that the old pages show. */
static pt64_paddr_t old_paddr;

static void warm(void)
{
    for (size_t i = 0; i < COUNT(warmed); i++)
        (void)loads(base + warmed[i] * PAGE, 0);
}

static void touch(void)
{
    for (size_t i = 0; i < COUNT(touched); i++)
        (void)loads(base + touched[i] * PAGE, 0);
    for (size_t i = 0; i < COUNT(warmed); i++)
        seen.ambiguous += cpu_is_ambiguous(base + warmed[i] * PAGE);
}

static void watcher(bool executed)
{
    if (executed) {
        seen.flushes++;
        seen.gaps += fault_on(FAULT_READ, base + PAGE, FAULT_ABSENT);
        seen.old += loads(base + 4 * PAGE, tag(old_paddr + 4 * PAGE)) &&
                    stores(base + 4 * PAGE, tag(old_paddr + 4 * PAGE));
    }
    touch();
}

static void watch(pt64_paddr_t paddr)
{
    seen.flushes = seen.gaps = seen.old = seen.ambiguous = 0;
    old_paddr = paddr;
    tables_watcher = watcher;
}

/** Everything that is mapped now shows the memory from `paddr` on. */
static bool all_show(pt64_paddr_t paddr)
{
    tables_watcher = NULL;
    for (uint64_t page = 0; page < HUGE / PAGE; page++) {
        pt64_vaddr_t vaddr = base + page * PAGE;

        if (!part(loads(vaddr, tag(paddr + page * PAGE)), "%" PRIx64 " does not show %" PRIx64,
                  vaddr, paddr + page * PAGE))
            return false;
    }
    return EXPECT(seen.ambiguous == 0);
}

/** Whether the size of pages may change only by way of an absent page. */
static bool must_break(void)
{
    return ARCH_LIMITS->grow == PT64_RESIZE_BREAK || ARCH_LIMITS->grow == PT64_RESIZE_BREAK_EMPTY;
}

static bool huge_over_nothing(void)
{
    warm();
    watch(arena);
    return EXPECT(done(half->map(base, arena, HUGE, RW))) && all_show(arena);
}

/** The slot links a node without pages. */
static bool huge_over_table(void)
{
    bool good = EXPECT(done(half->map(base + 5 * PAGE, arena, PAGE, RW)));

    warm();
    watch(arena + HUGE);
    good = good && EXPECT(done(half->unmap(base + 5 * PAGE, NULL))) &&
           EXPECT(done(half->map(base, arena + HUGE, HUGE, RW)));
    return all_show(arena + HUGE) && good;
}

/** The small pages, their invalidation and the huge page on other memory: all under one guard. */
static bool huge_over_small(void)
{
    bool good = EXPECT(done(half->map_region(base, arena, HUGE, RW, PAGE)));

    warm();
    watch(arena);
    half->begin();
    good = good && EXPECT(done(half->unmap_region(base, HUGE)));
    touch();
    good = good && EXPECT(done(half->map(base, arena + HUGE, HUGE, RW)));
    touch();
    half->end();
    return all_show(arena + HUGE) && good && EXPECT(!must_break() || seen.gaps > 0);
}

/** The same page by page, which leaves the node. */
static bool huge_over_each(void)
{
    bool good = EXPECT(done(half->map_region(base, arena, 8 * PAGE, RW, PAGE)));

    warm();
    watch(arena);
    half->begin();
    for (unsigned page = 0; page < 8; page++)
        good = good && EXPECT(done(half->unmap(base + page * PAGE, NULL)));
    touch();
    good = good && EXPECT(done(half->map(base, arena + HUGE, HUGE, RW)));
    touch();
    half->end();
    return all_show(arena + HUGE) && good && EXPECT(!must_break() || seen.gaps > 0);
}

/** The other way round. */
static bool small_over_huge(void)
{
    bool good = EXPECT(done(half->map(base, arena, HUGE, RW)));

    warm();
    watch(arena);
    half->begin();
    good = good && EXPECT(done(half->unmap(base, NULL)));
    touch();
    good = good && EXPECT(done(half->map_region(base, arena + HUGE, HUGE, RW, PAGE)));
    touch();
    half->end();
    return all_show(arena + HUGE) && good &&
           EXPECT(ARCH_LIMITS->split == PT64_RESIZE_AT_ONCE || seen.gaps > 0);
}

/**
 * Where a size changes by itself, the first flush finds the page as it was. Otherwise it finds
 * none.
 */
static bool split_first(void)
{
    switch (ARCH_LIMITS->split) {
    case PT64_RESIZE_FLUSH:
        return EXPECT(seen.old > 0);
    case PT64_RESIZE_BREAK:
    case PT64_RESIZE_BREAK_EMPTY:
        return EXPECT(seen.gaps > 0);
    case PT64_RESIZE_AT_ONCE:
    default:
        return true;
    }
}

static bool protect_in_huge(void)
{
    bool good = EXPECT(done(half->map(base, arena, HUGE, RW)));

    warm();
    watch(arena);
    good = good && EXPECT(done(half->protect_region(base + 4 * PAGE, PAGE, RO)));
    return all_show(arena) && good && split_first() &&
           EXPECT(fault_on(FAULT_WRITE, base + 4 * PAGE, FAULT_REFUSED)) &&
           EXPECT(stores(base + 3 * PAGE, 1)) && EXPECT(stores(base + 5 * PAGE, 1));
}

static bool unmap_in_huge(void)
{
    bool good = EXPECT(done(half->map(base, arena, HUGE, RW)));

    warm();
    watch(arena);
    good = good && EXPECT(done(half->unmap_region(base + 4 * PAGE, PAGE)));
    tables_watcher = NULL;
    return good && split_first() && EXPECT(seen.ambiguous == 0) &&
           EXPECT(fault_on(FAULT_READ, base + 4 * PAGE, FAULT_ABSENT)) &&
           EXPECT(loads(base + 5 * PAGE, tag(arena + 5 * PAGE))) &&
           EXPECT(loads(base + 3 * PAGE, tag(arena + 3 * PAGE)));
}

/**
 * Maps a huge page of `paddr` by one store and an invalidation of one address. The slot is restored
 * afterwards, so `shows` has to look in between.
 */
static bool by_hand(pt64_paddr_t paddr, bool (*shows)(void))
{
    pt64_slot_t *slot = slot_of(base, 1);
    pt64_entry_t entry = entry_in(slot);
    struct pt64_flush request = {
        .root = half->root(),
        .id = PT64_NO_ID,
        .count = 1,
        .ranges = {{.vaddr = base, .bytes = HUGE, .stride = HUGE, .ended = true}},
    };
    bool good;

    put_entry(slot, ARCH_PTE.leaf(ARCH_LIMITS, RW, 1) | ARCH_PTE.address(paddr, 1));
    half->flush_local(&request);
    good = EXPECT(loads(base + PAGE, tag(paddr + PAGE))) &&
           EXPECT(cpu_is_ambiguous(base + 5 * PAGE)) && shows();
    tables_flush_everything();
    good = EXPECT(loads(base + 5 * PAGE, tag(paddr + 5 * PAGE))) && good;
    put_entry(slot, entry);
    tables_flush_everything();
    return good;
}

/** The small pages in the TLB are absent, and hit before the huge page here. */
static bool is_absent(void)
{
    return EXPECT(fault_on(FAULT_READ, base + 5 * PAGE, FAULT_ABSENT));
}

static bool is_small(void)
{
    return EXPECT(loads(base + 5 * PAGE, tag(arena + 5 * PAGE)));
}

/** The page beside it makes the directory. */
static bool huge_by_hand(void)
{
    bool good = EXPECT(done(half->map(base + HUGE, arena, PAGE, RW)));

    warm();
    return good && by_hand(arena, is_absent);
}

static bool huge_by_hand_over_small(void)
{
    bool good = EXPECT(done(half->map_region(base, arena, HUGE, RW, PAGE)));

    warm();
    return good && by_hand(arena + HUGE, is_small);
}

static void run(bool (*change)(void), const struct window *window, const char *name)
{
    bool good = change();

    tables_watcher = NULL;
    good = done(half->unmap_region(base, 2 * HUGE)) && good;
    arena_fill();
    tap(good, "%s half: %s", window->half, name);
}

void test_together(const struct window *window)
{
    base = window->base;
    half = half_of(base);
    run(huge_over_nothing, window, "a huge page where there was nothing");
    run(huge_over_table, window, "a huge page where there was an emptied table");
    run(huge_over_small, window, "a huge page takes the place of small ones at once");
    run(huge_over_each, window, "a huge page takes the place of each small one at once");
    run(small_over_huge, window, "small pages take the place of a huge one at once");
    run(protect_in_huge, window, "a huge page is cut up, then a page in it is read-only");
    run(unmap_in_huge, window, "a huge page is cut up, then a page in it is gone");
    if (CPU_REMEMBERS_ABSENT) {
        run(huge_by_hand, window, "a huge page by one store leaves an absent page in the TLB");
        run(huge_by_hand_over_small, window, "a huge page by one store leaves a small one there");
    } else {
        tap_skip("a TLB that remembers what is absent",
                 "a huge page by one store leaves an absent page in the TLB");
        tap_skip("a TLB that remembers what is absent",
                 "a huge page by one store leaves a small one there");
    }
}
