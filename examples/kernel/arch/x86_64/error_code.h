/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What an x86 CPU says of a page fault, in 64-bit mode and in 32-bit mode.
 */
#ifndef KERNEL_ERROR_CODE_H
#define KERNEL_ERROR_CODE_H

#include "arch.h"
#include "fault.h"

#define VECTOR_PAGE_FAULT 14

/* Error code of a page fault: SDM 3A, 5.7 "Page-Fault Exceptions" (4.7 before revision 086). */
#define ERROR_PRESENT 1U
#define ERROR_WRITE   2U
#define ERROR_FETCH   16U

/**
 * Adds to `fault` where it was, and what access faulted. The CPU tells a fetch from a read only
 * where a page can refuse execution.
 */
static inline void describe_page_fault(struct fault *fault, uintptr_t error)
{
    uintptr_t vaddr;

    __asm__ volatile("mov %%cr2, %0" : "=r"(vaddr));
    fault->vaddr = vaddr;
    fault->cause = error & ERROR_PRESENT ? FAULT_REFUSED : FAULT_ABSENT;
    fault->access = error & ERROR_FETCH      ? FAULT_EXECUTE
                    : error & ERROR_WRITE    ? FAULT_WRITE
                    : ARCH_REFUSES_EXECUTION ? FAULT_READ
                                             : FAULT_ANY;
}

#endif
