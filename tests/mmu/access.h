/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Accesses whose outcome is checked: those of fault.h, and more.
 */
#ifndef MMU_ACCESS_H
#define MMU_ACCESS_H

#include "fault.h"

/** Whether the access is allowed, and a load reads `value`. */
bool loads(pt64_vaddr_t vaddr, uint64_t value);
bool stores(pt64_vaddr_t vaddr, uint64_t value);
bool calls(pt64_vaddr_t vaddr);

/** How often an access that faults is repeated. */
#define ACCESS_RETRIES 8U

/**
 * Counts the faults before an access is allowed. The access is repeated after each fault. More than
 * ACCESS_RETRIES if it is never allowed. With `mends` the fault handler calls name_fix_fault.
 */
unsigned faults_until_loaded(pt64_vaddr_t vaddr, uint64_t value, bool mends);
unsigned faults_until_stored(pt64_vaddr_t vaddr, uint64_t value, bool mends);

/**
 * Whether the function runs to its end. If not, `fault` is the fault that ended it. It checks no
 * access.
 */
bool runs(void (*function)(void), struct fault *fault);

/** Whether unprivileged code may make the access. */
bool user_may(enum fault_access access, pt64_vaddr_t vaddr);

/** fault_on for unprivileged code. */
bool user_fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause);

/** The address at which cpu_user_page is mapped for unprivileged code. */
#define USER_CODE (ARCH_LOWER_WINDOW / 2)

#endif
