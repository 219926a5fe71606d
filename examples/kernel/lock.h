/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Locks. The kernel runs with interrupts off, so a CPU that waits for a lock answers shootdowns.
 * Otherwise it would wait for a CPU that waits for it.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

/** A lock that one CPU holds. All zeros is free. */
struct lock {
    unsigned is_held;
};

void lock_take(struct lock *lock);
void lock_give(struct lock *lock);

/** A lock that any number of CPUs share, or one owns. All zeros is free. */
struct shared_lock {
    int holders; /**< how many share it; OWNED if one owns it */
};

void lock_share(struct shared_lock *lock);
void lock_share_no_more(struct shared_lock *lock);
void lock_own(struct shared_lock *lock);
void lock_own_no_more(struct shared_lock *lock);

#endif
