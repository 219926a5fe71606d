/* SPDX-License-Identifier: MIT */
/*
 * What proofs are made of. A proof is a function: CBMC tries every value of what is nondet_*,
 * within what is GIVEN, and every CLAIM must hold. A second run of the same proof, with REACH
 * defined, has no claims: it must find that the end is reached, or what is given contradicts
 * itself.
 */
#ifndef TESTS_PROOF_PROOF_H
#define TESTS_PROOF_PROOF_H

#include <stdbool.h>
#include <stdint.h>

uint64_t nondet_u64(void);
uint32_t nondet_u32(void);
_Bool nondet_bool(void);

#define GIVEN(condition) __CPROVER_assume(condition)

#ifdef REACH
#define CLAIM(condition) ((void)(condition))
#define END_OF_PROOF()   __CPROVER_assert(false, "the end is reached")
#else
#define CLAIM(condition) __CPROVER_assert(condition, #condition)
#define END_OF_PROOF()   ((void)0)
#endif

#endif
