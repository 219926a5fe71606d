/* SPDX-License-Identifier: MIT */
/* Expected: incompatible pointer type */
#include "codegen/handler.h"

PAGE_TABLE64_DEFINE(space, META, PTE, handler);
PAGE_TABLE64_DEFINE(guest, META, PTE, handler);

pt64_status_t change(space_guard_t *guard);
pt64_status_t change(space_guard_t *guard)
{
    return guest_unmap(guard, 0, NULL);
}
