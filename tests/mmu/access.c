/* SPDX-License-Identifier: MIT */
#include "access.h"

#include "cpu.h"
#include "guest.h"
#include "print.h"
#include "second.h"
#include "tables.h"

/* Who makes the accesses. */
#if CPU_HAS_GUEST
#define access_load          guest_load
#define access_store         guest_store
#define access_call          guest_call
#define access_user(pc, arg) guest_user(pc, arg)
#else
#define access_load          probe_load
#define access_store         probe_store
#define access_call          probe_call
#define access_user(pc, arg) user_enter(pc, arg, 0)
#endif

/** What has happened on a CPU since it last began to watch. */
struct watch {
    volatile bool expected;
    volatile bool taken;
    /** Whether a fault ends the function that cpu_try called. */
    volatile bool ends;
    /** How often an access that faults is repeated, and how many faults there were. */
    volatile unsigned retries, faults;
    /** Before the repeat, the library repairs what may have caused the fault. */
    volatile bool mends;
    struct fault fault;
};

static struct watch watches[2];

static struct watch *watch_begin(void)
{
    struct watch *watch = &watches[cpu_index()];

    watch->taken = false;
    watch->expected = true;
    return watch;
}

static bool watch_end(struct watch *watch)
{
    watch->expected = false;
    return watch->taken;
}

bool fault_take(const struct fault *fault)
{
    struct watch *watch = &watches[cpu_index()];

    if (cpu_take_interrupt(fault)) {
        second_interrupted();
        return false;
    }
    if (!watch->expected) {
        print("# unexpected exception %" PRIx64 " on CPU %u at %" PRIx64 ", address %" PRIx64 "\n",
              fault->code, cpu_index(), fault->pc, fault->vaddr);
        machine_exit(false);
    }
    watch->fault = *fault;
    if (CPU_HAS_GUEST)
        guest_explain(&watch->fault);
    if (watch->retries > 0) {
        watch->retries--;
        watch->faults++;
        if (watch->mends)
            half_of(watch->fault.vaddr)->fix_fault(watch->fault.vaddr);
        return false;
    }
    watch->taken = true;
    if (watch->ends || (fault->user && !CPU_LEAVES_USER))
        cpu_leave();
    return true;
}

static bool is_fault(const struct fault *fault, enum fault_access access, pt64_vaddr_t vaddr,
                     enum fault_cause cause)
{
    return fault->vaddr == vaddr && (fault->access == access || fault->access == FAULT_ANY) &&
           (fault->cause == cause || fault->cause == FAULT_PAGE);
}

bool loads(pt64_vaddr_t vaddr, uint64_t value)
{
    struct watch *watch = watch_begin();
    uint64_t loaded = access_load(vaddr);

    return !watch_end(watch) && loaded == value;
}

bool stores(pt64_vaddr_t vaddr, uint64_t value)
{
    struct watch *watch = watch_begin();

    access_store(vaddr, value);
    return !watch_end(watch);
}

static struct watch *watch_begin_retrying(bool mends)
{
    struct watch *watch = watch_begin();

    watch->faults = 0;
    watch->mends = mends;
    watch->retries = ACCESS_RETRIES;
    return watch;
}

/** How many faults there were. More than ACCESS_RETRIES if the access never succeeded. */
static unsigned watch_end_retrying(struct watch *watch, bool good)
{
    bool taken = watch_end(watch);

    watch->retries = 0;
    return good && !taken ? watch->faults : ACCESS_RETRIES + 1;
}

unsigned faults_until_loaded(pt64_vaddr_t vaddr, uint64_t value, bool mends)
{
    struct watch *watch = watch_begin_retrying(mends);
    uint64_t loaded = access_load(vaddr);

    return watch_end_retrying(watch, loaded == value);
}

unsigned faults_until_stored(pt64_vaddr_t vaddr, uint64_t value, bool mends)
{
    struct watch *watch = watch_begin_retrying(mends);

    access_store(vaddr, value);
    return watch_end_retrying(watch, true);
}

bool runs(void (*function)(void), struct fault *fault)
{
    struct watch *watch = watch_begin();
    bool taken;

    watch->ends = true;
    cpu_try(function);
    watch->ends = false;
    taken = watch_end(watch);
    if (taken)
        *fault = watch->fault;
    return !taken;
}

bool calls(pt64_vaddr_t vaddr)
{
    struct watch *watch = watch_begin();

    access_call(vaddr);
    return !watch_end(watch);
}

bool fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause)
{
    struct watch *watch = watch_begin();

    if (access == FAULT_READ)
        (void)access_load(vaddr);
    else if (access == FAULT_WRITE)
        access_store(vaddr, 0);
    else
        access_call(vaddr);
    return watch_end(watch) && is_fault(&watch->fault, access, vaddr, cause);
}

/** The exception that ended the access, or the exit that followed it. */
static const struct fault *user_access(enum fault_access access, pt64_vaddr_t vaddr)
{
    const char *code = access == FAULT_READ    ? cpu_user_load
                       : access == FAULT_WRITE ? cpu_user_store
                                               : cpu_user_call;
    struct watch *watch = watch_begin();

    access_user(USER_CODE + (uintptr_t)(code - cpu_user_page), (uintptr_t)vaddr);
    (void)watch_end(watch);
    return &watch->fault;
}

bool user_may(enum fault_access access, pt64_vaddr_t vaddr)
{
    const struct fault *fault = user_access(access, vaddr);

    return fault->user && user_is_exit(fault);
}

bool user_fault_on(enum fault_access access, pt64_vaddr_t vaddr, enum fault_cause cause)
{
    const struct fault *fault = user_access(access, vaddr);

    return fault->user && is_fault(fault, access, vaddr, cause);
}
