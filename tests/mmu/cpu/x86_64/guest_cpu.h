/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A guest on a CPU with VMX, or with SVM: vmx.c and svm.c. Both have the guest of guest.c.
 */
#ifndef MMU_GUEST_CPU_H
#define MMU_GUEST_CPU_H

#include "guest.h"

/** The guest's registers. guest.S knows where the first three are. */
struct guest {
    uint64_t rdi, rsi, rax, rip, rsp;
    bool is_user;
};

/** What ended a run of the guest. */
enum guest_exit {
    GUEST_CALLS,     /**< it asked to leave */
    GUEST_EXCEPTION, /**< `code` is the vector */
    GUEST_VIOLATION, /**< the second stage refused an access, or found no page */
    GUEST_MISTAKE,   /**< the second stage holds an entry that the CPU does not accept */
    GUEST_OTHER,
};

struct guest_end {
    enum guest_exit exit;
    uint64_t code;    /**< the exit by the CPU's number; of an exception the vector */
    uint64_t address; /**< guest-physical */
    enum fault_access access;
    bool present; /**< some entry of the walk allows something */
    bool is_walk; /**< by the CPU's walk of the guest's own tables */
};

/** What of the guest the CPU takes from memory: its own table, and segments by privilege. */
void guest_cpu_on(pt64_paddr_t table);

/** The id of the table at `root`, which is loaded under that number. */
uint64_t guest_cpu_id(pt64_paddr_t root, unsigned number);

void guest_cpu_load(pt64_paddr_t root, unsigned number);

struct guest_end guest_cpu_run(struct guest *guest);

#define GUEST_KERNEL_CODE 0x08U
#define GUEST_KERNEL_DATA 0x10U
#define GUEST_USER_DATA   0x23U
#define GUEST_USER_CODE   0x2bU
#define GUEST_TASK        0x30U

/** Ends the test: the machine is not what was expected. */
_Noreturn void guest_fail(const char *what, uint64_t value);

static inline uint64_t guest_read_cr0(void)
{
    uint64_t value;

    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}

static inline uint64_t guest_read_cr3(void)
{
    uint64_t value;

    __asm__ volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}

static inline uint64_t guest_read_cr4(void)
{
    uint64_t value;

    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

#endif
