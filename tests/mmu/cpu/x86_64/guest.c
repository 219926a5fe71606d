/* SPDX-License-Identifier: MIT */
/*
 * A guest in 64-bit mode. Its own table gives each of its addresses the same guest-physical one,
 * sign-extended where the address has bit 47. It is in memory that the table under test maps.
 */
#include "cpu.h"

#if CPU_HAS_GUEST
#include "guest_cpu.h"
#include "msr.h"
#include "print.h"
#include "tables.h"

/* A PML4 table, and page-directory-pointer tables of 1G pages for the slots that were used. */
#define ENTRIES 512U
#define SLOTS   6U

static _Alignas(4096) uint64_t pml4[ENTRIES], pdpts[SLOTS][ENTRIES];
static unsigned slots;
static _Alignas(16) char stack[256];

extern char guest_load_code[], guest_store_code[], guest_call_code[];

_Noreturn void guest_fail(const char *what, uint64_t value)
{
    print("# the guest: %s %" PRIx64 "\n", what, value);
    machine_exit(false);
}

/** P, R/W and U/S; in a page PS, and A and D, so that the CPU stores to no entry later. */
static void make_reachable(pt64_vaddr_t address)
{
    size_t slot = address >> 39 & (ENTRIES - 1);

    if (pml4[slot] != 0)
        return;
    if (slots == SLOTS)
        guest_fail("no table for", address);
    for (uint64_t i = 0; i < ENTRIES; i++)
        pdpts[slots][i] = (uint64_t)slot << 39 | i << 30 | 0xe7;
    pml4[slot] = (uintptr_t)pdpts[slots++] | 0x27;
}

static pt64_vaddr_t sign_extended(pt64_vaddr_t address)
{
    return address >> 47 & 1 ? address | ~UINT64_C(0) << 48 : address;
}

bool guest_reaches(pt64_vaddr_t address)
{
    uint32_t bits = 0x80000008, b, c, d;

    __asm__ volatile("cpuid" : "+a"(bits), "=b"(b), "=c"(c), "=d"(d));
    bits &= 0xff;
    return address >> (bits < 48 ? bits : 48) == 0;
}

static struct fault fault_of(const struct guest *guest, const struct guest_end *end)
{
    struct fault fault = {
        .vaddr = end->address,
        .access = FAULT_ANY,
        .cause = FAULT_OTHER,
        .user = guest->is_user,
        .pc = guest->rip,
        .code = end->code,
    };

    if (end->exit == GUEST_VIOLATION && !end->is_walk) {
        fault.access = end->access;
        fault.cause = end->present ? FAULT_REFUSED : FAULT_ABSENT;
    }
    return fault;
}

/** Returns what is in RAX when the guest asks to leave, or 0 if a fault ended it. */
static uint64_t run(struct guest guest)
{
    guest.rdi = sign_extended(guest.rdi);
    guest.rsp = (uintptr_t)(stack + sizeof(stack));
    make_reachable(guest.rdi);
    make_reachable(guest.rip);
    make_reachable(guest.rsp);
    for (;;) {
        struct guest_end end = guest_cpu_run(&guest);
        struct fault fault;

        if (end.exit == GUEST_CALLS)
            return guest.rax;
        fault = fault_of(&guest, &end);
        if (fault_take(&fault))
            return 0;
    }
}

uint64_t guest_load(pt64_vaddr_t address)
{
    return run((struct guest){.rip = (uintptr_t)guest_load_code, .rdi = address});
}

void guest_store(pt64_vaddr_t address, uint64_t value)
{
    (void)run((struct guest){.rip = (uintptr_t)guest_store_code, .rdi = address, .rsi = value});
}

void guest_call(pt64_vaddr_t address)
{
    (void)run((struct guest){.rip = (uintptr_t)guest_call_code, .rdi = address});
}

void guest_user(uintptr_t pc, uintptr_t argument)
{
    (void)run((struct guest){.rip = pc, .rdi = argument, .is_user = true});
}

uint64_t cpu_id(unsigned number)
{
    pt64_paddr_t root;
    unsigned before = tables_at;

    tables_at = number;
    root = half_of(0)->root();
    tables_at = before;
    return guest_cpu_id(root, number);
}

void guest_explain(struct fault *fault)
{
    (void)fault;
}

void guest_load_stage(pt64_paddr_t root, unsigned number)
{
    static bool is_on;

    if (!is_on)
        guest_cpu_on((uintptr_t)pml4);
    is_on = true;
    guest_cpu_load(root, number);
}

#endif
