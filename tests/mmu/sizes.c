/* SPDX-License-Identifier: MIT */
#include "access.h"
#include "cpu.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

static pt64_size_t page_size(unsigned level)
{
    return PAGE << (level * ARCH_META.index_bits);
}

/** An address in the window, so high that a page of `size` there does not touch the kernel. */
static pt64_vaddr_t place_for(const struct window *window, pt64_size_t size)
{
    pt64_vaddr_t half = window == &windows[0] ? 0 : ARCH_UPPER_HALF;

    return size > ARCH_LOWER_WINDOW ? half + size : window->base;
}

static bool shows(pt64_vaddr_t vaddr, pt64_paddr_t paddr)
{
    return part(loads(vaddr, tag(paddr)), "%" PRIx64 " does not show %" PRIx64, vaddr, paddr);
}

static bool is_absent(pt64_vaddr_t vaddr)
{
    return part(fault_on(FAULT_READ, vaddr, FAULT_ABSENT), "%" PRIx64 " is not absent", vaddr);
}

static bool ok(pt64_status_t status, const char *what)
{
    return part(status == PT64_OK, "%s: %s", what, pt64_status_name(status));
}

/** The page maps memory that holds the arena, or a page of the arena. */
static bool try_size(pt64_vaddr_t vaddr, pt64_size_t size)
{
    const struct half *half = half_of(vaddr);
    pt64_paddr_t paddr = pt64_align_down(arena, size);
    pt64_vaddr_t first = vaddr + (arena - paddr);
    pt64_vaddr_t last = first + (size < 2 * HUGE ? size : 2 * HUGE) - PAGE;
    bool good = ok(half->map(vaddr, paddr, size, RW), "map");

    good = shows(first, arena) && shows(last, arena + (last - first)) && good;
    good = stores(last, size) && *arena_word(arena + (last - first)) == size && good;
    good = ok(half->unmap(vaddr, NULL), "unmap") && good;
    good = is_absent(first) && is_absent(last) && good;
    arena_fill();
    return ok(half->unmap_region(vaddr, size), "unmap_region") && good;
}

/** All of the region is mapped, and nothing around it. */
static bool shows_region(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes)
{
    pt64_vaddr_t huge = pt64_align_up(vaddr + 1, HUGE);

    return shows(vaddr, paddr) && shows(huge - PAGE, paddr + (huge - PAGE - vaddr)) &&
           shows(huge, paddr + (huge - vaddr)) &&
           shows(vaddr + bytes - PAGE, paddr + bytes - PAGE) && is_absent(vaddr - PAGE) &&
           is_absent(vaddr + bytes);
}

/** `before` and `after` small pages are missing at the ends. The memory is off by `shift` pages. */
static bool try_region(pt64_vaddr_t base, unsigned before, unsigned after, unsigned shift)
{
    const struct half *half = half_of(base);
    pt64_vaddr_t vaddr = base + before * PAGE;
    pt64_paddr_t paddr = arena + (before + shift) * PAGE;
    uint64_t bytes = 2 * HUGE - (before + after + shift) * PAGE;
    bool good = ok(half->map_region(vaddr, paddr, bytes, RW, PT64_SIZE_ANY), "map_region");

    good = shows_region(vaddr, paddr, bytes) && good;
    good = ok(half->unmap_region(vaddr, bytes), "unmap_region") && good;
    return is_absent(vaddr) && is_absent(vaddr + bytes - PAGE) && good;
}

/** The region is what is left of two huge pages. */
static bool try_cut(pt64_vaddr_t base, unsigned before, unsigned after)
{
    const struct half *half = half_of(base);
    uint64_t bytes = 2 * HUGE - (before + after) * PAGE;
    bool good = ok(half->map_region(base, arena, 2 * HUGE, RW, PT64_SIZE_ANY), "map_region");

    good = shows_region(base, arena, 2 * HUGE) && good;
    good = ok(half->unmap_region(base, before * PAGE), "unmap_region") && good;
    good = ok(half->unmap_region(base + 2 * HUGE - after * PAGE, after * PAGE), "unmap_region") &&
           good;
    good = shows_region(base + before * PAGE, arena + before * PAGE, bytes) && good;
    return ok(half->unmap_region(base, 2 * HUGE), "unmap_region") && good;
}

