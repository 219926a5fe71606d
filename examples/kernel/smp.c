/* SPDX-License-Identifier: MIT */
#include "smp.h"

#include "shootdown.h"
#include "space.h"

/* Much more than a CPU needs to start, or to stop. */
#define PATIENCE 500000000U

static unsigned running = 1;

static void (*given)(void *argument);
static void *given_argument;

unsigned smp_running(void)
{
    return __atomic_load_n(&running, __ATOMIC_ACQUIRE);
}

static bool has_second(void)
{
    return smp_running() != 1;
}

bool smp_start(void)
{
    if (!cpu_start_second())
        return true;
    for (unsigned wait = 0; !has_second() && wait < PATIENCE; wait++)
        ;
    return has_second();
}

static void do_job(void)
{
    given(given_argument);
    __atomic_store_n(&given, NULL, __ATOMIC_RELEASE);
}

void smp_give(void (*job)(void *argument), void *argument)
{
    given_argument = argument;
    __atomic_store_n(&given, job, __ATOMIC_RELEASE);
}

bool smp_wait(void)
{
    if (!has_second())
        do_job();
    for (unsigned wait = 0; wait < PATIENCE; wait++) {
        if (__atomic_load_n(&given, __ATOMIC_ACQUIRE) == NULL)
            return true;
        shootdown_answer();
    }
    return false;
}

/** A CPU that comes online invalidates what it may hold: space_switch does. */
_Noreturn void second_main(void)
{
    exceptions_on();
    space_switch();
    cpu_init();
    __atomic_store_n(&running, 3, __ATOMIC_RELEASE);
    for (;;) {
        shootdown_answer();
        if (__atomic_load_n(&given, __ATOMIC_ACQUIRE) != NULL)
            do_job();
    }
}
