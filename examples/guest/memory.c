/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include "frames_handler.h"

/* ---- what the table needs ---- */

/** The limits of the CPU are those of every table. */
static const struct pt64_limits *stage_limits;

static const struct pt64_limits *handler_limits(void *ctx)
{
    (void)ctx;
    return stage_limits;
}

static const struct pt64_handler handler = {
    .alloc_frame = handler_alloc,
    .free_frame = handler_free,
    .phys_to_virt = handler_pointer,
    .flush = VCPU_FLUSH,
    .limits = handler_limits,
};

PAGE_TABLE64_DEFINE(stage, VCPU_META, VCPU_PTE, handler);

static stage_t stage;

/* ---- the guest's memory ---- */

/**
 * What a page of memory allows: what the guest makes of it is up to its own tables. Where hardware
 * does not set accessed and dirty, a page without them would fault.
 */
static pt64_flags_t flags_of_memory(void)
{
    return PT64_READ | PT64_WRITE | PT64_EXECUTE | (stage_flags() & (PT64_ACCESSED | PT64_DIRTY));
}

pt64_status_t memory_create(const struct pt64_limits *limits)
{
    pt64_status_t status;

    stage_limits = limits;
    status = stage_create(&stage, NULL);
    if (status == PT64_OK)
        stage_set_id(&stage, VCPU_GUEST_ID);
    return status;
}

pt64_paddr_t memory_root(void)
{
    return stage_root(&stage);
}

pt64_status_t memory_lend(const char *start, const char *end)
{
    PT64_SCOPED_GUARD(stage, guard, &stage);
    return stage_map_region(&guard, (uintptr_t)start, (uintptr_t)start, (uint64_t)(end - start),
                            flags_of_memory(), PT64_SIZE_ANY);
}

static pt64_status_t map(pt64_vaddr_t address, pt64_paddr_t frame)
{
    PT64_SCOPED_GUARD(stage, guard, &stage);
    return stage_map(&guard, address, frame, PAGE_BYTES, flags_of_memory());
}

/** A guest never sees what was in a frame before. */
static bool fill(pt64_vaddr_t address)
{
    pt64_paddr_t frame = frame_alloc();

    if (frame == PT64_NO_FRAME)
        return false;
    __builtin_memset(frame_pointer(frame), 0, PAGE_BYTES);
    if (map(address, frame) == PT64_OK)
        return true;
    frame_free(frame);
    return false;
}

bool memory_fault(const struct vcpu_exit *exit)
{
    struct pt64_mapping page;

    if (stage_query(&stage, exit->address, &page) != PT64_OK)
        return exit->address - GUEST_RAM < GUEST_RAM_BYTES &&
               fill(pt64_align_down(exit->address, PAGE_BYTES));
    if ((page.flags & exit->access) != exit->access)
        return false;
    stage_fix_fault(&stage, exit->address); /* spurious: the CPU had not heard of the page */
    return true;
}

pt64_status_t memory_change(pt64_vaddr_t address, pt64_flags_t set, pt64_flags_t clear)
{
    PT64_SCOPED_GUARD(stage, guard, &stage);
    return stage_change_region(&guard, address, PAGE_BYTES, set, clear);
}

uint64_t memory_used(void)
{
    const pt64_vaddr_t last = GUEST_RAM + GUEST_RAM_BYTES - 1;
    pt64_vaddr_t from = GUEST_RAM;
    struct pt64_mapping run;
    uint64_t bytes = 0;

    for (; stage_next(&stage, from, last, &run) == PT64_OK; from = run.vaddr + run.size)
        bytes += run.size;
    return bytes;
}

const volatile uint64_t *memory_word(pt64_vaddr_t address)
{
    pt64_paddr_t paddr;

    return stage_translate(&stage, address, &paddr) == PT64_OK ? frame_pointer(paddr) : NULL;
}

static void give_back(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    frames_free(page->paddr, page->size);
}

static pt64_status_t give_all_back(void)
{
    PT64_SCOPED_GUARD(stage, guard, &stage);
    return stage_unmap_pages(&guard, GUEST_RAM, GUEST_RAM_BYTES, give_back, NULL);
}

pt64_status_t memory_destroy(void)
{
    pt64_status_t status = give_all_back();

    stage_destroy(&stage);
    return status;
}
