/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: the handler has no alloc_frame */
#include "codegen/handler.h"

static const struct pt64_handler partial = {
    NULL, handler_free_frame, handler_phys_to_virt, NULL, NULL, NULL};

PAGE_TABLE64_DEFINE(space, META, PTE, partial);

pt64_status_t create(space_t *table);
pt64_status_t create(space_t *table)
{
    return space_create(table, NULL);
}
