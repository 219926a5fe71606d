/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Page faults, in terms that every architecture has.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include <page_table64.h>

enum fault_access {
    FAULT_READ,
    FAULT_WRITE,
    FAULT_EXECUTE,
    /** Read or write or execute: the machine does not tell which. */
    FAULT_ANY,
};

enum fault_cause {
    /** No page is mapped there. */
    FAULT_ABSENT,
    /** The page does not allow the access. */
    FAULT_REFUSED,
    /** Absent or refused: the machine does not tell which. */
    FAULT_PAGE,
    /** Not a page fault at all. */
    FAULT_OTHER,
};

struct fault {
    pt64_vaddr_t vaddr;
    enum fault_access access;
    enum fault_cause cause;
    bool user;     /**< unprivileged code was running */
    uint64_t pc;   /**< where it was running */
    uint64_t code; /**< the cause, by the machine's number */
};

/**
 * Called by the exception handler. If it returns true, the function that faulted is left, as if it
 * had returned. If it returns false, the function goes on where it was interrupted. Does not return
 * from a fault that was not expected.
 */
bool fault_take(const struct fault *fault);

/**
 * Takes the faults of user code in place of fault_take, and returns what that does. NULL in a
 * kernel without user code.
 */
extern bool (*fault_of_user)(const struct fault *fault);

/** Whether the access faults at its own address, for this cause. Any other fault is a mismatch. */
bool fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause);

#endif
