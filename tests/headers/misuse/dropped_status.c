/* SPDX-License-Identifier: MIT */
/* Expected: unused-result */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, META, PTE, handler);

void drop(space_t *table);
void drop(space_t *table)
{
    space_create(table, NULL);
}
