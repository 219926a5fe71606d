/* SPDX-License-Identifier: MIT */
/* Limits that were found at boot are those that the CPU keeps to: it faults on each bit of an entry
 * that the format calls wrong under these limits, and on no other bit. */
#include "access.h"
#include "cpu.h"
#include "scenarios.h"
#include "tap.h"

static pt64_vaddr_t base;
static const struct half *half;

/**
 * QEMU says of a reserved bit that the page is absent, the manual that it is not. An EPT
 * misconfiguration is neither.
 */
static bool is_fault(void)
{
    return fault_on(FAULT_READ, base, FAULT_REFUSED) || fault_on(FAULT_READ, base, FAULT_ABSENT) ||
           fault_on(FAULT_READ, base, FAULT_OTHER);
}

/** Whether the CPU faults on the entry. */
static bool faults(pt64_slot_t *slot, pt64_entry_t entry)
{
    put_entry(slot, entry);
    tables_flush_everything();
    return is_fault();
}

/** Tries each bit that is clear in a leaf at `level`. */
static bool try_leaf(unsigned level)
{
    pt64_size_t size = SLOT_SIZE(level);
    bool good = half->map(base, pt64_align_down(arena, size), size, RW) == PT64_OK;
    pt64_slot_t *slot = slot_of(base, level);
    pt64_entry_t leaf = entry_in(slot);

    for (unsigned bit = 0; bit < 8 * ARCH_META.entry_bytes; bit++) {
        pt64_entry_t entry = leaf | (pt64_entry_t)1 << bit;
        bool is_wrong = ARCH_PTE.wrong(ARCH_LIMITS, entry, level, size) != 0;

        if (level > 0 && (CPU_OVERLOOKS >> bit & 1))
            continue;
        good = part(faults(slot, entry) == is_wrong, "bit %u, which is %s", bit,
                    is_wrong ? "wrong" : "right") &&
               good;
    }
    put_entry(slot, leaf);
    tables_flush_everything();
    return half->unmap_region(base, size) == PT64_OK && good;
}

/** Tries each bit that is wrong in a link at `level`. */
static bool try_link(unsigned level)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK;
    pt64_slot_t *slot = slot_of(base, level);
    pt64_entry_t link = entry_in(slot);

    for (unsigned bit = 0; bit < 8 * ARCH_META.entry_bytes; bit++) {
        pt64_entry_t entry = link | (pt64_entry_t)1 << bit;

        if (ARCH_PTE.kind(ARCH_LIMITS, entry, level) == PT64_UNKNOWN)
            good = part(faults(slot, entry), "bit %u", bit) && good;
    }
    put_entry(slot, link);
    tables_flush_everything();
    return half->unmap_region(base, PAGE) == PT64_OK && good;
}

/** The last frame may be mapped and the one after it may not. */
static bool try_frames(void)
{
    pt64_paddr_t end = (pt64_paddr_t)1 << ARCH_LIMITS->paddr_bits;
    bool good = half->map(base, end - PAGE, PAGE, RW) == PT64_OK;

    good = !is_fault() && good;
    good = half->map(base + PAGE, end, PAGE, RW) == PT64_BAD_ADDRESS && good;
    return half->unmap_region(base, PAGE) == PT64_OK && good;
}

static void run(bool good, const char *what, unsigned level)
{
    tap(good, "limits of the CPU: %s at level %u", what, level);
}

void test_limits(void)
{
    if (!ARCH_FINDS_LIMITS || !CPU_CHECKS_ENTRIES) {
        tap_skip("limits found at boot, and a CPU that says so", "limits of the CPU");
        return;
    }
    base = SLOT_SIZE(ROOT_LEVEL); /* the kernel is in another slot of the root */
    half = half_of(base);
    for (unsigned level = 0; level < ARCH_LIMITS->leaf_levels; level++)
        run(try_leaf(level), "the bits of a page", level);
    for (unsigned level = 1; level <= ROOT_LEVEL; level++)
        run(try_link(level), "the bits of a link", level);
    tap(try_frames(), "limits of the CPU: the last frame");
    arena_fill();
}
