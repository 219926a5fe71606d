/* SPDX-License-Identifier: MIT */
/* Other CPUs are interrupted for what ended, and for nothing else. */
#include "expect.h"

static uint64_t called;
static struct pt64_flush request_seen;

/* Calls the function for every CPU of the set, on this CPU. */
static void call_on_cpus(uint64_t cpus, void (*function)(void *arg), void *arg)
{
    called |= cpus;
    request_seen = *(const struct pt64_flush *)arg;
    function(arg);
}

#include "shootdown.h"

#define VADDR UINT64_C(0x400000)
#define FLAGS (PT64_READ | PT64_WRITE | PT64_USER)

int main(void)
{
    struct process process = {.cpus = 6};
    smp_t table;
    smp_guard_t guard;

    boot();
    EXPECT_OK(smp_create(&table, &process));
    smp_begin(&guard, &table);
    EXPECT_OK(smp_map(&guard, VADDR, 0x1000, PT64_SIZE_4K, PT64_READ | PT64_USER));
    smp_commit(&guard);
    EXPECT_OK(smp_protect(&guard, VADDR, FLAGS));
    smp_commit(&guard);
    EXPECT(called == 0);
    EXPECT_OK(smp_unmap(&guard, VADDR, NULL));
    EXPECT(called == 0);
    smp_commit(&guard);
    EXPECT(called == 6);
    EXPECT(request_seen.ended || request_seen.ranges[0].ended);
    EXPECT(request_seen.everything || request_seen.ranges[0].vaddr == VADDR);
    return 0;
}
