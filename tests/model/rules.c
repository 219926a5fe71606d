/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <string.h>

/*
 * SDM 3A, 5.10.2 and 5.10.4: no invalid entry is cached, and no translation without A. Walkers see
 * stores in order. 5.10.4.1: a page fault drops what is cached for its address. 5.10.4.2: a page
 * size changes together with nothing else. CET: a leaf with D and without R/W is a shadow-stack
 * page.
 */
static void rules_x86(const char *name, struct rules *rules)
{
    rules->name = name;
    rules->caches_walks = true;
    rules->checks_directories = true;
    rules->needs_accessed = true;
    rules->sets_accessed = true;
    rules->sets_dirty = true;
    rules->sets_accessed_above = true;
    rules->resize_alone = true;
    rules->faults_forget = true;
    rules->dirty_needs_writable = true;
}

static void rules_x86_64(struct rules *rules)
{
    rules_x86("x86_64", rules);
    rules->has_ids = true;
}

/*
 * CR4.PCIDE can be set in IA-32e mode only (SDM 3A, 5.10.1). Entries of four bytes have no XD
 * (5.3). With PAE paging the four PDPTEs are registers, and CR3 has bits 31:5 of their address
 * (5.4.1).
 */
static void rules_i386(struct rules *rules)
{
    rules_x86("i386", rules);
    rules->always_executable = rules->format.entry_bytes == 4;
    rules->holds_root = !rules->always_executable;
    if (rules->holds_root)
        rules->root_paddr_bits = 32;
}

/*
 * SDM 3C, 30.4.2 and 30.4.3: nothing is cached from entries that are not present or misconfigured.
 * An EPT violation drops what is cached for its address. 30.3.5: with bit 6 of the EPTP the CPU
 * sets A in every entry and D in leaves, and caches no translation without A. The TLBs are those
 * of 5.10, so sizes change as there. What is cached is of an EPTP.
 */
static void rules_ept(struct rules *rules)
{
    bool has_notes = !rules->format.no_ad;

    rules->name = "ept";
    rules->caches_walks = true;
    rules->checks_directories = true;
    rules->needs_accessed = has_notes;
    rules->sets_accessed = has_notes;
    rules->sets_dirty = has_notes;
    rules->sets_accessed_above = has_notes;
    rules->resize_alone = true;
    rules->faults_forget = true;
    rules->faults_for_permissions = true;
    rules->has_ids = true;
}

/* APM 15.25: as the host's own tables. 15.16: VMRUN invalidates, by ASID. */
static void rules_npt(struct rules *rules)
{
    rules_x86("npt", rules);
    rules->faults_for_permissions = true;
    rules->has_ids = true;
    rules->flushes_on_entry = true;
}

static void rules_arm(const char *name, struct rules *rules)
{
    rules->name = name;
    rules->weak_stores = true;
    rules->caches_walks = true;
    rules->checks_directories = true;
    rules->needs_accessed = true;
    rules->break_to_move = true;
    rules->break_to_resize = true;
    rules->needs_synchronization = true;
    rules->has_ids = true;
    rules->broadcasts = true;
}

/* Arm ARM D8.16, D8.17 (IWZCBG, RWHZWS, RDDMVT). With FEAT_BBML2 sizes change directly. */
static void rules_aarch64(const char *id, bool with_updates, struct rules *rules)
{
    rules_arm("aarch64", rules);
    rules->sets_accessed = rules->format.hafdbs || with_updates;
    rules->sets_dirty = rules->format.hafdbs;
    rules->break_to_resize = strstr(id, "bbm2") == NULL;
    rules->has_ids = !rules->format.single_privilege;
    rules->exception_level = rules->format.stage2          ? 0
                             : strstr(id, "_el3_") != NULL ? 3
                             : strstr(id, "_el2") != NULL  ? 2
                                                           : 1;
}

/* ARMv7 ARM B3.10: as on AArch64. No entry changes by itself while SCTLR.HA is clear (B4.1.130). */
static void rules_armv7(struct rules *rules)
{
    rules_arm("armv7", rules);
}

/* "Supervisor Memory-Management Fence Instruction", "Svvptc", "Svade" and "Svadu". For the G-stage
 * "Hypervisor Memory-Management Fence Instructions" say the same. Its ids are VMIDs. */