/** The region becomes read-only within two huge pages. */
static bool try_protect(pt64_vaddr_t base, unsigned before, unsigned after)
{
    const struct half *half = half_of(base);
    pt64_vaddr_t first = base + before * PAGE;
    pt64_vaddr_t end = base + 2 * HUGE - after * PAGE;
    bool good = ok(half->map_region(base, arena, 2 * HUGE, RW, PT64_SIZE_ANY), "map_region");

    good = stores(first, tag(arena + (first - base))) && good;
    good = ok(half->protect_region(first, end - first, RO), "protect_region") && good;
    good = fault_on(FAULT_WRITE, first, FAULT_REFUSED) && good;
    good = fault_on(FAULT_WRITE, end - PAGE, FAULT_REFUSED) && good;
    good = (before == 0 || stores(first - PAGE, tag(arena + (first - PAGE - base)))) && good;
    good = (after == 0 || stores(end, tag(arena + (end - base)))) && good;
    good = shows_region(base, arena, 2 * HUGE) && good;
    return ok(half->unmap_region(base, 2 * HUGE), "unmap_region") && good;
}

enum {
    EDGES = 3
};

static void test_edges(const struct window *window)
{
    bool mapped = true, shifted = true, cut = true, protected = true;

    for (unsigned before = 0; before < EDGES; before++) {
        for (unsigned after = 0; after < EDGES; after++) {
            mapped = try_region(window->base, before, after, 0) && mapped;
            shifted = try_region(window->base, before, after, 1) && shifted;
            cut = try_cut(window->base, before, after) && cut;
            protected = try_protect(window->base, before, after) && protected;
        }
    }
    tap(mapped, "%s half: a region ends anywhere in a huge page", window->half);
    tap(shifted, "%s half: a region of memory that is not aligned as its addresses are",
        window->half);
    tap(cut, "%s half: huge pages lose pages at their edges", window->half);
    tap(protected, "%s half: huge pages become read-only but for their edges", window->half);
}

void test_sizes(const struct window *window)
{
    for (unsigned level = 0; level < ARCH_LIMITS->leaf_levels; level++) {
        pt64_size_t size = page_size(level);

        tap(try_size(place_for(window, size), size), "%s half: a page of %" PRIu64 " KiB",
            window->half, size >> 10);
    }
    test_edges(window);
}

static bool try_end(pt64_vaddr_t vaddr)
{
    const struct half *half = half_of(vaddr);
    bool good = is_absent(vaddr) && ok(half->map(vaddr, arena, PAGE, RW), "map");

    good = shows(vaddr, arena) && good;
    good = stores(vaddr + PAGE - sizeof(uint64_t), vaddr) && good;
    good = *arena_word(arena + PAGE - sizeof(uint64_t)) == vaddr && good;
    good = ok(half->unmap_region(vaddr, PAGE), "unmap_region") && good;
    return is_absent(vaddr) && good;
}

static void test_end(pt64_vaddr_t vaddr, const char *name)
{
    if (CPU_REACHES(vaddr))
        tap(try_end(vaddr), "%s", name);
    else
        tap_skip("a guest whose addresses reach there", "%s", name);
}

void test_ends(void)
{
    test_end(0, "lower half: its first page");
    if (halves_are_apart()) {
        test_end(~ARCH_UPPER_HALF - (PAGE - 1), "lower half: its last page");
        test_end(ARCH_UPPER_HALF, "upper half: its first page");
    } else {
        tap_skip("halves that are apart", "lower half: its last page");
        tap_skip("halves that are apart", "upper half: its first page");
    }
    test_end(last_page(), "upper half: its last page");
}
