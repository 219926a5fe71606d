/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A guest behind the tables under test, where these are a second stage of translation
 * (CPU_HAS_GUEST). The kernel runs in front of that stage, at physical addresses. The guest has no
 * first stage: its addresses are those that the tables translate. It makes the accesses that are
 * checked, and its faults go to fault_take. The folders under cpu/ that have one answer.
 */
#ifndef MMU_GUEST_H
#define MMU_GUEST_H

#include "cpu.h"

/** Comes before everything else, on each CPU. */
void guest_begin(void);

/** What probe_load, probe_store and probe_call of arch.h are for the kernel. */
uint64_t guest_load(pt64_vaddr_t address);
void guest_store(pt64_vaddr_t address, uint64_t value);
void guest_call(pt64_vaddr_t address);

/** What user_enter is for the kernel: unprivileged code of the guest, without a stack. */
void guest_user(uintptr_t pc, uintptr_t argument);

/** Completes a fault that the second stage raised. Others stay as they are. */
void guest_explain(struct fault *fault);

/** With ARCH_FINDS_LIMITS: paging_find_limits for the second stage. */
void guest_find_limits(void);

/** Loads the table at `root` as the second stage of the guest with that number. */
void guest_load_stage(pt64_paddr_t root, unsigned number);

/*
 * Where CPU_COMBINES_STAGES is set: the TLB holds the second stage by itself, and combined with the
 * first one. These drop one of the two.
 */
void guest_forget_stage(pt64_vaddr_t address);
void guest_forget_combined(void);

/* What CPU_REACHES and CPU_FLUSH_GUEST of cpu.h may be. */
bool guest_reaches(pt64_vaddr_t address);
void guest_flush(const struct pt64_flush *request);

#endif
