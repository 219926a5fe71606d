/* SPDX-License-Identifier: MIT */
/* Physical addresses of more than 48 bits: the CPU reads each bit where the format has it. */
#include "access.h"
#include "cpu.h"
#include "scenarios.h"
#include "tap.h"

/** Below these bits an address is one field in every format here. */
#define LOWER_BITS 48

/** There is no memory so high: the page is not that which the lower bits are of. */
static bool try_bit(const struct half *half, pt64_vaddr_t vaddr, pt64_size_t size, unsigned bit)
{
    pt64_paddr_t paddr = pt64_align_down(arena, size);
    struct pt64_mapping page;
    bool good = half->map(vaddr, paddr, size, RW) == PT64_OK &&
                loads(vaddr + (arena - paddr), tag(arena)) &&
                half->remap(vaddr, paddr | (pt64_paddr_t)1 << bit, RW) == PT64_OK &&
                half->query(vaddr, &page) == PT64_OK &&
                page.paddr == (paddr | (pt64_paddr_t)1 << bit) &&
                !loads(vaddr + (arena - paddr), tag(arena));

    return half->unmap_region(vaddr, size) == PT64_OK && good;
}

#if CPU_HAS_FAR

/** The number of the tables whose nodes are in that memory. */
#define SPARE 1

#define FAR_BYTES (PT64_SIZE_2M * 32)

static pt64_paddr_t far;

void wide_begin(void)
{
    far = cpu_far();
    for (pt64_paddr_t paddr = far; paddr < far + 2 * PAGE; paddr += PAGE)
        *(volatile uint64_t *)(uintptr_t)paddr = tag(paddr);
}

/** The memory has two pages of tags. */
static bool try_far_page(const struct half *half, pt64_vaddr_t vaddr, pt64_size_t size)
{
    return half->map(vaddr, far, size, RW) == PT64_OK && loads(vaddr, tag(far)) &&
           (size == PAGE || loads(vaddr + PAGE, tag(far + PAGE))) && stores(vaddr + 8, size) &&
           half->unmap_region(vaddr, size) == PT64_OK &&
           half->map(vaddr, far, PAGE, RO) == PT64_OK && loads(vaddr + 8, size) &&
           half->remap(vaddr, far + PAGE, RO) == PT64_OK && loads(vaddr, tag(far + PAGE));
}

static void test_far_page(const struct half *half, const struct window *window, pt64_size_t size)
{
    bool good = try_far_page(half, window->base, size);

    good = half->unmap_region(window->base, size) == PT64_OK && good;
    tap(good, "%s half: memory at such an address, %" PRIu64 " KiB", window->half, size >> 10);
}

/** The kernel sees all memory, also that of nodes. A guest's second stage is not in its way. */
static bool see_far(void)
{
    pt64_vaddr_t vaddr = ARCH_LINEAR_MAP + far;

    return CPU_HAS_GUEST ||
           half_of(vaddr)->map_region(vaddr, far, FAR_BYTES, RW, PT64_SIZE_ANY) == PT64_OK;
}

static bool hide_far(void)
{
    pt64_vaddr_t vaddr = ARCH_LINEAR_MAP + far;

    return CPU_HAS_GUEST || half_of(vaddr)->unmap_region(vaddr, FAR_BYTES) == PT64_OK;
}

static bool try_far_nodes(const struct half *half, pt64_vaddr_t vaddr)
{
    return half->root() >> LOWER_BITS == far >> LOWER_BITS &&
           half->map(vaddr, arena, PAGE, RW) == PT64_OK && loads(vaddr, tag(arena)) &&
           stores(vaddr, tag(arena)) && half->unmap(vaddr, NULL) == PT64_OK &&
           fault_on(FAULT_READ, vaddr, FAULT_ABSENT) &&
           half->map(vaddr, arena + PAGE, PAGE, RW) == PT64_OK && loads(vaddr, tag(arena + PAGE));
}

/** A root and every node below it are where an address has more than 48 bits. */
static void test_far_nodes(const struct half *half, const struct window *window)
{
    bool good = see_far();

    tables_far = far + FAR_BYTES / 2;
    good = tables_make(SPARE) && good;
    tables_at = SPARE;
    good = good && see_far();
    tables_load(SPARE);
    good = good && try_far_nodes(half, window->base);
    tables_far = 0;
    tables_at = 0;
    tables_load(0);
    tables_drop(SPARE);
    good = hide_far() && good;
    tap(good, "%s half: nodes at addresses of more than 48 bits", window->half);
}

#else

void wide_begin(void)
{
}

static void test_far_page(const struct half *half, const struct window *window, pt64_size_t size)
{
    (void)half;
    tap_skip("memory at such addresses", "%s half: memory at such an address, %" PRIu64 " KiB",
             window->half, size >> 10);
}

static void test_far_nodes(const struct half *half, const struct window *window)
{
    (void)half;
    tap_skip("memory at such addresses", "%s half: nodes at addresses of more than 48 bits",
             window->half);
}

#endif

void test_wide(const struct window *window)
{
    const struct half *half = half_of(window->base);
    bool good = true;

    if (ARCH_LIMITS->paddr_bits <= LOWER_BITS) {
        tap_skip("physical addresses of more than 48 bits", "%s half", window->half);
        return;
    }
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits)
        test_far_page(half, window, size);
    test_far_nodes(half, window);
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits)
        for (unsigned bit = LOWER_BITS; bit < ARCH_LIMITS->paddr_bits; bit++)
            good = part(try_bit(half, window->base, size, bit), "bit %u of an address, %" PRIu64,
                        bit, size) &&
                   good;
    tap(good, "%s half: bits 48 to %u of an address", window->half, ARCH_LIMITS->paddr_bits - 1);
}
