/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: the meta and the pte are of different architectures */
#include "codegen/handler.h"
#include "page_table64/meta/riscv.h"

PAGE_TABLE64_DEFINE(space, META, pt64_riscv_pte, handler);

pt64_status_t create(space_t *table);
pt64_status_t create(space_t *table)
{
    return space_create(table, NULL);
}
