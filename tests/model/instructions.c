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
#include <string.h>

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

static void check_second_stage(void);

static bool is_of_context(const struct remnant *remnant, const struct aim *aim)
{
    return is_of(remnant, aim);
}

/* APM 15.16: TLB_CONTROL makes VMRUN drop what the guest's ASID has, or everything. The host has no
 * instruction for it: this is what the handler of a hypervisor sees to. */
static void enter_guest(const struct pt64_flush *request)
{
    struct aim aim = {.id = request->id};

    if (!machine.rules.flushes_on_entry || (!request->everything && request->count == 0))
        return;
    if (request->id == PT64_NO_ID || request->global)
        drop_all();
    else
        drop_of(is_of_context, &aim);
}

/* A CPU executes its part while some root is loaded there. */
static void run_on(unsigned cpu, const struct pt64_flush *request)
{
    unsigned before = machine.cpu;

    machine.cpu = cpu;
    machine.current_root = root_on(cpu);
    typed_flush_local(request);
    check_second_stage();
    enter_guest(request);
    machine.cpu = before;
}

/* ---- IOMMUs: what a driver makes of a request ---- */

static bool iommu_drops(const struct remnant *remnant, const struct aim *aim)
{
    return (aim->tables || remnant->kind != REMNANT_TABLE) && meets(remnant, aim);
}

/* Leaves alone, unless the range asks for the steps of the walks too: IH of VT-d, PDE of AMD-Vi. */
static void run_on_iommu(const struct pt64_flush *request)
{
    if (request->everything) {
        drop_all();
        return;
    }
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];
        struct aim aim = one_address(range->vaddr, 0, true);

        aim.bytes = range->bytes;
        aim.tables = range->tables;
        drop_at(iommu_drops, &aim);
    }
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
    if (oracle_is_iommu(&machine.rules.format)) {
        run_on_iommu(request);
        return;
    }
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

/* ---- EPT: SDM 3C, 30.4.3.1, and "INVEPT" ---- */

/* The id of a table stands for its EPTP. A CPU may lack INVEPT of one context: then nothing is
 * dropped. */
bool model_ept_invept(uint64_t type, uint64_t eptp)
{
    struct aim aim = {.id = eptp};

    MODEL_CHECK(type == 1 || type == 2, "INVEPT of type %llu", (unsigned long long)type);
    if (type == 1 && !machine.has_invpcid)
        return false;
    if (type == 2)
        drop_all();
    else
        drop_of(is_of_context, &aim);
    return true;
}

/* ---- AArch64: Arm ARM D8.17 ---- */

#define WAITING_ROOM 4096

