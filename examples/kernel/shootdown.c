/* SPDX-License-Identifier: MIT */
#include "shootdown.h"

#include "lock.h"
#include "smp.h"
#include "table.h"

/** One CPU asks at a time. */
static struct lock asking;

static const struct pt64_flush *request_of_others;

/** The CPUs that have not run it yet, a bit each. */
static unsigned waiting_for;

static void run_on(unsigned cpus, const struct pt64_flush *request)
{
    lock_take(&asking);
    request_of_others = request;
    __atomic_store_n(&waiting_for, cpus, __ATOMIC_RELEASE);
    cpu_interrupt_other();
    while (__atomic_load_n(&waiting_for, __ATOMIC_ACQUIRE) != 0)
        ;
    lock_give(&asking);
}

/** A CPU that is not among them yet will find what was stored before this. */
static unsigned holders_of(const unsigned *cpus)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return cpus != NULL ? __atomic_load_n(cpus, __ATOMIC_RELAXED) : smp_running();
}

void shootdown(void *cpus, const struct pt64_flush *request)
{
    unsigned others = holders_of(cpus) & ~(1U << cpu_index());
    struct pt64_flush ended;

    table_flush_local(request);
    if (others != 0 && pt64_flush_for_others(request, &ended))
        run_on(others, &ended);
}

void shootdown_answer(void)
{
    unsigned waiting = __atomic_load_n(&waiting_for, __ATOMIC_ACQUIRE);

    if (waiting == 0 || (waiting >> cpu_index() & 1) == 0)
        return;
    table_flush_local(request_of_others);
    __atomic_fetch_and(&waiting_for, ~(1U << cpu_index()), __ATOMIC_RELEASE);
}
