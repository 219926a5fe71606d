/* SPDX-License-Identifier: MIT */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

/** What is left of a split page is as it was. */
static bool try_split(pt64_vaddr_t vaddr, pt64_size_t size)
{
    const struct half *half = half_of(vaddr);
    pt64_vaddr_t last = vaddr + size - PAGE;
    struct pt64_mapping whole, left;

    return size == PAGE ||
           (half->query(vaddr, &whole) == PT64_OK && half->unmap_region(vaddr, PAGE) == PT64_OK &&
            half->query(last, &left) == PT64_OK && left.size == PAGE && left.vaddr == last &&
            left.flags == whole.flags && left.paddr == whole.paddr + size - PAGE &&
            loads(last, *arena_word(left.paddr)));
}

/** A wrong bit in an entry shows as a fault, other memory, or other flags. */
static bool try_type(pt64_vaddr_t vaddr, pt64_size_t size, pt64_flags_t flags)
{
    const struct half *half = half_of(vaddr);
    pt64_vaddr_t last = vaddr + size - PAGE;
    pt64_flags_t noted = PT64_ACCESSED | PT64_DIRTY;
    struct pt64_mapping page;

    return half->query(vaddr, &page) == PT64_OK && page.flags == flags && page.paddr == arena &&
           loads(vaddr, tag(arena)) && loads(last, tag(arena + (last - vaddr))) &&
           stores(last, size) && *arena_word(arena + (last - vaddr)) == size &&
           half->protect(vaddr, flags & ~PT64_WRITE) == PT64_OK &&
           fault_on(FAULT_WRITE, last, FAULT_REFUSED) && loads(last, size) &&
           half->query(vaddr, &page) == PT64_OK &&
           (page.flags & ~noted) == (flags & ~(noted | PT64_WRITE));
}

void test_types(const struct window *window)
{
    static const pt64_flags_t types[] = {
        0,
        PT64_DEVICE,
        PT64_UNCACHED,
        PT64_WRITE_COMBINE,
#ifdef PT64_AARCH64_NGNRNE /* Strongly-ordered, on ARMv7 */
        PT64_DEVICE | PT64_AARCH64_NGNRNE,
#endif
#ifdef __aarch64__
        PT64_AARCH64_TAGGED,
#endif
    };
    const struct half *half = half_of(window->base);

    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
            char text[PT64_FLAGS_TEXT_SIZE];
            pt64_flags_t plain = PT64_READ | PT64_WRITE | types[i];
            pt64_flags_t flags = RW | types[i];
            pt64_status_t status = half->map(window->base, arena, size, flags);
            bool good;

            if (status == PT64_BAD_FLAGS) {
                tap_skip("words for the memory type", "%s",
                         pt64_flags_text(plain, text, sizeof(text)));
                continue;
            }
            good = status == PT64_OK && try_type(window->base, size, flags) &&
                   try_split(window->base, size);
            good = half->unmap_region(window->base, size) == PT64_OK && good;
            arena_fill();
            tap(good, "%s half: %s, %" PRIu64 " KiB", window->half,
                pt64_flags_text(flags, text, sizeof(text)), size >> 10);
        }
    }
}
