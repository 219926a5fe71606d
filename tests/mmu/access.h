/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Accesses whose outcome is looked at: fault.h's, and more.
 */
#ifndef MMU_ACCESS_H
#define MMU_ACCESS_H

#include "fault.h"

/** Whether the access is allowed, and a load sees `value`. */
bool loads(pt64_vaddr_t vaddr, uint64_t value);
bool stores(pt64_vaddr_t vaddr, uint64_t value);
bool calls(pt64_vaddr_t vaddr);

/** Whether unprivileged code is allowed the access. */
bool user_may(enum fault_access access, pt64_vaddr_t vaddr);

/** fault_on for unprivileged code. */
bool user_fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause);

/** Where cpu_user_page is to be mapped, for unprivileged code to execute. */
#define USER_CODE (UINT64_C(32) << 30)

#endif
