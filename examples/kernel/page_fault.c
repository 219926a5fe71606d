/* SPDX-License-Identifier: MIT */
/* Pages of data are filled with zeros at their first use, and copied at the first write after a
 * fork. PT64_SOFT0 marks a page that the process may write: if it lacks PT64_WRITE, the frame may
 * have other users, and is copied first. */
#include "page_fault.h"

#include "frames.h"
#include "process.h"

#define USER_FLAGS (PT64_READ | PT64_WRITE | PT64_USER | PT64_SOFT0)

static pt64_flags_t flag_of(enum fault_access access)
{
    return access == FAULT_WRITE ? PT64_WRITE : access == FAULT_EXECUTE ? PT64_EXECUTE : PT64_READ;
}

static bool fill(table_t *table, pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = frame_alloc();
    pt64_status_t status;

    if (frame == PT64_NO_FRAME)
        return false;
    __builtin_memset(frame_pointer(frame), 0, PAGE_BYTES);
    {
        PT64_SCOPED_RANGE_GUARD(table, guard, table, vaddr, PAGE_BYTES);
        status = table_map(&guard, vaddr, frame, PAGE_BYTES, table_preset(USER_FLAGS));
    }
    if (status != PT64_OK)
        frame_free(frame);
    return status == PT64_OK;
}

/** The last user of a frame writes to it. */
static bool allow_write(table_t *table, const struct pt64_mapping *page)
{
    PT64_SCOPED_RANGE_GUARD(table, guard, table, page->vaddr, PAGE_BYTES);
    return table_change_region(&guard, page->vaddr, PAGE_BYTES, PT64_WRITE, 0) == PT64_OK;
}

static pt64_status_t remap(table_t *table, const struct pt64_mapping *page, pt64_paddr_t frame)
{
    PT64_SCOPED_RANGE_GUARD(table, guard, table, page->vaddr, PAGE_BYTES);
    return table_remap(&guard, page->vaddr, frame, page->flags | PT64_WRITE);
}

/** The old frame loses a user when no CPU uses it here any more: after the commit. */
static bool copy(table_t *table, const struct pt64_mapping *page)
{
    pt64_paddr_t frame = frame_alloc();
    bool is_moved;

    if (frame == PT64_NO_FRAME)
        return false;
    __builtin_memcpy(frame_pointer(frame), frame_pointer(page->paddr), PAGE_BYTES);
    is_moved = remap(table, page, frame) == PT64_OK;
    frame_free(is_moved ? page->paddr : frame);
    return is_moved;
}

bool page_fault(table_t *table, const struct fault *fault)
{
    pt64_flags_t access = PT64_USER | flag_of(fault->access);
    struct pt64_mapping page;

    if (fault->cause == FAULT_OTHER)
        return false;
    if (table_query(table, fault->vaddr, &page) != PT64_OK)
        return fault->vaddr - USER_DATA < USER_DATA_BYTES &&
               fill(table, pt64_align_down(fault->vaddr, PAGE_BYTES));
    if ((page.flags & access) == access) { /* another CPU mapped it, and did not tell this one */
        table_fix_fault(table, fault->vaddr);
        return true;
    }
    if (fault->access != FAULT_WRITE || !(page.flags & PT64_SOFT0))
        return false;
    return frame_is_shared(page.paddr) ? copy(table, &page) : allow_write(table, &page);
}