static void rules_riscv(const char *id, bool with_updates, struct rules *rules)
{
    rules->name = "riscv";
    rules->weak_stores = true;
    rules->caches_walks = true;
    rules->validity_arrives = strstr(id, "svvptc") != NULL;
    rules->caches_invalid = !rules->validity_arrives;
    rules->checks_directories = true;
    rules->faults_on_clear = !with_updates;
    rules->sets_accessed = with_updates;
    rules->sets_dirty = with_updates;
    rules->has_ids = true;
    rules->only_full_fences = strstr(id, "full_fence") != NULL;
    rules->is_gstage = rules->format.single_privilege;
}

/*
 * Volume 1, 5.4: the TLB holds what LDPTE read, valid or not, and no other step of a walk. 5.4.1
 * and 5.4.3: two TLB entries for one address are undefined. The hardware walker (CPUCFG2.HPTW)
 * writes V and D. A change is complete with an IBAR.
 */
static void rules_loongarch64(const char *id, struct rules *rules)
{
    bool has_walker = strstr(id, "hptw") != NULL;

    rules->name = "loongarch64";
    rules->weak_stores = true;
    rules->caches_invalid = true;
    rules->no_double_match = true;
    rules->has_ids = true;
    rules->sets_accessed = has_walker;
    rules->sets_dirty = has_walker;
    rules->needs_synchronization = has_walker;
    rules->always_executable = rules->format.lvz;
}

/*
 * VT-d 6.2, AMD-Vi 2.4: steps of walks are cached, and entries that are not present where CAP.CM or
 * NpCache says so. One invalidation is for all devices of the domain. The walker sets A and D where
 * it is told to, and always in a first stage.
 */
static void rules_iommu(const char *name, const char *id, struct rules *rules)
{
    bool sets = rules->format.device_ad || rules->format.first_stage;

    rules->name = name;
    rules->caches_walks = true;
    rules->caches_invalid = strstr(id, "_cm") != NULL || strstr(id, "_np") != NULL;
    rules->checks_directories = true;
    rules->needs_accessed = true;
    rules->sets_accessed = sets;
    rules->sets_dirty = sets;
    rules->broadcasts = true;
}

bool rules_of(const char *id, uint64_t memory_types, bool with_updates, struct rules *rules)
{
    memset(rules, 0, sizeof *rules);
    if (!oracle_parse(id, &rules->format))
        return false;
    if (memory_types != 0)
        rules->format.memory_types = memory_types;
    rules->root_paddr_bits = rules->format.paddr_bits;
    switch (rules->format.arch) {
    case ORACLE_X86_64:
        rules_x86_64(rules);
        break;
    case ORACLE_I386:
        rules_i386(rules);
        break;
    case ORACLE_AARCH64:
        rules_aarch64(id, with_updates, rules);
        break;
    case ORACLE_ARMV7:
        rules_armv7(rules);
        break;
    case ORACLE_RISCV:
        rules_riscv(id, with_updates, rules);
        break;
    case ORACLE_VTD:
        rules_iommu("vtd", id, rules);
        break;
    case ORACLE_AMDVI:
        rules_iommu("amdvi", id, rules);
        break;
    case ORACLE_EPT:
        rules_ept(rules);
        break;
    case ORACLE_NPT:
        rules_npt(rules);
        break;
    case ORACLE_LOONGARCH64:
    default:
        rules_loongarch64(id, rules);
        break;
    }
    return true;
}

static oracle_step_fn *step_of(enum oracle_arch arch)
{
    switch (arch) {
    case ORACLE_X86_64:
        return oracle_step_x86_64;
    case ORACLE_I386:
        return oracle_step_i386;
    case ORACLE_AARCH64:
        return oracle_step_aarch64;
    case ORACLE_ARMV7:
        return oracle_step_armv7;
    case ORACLE_RISCV:
        return oracle_step_riscv;
    case ORACLE_VTD:
        return oracle_step_vtd;
    case ORACLE_AMDVI:
        return oracle_step_amdvi;
    case ORACLE_EPT:
        return oracle_step_ept;
    case ORACLE_NPT:
        return oracle_step_npt;
    case ORACLE_LOONGARCH64:
    default:
        return oracle_step_loongarch64;
    }
}

/* ARMv7 ARM B3.5.1: a small page or a section. */
static bool is_short_leaf(const struct rules *rules, uint64_t entry, unsigned level)
{
    return rules->format.arch == ORACLE_ARMV7 && rules->format.entry_bytes == 4 &&
           oracle_bit(entry, 1) && (level == 0 || !oracle_bit(entry, 0));
}

