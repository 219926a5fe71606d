/* SPDX-License-Identifier: MIT */
/* Expected: incompatible pointer type */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, META, PTE, handler);

pt64_status_t change(space_t *table);
pt64_status_t change(space_t *table)
{
    return space_unmap(table, 0, NULL);
}
