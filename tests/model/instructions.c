/* SPDX-License-Identifier: MIT */
/* What each instruction does to the waiting stores, to the caches and to the count of costs. */
#include "instructions.h"

#include "cost.h"
#include "fail.h"
#include "ledger.h"
#include "machine.h"
#include "mmu.h"
#include "published.h"
#include "typed.h"

#include <stddef.h>

struct cost costs[COST_ARCHITECTURES];

static struct cost *cost(void)
{
    return &costs[machine.rules.format.arch];
}

static void drop_all(void)
{
    cost()->of_everything++;
    cost()->of_everything_needed += ledger_drop_all() + mmu_drop_all() > 0 ? 1 : 0;
}

static bool meets(const struct remnant *remnant, const struct aim *aim)
{
    return aim->vaddr - remnant->vaddr < remnant->size || remnant->vaddr - aim->vaddr < aim->bytes;
}

static bool is_global(const struct remnant *remnant)
{
    return remnant->kind == REMNANT_LEAF && remnant->page.global;
}

static bool is_of(const struct remnant *remnant, const struct aim *aim)
{
    return aim->any_id || remnant->id == aim->id;
}

/* Drops at some addresses, or everything that the id has, and counts the cost. */
static void drop_at(ledger_drops *drops, const struct aim *aim)
{
    cost()->by_address++;
    cost()->by_address_needed += ledger_drop(drops, aim) + mmu_drop(drops, aim) > 0 ? 1 : 0;
}

static void drop_of(ledger_drops *drops, const struct aim *aim)
{
    cost()->of_everything++;
    cost()->of_everything_needed += ledger_drop(drops, aim) + mmu_drop(drops, aim) > 0 ? 1 : 0;
}

static struct aim one_address(uint64_t vaddr, uint64_t id, bool any_id)
{
    struct aim aim = {.vaddr = vaddr, .bytes = 1, .id = id, .any_id = any_id};

    return aim;
}

/* ---- requests ---- */

static void check_range(const struct pt64_flush_range *range)
{
    const struct oracle_format *format = &machine.rules.format;
    uint64_t last = range->vaddr + (range->bytes - 1);

    MODEL_CHECK(range->bytes > 0 && range->stride > 0 && range->vaddr % range->stride == 0 &&
                    range->bytes % range->stride == 0,
                "a flush asks for %#llx bytes from %#llx by steps of %#llx",
                (unsigned long long)range->bytes, (unsigned long long)range->vaddr,
                (unsigned long long)range->stride);
    MODEL_CHECK(last >= range->vaddr,
                "a flush asks for %#llx bytes from %#llx, past the last address",
                (unsigned long long)range->bytes, (unsigned long long)range->vaddr);
    MODEL_CHECK(oracle_is_vaddr(format, range->vaddr) && oracle_is_vaddr(format, last) &&
                    range->vaddr >> 63 == last >> 63,
                "a flush asks for %#llx bytes from %#llx, not all of them the table's",
                (unsigned long long)range->bytes, (unsigned long long)range->vaddr);
}

static void check_request(const struct pt64_flush *request)
{
    MODEL_CHECK(request->count <= PT64_FLUSH_RANGES, "a flush has %u ranges", request->count);
    MODEL_CHECK(!request->everything || !request->ended || request->count == 0,
                "a flush of everything that ended has ranges too");
    for (unsigned i = 0; i < request->count; i++)
        check_range(&request->ranges[i]);
    if (machine.on_request != NULL)
        machine.on_request(request);
}

/* The root that is loaded on the CPU: any, unless its registers say which. */
static unsigned root_on(unsigned cpu)
{
    unsigned root = mmu_root_of(cpu);

    return root < MACHINE_ROOTS ? root : machine_any_loaded_root();
}

/* A CPU executes its part while some root is loaded there. */
static void run_on(unsigned cpu, const struct pt64_flush *request)
{
    unsigned before = machine.cpu;

    machine.cpu = cpu;
    machine.current_root = root_on(cpu);
    typed_flush_local(request);
    machine.cpu = before;
}

