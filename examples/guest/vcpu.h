/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the hypervisor asks of a machine: one virtual CPU. Each folder under arch/ answers with
 *
 *     vcpu_arch.h    the geometry and the format of the second stage
 *     vcpu.c         the registers of the second stage, and what an exit means
 *     enter.S        into the guest and back
 *     guest_call.h   the instruction by which the guest calls the hypervisor
 */
#ifndef GUEST_VCPU_H
#define GUEST_VCPU_H

#include "vcpu_arch.h"

#include <page_table64.h>

/** The VMID of the guest, or its ASID to a CPU with SVM. */
#define VCPU_GUEST_ID 1U

enum vcpu_cause {
    /** The guest called the hypervisor. */
    VCPU_CALLED,
    /** The second stage has no page there, or one that refuses the access. */
    VCPU_FAULTED,
    /** Something that this hypervisor does not handle. */
    VCPU_STOPPED,
};

/** Why the guest was left. */
struct vcpu_exit {
    enum vcpu_cause cause;
    uint64_t value;       /**< what the guest called with, or the cause by the machine's number */
    pt64_vaddr_t address; /**< of a fault: in the guest's physical memory */
    pt64_flags_t access;  /**< of a fault: PT64_READ, PT64_WRITE or PT64_EXECUTE */
};

/**
 * Makes the CPU ready to run guests.
 * @param limits those of the second stage on this CPU.
 * @return false if the CPU cannot run guests.
 */
bool vcpu_init(struct pt64_limits *limits);

/** The guest begins with these registers. */
void vcpu_set(uintptr_t pc, pt64_vaddr_t stack);

/** Loads the second stage. */
void vcpu_load(pt64_paddr_t root);

/** The CPU no longer uses the second stage, nor what it holds of it. */
void vcpu_unload(void);

/** Runs the guest until it must be left. The next run repeats an access that faulted. */
struct vcpu_exit vcpu_run(void);

#endif
