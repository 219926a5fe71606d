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

/** How often an access is made again that faults. */
#define ACCESS_RETRIES 8U

/**
 * The faults before an access is allowed, which is made again after each: more than ACCESS_RETRIES
 * if it never is. With `mends` the handler of the fault calls name_fix_fault.
 */
unsigned faults_until_loaded(pt64_vaddr_t vaddr, uint64_t value, bool mends);
unsigned faults_until_stored(pt64_vaddr_t vaddr, uint64_t value, bool mends);

/** Whether the function runs to its end; if not, the fault that ended it. It watches no access. */
bool runs(void (*function)(void), struct fault *fault);

/** Whether unprivileged code is allowed the access. */
bool user_may(enum fault_access access, pt64_vaddr_t vaddr);

/** fault_on for unprivileged code. */
bool user_fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause);

/** Where cpu_user_page is to be mapped, for unprivileged code to execute. */
#define USER_CODE (UINT64_C(32) << 30)

#endif