void machine_flush(void *ctx, const struct pt64_flush *request)
{
    struct pt64_flush others;

    (void)ctx;
    machine_announce(MACHINE_FLUSH, NULL);
    published_check("flushed");
    check_request(request);
    machine.flushes++;
    cost()->requests++;
    cost()->barriers += !request->everything && request->count == 0 ? 1 : 0;
    run_on(machine_writer_cpu(), request);
    if (machine.rules.broadcasts || !pt64_flush_for_others(request, &others))
        return;
    machine.interrupts++;
    check_request(&others);
    run_on(MACHINE_OTHER_CPU - machine_writer_cpu(), &others);
}

/* The id that the CPU uses for lookups at the moment. */
static uint64_t current_id(void)
{
    return machine.current_root < MACHINE_ROOTS ? machine.roots[machine.current_root].id : 0;
}

/* ---- x86-64: SDM 3A, 5.10.4.1 ---- */

/* INVLPG drops the page, whatever its size, if it is global or of the current PCID. It also drops
 * cached steps of walks: of any address, or with AMD's EFER.TCE of this one. */
static bool invlpg_drops(const struct remnant *remnant, const struct aim *aim)
{
    if (remnant->kind == REMNANT_TABLE)
        return is_of(remnant, aim) && (!machine.spares_other_walks || meets(remnant, aim));
    return meets(remnant, aim) && (is_global(remnant) || is_of(remnant, aim));
}

void model_x86_64_invlpg(uint64_t vaddr)
{
    struct aim aim = one_address(vaddr, current_id(), !machine.has_ids);

    drop_at(invlpg_drops, &aim);
}

/* INVPCID of type 0 drops what is used for one address, type 1 all of a PCID. Neither drops global
 * pages. */
static bool invpcid_drops(const struct remnant *remnant, const struct aim *aim)
{
    return !is_global(remnant) && is_of(remnant, aim) && (aim->bytes == 0 || meets(remnant, aim));
}

void model_x86_64_invpcid(uint64_t type, uint64_t pcid, uint64_t vaddr)
{
    struct aim aim = one_address(vaddr, pcid, false);

    MODEL_CHECK(machine.has_invpcid, "INVPCID on a CPU that does not have it");
    MODEL_CHECK(type <= 1 && pcid < 4096, "INVPCID of type %llu, PCID %llu",
                (unsigned long long)type, (unsigned long long)pcid);
    if (type == 0) {
        drop_at(invpcid_drops, &aim);
        return;
    }
    aim.bytes = 0;
    drop_of(invpcid_drops, &aim);
}

bool model_x86_64_has_pcids(void)
{
    return machine.has_ids;
}

/* If a table has no id, a flush cannot know under which other PCIDs its root was loaded. */
uint64_t model_x86_64_current_pcid(void)
{
    return current_id() == MACHINE_UNNAMED ? MACHINE_OTHER_ID : current_id();
}

/* 5.4.1: with PAE paging a write of CR3 loads the PDPTE registers. So does a change of CR4.PGE, by
 * later editions of the manual. The AMD64 manual says it of CR3 only. */
static void load_root(void)
{
    (void)ledger_load_root();
    mmu_load_root();
}

/* CR4.PGE is cleared and set where it is set. Otherwise CR3 is written. */
void model_x86_64_invalidate_all(void)
{
    if (!machine.has_pge || machine.cr4_loads_root)
        load_root();
    drop_all();
}

/* ---- 32-bit x86: what it has besides ---- */

/* A write of CR3 spares what is global. */
static bool cr3_drops(const struct remnant *remnant, const struct aim *aim)
{
    (void)aim;
    return !machine.has_pge || !is_global(remnant);
}

void model_i386_load_cr3(void)
{
    load_root();
    drop_of(cr3_drops, NULL);
}

/* ---- AArch64: Arm ARM D8.17 ---- */

#define WAITING_ROOM 4096

