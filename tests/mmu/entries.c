/* SPDX-License-Identifier: MIT */
/*
 * Entries of a second stage, in all their low bits: the CPU takes each for what the format takes it
 * for. What the format calls unknown is an error to the CPU, of whatever kind.
 */
#include "access.h"
#include "cpu.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

#if CPU_HAS_GUEST && defined(__x86_64__)

/** The bits that are tried, of an entry at level 0: all below the address. */
#define LOW_BITS 12U

static pt64_vaddr_t base;
static const struct half *half;

static bool is_error(void)
{
    return fault_on(FAULT_READ, base, FAULT_OTHER) || fault_on(FAULT_READ, base, FAULT_REFUSED) ||
           fault_on(FAULT_READ, base, FAULT_ABSENT);
}

/** The guest reads where it may. */
static bool reads_as(pt64_flags_t flags)
{
    return flags & PT64_READ ? loads(base, tag(arena)) : fault_on(FAULT_READ, base, FAULT_REFUSED);
}

static bool writes_as(pt64_flags_t flags)
{
    return flags & PT64_WRITE ? stores(base, tag(arena))
                              : fault_on(FAULT_WRITE, base, FAULT_REFUSED);
}

static bool is_taken_for(pt64_entry_t entry)
{
    switch (ARCH_PTE.kind(ARCH_LIMITS, entry, 0)) {
    case PT64_EMPTY:
        return fault_on(FAULT_READ, base, FAULT_ABSENT);
    case PT64_LEAF:
        return reads_as(ARCH_PTE.decode(entry, 0)) && writes_as(ARCH_PTE.decode(entry, 0));
    default:
        return is_error();
    }
}

static bool try_entries(void)
{
    bool good = half->map(base, arena, PAGE, RW) == PT64_OK;
    pt64_slot_t *slot = slot_of(base, 0);
    pt64_entry_t leaf = entry_in(slot);

    for (pt64_entry_t low = 0; low < (pt64_entry_t)1 << LOW_BITS; low++) {
        pt64_entry_t entry = arena | low;

        put_entry(slot, entry);
        tables_flush_everything();
        good = part(is_taken_for(entry), "the bits %" PRIx64, low) && good;
    }
    put_entry(slot, leaf);
    tables_flush_everything();
    return half->unmap_region(base, PAGE) == PT64_OK && good;
}

#ifdef GUEST_EPT
/** INVEPT of one context takes the id of a table, and nothing that is no EPTP. */
static bool try_invept(void)
{
    return part(pt64_ept_invept(PT64_EPT_INVEPT_CONTEXT, cpu_id(0)), "of an EPTP") &&
           part(!pt64_ept_invept(PT64_EPT_INVEPT_CONTEXT, 1), "of none") &&
           part(pt64_ept_invept(PT64_EPT_INVEPT_ALL, 0), "of all") &&
           part(!pt64_ept_invept(3, 0), "of an unknown type");
}
#endif

void test_entries(void)
{
    base = windows[0].base;
    half = half_of(base);
    tap(try_entries(), "each entry is to the CPU what it is to the format");
#ifdef GUEST_EPT
    tap(try_invept(), "INVEPT invalidates by the id of a table");
#endif
    arena_fill();
}

#else

void test_entries(void)
{
    tap_skip("a second stage of x86-64", "each entry is to the CPU what it is to the format");
}

#endif
