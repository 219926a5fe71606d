/* SPDX-License-Identifier: MIT */
#include "shootdown.h"

#include "smp.h"
#include "table.h"

static const struct pt64_flush *request_of_others;

/** The CPUs that have not run it yet, a bit each. */
static unsigned waiting_for;

static void run_on(unsigned cpus, const struct pt64_flush *request)
{
    request_of_others = request;
    __atomic_store_n(&waiting_for, cpus, __ATOMIC_RELEASE);
    cpu_interrupt_other();
    while (__atomic_load_n(&waiting_for, __ATOMIC_ACQUIRE) != 0)
        ;
}

void shootdown(void *cpus, const struct pt64_flush *request)
{
    unsigned holders = cpus != NULL ? *(const unsigned *)cpus : smp_running();
    unsigned others = holders & ~(1U << cpu_index());
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