/* Invalidations are complete after a DSB. */
static struct {
    ledger_drops *drops;
    struct aim aim;
    bool of_everything;
} waiting[WAITING_ROOM];
static size_t waiting_count;
static bool waiting_for_all;

void model_aarch64_publish(void)
{
    machine_complete_stores();
}

/*
 * VAE1IS, VALE1IS and their forms for any ASID. At the last level they also drop global entries.
 * Entries above it are never global: of those they drop the ASID's. If a level is named, a CPU may
 * look at that level alone.
 */
static bool tlbi_drops(const struct remnant *remnant, const struct aim *aim)
{
    if (!meets(remnant, aim))
        return false;
    if (remnant->kind == REMNANT_TABLE)
        return aim->tables && is_of(remnant, aim) &&
               (!aim->has_level || remnant->level >= aim->level + 1);
    return (!aim->has_level || remnant->level == aim->level) &&
           (is_global(remnant) || is_of(remnant, aim));
}

/* ASIDE1IS drops nothing that is global. */
static bool tlbi_asid_drops(const struct remnant *remnant, const struct aim *aim)
{
    return !is_global(remnant) && is_of(remnant, aim);
}

/* A TLBI drops what walkers had seen end by then. A store that still waits is not part of that. */
void model_aarch64_complete(void)
{
    if (waiting_for_all)
        drop_all();
    for (size_t i = 0; i < waiting_count; i++)
        (waiting[i].of_everything ? drop_of : drop_at)(waiting[i].drops, &waiting[i].aim);
    waiting_for_all = false;
    waiting_count = 0;
    machine.barriers++;
    machine_complete_stores();
}

void model_aarch64_synchronize(void)
{
    machine.synchronizations++;
    machine.synchronized = machine.completed;
}

static void wait_for(ledger_drops *drops, struct aim aim, bool of_everything)
{
    if (waiting_count == WAITING_ROOM)
        model_aarch64_complete();
    waiting[waiting_count].drops = drops;
    waiting[waiting_count].aim = aim;
    waiting[waiting_count++].of_everything = of_everything;
}

static uint64_t signed_from(uint64_t vaddr, unsigned bit)
{
    return oracle_bit(vaddr, bit) ? vaddr | UINT64_MAX << bit : vaddr;
}

/* The manual's lookup level 3 is level 0 here. */
static void aim_at_level(struct aim *aim, uint64_t lookup_level)
{
    aim->has_level = true;
    aim->level = 3 - (unsigned)lookup_level;
}

/* D8.17.5.1: VA[55:12] in 43:0, TTL in 47:44, ASID in 63:48. */
void model_aarch64_invalidate(uint64_t operand, bool tables, bool any_asid)
{
    struct aim aim = {.vaddr = signed_from(oracle_field(operand, 43, 0) << 12, 55),
                      .bytes = 1,
                      .id = oracle_field(operand, 63, 48),
                      .any_id = any_asid || !machine.has_ids,
                      .tables = tables};
    uint64_t ttl = oracle_field(operand, 47, 44);

    MODEL_CHECK(ttl == 0 || ttl >> 2 == 1, "a level is named of a granule that is not 4 KiB");
    if (ttl != 0)
        aim_at_level(&aim, ttl & 3);
    wait_for(tlbi_drops, aim, false);
}

/* D8.17.5.2: VA[48:12] in 36:0, TTL in 38:37, NUM in 43:39, SCALE in 45:44, TG in 47:46, ASID in
 * 63:48. The range is (NUM + 1) * 2^(5 * SCALE + 1) pages. */
void model_aarch64_invalidate_range(uint64_t operand, bool tables, bool any_asid)
{
    uint64_t pages = (oracle_field(operand, 43, 39) + 1) << (5 * oracle_field(operand, 45, 44) + 1);
    struct aim aim = {.vaddr = signed_from(oracle_field(operand, 36, 0) << 12, 48),
                      .bytes = pages << 12,
                      .id = oracle_field(operand, 63, 48),
                      .any_id = any_asid || !machine.has_ids,
                      .tables = tables};

    MODEL_CHECK(oracle_field(operand, 47, 46) == 1, "a range is not of 4 KiB pages");
    if (oracle_field(operand, 38, 37) != 0)
        aim_at_level(&aim, oracle_field(operand, 38, 37));
    wait_for(tlbi_drops, aim, false);
}

