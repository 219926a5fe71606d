/* SPDX-License-Identifier: MIT */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

#define NOTES (PT64_ACCESSED | PT64_DIRTY)

static pt64_vaddr_t base;
static const struct half *half;

/** The accessed and dirty flags of the page at `vaddr`, or all flags if query fails. */
static pt64_flags_t notes(pt64_vaddr_t vaddr)
{
    struct pt64_mapping page;

    return half->query(vaddr, &page) == PT64_OK ? page.flags & NOTES : ~(pt64_flags_t)0;
}

static bool noted(pt64_vaddr_t vaddr, pt64_flags_t expected)
{
    pt64_flags_t found = notes(vaddr);

    return part(found == (expected & CPU_SETS), "%" PRIx64 " has %x, not %x", vaddr, found,
                expected & CPU_SETS);
}

/* Pages in which hardware has still to set what it can. */
#define CLEAN_RO (PT64_READ | ARCH_GRANTS | (CPU_NEEDS & ~CPU_SETS))
#define CLEAN_RW (CLEAN_RO | PT64_WRITE)

static bool map_clean(pt64_size_t size)
{
    return half->map(base, arena, size, CLEAN_RW) == PT64_OK;
}

static bool try_noting(pt64_size_t size)
{
    return map_clean(size) && noted(base, 0) && loads(base, tag(arena)) &&
           noted(base, PT64_ACCESSED) && stores(base, tag(arena)) && noted(base, NOTES);
}

static bool try_protect(pt64_size_t size)
{
    return map_clean(size) && stores(base, 1) && half->protect(base, CLEAN_RO) == PT64_OK &&
           noted(base, NOTES) && half->protect(base, CLEAN_RW) == PT64_OK && noted(base, NOTES) &&
           stores(base, 2);
}

static bool try_unmap(pt64_size_t size)
{
    struct pt64_mapping removed;

    return map_clean(size) && stores(base, 1) && half->unmap(base, &removed) == PT64_OK &&
           (removed.flags & NOTES) == (NOTES & CPU_SETS) && removed.size == size &&
           removed.paddr == arena;
}

static unsigned reports;
static struct pt64_mapping reported;

static void report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    reports++;
    reported = *page;
}

static bool harvested(pt64_status_t status, unsigned expected)
{
    unsigned count = reports;

    reports = 0;
    return status == PT64_OK &&
           part(count == expected, "%u pages were reported, not %u", count, expected);
}

/** The page goes alone, or with the node that holds it. */
static bool try_unmap_pages(pt64_size_t size)
{
    bool good = true;

    for (unsigned i = 0; i < 2 && good; i++)
        good = map_clean(size) && half->map(base + HUGE, arena, PAGE, CLEAN_RW) == PT64_OK &&
               stores(base, 1) && loads(base + HUGE, 1) &&
               harvested(half->unmap_pages(base, i == 0 ? size : HUGE, report, NULL), 1) &&
               (reported.flags & NOTES) == (NOTES & CPU_SETS) && reported.size == size &&
               reported.vaddr == base && reported.paddr == arena &&
               harvested(half->unmap_pages(base + HUGE, PAGE, report, NULL), 1) &&
               (reported.flags & NOTES) == (PT64_ACCESSED & CPU_SETS);
    return good;
}

static bool try_accessed(pt64_size_t size)
{
    return map_clean(size) && harvested(half->clear_accessed(base, size, report, NULL), 0) &&
           loads(base, tag(arena)) &&
           harvested(half->clear_accessed(base, size, report, NULL), 1) && reported.vaddr == base &&
           (reported.flags & PT64_ACCESSED) && noted(base, 0) && loads(base, tag(arena)) &&
           noted(base, PT64_ACCESSED) &&
           harvested(half->clear_accessed(base, size, report, NULL), 1);
}

static bool try_dirty(pt64_size_t size)
{
    return map_clean(size) && loads(base, tag(arena)) &&
           harvested(half->clear_dirty(base, size, report, NULL), 0) && stores(base, 1) &&
           harvested(half->clear_dirty(base, size, report, NULL), 1) && reported.vaddr == base &&
           (reported.flags & PT64_DIRTY) && noted(base, PT64_ACCESSED) && stores(base, 2) &&
           noted(base, NOTES) && harvested(half->clear_dirty(base, size, report, NULL), 1);
}

/** The pages that a huge page is split into keep its flags. */
static bool try_split(pt64_size_t size)
{
    return size == PAGE ||
           (map_clean(size) && stores(base, 1) &&
            half->unmap_region(base + PAGE, PAGE) == PT64_OK && noted(base, NOTES) &&
            noted(base + 2 * PAGE, NOTES) && noted(base + size - PAGE, NOTES));
}

/** Loads and a store by other pages than the first. */
static bool try_collapse(pt64_size_t size)
{
    return size == PAGE ||
           (half->map_region(base, arena, size, CLEAN_RW, PAGE) == PT64_OK &&
            loads(base + PAGE, tag(arena + PAGE)) && half->collapse(base, size) == PT64_OK &&
            noted(base, PT64_ACCESSED) && half->unmap_region(base, size) == PT64_OK &&
            half->map_region(base, arena, size, CLEAN_RW, PAGE) == PT64_OK &&
            stores(base + size - PAGE, 1) && half->collapse(base, size) == PT64_OK &&
            noted(base, NOTES) && stores(base, 2) && loads(base + size - PAGE, 1));
}

static bool try_refusal(pt64_size_t size)
{
    return half->map(base, arena, size, PT64_READ | PT64_WRITE | (CPU_NEEDS & ~PT64_ACCESSED)) ==
               PT64_OK &&
           fault_on(FAULT_READ, base, FAULT_REFUSED) && half->protect(base, RW) == PT64_OK &&
           loads(base, tag(arena));
}

static void run(bool (*test)(pt64_size_t), const struct window *window, const char *name)
{
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
        bool good = test(size);

        good = half->unmap_region(base, HUGE) == PT64_OK && good;
        reports = 0;
        arena_fill();
        tap(good, "%s half: %" PRIu64 " KiB: %s", window->half, size >> 10, name);
    }
}

static void run_if(bool applies, const char *needs, bool (*test)(pt64_size_t),
                   const struct window *window, const char *name)
{
    if (applies)
        run(test, window, name);
    else
        tap_skip(needs, "%s", name);
}

void test_notes(const struct window *window)
{
    static const char accessed[] = "hardware that sets accessed";
    bool sets_accessed = (CPU_SETS & PT64_ACCESSED) != 0;

    base = window->base;
    half = half_of(base);
    run_if(sets_accessed, accessed, try_noting, window, "accesses are noted");
    run_if(sets_accessed, accessed, try_protect, window,
           "what was noted survives a change of permissions");
    run_if(sets_accessed, accessed, try_unmap, window, "what was noted is told by unmap");
    run_if(sets_accessed, accessed, try_unmap_pages, window, "what was noted is reported");
    run_if(sets_accessed, accessed, try_accessed, window, "accessed is harvested, and noted again");
    run_if(sets_accessed, accessed, try_split, window, "what was noted survives a split");
    run_if(sets_accessed, accessed, try_collapse, window,
           "what was noted in a part is noted in the whole");
    run_if((CPU_SETS & PT64_DIRTY) != 0, "hardware that sets dirty", try_dirty, window,
           "dirty is harvested, and noted again");
    run_if((CPU_NEEDS & ~CPU_SETS & PT64_ACCESSED) != 0, "pages that must be marked accessed",
           try_refusal, window, "a page that is not marked accessed faults");
}