/* Invalidations are complete after a DSB. */
static struct {
    ledger_drops *drops;
    struct aim aim;
    bool of_everything;
    bool is_stage2; /* by IPA: combined entries stay */
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

/*
 * Stage 2: what TLBI IPAS2E1 dropped by itself, and is still combined with stage 1. A walk makes
 * combined entries anew from what is left of stage 2. So a VMALLE1IS drops what was gone before it
 * was executed: the first `uncombined`.
 */
static struct aim gone[WAITING_ROOM];
static size_t gone_count, uncombined;

static void drop_combined(void)
{
    for (size_t i = 0; i < uncombined; i++)
        drop_at(tlbi_drops, &gone[i]);
    gone_count -= uncombined;
    memmove(gone, gone + uncombined, gone_count * sizeof *gone);
    uncombined = 0;
}

/* VTTBR_EL2 while it is not that of the guest on this CPU. */
static struct {
    bool is_other;
    bool is_synchronized;
    uint64_t value;
} vttbr = {.is_synchronized = true};

/* After a flush everything is as before, and no entry is left of either kind. */
static void check_second_stage(void)
{
    MODEL_CHECK(!vttbr.is_other && vttbr.is_synchronized,
                "VTTBR_EL2 is not put back, or not synchronized");
    MODEL_CHECK(gone_count == 0, "stage 2 entries are gone, and combined ones are left");
}

/* A TLBI drops what walkers had seen end by then. A store that still waits is not part of that. */
void model_aarch64_complete(void)
{
    if (waiting_for_all)
        drop_all();
    drop_combined();
    for (size_t i = 0; i < waiting_count; i++) {
        if (waiting[i].is_stage2)
            gone[gone_count++] = waiting[i].aim;
        else
            (waiting[i].of_everything ? drop_of : drop_at)(waiting[i].drops, &waiting[i].aim);
    }
    waiting_for_all = false;
    waiting_count = 0;
    machine.barriers++;
    machine_complete_stores();
}

void model_aarch64_synchronize(void)
{
    machine.synchronizations++;
    machine.synchronized = machine.completed;
    vttbr.is_synchronized = true;
}

static void wait_for(ledger_drops *drops, struct aim aim, bool of_everything)
{
    if (waiting_count == WAITING_ROOM)
        model_aarch64_complete();
    waiting[waiting_count].drops = drops;
    waiting[waiting_count].aim = aim;
    waiting[waiting_count].is_stage2 = false;
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

/* An instruction of EL1 at EL2 is for a guest, unless HCR_EL2.{E2H,TGE} are set. */
static void check_exception_level(unsigned level)
{
    MODEL_CHECK(machine.rules.exception_level == level,
                "an invalidation of EL%u for a table of EL%u", level,
                machine.rules.exception_level);
}

/* D8.17.5: 1 is 4 KiB, 2 is 16 KiB, 3 is 64 KiB. */
static void check_granule(uint64_t granule)
{
    const uint64_t page_bits[] = {0, 12, 14, 16};

    MODEL_CHECK(page_bits[granule] == machine.rules.format.page_bits,
                "an invalidation names another granule");
}

/* D8.17.5.1: VA[55:12] in 43:0, TTL in 47:44, ASID in 63:48. */
static void invalidate_address(uint64_t operand, bool tables, bool any_asid)
{
    struct aim aim = {.vaddr = signed_from(oracle_field(operand, 43, 0) << 12, 55),
                      .bytes = 1,
                      .id = oracle_field(operand, 63, 48),
                      .any_id = any_asid || !machine.has_ids,
                      .tables = tables};
    uint64_t ttl = oracle_field(operand, 47, 44);

    if (ttl != 0) {
        check_granule(ttl >> 2);
        aim_at_level(&aim, ttl & 3);
    }
    wait_for(tlbi_drops, aim, false);
}

void model_aarch64_invalidate(uint64_t operand, bool tables, bool any_asid)
{
    check_exception_level(1);
    invalidate_address(operand, tables, any_asid);
}

/* D8.17.5.2: the address in 36:0, TTL in 38:37, NUM in 43:39, SCALE in 45:44, TG in 47:46, ASID in
 * 63:48. The range is (NUM + 1) * 2^(5 * SCALE + 1) pages. The address is in pages, or with
 * TCR_ELx.DS set in units of 64 KiB. */
void model_aarch64_invalidate_range(uint64_t operand, bool tables, bool any_asid)
{
    const struct oracle_format *format = &machine.rules.format;
    uint64_t pages = (oracle_field(operand, 43, 39) + 1) << (5 * oracle_field(operand, 45, 44) + 1);
    unsigned unit = format->lpa2 ? 16 : format->page_bits;
    struct aim aim = {.vaddr = signed_from(oracle_field(operand, 36, 0) << unit, unit + 36),
                      .bytes = pages << format->page_bits,
                      .id = oracle_field(operand, 63, 48),
                      .any_id = any_asid || !machine.has_ids,
                      .tables = tables};

    check_exception_level(1);
    check_granule(oracle_field(operand, 47, 46));
    if (oracle_field(operand, 38, 37) != 0)
        aim_at_level(&aim, oracle_field(operand, 38, 37));
    wait_for(tlbi_drops, aim, false);
}

void model_aarch64_invalidate_asid(uint64_t operand)
{
    struct aim aim = {.id = oracle_field(operand, 63, 48)};

    check_exception_level(1);
    wait_for(tlbi_asid_drops, aim, true);
}

void model_aarch64_invalidate_all(void)
{
    check_exception_level(1);
    waiting_for_all = true;
}

/* In the EL2&0 regime the operand has an ASID. */
void model_aarch64_el2_invalidate(uint64_t operand, bool tables)
{
    bool has_asids = !machine.rules.format.single_privilege;

    check_exception_level(2);
    MODEL_CHECK(has_asids || oracle_field(operand, 63, 48) == 0, "EL2 has no ASIDs");
    invalidate_address(operand, tables, !has_asids);
}

void model_aarch64_el2_invalidate_all(void)
{
    check_exception_level(2);
    waiting_for_all = true;
}

void model_aarch64_el3_invalidate(uint64_t operand, bool tables)
{
    check_exception_level(3);
    MODEL_CHECK(oracle_field(operand, 63, 48) == 0, "EL3 has no ASIDs");
    invalidate_address(operand, tables, true);
}

void model_aarch64_el3_invalidate_all(void)
{
    check_exception_level(3);
    waiting_for_all = true;
}

/* ---- AArch64 stage 2 ---- */

/* The guest that runs on this CPU. If its table has no id, its VMID is one that nobody knows. */
static uint64_t vttbr_of_guest(void)
{
    uint64_t vmid = current_id() == MACHINE_UNNAMED ? MACHINE_OTHER_ID : current_id();

    return vmid << 48;
}

uint64_t model_aarch64_stage2_read_vttbr(void)
{
    return vttbr.is_other ? vttbr.value : vttbr_of_guest();
}

/* BADDR is 47:1. With 52-bit addresses it is 47:6, and bits 51:48 of the root are in 5:2. */
static uint64_t root_in(uint64_t value)
{
    const struct oracle_format *format = &machine.rules.format;

    if (!format->lpa && !format->lpa2)
        return oracle_keep(value, 47, 1);
    return oracle_keep(value, 47, 6) | oracle_field(value, 5, 2) << 48;
}

/* A walk with one guest's VMID and another one's root would fill the TLB with the wrong entries. */
static bool is_guest(uint64_t value)
{
    for (unsigned i = 0; i < MACHINE_ROOTS; i++) {
        const struct machine_root *root = &machine.roots[i];

        if (root->used && root->id == value >> 48 && machine_paddr(root->frame) == root_in(value))
            return true;
    }
    return false;
}

void model_aarch64_stage2_write_vttbr(uint64_t value)
{
    vttbr.is_other = value != vttbr_of_guest();
    vttbr.is_synchronized = false;
    vttbr.value = value;
    MODEL_CHECK(!vttbr.is_other || is_guest(value),
                "VTTBR_EL2 is %#llx, of which root and VMID are of no guest",
                (unsigned long long)value);
}

static uint64_t current_vmid(void)
{
    MODEL_CHECK(machine.rules.format.stage2, "an invalidation of stage 2 for a table of stage 1");
    MODEL_CHECK(vttbr.is_synchronized, "an invalidation while VTTBR_EL2 changes");
    return model_aarch64_stage2_read_vttbr() >> 48;
}

static void invalidate_ipa(struct aim aim)
{
    aim.id = current_vmid();
    aim.any_id = !machine.has_ids;
    wait_for(tlbi_drops, aim, false);
    waiting[waiting_count - 1].is_stage2 = true;
}

/* D8.17.5.1: IPA[51:12] in 39:0, TTL in 47:44, NS 63. */
void model_aarch64_stage2_invalidate(uint64_t operand, bool tables)
{
    struct aim aim = {.vaddr = oracle_field(operand, 39, 0) << 12, .bytes = 1, .tables = tables};
    uint64_t ttl = oracle_field(operand, 47, 44);

    MODEL_CHECK(oracle_field(operand, 63, 48) == 0, "a VMID in the operand");
    if (ttl != 0) {
        check_granule(ttl >> 2);
        aim_at_level(&aim, ttl & 3);
    }
    invalidate_ipa(aim);
}

/* D8.17.5.2, without an ASID. */
void model_aarch64_stage2_invalidate_range(uint64_t operand, bool tables)
{
    const struct oracle_format *format = &machine.rules.format;
    uint64_t pages = (oracle_field(operand, 43, 39) + 1) << (5 * oracle_field(operand, 45, 44) + 1);
    unsigned unit = format->lpa2 ? 16 : format->page_bits;
    struct aim aim = {.vaddr = oracle_field(operand, 36, 0) << unit,
                      .bytes = pages << format->page_bits,
                      .tables = tables};

    MODEL_CHECK(oracle_field(operand, 63, 48) == 0, "a VMID in the operand");
    check_granule(oracle_field(operand, 47, 46));
    if (oracle_field(operand, 38, 37) != 0)
        aim_at_level(&aim, oracle_field(operand, 38, 37));
    invalidate_ipa(aim);
}

/* VMALLE1IS: combined entries of the current VMID. All that went before was of one VMID. */
void model_aarch64_stage2_invalidate_combined(void)
{
    for (size_t i = 0; i < gone_count; i++)
        MODEL_CHECK(gone[i].id == current_vmid(), "combined entries of another VMID are dropped");
    uncombined = gone_count;
}

void model_aarch64_stage2_invalidate_vmid(void)
{
    struct aim aim = {.id = current_vmid(), .any_id = !machine.has_ids};

    wait_for(tlbi_asid_drops, aim, true);
}

/* ALLE1IS */
void model_aarch64_stage2_invalidate_every(void)
{
    MODEL_CHECK(machine.rules.format.stage2, "an invalidation of stage 2 for a table of stage 1");
    waiting_for_all = true;
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

/* An operation by MVA or ASID names what the guest knows, and not what its hypervisor does. */
static void check_first_stage(void)
{
    MODEL_CHECK(!machine.rules.format.stage2, "an operation by MVA or ASID for a table of stage 2");
}

static void invalidate_mva(uint32_t vaddr, uint32_t asid, bool any_asid)
{
    struct aim aim = one_address(vaddr, asid, any_asid || !machine.has_ids);

    check_first_stage();
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

    check_first_stage();
    MODEL_CHECK(asid < 256, "a TLB operation by ASID %#x", asid);
    wait_for(tlbi_asid_drops, aim, true);
}

/* TLBIALLIS. In Hyp mode: both stages of the current VMID. */
void model_armv7_invalidate_all(void)
{
    if (machine.rules.format.stage2)
        model_aarch64_stage2_invalidate_vmid();
    else
        waiting_for_all = true;
}

/* ---- ARMv7 stage 2: VTTBR is as VTTBR_EL2, with a VMID of 8 bits ---- */

uint64_t model_armv7_stage2_read_vttbr(void)
{
    return model_aarch64_stage2_read_vttbr();
}

void model_armv7_stage2_write_vttbr(uint64_t value)
{
    MODEL_CHECK(oracle_field(value, 63, 56) == 0 && oracle_field(value, 47, 40) == 0,
                "VTTBR is %#llx: bits 63:56 and 47:40 are reserved", (unsigned long long)value);
    model_aarch64_stage2_write_vttbr(value);
}

/* TLBIALLNSNHIS */
void model_armv7_stage2_invalidate_every(void)
{
    model_aarch64_stage2_invalidate_every();
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

/* SFENCE.VMA is for the stage that satp roots, HFENCE.GVMA for the one that hgatp roots. */
static void check_stage(bool is_gstage)
{
    MODEL_CHECK(is_gstage == machine.rules.is_gstage, "a fence of the other stage");
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

/* SFENCE.VMA and HFENCE.GVMA order stores before they invalidate. */
static void fence_at(struct aim aim)
{
    check_fence_is_full(false);
    fence_stores();
    drop_at(sfence_drops, &aim);
}

static void fence_of_id(uint64_t id)
{
    struct aim aim = {.id = id};

    check_fence_is_full(false);
    fence_stores();
    drop_of(sfence_drops, &aim);
}

static void fence_all(void)
{
    fence_stores();
    drop_all();
}

void model_riscv_sfence(uint64_t vaddr)
{
    check_stage(false);
    fence_at(one_address(vaddr, 0, true));
}

void model_riscv_sfence_all(void)
{
    check_stage(false);
    fence_all();
}

void model_riscv_sfence_asid(uint64_t vaddr, uint64_t asid)
{
    check_stage(false);
    fence_at(one_address(vaddr, asid, false));
}

void model_riscv_sfence_all_asid(uint64_t asid)
{
    check_stage(false);
    fence_of_id(asid);
}

/*
 * "Hypervisor Memory-Management Fence Instructions": rs1 is a guest physical address shifted right
 * by 2, rs2 a VMID.
 */
static uint64_t guest_address(uint64_t operand)
{
    check_stage(true);
    return operand << 2;
}

void model_riscv_hfence(uint64_t operand)
{
    fence_at(one_address(guest_address(operand), 0, true));
}

void model_riscv_hfence_all(void)
{
    check_stage(true);
    fence_all();
}

void model_riscv_hfence_vmid(uint64_t operand, uint64_t vmid)
{
    fence_at(one_address(guest_address(operand), vmid, false));
}

void model_riscv_hfence_all_vmid(uint64_t vmid)
{
    check_stage(true);
    fence_of_id(vmid);
}

/* The first fence orders SINVAL.VMA and HINVAL.GVMA after the stores. The second completes them. */
static bool is_between_fences;

void model_riscv_sfence_w_inval(void)
{
    check_fence_is_full(false);
    fence_stores();
    is_between_fences = true;
}

static void inval(struct aim aim)
{
    MODEL_CHECK(is_between_fences, "an invalidation without SFENCE.W.INVAL before it");
    wait_for(sfence_drops, aim, false);
}

void model_riscv_sinval(uint64_t vaddr)
{
    check_stage(false);
    inval(one_address(vaddr, 0, true));
}

void model_riscv_sinval_asid(uint64_t vaddr, uint64_t asid)
{
    check_stage(false);
    inval(one_address(vaddr, asid, false));
}

void model_riscv_hinval(uint64_t operand)
{
    inval(one_address(guest_address(operand), 0, true));
}

void model_riscv_hinval_vmid(uint64_t operand, uint64_t vmid)
{
    inval(one_address(guest_address(operand), vmid, false));
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

/* What a guest has is not the host's. */
static void check_is_of_a_host(void)
{
    MODEL_CHECK(!machine.rules.format.lvz, "an INVTLB of the host, for a guest's table");
}

/* INVTLB 6: global pages, and those of the ASID. */
void model_loongarch64_invalidate(uint64_t asid, uint64_t vaddr)
{
    check_is_of_a_host();
    invalidate_pair(asid, vaddr, false);
}

/* INVTLB 5: pages of the ASID that are not global. */
void model_loongarch64_invalidate_own(uint64_t asid, uint64_t vaddr)
{
    check_is_of_a_host();
    invalidate_pair(asid, vaddr, true);
}

/* INVTLB 4: all pages of the ASID that are not global. */
void model_loongarch64_invalidate_asid(uint64_t asid)
{
    struct aim aim = {.id = asid, .any_id = !machine.has_ids, .spares_global = true};

    check_is_of_a_host();
    drop_of(invtlb_drops, &aim);
}

void model_loongarch64_invalidate_all(void)
{
    check_is_of_a_host();
    drop_all();
}

/*
 * With LVZ the ids are GIDs. Linux: INVTLB 0x16 drops a pair of guest physical addresses of a GID,
 * 0x15 what a GID has, 0x12 what every GID has. A GID has 8 bits.
 */
void model_loongarch64_invalidate_gpa(uint64_t gid, uint64_t gpa)
{
    MODEL_CHECK(machine.rules.format.lvz && gid < 256, "INVTLB 0x16 of GID %#llx",
                (unsigned long long)gid);
    invalidate_pair(gid, gpa, false);
}

void model_loongarch64_invalidate_guest(uint64_t gid)
{
    struct aim aim = {.id = gid, .any_id = !machine.has_ids};

    MODEL_CHECK(machine.rules.format.lvz && gid < 256, "INVTLB 0x15 of GID %#llx",
                (unsigned long long)gid);
    drop_of(invtlb_drops, &aim);
}

void model_loongarch64_invalidate_guests(void)
{
    MODEL_CHECK(machine.rules.format.lvz, "INVTLB 0x12 drops nothing of a host");
    drop_all();
}

void model_loongarch64_synchronize(void)
{
    machine.synchronizations++;
    if (machine.cpu == machine_writer_cpu())
        machine.synchronized = machine.completed;
}