void model_aarch64_invalidate_asid(uint64_t operand)
{
    struct aim aim = {.id = oracle_field(operand, 63, 48)};

    wait_for(tlbi_asid_drops, aim, true);
}

void model_aarch64_invalidate_all(void)
{
    waiting_for_all = true;
}

void model_aarch64_el2_invalidate(uint64_t operand, bool tables)
{
    MODEL_CHECK(oracle_field(operand, 63, 48) == 0, "EL2 has no ASIDs");
    model_aarch64_invalidate(operand, tables, true);
}

void model_aarch64_el2_invalidate_all(void)
{
    model_aarch64_invalidate_all();
}

/*
 * ---- ARMv7: ARM B3.10.5 ----
 *
 * As AArch64's, by addresses in bits 31:12 and ASIDs in bits 7:0. They drop entries of every level.
 */

void model_armv7_publish(void)
{
    model_aarch64_publish();
}

void model_armv7_complete(void)
{
    model_aarch64_complete();
}

void model_armv7_synchronize(void)
{
    model_aarch64_synchronize();
}

static void invalidate_mva(uint32_t vaddr, uint32_t asid, bool any_asid)
{
    struct aim aim = one_address(vaddr, asid, any_asid || !machine.has_ids);

    MODEL_CHECK(oracle_field(vaddr, 11, 0) == 0 && asid < 256,
                "a TLB operation by MVA of %#x with ASID %#x", vaddr, asid);
    aim.tables = true;
    wait_for(tlbi_drops, aim, false);
}

/* TLBIMVAIS */
void model_armv7_invalidate(uint32_t vaddr, uint32_t asid)
{
    invalidate_mva(vaddr, asid, false);
}

/* TLBIMVAAIS */
void model_armv7_invalidate_any(uint32_t vaddr)
{
    invalidate_mva(vaddr, 0, true);
}

/* TLBIASIDIS */
void model_armv7_invalidate_asid(uint32_t asid)
{
    struct aim aim = {.id = asid};

    MODEL_CHECK(asid < 256, "a TLB operation by ASID %#x", asid);
    wait_for(tlbi_asid_drops, aim, true);
}

/* TLBIALLIS */
void model_armv7_invalidate_all(void)
{
    model_aarch64_invalidate_all();
}

/* ---- RISC-V: "Supervisor Memory-Management Fence Instruction" and "Svinval" ---- */

/* A fence with an address orders only leaf entries. A fence with an ASID orders no global ones. */
static bool sfence_drops(const struct remnant *remnant, const struct aim *aim)
{
    if (!aim->any_id && (is_global(remnant) || !is_of(remnant, aim)))
        return false;
    return aim->bytes == 0 ||
           (remnant->kind != REMNANT_TABLE && !remnant->above && meets(remnant, aim));
}

static void check_fence_is_full(bool is_full)
{
    MODEL_CHECK(is_full || !machine.rules.only_full_fences,
                "a fence that is not the full one, where only that can be relied on");
}

/* A fence of another CPU orders none of this CPU's stores. */
static void fence_stores(void)
{
    if (machine.cpu == machine_writer_cpu())
        machine_complete_stores();
}

void model_riscv_publish(void)
{
    machine.barriers++;
    fence_stores();
}

void model_riscv_sfence(uint64_t vaddr)
{
    struct aim aim = one_address(vaddr, 0, true);

    check_fence_is_full(false);
    fence_stores();
    drop_at(sfence_drops, &aim);
}

void model_riscv_sfence_all(void)
{
    fence_stores();
    drop_all();
}

void model_riscv_sfence_asid(uint64_t vaddr, uint64_t asid)
{
    struct aim aim = one_address(vaddr, asid, false);

    check_fence_is_full(false);
    fence_stores();
    drop_at(sfence_drops, &aim);
}

