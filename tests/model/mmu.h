/* SPDX-License-Identifier: MIT */
/*
 * A CPU that uses the tables while they change: it walks, keeps what it saw in a TLB and in walk
 * caches, uses what it kept, and sets accessed and dirty flags.
 */
#ifndef TESTS_MODEL_MMU_H
#define TESTS_MODEL_MMU_H

#include "machine.h"

void mmu_start(void);
void mmu_forget_root(unsigned root);

/* One access, by chance a load, a store or a fetch. */
void mmu_access(unsigned root, uint64_t vaddr);

/* What an invalidation drops: of the TLB by address, of the walk caches by address, or all. */
void mmu_drop_leaves(uint64_t vaddr, uint64_t bytes);
void mmu_drop_steps(uint64_t vaddr, uint64_t bytes);
void mmu_drop_walks(void);
void mmu_drop_all(void);

void mmu_check_free(size_t frame);
/* Whatever the caches hold agrees with memory. Only when no guard has changes to be flushed. */
void mmu_check(void);

#endif
