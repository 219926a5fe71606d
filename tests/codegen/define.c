/* SPDX-License-Identifier: MIT */
/* A table type of this file alone. Its functions are inlined where they are used, and callbacks
 * that the compiler knows are called directly. */
#include "handler.h"

TABLE_DEFINE(space, META, PTE, handler);

/* ---- callbacks, two of each, so that no one constant can replace the parameter ---- */

struct pages {
    const pt64_paddr_t *frames;
    pt64_vaddr_t base;
    uint64_t seen;
};

static pt64_paddr_t listed_frame(void *arg, pt64_vaddr_t vaddr)
{
    const struct pages *pages = (const struct pages *)arg;

    return pages->frames[(vaddr - pages->base) >> META.page_shift];
}

static pt64_paddr_t same_frame(void *arg, pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return ((const struct pages *)arg)->frames[0];
}

static enum pt64_walk count_tables(void *arg, const struct pt64_visit *visit)
{
    ((struct pages *)arg)->seen += visit->kind == PT64_LINK && !visit->after;
    return PT64_WALK_ON;
}

static enum pt64_walk find_base(void *arg, const struct pt64_visit *visit)
{
    if (visit->slot.vaddr != ((const struct pages *)arg)->base)
        return PT64_WALK_ON;
    return visit->kind == PT64_LINK ? PT64_WALK_SKIP : PT64_WALK_STOP;
}

static void count_page(void *arg, const struct pt64_mapping *page)
{
    ((struct pages *)arg)->seen += page->size;
}

static void note_page(void *arg, const struct pt64_mapping *page)
{
    ((struct pages *)arg)->base = page->vaddr;
}

/* ---- the users ---- */

pt64_status_t use_walks(const space_t *table, struct pages *pages);
pt64_status_t use_walks(const space_t *table, struct pages *pages)
{
    pt64_status_t status = space_walk(table, count_tables, pages);

    return status == PT64_OK ? space_walk(table, find_base, pages) : status;
}

pt64_status_t use_regions(space_t *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes);
pt64_status_t use_regions(space_t *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes)
{
    PT64_SCOPED_GUARD(space, guard, table);
    pt64_status_t status =
        space_map_region(&guard, vaddr, paddr, bytes, PT64_READ | PT64_WRITE, PT64_SIZE_ANY);

    return status == PT64_OK ? space_unmap_region(&guard, vaddr, bytes) : status;
}

pt64_status_t use_lists(space_guard_t *guard, struct pages *pages, uint64_t bytes);
pt64_status_t use_lists(space_guard_t *guard, struct pages *pages, uint64_t bytes)
{
    pt64_status_t status =
        space_map_pages(guard, pages->base, listed_frame, pages, bytes, PT64_READ, PT64_SIZE_ANY);

    if (status != PT64_OK)
        return status;
    return space_map_pages(guard, pages->base + bytes, same_frame, pages, bytes, PT64_READ,
                           PT64_SIZE_4K);
}

pt64_status_t use_harvest(space_guard_t *guard, struct pages *pages, uint64_t bytes);
pt64_status_t use_harvest(space_guard_t *guard, struct pages *pages, uint64_t bytes)
{
    pt64_status_t status =
        space_test_and_clear_accessed(guard, pages->base, bytes, count_page, pages);

    if (status != PT64_OK)
        return status;
    return space_test_and_clear_dirty(guard, pages->base, bytes, note_page, pages);
}

pt64_status_t use_looks(const space_t *table, struct pages *pages, uint64_t bytes);
pt64_status_t use_looks(const space_t *table, struct pages *pages, uint64_t bytes)
{
    pt64_status_t status = space_test_accessed(table, pages->base, bytes, count_page, pages);

    if (status != PT64_OK)
        return status;
    return space_test_dirty(table, pages->base, bytes, note_page, pages);
}

pt64_status_t use_unmap_pages(space_guard_t *guard, struct pages *pages, uint64_t bytes);
pt64_status_t use_unmap_pages(space_guard_t *guard, struct pages *pages, uint64_t bytes)
{
    pt64_status_t status = space_unmap_pages(guard, pages->base, bytes, count_page, pages);

    if (status != PT64_OK)
        return status;
    return space_unmap_pages(guard, pages->base + bytes, bytes, note_page, pages);
}
