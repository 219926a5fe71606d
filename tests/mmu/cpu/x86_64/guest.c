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

#define ENTRIES 512U
#define NODES   32U
/** As many as the addresses of one run may take. */
#define NODES_OF_RUN 6U

#define LINK 0x27U /**< P, R/W, U/S and A */
#define LEAF 0xe7U /**< and D and PS: a page of 2M, to which the CPU stores no more */

static _Alignas(4096) uint64_t pml4[ENTRIES], nodes[NODES][ENTRIES];
static unsigned used;
static _Alignas(16) char stack[256];

extern char guest_load_code[], guest_store_code[], guest_call_code[];

_Noreturn void guest_fail(const char *what, uint64_t value)
{
    print("# the guest: %s %" PRIx64 "\n", what, value);
    machine_exit(false);
}

static uint64_t *next_node(uint64_t *entry)
{
    if (*entry == 0) {
        for (unsigned i = 0; i < ENTRIES; i++)
            nodes[used][i] = 0;
        *entry = (uintptr_t)nodes[used++] | LINK;
    }
    return (uint64_t *)(uintptr_t)(*entry & ~UINT64_C(0xfff));
}

static void make_reachable(pt64_vaddr_t address)
{
    uint64_t *pdpt = next_node(&pml4[address >> 39 & (ENTRIES - 1)]);
    uint64_t *directory = next_node(&pdpt[address >> 30 & (ENTRIES - 1)]);

    directory[address >> 21 & (ENTRIES - 1)] =
        (address & (((uint64_t)1 << 48) - PT64_SIZE_2M)) | LEAF;
}

/** A CPU that enters a guest without a VPID has forgotten its translations. */
static void forget_nodes(void)
{
    if (used + NODES_OF_RUN <= NODES)
        return;
    for (unsigned i = 0; i < ENTRIES; i++)
        pml4[i] = 0;
    used = 0;
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
    forget_nodes();
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

void guest_begin(void)
{
}

#if ARCH_FINDS_LIMITS
void guest_find_limits(void)
{
    paging_find_limits();
}
#endif

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
