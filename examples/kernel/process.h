/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Processes: each has a table of its own, which borrows the kernel's part of the address space.
 *
 * Page faults share the process's lock, and each takes the lock of its page: so they change one
 * table at once, on all CPUs, through guards on a page each. Whoever changes more than a page
 * (fork, exit) owns the process's lock.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "fault.h"
#include "lock.h"
#include "table.h"

/** Pages whose numbers differ by a multiple of this share a lock. */
#define PAGE_LOCKS 16

struct process {
    table_t table;
    unsigned cpus; /**< that may hold translations of the table, a bit each */
    struct shared_lock lock;
    struct lock pages[PAGE_LOCKS];
};

#define PAGE_BYTES PT64_SIZE_4K

/**
 * User code and data have a root slot for themselves. The kernel uses slots below it, and one of
 * the upper half.
 */
#define ROOT_SLOT  ((pt64_vaddr_t)1 << (12 + 9 * (ARCH_LIMITS->levels - 1)))
#define USER_FIRST (8 * ROOT_SLOT)
#define USER_CODE  USER_FIRST

/** A process may use this much data, and has a stack for each CPU at the end of it. */
#define USER_DATA       (USER_FIRST + PT64_SIZE_2M)
#define USER_DATA_BYTES (64 * PAGE_BYTES)
#define USER_STACK(cpu) (USER_DATA + USER_DATA_BYTES - (cpu) * (8 * PAGE_BYTES))

/** Once, before the first process: makes the kernel's part fit to be borrowed. */
PT64_MUST_CHECK pt64_status_t processes_init(void);

/** An address space with the kernel's part alone. */
PT64_MUST_CHECK pt64_status_t process_create(struct process *process);

/** Maps the programs, at USER_CODE. */
PT64_MUST_CHECK pt64_status_t process_load(struct process *process);

/**
 * Runs a program of programs.h on this CPU, until it exits or is stopped. Two CPUs may run the same
 * process. The caller holds no lock.
 * @return whether it exited.
 */
bool process_run(struct process *process, void (*program)(volatile uint64_t *data),
                 pt64_vaddr_t data);

#endif
