/* SPDX-License-Identifier: MIT */
/* Physical addresses of more than 48 bits: the CPU reads each bit where the format has it. */
#include "access.h"
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

void test_wide(const struct window *window)
{
    const struct half *half = half_of(window->base);
    bool good = true;

    if (ARCH_LIMITS->paddr_bits <= LOWER_BITS) {
        tap_skip("physical addresses of more than 48 bits", "%s half", window->half);
        return;
    }
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits)
        for (unsigned bit = LOWER_BITS; bit < ARCH_LIMITS->paddr_bits; bit++)
            good = part(try_bit(half, window->base, size, bit), "bit %u of an address, %" PRIu64,
                        bit, size) &&
                   good;
    tap(good, "%s half: bits 48 to %u of an address", window->half, ARCH_LIMITS->paddr_bits - 1);
}
