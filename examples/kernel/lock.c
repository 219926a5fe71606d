/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include "shootdown.h"

static unsigned is_locked;

void kernel_lock(void)
{
    while (__atomic_exchange_n(&is_locked, 1, __ATOMIC_ACQUIRE) != 0)
        shootdown_answer();
}

void kernel_unlock(void)
{
    __atomic_store_n(&is_locked, 0, __ATOMIC_RELEASE);
}
