/* SPDX-License-Identifier: MIT */
/*
 * The kernel sees the nodes through its mapping of all memory, by huge pages. One of these is
 * split, and it holds the very node in which it is split. Where the split needs break-before-make,
 * the page is absent at the moment when the library stores to that node. In front of a second stage
 * it is absent for the guest alone.
 */
#include "access.h"
#include "frames.h"
#include "scenarios.h"
#include "tap.h"

/** The number of the tables that stand in for the kernel's own. They do not survive the test. */
#define SPARE 1

static pt64_vaddr_t page;
static pt64_status_t status;

/** A small page in the huge page that holds the slot for it. */
static bool find_page(void)
{
    page = ARCH_LINEAR_MAP + frame_alloc();
    return part(((uintptr_t)slot_of(page, 1) ^ page) < HUGE, "%" PRIx64 " is not beside its table",
                page);
}

static void protect_page(void)
{
    status = half_of(page)->protect_region(page, PAGE, RO);
}

static bool is_cut_up(void)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status)) &&
           stores(page + PAGE, *(volatile uint64_t *)(uintptr_t)(page + PAGE)) && loads(page, 1) &&
           fault_on(FAULT_WRITE, page, FAULT_REFUSED);
}

/** The store that faulted on the absent page was a store to the node. */
static bool is_stopped(const struct fault *fault)
{
    return part(fault->cause == FAULT_ABSENT && fault->access == FAULT_WRITE &&
                    (fault->vaddr ^ page) < HUGE,
                "exception %" PRIx64 " at address %" PRIx64, fault->code, fault->vaddr);
}

void test_ground(void)
{
    bool breaks = ARCH_LIMITS->split == PT64_RESIZE_BREAK && !CPU_HAS_GUEST;
    struct fault fault;
    bool ended;

    if (!tables_make(SPARE)) {
        tap(false, "upper half: tables to be cut up");
        return;
    }
    tables_load(SPARE);
    tables_at = SPARE;
    if (!find_page()) {
        tap(false, "upper half: a page beside its table");
    } else {
        *(volatile uint64_t *)(uintptr_t)page = 1;
        ended = runs(protect_page, &fault);
        if (breaks)
            tap(!ended && is_stopped(&fault),
                "upper half: break-before-make of the page that holds the table faults");
        else
            tap(ended && is_cut_up(), "upper half: the page that holds the table is cut up");
    }
    tables_at = 0;
    tables_load(0);
    if (!breaks)
        tables_drop(SPARE);
}
