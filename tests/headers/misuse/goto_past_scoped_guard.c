/* SPDX-License-Identifier: MIT */
/* Options of gcc: -Wjump-misses-init */
/* Expected of gcc: jump skips variable initialization */
/* Expected of clang-19: cannot jump from this goto statement to its label */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, META, PTE, handler);

pt64_status_t unmap_unless(space_t *table, pt64_vaddr_t vaddr, bool is_done);
pt64_status_t unmap_unless(space_t *table, pt64_vaddr_t vaddr, bool is_done)
{
    pt64_status_t status = PT64_OK;

    if (is_done)
        goto done;
    PT64_SCOPED_GUARD(space, guard, table);
    status = space_unmap(&guard, vaddr, NULL);
done:
    return status;
}