/* Long descriptors have the shareability in SH[1:0], but for those of FEAT_LPA2. */
static bool has_sh_field(const struct rules *rules)
{
    return (rules->format.arch == ORACLE_AARCH64 && !rules->format.lpa2) ||
           (rules->format.arch == ORACLE_ARMV7 && rules->format.entry_bytes == 8);
}

/* The library uses one shareability, and hardware accepts the others as well. A CPU without CET may
 * set D in a page that is not writable any more. The library never does. */
uint64_t rules_as_ours(const struct rules *rules, uint64_t entry, unsigned level)
{
    if (is_short_leaf(rules, entry, level))
        return entry | UINT64_C(1) << (level == 0 ? 10 : 16);
    if (has_sh_field(rules) && oracle_bit(entry, 0) && oracle_field(entry, 9, 8) != 1)
        return entry | UINT64_C(3) << 8;
    if (rules->dirty_needs_writable && !rules->format.cet && !rules_is_held(rules, level) &&
        oracle_bit(entry, 0) && !oracle_bit(entry, 1))
        return entry & ~(UINT64_C(1) << 6);
    return entry;
}

void rules_decode(const struct rules *rules, uint64_t entry, unsigned level,
                  struct rules_entry *out)
{
    uint64_t ours = rules_as_ours(rules, entry, level);
    struct oracle_step step = {.kind = ORACLE_STOP};

    out->odd = NULL;
    step_of(rules->format.arch)(&rules->format, entry, level, &step);
    if (step.kind == ORACLE_RESERVED && ours != entry) {
        out->odd = step.why;
        step = (struct oracle_step){.kind = ORACLE_STOP};
        step_of(rules->format.arch)(&rules->format, ours, level, &step);
        step.page.dirty |= rules_with_dirty(rules, entry) == entry;
    }
    step.page.level = level;
    step.page.size = rules_size(rules, level);
    step.page.entry = entry;
    out->kind = step.kind == ORACLE_STOP    ? RULES_EMPTY
                : step.kind == ORACLE_LEAF  ? RULES_LEAF
                : step.kind == ORACLE_TABLE ? RULES_TABLE
                                            : RULES_RESERVED;
    out->why = step.why;
    out->next = step.next;
    out->page = step.page;
}

unsigned rules_shift(const struct rules *rules, unsigned level)
{
    return rules->format.page_bits + level * rules->format.index_bits;
}

uint64_t rules_size(const struct rules *rules, unsigned level)
{
    return UINT64_C(1) << rules_shift(rules, level);
}

uint64_t rules_entries(const struct rules *rules, unsigned level)
{
    return oracle_table_entries(&rules->format, level);
}

uint64_t rules_table_bytes(const struct rules *rules, unsigned level)
{
    return oracle_table_bytes(&rules->format, level);
}

unsigned rules_root_level(const struct rules *rules)
{
    return rules->format.levels - 1;
}

uint64_t rules_index(const struct rules *rules, uint64_t vaddr, unsigned level)
{
    return vaddr >> rules_shift(rules, level) & (rules_entries(rules, level) - 1);
}

uint64_t rules_extend(const struct rules *rules, uint64_t translated)
{
    const struct oracle_format *format = &rules->format;
    bool upper =
        format->half == ORACLE_UPPER_HALF ||
        (format->half == ORACLE_BOTH_HALVES && oracle_bit(translated, format->vaddr_bits - 1));

    return upper ? translated | UINT64_MAX << format->vaddr_bits : translated;
}

/* VT-d, second stage: A is bit 8, D bit 9. AMD-Vi, and a first stage: 5 and 6. */
static unsigned iommu_accessed_bit(const struct rules *rules)
{
    return rules->format.arch == ORACLE_VTD && !rules->format.first_stage ? 8 : 5;
}

uint64_t rules_with_accessed(const struct rules *rules, uint64_t entry)
{
    switch (rules->format.arch) {
    case ORACLE_X86_64:
    case ORACLE_I386:
    case ORACLE_NPT:
        return entry | UINT64_C(1) << 5;
    case ORACLE_EPT:
        return rules->sets_accessed ? entry | UINT64_C(1) << 8 : entry;
    case ORACLE_AARCH64:
        return entry | UINT64_C(1) << 10;
    case ORACLE_ARMV7:
        return entry;
    case ORACLE_RISCV:
        return entry | UINT64_C(1) << 6;
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return entry | UINT64_C(1) << iommu_accessed_bit(rules);
    case ORACLE_LOONGARCH64: /* the hardware walker sets V */
    default:
        return rules->sets_accessed ? entry | UINT64_C(1) << 0 : entry;
    }
}

