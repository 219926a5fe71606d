/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include "arch.h"
#include "print.h"

static volatile bool expected;
static volatile bool taken;
static struct fault last;

bool (*fault_of_user)(const struct fault *fault);

bool fault_take(const struct fault *fault)
{
    if (fault->user && fault_of_user != NULL)
        return fault_of_user(fault);
    if (!expected) {
        print("unexpected exception %" PRIu64 " at %" PRIx64 ", address %" PRIx64 "\nFAIL\n",
              fault->code, fault->pc, fault->vaddr);
        machine_exit(false);
    }
    last = *fault;
    taken = true;
    return true;
}

bool fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause)
{
    taken = false;
    expected = true;
    if (access == FAULT_READ)
        (void)probe_load(vaddr);
    else if (access == FAULT_WRITE)
        probe_store(vaddr, 0);
    else
        probe_call(vaddr);
    expected = false;

    return taken && last.vaddr == vaddr && (last.access == access || last.access == FAULT_ANY) &&
           (last.cause == cause || last.cause == FAULT_PAGE);
}
