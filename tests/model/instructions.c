/* SPDX-License-Identifier: MIT */
/* What each instruction does to the waiting stores, the caches and the count of costs. */
#include "instructions.h"

#include "cost.h"
#include "fail.h"
#include "ledger.h"
#include "machine.h"
#include "mmu.h"
#include "typed.h"

struct cost costs[COST_ARCHITECTURES];

static struct cost *cost(void)
{
    return &costs[machine.rules.format.arch];
}

static void count_address(size_t dropped)
{
    cost()->by_address++;
    cost()->by_address_needed += dropped > 0 ? 1 : 0;
}

static void drop_all(void)
{
    cost()->of_everything++;
    cost()->of_everything_needed += ledger_drop_all() > 0 ? 1 : 0;
    mmu_drop_all();
}

static bool meets(const struct remnant *remnant, struct span span)
{
    return span.vaddr - remnant->vaddr < remnant->size || remnant->vaddr - span.vaddr < span.bytes;
}

static struct span one_address(uint64_t vaddr)
{
    struct span span = {vaddr, 1};

    return span;
}

void machine_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    machine.flushes++;
    cost()->requests++;
    cost()->barriers += !request->everything && request->count == 0 ? 1 : 0;
    typed_flush_local(request);
}

/* ---- x86-64: SDM 3A, 5.10.4.1 ---- */

/* INVLPG: the page, whatever its size, and all cached steps of walks, of any address. */
static bool invlpg_drops(const struct remnant *remnant, struct span span)
{
    return remnant->kind == REMNANT_TABLE || meets(remnant, span);
}

void model_x86_64_invlpg(uint64_t vaddr)
{
    count_address(ledger_drop(invlpg_drops, one_address(vaddr)));
    mmu_drop_leaves(vaddr, 1);
    mmu_drop_walks();
}

void model_x86_64_invalidate_all(void)
{
    drop_all();
}

/* ---- AArch64: Arm ARM D8.17 ---- */

#define WAITING_ROOM 4096

/* Invalidations are done when a DSB says so. */
static struct {
    struct span span;
    bool tables;
} waiting[WAITING_ROOM];
static size_t waiting_count;
static bool waiting_for_all;

void model_aarch64_publish(void)
{
    machine_complete_stores();
}

static bool last_level_is_dropped(const struct remnant *remnant, struct span span)
{
    return remnant->kind == REMNANT_LEAF && meets(remnant, span);
}

/* A TLBI ends what walkers had seen end by then; a store that waits still is not part of that. */
void model_aarch64_complete(void)
{
    if (waiting_for_all)
        drop_all();
    for (size_t i = 0; i < waiting_count; i++) {
        struct span span = waiting[i].span;

        count_address(ledger_drop(waiting[i].tables ? meets : last_level_is_dropped, span));
        mmu_drop_leaves(span.vaddr, span.bytes);
        if (waiting[i].tables)
            mmu_drop_steps(span.vaddr, span.bytes);
    }
    waiting_for_all = false;
    waiting_count = 0;
    machine_complete_stores();
}

void model_aarch64_synchronize(void)
{
    machine.synchronized = machine.completed;
}

static void invalidate_span(struct span span, bool tables)
{
    if (waiting_count == WAITING_ROOM)
        model_aarch64_complete();
    waiting[waiting_count].span = span;
    waiting[waiting_count++].tables = tables;
}

void model_aarch64_invalidate(uint64_t vaddr, bool tables)
{
    invalidate_span(one_address(vaddr), tables);
}

/* D8.17.5.2: VA[48:12] in 36:0, NUM in 43:39, SCALE in 45:44; (NUM + 1) * 2^(5 * SCALE + 1) pages.
 */
void model_aarch64_invalidate_range(uint64_t operand, bool tables)
{
    uint64_t vaddr = oracle_field(operand, 36, 0) << 12;
    uint64_t pages = (oracle_field(operand, 43, 39) + 1) << (5 * oracle_field(operand, 45, 44) + 1);
    struct span span = {oracle_bit(vaddr, 48) ? vaddr | UINT64_MAX << 48 : vaddr, pages << 12};

    MODEL_CHECK(oracle_field(operand, 47, 46) == 1, "a range is not of 4 KiB pages");
    MODEL_CHECK(oracle_field(operand, 38, 37) == 0, "a range is of one level only");
    invalidate_span(span, tables);
}

void model_aarch64_invalidate_all(void)
{
    waiting_for_all = true;
}

void model_aarch64_el2_invalidate(uint64_t vaddr, bool tables)
{
    model_aarch64_invalidate(vaddr, tables);
}

void model_aarch64_el2_invalidate_all(void)
{
    model_aarch64_invalidate_all();
}

/* ---- RISC-V: "Supervisor Memory-Management Fence Instruction" ---- */

/* With an address only leaf entries are ordered. */
static bool sfence_drops(const struct remnant *remnant, struct span span)
{
    return remnant->kind != REMNANT_TABLE && !remnant->above && meets(remnant, span);
}

void model_riscv_sfence(uint64_t vaddr)
{
    machine_complete_stores();
    count_address(ledger_drop(sfence_drops, one_address(vaddr)));
    mmu_drop_leaves(vaddr, 1);
}

void model_riscv_sfence_all(void)
{
    machine_complete_stores();
    drop_all();
}

/* ---- LoongArch: volume 1, 4.2.4.7 and 5.4.2 ---- */

void model_loongarch64_publish(void)
{
    machine_complete_stores();
}

uint64_t model_loongarch64_asid(void)
{
    return 0;
}

bool model_loongarch64_is_loaded(uint64_t root)
{
    for (unsigned i = 0; i < MACHINE_ROOTS; i++)
        if (machine.roots[i].used && machine_paddr(machine.roots[i].frame) == root)
            return machine.roots[i].loaded;
    return false;
}

/* One entry is a pair of pages; a huge page is a pair of its halves. */
static bool invtlb_drops(const struct remnant *remnant, struct span pair)
{
    if (remnant->level > 0)
        return remnant->kind == REMNANT_LEAF && meets(remnant, pair);
    return meets(remnant, pair);
}

void model_loongarch64_invalidate(uint64_t asid, uint64_t vaddr)
{
    uint64_t bytes = rules_size(&machine.rules, 0) * 2;
    struct span pair = {vaddr & ~(bytes - 1), bytes};

    (void)asid;
    count_address(ledger_drop(invtlb_drops, pair) + ledger_drop_pair(vaddr));
    mmu_drop_leaves(pair.vaddr, pair.bytes);
}

void model_loongarch64_invalidate_all(void)
{
    drop_all();
}
