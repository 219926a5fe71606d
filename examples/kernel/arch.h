/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the kernel asks of a machine. Each folder under arch/ answers with
 *
 *     machine.h      its table's geometry and format, its memory and its devices
 *     entry.S        from the loader's state to kernel_main
 *     vectors.S      exception entry, and the probes
 *     exceptions.c   what an exception means
 *     paging.c       the registers that switch the table on
 *     console.c      a byte out, and the way out
 *     link.ld        where the image stands
 *     machine.sh     how to build it and what boots it
 *
 * and, on a machine that runs processes, with
 *
 *     cpus.c         the second CPU, and interrupts between the two
 *     second.S       from the state in which that one starts to second_main
 *     user.S         into user code, and back
 *     user_exit.h    the instruction by which user code ends
 *
 * Machines that share sources have a folder with machine.sh each, and one with the rest.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <page_table64.h>

#include "machine.h"

/* Where the kernel maps what is not at its physical address. A machine with few addresses has these
 * in its machine.h. */
#ifndef ARCH_LINEAR_MAP
/** The kernel sees free memory at its physical address plus this. */
#define ARCH_LINEAR_MAP ARCH_UPPER_HALF
/** An address in each half that has nothing mapped around it, for the proof. */
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
#define ARCH_UPPER_WINDOW (ARCH_UPPER_HALF + PT64_SIZE_64G)
#endif

/** Define a table type. A machine whose entries have 4 bytes has those of PAGE_TABLE32. */
#ifndef ARCH_TABLE_DEFINE
#define ARCH_TABLE_DEFINE    PAGE_TABLE64_DEFINE
#define ARCH_TABLE_IMPLEMENT PAGE_TABLE64_IMPLEMENT
#endif

#ifndef ARCH_GRANTS
/** Permissions that every page has: an entry cannot refuse them. */
#define ARCH_GRANTS ((pt64_flags_t)0)
#endif

/** The limits of the tables: those of the geometry, or what paging_find_limits found. */
#ifdef ARCH_FINDS_LIMITS
extern struct pt64_limits found_limits;
#define ARCH_LIMITS (&found_limits)
#else
#define ARCH_LIMITS       (&ARCH_META.limits)
#define ARCH_FINDS_LIMITS 0
#endif

#ifdef ARCH_UPPER_META
#define ARCH_HAS_UPPER_ROOT 1
#else
#define ARCH_HAS_UPPER_ROOT 0
#endif

/** Whether the machine runs processes. */
#ifndef ARCH_HAS_PROCESSES
#define ARCH_HAS_PROCESSES 0
#endif

/** Whether other CPUs must be interrupted to flush their TLBs. */
#ifndef ARCH_FLUSHES_BY_INTERRUPT
#define ARCH_FLUSHES_BY_INTERRUPT 0
#endif

struct fault;

/** A part of the physical address space that is not memory. */
struct device {
    const char *name;
    pt64_paddr_t paddr;
    uint64_t bytes;
};

void console_put(char c);

/** Ends the emulator, with a status that says whether everything passed. */
_Noreturn void machine_exit(bool pass);

void exceptions_on(void);

/**
 * Asks the CPU what it supports, on a machine with ARCH_FINDS_LIMITS. Comes before everything about
 * tables.
 */
void paging_find_limits(void);

/** Loads the table at `lower`. A machine with a root for each half also loads `upper`. */
void paging_on(pt64_paddr_t lower, pt64_paddr_t upper);

/** The entry code calls this once it has a stack. */
_Noreturn void kernel_main(void);

/* Accesses that may fault, each in a function of its own, which the exception handler can make
 * return. A load and a store are one instruction, or on a 32-bit machine two: the lower half comes
 * first, and the second half is in the same page. */
uint64_t probe_load(pt64_vaddr_t vaddr);
void probe_store(pt64_vaddr_t vaddr, uint64_t value);
void probe_call(pt64_vaddr_t vaddr);

/* ---- on a machine that runs processes ---- */

/**
 * Loads the table of a process, or the kernel's, for the lower half or for all addresses. The CPU
 * then holds no translations of the one before, but for what is global.
 */
void paging_load(pt64_paddr_t root);

/** 0 on the CPU that booted, 1 on the other. */
unsigned cpu_index(void);

/** Once on each CPU: what it needs for user code and for interrupts from the other CPU. */
void cpu_init(void);

/**
 * Starts the other CPU. On a stack of its own it calls second_main, with the MMU off or on this
 * CPU's table.
 * @return false if there is none.
 */
bool cpu_start_second(void);
_Noreturn void second_main(void);

/** Sends the other CPU an interrupt, which it takes while it runs user code. */
void cpu_interrupt_other(void);

/** Whether the fault was such an interrupt. If so, it is acknowledged. */
bool cpu_take_interrupt(const struct fault *fault);

/**
 * Runs user code on this CPU, which gets `argument`. Returns when fault_take returns true for a
 * fault of that code. The kernel does not take interrupts, but user code does.
 */
void user_enter(uintptr_t pc, uintptr_t argument, uintptr_t stack);

/** Whether the fault is the instruction of user_exit.h. */
bool user_is_exit(const struct fault *fault);

#endif
