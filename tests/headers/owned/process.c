/* SPDX-License-Identifier: MIT */
/* The file that uses the table. It maps the first pages that the format has, before any CPU loads
 * the table. */
#include "space.h"

#include "../shared/frames.h"

#include HEADER

TABLE_FUNCTIONS(space, META, PTE, handler);

pt64_status_t process_start(struct process *process)
{
    pt64_vaddr_t vaddr = META.space == PT64_SPACE_UPPER ? ~(pt64_vaddr_t)0 << 30 : 0;
    pt64_status_t status;

    process->used = 0;
    status = space_create(&process->space, &process->used);
    if (status == PT64_OK) {
        PT64_SCOPED_UNSEEN_GUARD(space, guard, &process->space);

        status = space_map_region(&guard, vaddr, 0, PT64_SIZE_64K, PT64_READ | PT64_EXECUTE,
                                  PT64_SIZE_ANY);
    }
    return status;
}