void model_riscv_sfence_all_asid(uint64_t asid)
{
    struct aim aim = {.id = asid};

    check_fence_is_full(false);
    fence_stores();
    drop_of(sfence_drops, &aim);
}

/* The first fence orders SINVAL.VMA after the stores. The second completes it. */
static bool is_between_fences;

void model_riscv_sfence_w_inval(void)
{
    check_fence_is_full(false);
    fence_stores();
    is_between_fences = true;
}

static void sinval(struct aim aim)
{
    MODEL_CHECK(is_between_fences, "SINVAL.VMA without SFENCE.W.INVAL before it");
    wait_for(sfence_drops, aim, false);
}

void model_riscv_sinval(uint64_t vaddr)
{
    sinval(one_address(vaddr, 0, true));
}

void model_riscv_sinval_asid(uint64_t vaddr, uint64_t asid)
{
    sinval(one_address(vaddr, asid, false));
}

void model_riscv_sfence_inval_ir(void)
{
    is_between_fences = false;
    for (size_t i = 0; i < waiting_count; i++)
        drop_at(waiting[i].drops, &waiting[i].aim);
    waiting_count = 0;
}

/* ---- LoongArch: volume 1, 4.2.4.7 and 5.4.2 ---- */

void model_loongarch64_publish(void)
{
    machine.barriers++;
    fence_stores();
}

/* A root whose table has no id is loaded under one ASID, that of the CPU that has it loaded. */
uint64_t model_loongarch64_asid(void)
{
    return current_id();
}

bool model_loongarch64_is_loaded(uint64_t root)
{
    return machine.current_root < MACHINE_ROOTS &&
           machine_paddr(machine.roots[machine.current_root].frame) == root;
}

/* A TLB entry is a pair of pages. A huge page is a pair of its halves. A pair is global only if
 * both pages are, and the entry of one page does not say so of the other. */
static bool invtlb_drops(const struct remnant *remnant, const struct aim *aim)
{
    if (!is_of(remnant, aim) || (aim->spares_global && is_global(remnant)))
        return false;
    if (aim->bytes == 0)
        return true;
    if (remnant->level > 0)
        return (remnant->kind == REMNANT_LEAF || remnant->is_huge) && meets(remnant, aim);
    return meets(remnant, aim);
}

static void invalidate_pair(uint64_t asid, uint64_t vaddr, bool spares_global)
{
    uint64_t bytes = rules_size(&machine.rules, 0) * 2;
    struct aim aim = {.vaddr = vaddr & ~(bytes - 1),
                      .bytes = bytes,
                      .id = asid,
                      .any_id = !machine.has_ids,
                      .spares_global = spares_global};
    size_t pairs = ledger_drop_pair(vaddr, &aim);

    cost()->by_address++;
    cost()->by_address_needed +=
        pairs + ledger_drop(invtlb_drops, &aim) + mmu_drop(invtlb_drops, &aim) > 0 ? 1 : 0;
}

/* INVTLB 6: global pages, and those of the ASID. */
void model_loongarch64_invalidate(uint64_t asid, uint64_t vaddr)
{
    invalidate_pair(asid, vaddr, false);
}

/* INVTLB 5: pages of the ASID that are not global. */
void model_loongarch64_invalidate_own(uint64_t asid, uint64_t vaddr)
{
    invalidate_pair(asid, vaddr, true);
}

/* INVTLB 4: all pages of the ASID that are not global. */
void model_loongarch64_invalidate_asid(uint64_t asid)
{
    struct aim aim = {.id = asid, .any_id = !machine.has_ids, .spares_global = true};

    drop_of(invtlb_drops, &aim);
}

void model_loongarch64_invalidate_all(void)
{
    drop_all();
}

void model_loongarch64_synchronize(void)
{
    machine.synchronizations++;
    if (machine.cpu == machine_writer_cpu())
        machine.synchronized = machine.completed;
}
