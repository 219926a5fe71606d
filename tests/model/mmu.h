/* SPDX-License-Identifier: MIT */
/* CPUs that use the tables while these change. Each walks, keeps what it saw in a TLB and in walk
 * caches, uses what it kept, and sets accessed and dirty flags. */
#ifndef TESTS_MODEL_MMU_H
#define TESTS_MODEL_MMU_H

#include "ledger.h"
#include "machine.h"

void mmu_start(void);
void mmu_forget_root(unsigned root);

/* One access, by chance a load, a store or a fetch. */
void mmu_access(unsigned root, uint64_t vaddr);

/* Drops what an invalidation drops on the CPU that executes it, or everything. Returns how many
 * entries. */
size_t mmu_drop(ledger_drops *drops, const struct aim *aim);
size_t mmu_drop_all(void);
/* The CPU that executes forgets what it holds for an address. */
void mmu_forget_address(unsigned root, uint64_t vaddr);

/* Where a CPU holds the entries of its root in registers: the CPU uses the root from now on. */
void mmu_enter(unsigned cpu, unsigned root);
/* The root that it uses, or MACHINE_ROOTS. */
unsigned mmu_root_of(unsigned cpu);
/* The CPU that executes loads its registers again. */
void mmu_load_root(void);

void mmu_check_free(size_t frame);
/* Checks that the caches agree with memory. Only valid when no guard has changes to be flushed. */
void mmu_check(void);

#endif
