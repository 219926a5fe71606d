/* SPDX-License-Identifier: MIT */
#include "lock.h"

#include <stdbool.h>

#include "shootdown.h"

void lock_take(struct lock *lock)
{
    while (__atomic_exchange_n(&lock->is_held, 1, __ATOMIC_ACQUIRE) != 0)
        shootdown_answer();
}

void lock_give(struct lock *lock)
{
    __atomic_store_n(&lock->is_held, 0, __ATOMIC_RELEASE);
}

#define OWNED (-1)

static bool change(struct shared_lock *lock, int from, int to)
{
    return __atomic_compare_exchange_n(&lock->holders, &from, to, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

void lock_share(struct shared_lock *lock)
{
    int holders = __atomic_load_n(&lock->holders, __ATOMIC_RELAXED);

    while (holders == OWNED || !change(lock, holders, holders + 1)) {
        shootdown_answer();
        holders = __atomic_load_n(&lock->holders, __ATOMIC_RELAXED);
    }
}

void lock_share_no_more(struct shared_lock *lock)
{
    __atomic_fetch_sub(&lock->holders, 1, __ATOMIC_RELEASE);
}

void lock_own(struct shared_lock *lock)
{
    while (!change(lock, 0, OWNED))
        shootdown_answer();
}

void lock_own_no_more(struct shared_lock *lock)
{
    __atomic_store_n(&lock->holders, 0, __ATOMIC_RELEASE);
}
