/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the self-test asks of a CPU beyond the example kernel's arch.h. Each folder under cpu/
 * answers, and its cpu_traits.h says what this CPU under this emulator does:
 *
 *     CPU_KERNEL_USES_USER_PAGES      privileged loads and stores reach unprivileged pages
 *     CPU_KERNEL_EXECUTES_USER_PAGES
 *     CPU_KERNEL_READS_EXECUTE_ONLY   privileged loads reach unprivileged pages that may only be
 *                                     executed; if not, it need not say so
 *     CPU_SETS                        the flags that hardware sets by itself
 *     CPU_NEEDS                       the flags without which a page faults
 *     CPU_REMEMBERS_ABSENT            the TLB holds invalid entries
 *     CPU_KEEPS_IDS                   the TLB keeps translations of ids that are not loaded
 *     CPU_DROPS_BY_ID                 an invalidation for an id reaches the tables under test; if
 *                                     so, it need not say so
 *     CPU_HAS_FAR                     there is memory at an address of more than 48 bits: cpu_far;
 *                                     if not, it need not say so
 *     CPU_HAS_IDS                     the tables under test have ids; if so, it need not say so
 *     CPU_HAS_USER                    unprivileged code can use them; if so, it need not say so
 *     CPU_UPPER_META                  the geometry of the upper half
 *     CPU_LEAVES_USER                 the example's exception handler leaves unprivileged code; if
 *                                     not, it need not say so, and has user_enter
 *     CPU_HAS_SECOND                  the self-test can start a second CPU
 *     CPU_INTERRUPTS_TO_FLUSH         which must be interrupted to flush its TLB
 *     CPU_HOLDS_ROOT                  the CPU walks from copies of the root's entries; if not, it
 *                                     need not say so
 *     CPU_RESERVED_IN_ROOT            then: a bit with which such an entry cannot be loaded
 *     CPU_HAS_GUEST                   the tables under test are a second stage: guest.h; if not, it
 *                                     need not say so
 *     CPU_COMBINES_STAGES             then: the TLB holds that stage by itself too, and both are
 *                                     invalidated apart; if not, it need not say so
 *     CPU_KEEPS_TRANSLATIONS          what the TLB holds stays there from one access to the next,
 *                                     until it is invalidated; if so, it need not say so
 *     CPU_REACHES(vaddr)              an access can be at the address; if it can be at each, it
 *                                     need not say so
 *     CPU_FLUSH_GUEST(request)        what an invalidation takes besides the geometry's flush; if
 *                                     nothing, it need not say so
 *     CPU_CHECKS_ENTRIES              a load faults on reserved bits of entries, and not where
 *                                     there is no memory; if not, it need not say so
 *     CPU_OVERLOOKS                   reserved bits of a huge page on which it does not fault, by a
 *                                     mistake of the emulator; if none, it need not say so
 */
#ifndef MMU_CPU_H
#define MMU_CPU_H

#include "arch.h"
#include "cpu_traits.h"
#include "fault.h"

#ifndef CPU_HOLDS_ROOT
#define CPU_HOLDS_ROOT       0
#define CPU_RESERVED_IN_ROOT 0
#endif

#ifndef CPU_DROPS_BY_ID
#define CPU_DROPS_BY_ID 1
#endif

#ifndef CPU_HAS_USER
#define CPU_HAS_USER 1
#endif

#ifndef CPU_HAS_FAR
#define CPU_HAS_FAR 0
#endif

#ifndef CPU_HAS_IDS
#define CPU_HAS_IDS 1
#endif

#ifndef CPU_LEAVES_USER
#define CPU_LEAVES_USER 0
#endif

#ifndef CPU_KERNEL_READS_EXECUTE_ONLY
#define CPU_KERNEL_READS_EXECUTE_ONLY 0
#endif

#ifndef CPU_HAS_GUEST
#define CPU_HAS_GUEST 0
#endif

#ifndef CPU_COMBINES_STAGES
#define CPU_COMBINES_STAGES 0
#endif

#ifndef CPU_KEEPS_TRANSLATIONS
#define CPU_KEEPS_TRANSLATIONS 1
#endif

#ifndef CPU_CHECKS_ENTRIES
#define CPU_CHECKS_ENTRIES 0
#endif

/** What a page has that unprivileged code reaches. A second stage does not tell it from other code.
 */
#define CPU_USER (CPU_HAS_GUEST ? (pt64_flags_t)0 : PT64_USER)

#ifndef CPU_OVERLOOKS
#define CPU_OVERLOOKS 0U
#endif

#ifndef CPU_REACHES
/** Whether the accesses that are checked can be at the address: a guest's may be narrower. */
#define CPU_REACHES(vaddr) true
#endif

#ifndef CPU_FLUSH_GUEST
/** What else an invalidation of a guest takes, where the geometry's flush does nothing. */
#define CPU_FLUSH_GUEST(request) ((void)(request))
#endif

/** Orders stores of instructions before their execution. */
void cpu_sync_code(void);

/** An instruction that returns from a function, and one that leaves unprivileged code. */
extern const uint32_t cpu_return_code;
extern const uint32_t cpu_exit_code;

/*
 * A page of unprivileged code: a load from the address that user_enter passes, a store of that
 * address to the address itself, and a jump there. The load and the store leave when they are done.
 */
extern char cpu_user_page[], cpu_user_load[], cpu_user_store[], cpu_user_call[];

/**
 * Calls the function. Until it returns, an exception handler may call cpu_leave, which ends it
 * early.
 */
void cpu_try(void (*function)(void));

/** Ends what cpu_try called, and unless CPU_LEAVES_USER also what user_enter did. */
_Noreturn void cpu_leave(void);

/** The id that name_set_id takes for an address space with a small number. */
uint64_t cpu_id(unsigned number);

/**
 * Loads a table under that number: for the lower half, or for both halves if they have one root.
 * Translations under other numbers stay as they are.
 */
void cpu_load(pt64_paddr_t root, unsigned number);

/**
 * Whether the TLB holds two entries for the address, at least one of them valid there. It is
 * undefined which of them an access uses. False if the CPU does not show its TLB.
 */
bool cpu_is_ambiguous(pt64_vaddr_t vaddr);

/** Allows interrupts from the other CPU in privileged code too. */
void cpu_interrupts_on(void);

/**
 * Where CPU_HAS_FAR is set: the address of 64 MiB of memory of which some address bit above 47 is
 * set. The address is a multiple of a huge page. Addresses are physical at that moment.
 */
pt64_paddr_t cpu_far(void);

/** An invalidation that does not reach the other CPU. */
void cpu_flush_here(const struct pt64_flush *request);

#endif