uint64_t rules_with_dirty(const struct rules *rules, uint64_t entry)
{
    switch (rules->format.arch) {
    case ORACLE_X86_64:
    case ORACLE_I386:
    case ORACLE_NPT:
        return entry | UINT64_C(1) << 6;
    case ORACLE_EPT:
        return rules->sets_dirty ? entry | UINT64_C(1) << 9 : entry;
    case ORACLE_ARMV7:
        return entry;
    case ORACLE_AARCH64: /* D8.5.2: a store to a page with DBM clears AP[2], or sets S2AP[1] */
        if (rules->format.stage2)
            return oracle_bit(entry, 51) ? entry | UINT64_C(1) << 7 : entry;
        return oracle_bit(entry, 51) ? entry & ~(UINT64_C(1) << 7) : entry;
    case ORACLE_RISCV:
        return entry | UINT64_C(1) << 7;
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return entry | UINT64_C(2) << iommu_accessed_bit(rules);
    case ORACLE_LOONGARCH64: /* the hardware walker sets D */
    default:
        return rules->sets_dirty ? entry | UINT64_C(1) << 1 : entry;
    }
}

bool rules_is_huge_hole(const struct rules *rules, uint64_t entry, unsigned level)
{
    struct rules_entry decoded;

    if (!rules->no_double_match || level == 0 || !oracle_bit(entry, 6))
        return false;
    rules_decode(rules, entry, level, &decoded);
    return decoded.kind == RULES_EMPTY;
}

bool rules_is_held(const struct rules *rules, unsigned level)
{
    return rules->holds_root && level == rules_root_level(rules);
}

/*
 * ARMv7 ARM B3.8.3: TEX[0], C and B select a type in PRRR (the lower half of the registers), and
 * the inner and outer caching in NMRR (the upper half). S selects shareability among DS and NS in
 * PRRR, bits 16 to 19.
 */
static uint64_t short_attributes(uint64_t registers, const struct oracle_page *page)
{
    bool is_small = page->level == 0;
    unsigned index = (unsigned)oracle_field(page->entry, 3, 2) |
                     (oracle_bit(page->entry, is_small ? 6 : 12) ? 4U : 0U);
    bool shareable = oracle_bit(page->entry, is_small ? 10 : 16);

    return oracle_field(registers, 2 * index + 1, 2 * index) |
           oracle_field(registers, 2 * index + 33, 2 * index + 32) << 2 |
           oracle_field(registers, 2 * index + 49, 2 * index + 48) << 4 |
           (uint64_t)oracle_bit(registers, shareable ? 17 : 16) << 6 |
           (uint64_t)oracle_bit(registers, shareable ? 19 : 18) << 7 |
           (uint64_t)oracle_bit(registers, 24 + index) << 8;
}

/* The attributes that an Arm entry selects, whether the library has a flag for them or not. */
static uint64_t attributes(const struct rules *rules, const struct oracle_page *page)
{
    if (rules->format.entry_bytes == 4)
        return short_attributes(rules->format.memory_types, page);
    if (rules->format.stage2) /* MemAttr itself */
        return oracle_keep(page->entry, 5, 2) | oracle_keep(page->entry, 9, 8);
    return oracle_field(rules->format.memory_types,
                        8 * (unsigned)oracle_field(page->entry, 4, 2) + 7,
                        8 * (unsigned)oracle_field(page->entry, 4, 2)) |
           oracle_keep(page->entry, 9, 8);
}

/* On x86 the CPU stores to a shadow stack only while D is set, whatever software says of the page.
 */
bool rules_is_shadow_stack(const struct rules *rules, const struct oracle_page *page)
{
    return page->shadow_stack && (page->dirty || !rules->format.cet);
}

/* RWHZWS: another address, memory type or shareability, or a change between global and not. */
bool rules_is_moved(const struct rules *rules, const struct oracle_page *old, uint64_t old_paddr,
                    const struct oracle_page *new, uint64_t new_paddr)
{
    return rules->break_to_move &&
           (old_paddr != new_paddr || attributes(rules, old) != attributes(rules, new) ||
            new->global != old->global);
}
