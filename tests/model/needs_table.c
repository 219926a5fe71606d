/* SPDX-License-Identifier: MIT */
/* Prints, as Markdown, what each kind of change costs on each architecture: what the metas say, and
 * what their flush executes. It runs the flush to find out. */
#include "instructions.h"

#include <stdio.h>
#include <string.h>

#include <page_table64.h>
#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/meta/amdvi.h>
#include <page_table64/meta/armv7.h>
#include <page_table64/meta/armv7_stage2.h>
#include <page_table64/meta/ept.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/npt.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/vtd.h>
#include <page_table64/meta/x86_64.h>

#include "../support/formats.h"

/* ---- what a flush executes ---- */

struct row {
    const char *name;
    const struct pt64_meta *meta;
};

static char executed[256];
static const char *newest;
/* The table has an id of its own, which is 1 here. */
static bool with_id;
/* CR4.PCIDE is set, and the CPU has INVPCID. */
static bool with_pcids;

static void execute(const char *instruction)
{
    size_t length = strlen(executed);

    if (newest != NULL && strcmp(newest, instruction) == 0)
        snprintf(executed + length, sizeof executed - length, " each");
    else
        snprintf(executed + length, sizeof executed - length, "%s`%s`", length > 0 ? ", " : "",
                 instruction);
    newest = instruction;
}

void model_x86_64_invlpg(uint64_t vaddr)
{
    (void)vaddr;
    execute("invlpg");
}

void model_x86_64_invpcid(uint64_t type, uint64_t pcid, uint64_t vaddr)
{
    (void)pcid;
    (void)vaddr;
    execute(type == 0 ? "invpcid 0" : "invpcid 1");
}

bool model_x86_64_has_pcids(void)
{
    return with_pcids;
}

uint64_t model_x86_64_current_pcid(void)
{
    return 0;
}

void model_x86_64_invalidate_all(void)
{
    execute("mov cr4");
}

void model_i386_load_cr3(void)
{
    execute("mov cr3");
}

bool model_ept_invept(uint64_t type, uint64_t eptp)
{
    (void)eptp;
    execute(type == 1 ? "invept 1" : "invept 2");
    return true;
}

void model_aarch64_publish(void)
{
    execute("dsb ishst");
}

void model_aarch64_complete(void)
{
    execute("dsb ish");
}

void model_aarch64_synchronize(void)
{
    execute("isb");
}

void model_aarch64_invalidate(uint64_t operand, bool tables, bool any_asid)
{
    (void)operand;
    if (any_asid)
        execute(tables ? "tlbi vaae1is" : "tlbi vaale1is");
    else
        execute(tables ? "tlbi vae1is" : "tlbi vale1is");
}

void model_aarch64_invalidate_range(uint64_t operand, bool tables, bool any_asid)
{
    (void)operand;
    if (any_asid)
        execute(tables ? "tlbi rvaae1is" : "tlbi rvaale1is");
    else
        execute(tables ? "tlbi rvae1is" : "tlbi rvale1is");
}

void model_aarch64_invalidate_asid(uint64_t operand)
{
    (void)operand;
    execute("tlbi aside1is");
}

void model_aarch64_invalidate_all(void)
{
    execute("tlbi vmalle1is");
}

void model_aarch64_el2_invalidate(uint64_t operand, bool tables)
{
    (void)operand;
    execute(tables ? "tlbi vae2is" : "tlbi vale2is");
}

void model_aarch64_el2_invalidate_all(void)
{
    execute("tlbi alle2is");
}

void model_aarch64_el3_invalidate(uint64_t operand, bool tables)
{
    (void)operand;
    execute(tables ? "tlbi vae3is" : "tlbi vale3is");
}

void model_aarch64_el3_invalidate_all(void)
{
    execute("tlbi alle3is");
}

uint64_t model_aarch64_stage2_read_vttbr(void)
{
    return 0;
}

void model_aarch64_stage2_write_vttbr(uint64_t vttbr)
{
    (void)vttbr;
    execute("msr vttbr_el2");
}

void model_aarch64_stage2_invalidate(uint64_t operand, bool tables)
{
    (void)operand;
    execute(tables ? "tlbi ipas2e1is" : "tlbi ipas2le1is");
}

void model_aarch64_stage2_invalidate_range(uint64_t operand, bool tables)
{
    (void)operand;
    execute(tables ? "tlbi ripas2e1is" : "tlbi ripas2le1is");
}

void model_aarch64_stage2_invalidate_combined(void)
{
    execute("tlbi vmalle1is");
}

void model_aarch64_stage2_invalidate_vmid(void)
{
    execute("tlbi vmalls12e1is");
}

void model_aarch64_stage2_invalidate_every(void)
{
    execute("tlbi alle1is");
}

void model_armv7_publish(void)
{
    execute("dsb ishst");
}

void model_armv7_complete(void)
{
    execute("dsb ish");
}

void model_armv7_synchronize(void)
{
    execute("isb");
}

void model_armv7_invalidate(uint32_t vaddr, uint32_t asid)
{
    (void)vaddr;
    (void)asid;
    execute("tlbimvais");
}

void model_armv7_invalidate_any(uint32_t vaddr)
{
    (void)vaddr;
    execute("tlbimvaais");
}

void model_armv7_invalidate_asid(uint32_t asid)
{
    (void)asid;
    execute("tlbiasidis");
}

void model_armv7_invalidate_all(void)
{
    execute("tlbiallis");
}

uint64_t model_armv7_stage2_read_vttbr(void)
{
    return 0;
}

void model_armv7_stage2_write_vttbr(uint64_t vttbr)
{
    (void)vttbr;
    execute("mcrr vttbr");
}

void model_armv7_stage2_invalidate_every(void)
{
    execute("tlbiallnsnhis");
}

void model_riscv_publish(void)
{
    execute("fence");
}

void model_riscv_sfence(uint64_t vaddr)
{
    (void)vaddr;
    execute("sfence.vma address");
}

void model_riscv_sfence_all(void)
{
    execute("sfence.vma");
}

void model_riscv_sfence_asid(uint64_t vaddr, uint64_t asid)
{
    (void)vaddr;
    (void)asid;
    execute("sfence.vma address, asid");
}

void model_riscv_sfence_all_asid(uint64_t asid)
{
    (void)asid;
    execute("sfence.vma x0, asid");
}

void model_riscv_sfence_w_inval(void)
{
    execute("sfence.w.inval");
}

void model_riscv_sinval(uint64_t vaddr)
{
    (void)vaddr;
    execute("sinval.vma address");
}

void model_riscv_sinval_asid(uint64_t vaddr, uint64_t asid)
{
    (void)vaddr;
    (void)asid;
    execute("sinval.vma address, asid");
}

void model_riscv_sfence_inval_ir(void)
{
    execute("sfence.inval.ir");
}

void model_riscv_hfence(uint64_t operand)
{
    (void)operand;
    execute("hfence.gvma address");
}

void model_riscv_hfence_all(void)
{
    execute("hfence.gvma");
}

void model_riscv_hfence_vmid(uint64_t operand, uint64_t vmid)
{
    (void)operand;
    (void)vmid;
    execute("hfence.gvma address, vmid");
}

void model_riscv_hfence_all_vmid(uint64_t vmid)
{
    (void)vmid;
    execute("hfence.gvma x0, vmid");
}

void model_riscv_hinval(uint64_t operand)
{
    (void)operand;
    execute("hinval.gvma address");
}

void model_riscv_hinval_vmid(uint64_t operand, uint64_t vmid)
{
    (void)operand;
    (void)vmid;
    execute("hinval.gvma address, vmid");
}

void model_loongarch64_publish(void)
{
    execute("dbar");
}

uint64_t model_loongarch64_asid(void)
{
    return 0;
}

bool model_loongarch64_is_loaded(uint64_t root)
{
    (void)root;
    return true;
}

void model_loongarch64_invalidate(uint64_t asid, uint64_t vaddr)
{
    (void)asid;
    (void)vaddr;
    execute("invtlb 6");
}

void model_loongarch64_invalidate_own(uint64_t asid, uint64_t vaddr)
{
    (void)asid;
    (void)vaddr;
    execute("invtlb 5");
}

void model_loongarch64_invalidate_asid(uint64_t asid)
{
    (void)asid;
    execute("invtlb 4");
}

void model_loongarch64_invalidate_all(void)
{
    execute("invtlb 0");
}

void model_loongarch64_invalidate_gpa(uint64_t gid, uint64_t gpa)
{
    (void)gid;
    (void)gpa;
    execute("invtlb 0x16");
}

void model_loongarch64_invalidate_guest(uint64_t gid)
{
    (void)gid;
    execute("invtlb 0x15");
}

void model_loongarch64_invalidate_guests(void)
{
    execute("invtlb 0x12");
}

void model_loongarch64_synchronize(void)
{
    execute("ibar");
}

static bool has_need(const struct pt64_meta *meta, enum pt64_need need);

/* For a change of two smallest pages, so that an invalidation by range shows. A flush of everything
 * stands for many changes. */
static const char *sequence(const char *name, const struct pt64_meta *meta, enum pt64_need need)
{
    struct pt64_flush request = {.id = PT64_NO_ID,
                                 .everything = need == PT64_NEED_ALL,
                                 .ended = need == PT64_NEED_ALL,
                                 .count = need == PT64_NEED_LEAF || need == PT64_NEED_WALK ? 1 : 0};
    pt64_size_t page = (pt64_size_t)1 << meta->page_shift;

    with_pcids = with_id && strncmp(name, "pt64_x86_64", 11) == 0;
    if (with_id)
        request.id = with_pcids ? pt64_x86_64_id(1, true) : 1;
    request.ranges[0] = (struct pt64_flush_range){0, 2 * page, page, true, need == PT64_NEED_WALK};
    executed[0] = 0;
    newest = NULL;
    if (need != PT64_NEED_ALL && !has_need(meta, need))
        return "";
    if (meta->flush == NULL)
        return "the handler's flush";
    meta->flush(&request);
    return executed;
}

/* ---- the tables ---- */

#define ROW(id, header, meta, pte) {#meta, &meta},

static const struct row rows[] = {FORMATS(ROW)};

#define ROWS (sizeof rows / sizeof *rows)

static const char *const words[] = {"nothing", "barrier", "leaf by address", "walk caches too",
                                    "everything"};

/* The members of pt64_needs in order. */
static const enum pt64_need *needs_of(const struct pt64_meta *meta)
{
    return &meta->needs.created;
}

static const char *const changes[] = {"created", "linked",  "relaxed", "tightened",
                                      "moved",   "resized", "removed", "unlinked"};

#define CHANGES (sizeof changes / sizeof *changes)

_Static_assert(sizeof(struct pt64_needs) == CHANGES * sizeof(enum pt64_need),
               "a column for each kind of change");

static bool has_need(const struct pt64_meta *meta, enum pt64_need need)
{
    for (size_t i = 0; i < CHANGES; i++)
        if (needs_of(meta)[i] == need)
            return true;
    return false;
}

static bool is_first(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(rows[i].name, rows[index].name) == 0)
            return false;
    return true;
}

static bool needs_alike(const struct row *first, const struct row *second)
{
    const struct pt64_meta *a = first->meta;
    const struct pt64_meta *b = second->meta;

    return memcmp(&a->needs, &b->needs, sizeof a->needs) == 0 &&
           a->break_to_move == b->break_to_move && a->root_is_held == b->root_is_held &&
           a->limits.split == b->limits.split && a->limits.grow == b->limits.grow;
}

/* The architecture is the second word of a meta's name: pt64_riscv_sv39, pt64_x86_64_la48. */
static bool is_same_arch(const char *a, const char *b)
{
    return strncmp(a, b, strlen("pt64_") + 4) == 0;
}

static bool same_sequences(const struct row *a, const struct row *b)
{
    char first[sizeof executed];

    for (unsigned need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++) {
        snprintf(first, sizeof first, "%s", sequence(a->name, a->meta, (enum pt64_need)need));
        if (strcmp(first, sequence(b->name, b->meta, (enum pt64_need)need)) != 0)
            return false;
    }
    return true;
}

typedef bool alike(const struct row *a, const struct row *b);

static bool is_like(size_t a, size_t b, alike *is_alike)
{
    return is_same_arch(rows[a].name, rows[b].name) && is_alike(&rows[a], &rows[b]);
}

/* Prints the names of all metas that are like the row's, unless an earlier row did so. */
static bool print_names(size_t index, alike *is_alike)
{
    for (size_t i = 0; i < index; i++)
        if (is_like(i, index, is_alike))
            return false;
    printf("|");
    for (size_t i = index; i < ROWS; i++)
        if (is_first(i) && is_like(i, index, is_alike))
            printf("%s `%s`", i > index ? "," : "", rows[i].name);
    printf(" |");
    return true;
}

static const char *const resizes[] = {"at once", "alone, then a flush", "by a break",
                                      "by a break, from an empty slot too"};

static void print_needs(void)
{
    printf("| meta |");
    for (size_t i = 0; i < CHANGES; i++)
        printf(" %s |", changes[i]);
    printf(" smaller | larger | in the root |\n| --- |");
    for (size_t i = 0; i < CHANGES + 3; i++)
        printf(" --- |");
    printf("\n");
    for (size_t row = 0; row < ROWS; row++) {
        const struct pt64_meta *meta = rows[row].meta;

        if (!print_names(row, needs_alike))
            continue;
        for (size_t i = 0; i < CHANGES; i++)
            printf(" %s%s |", i == 4 && meta->break_to_move ? "break, " : "",
                   words[needs_of(meta)[i]]);
        printf(" %s | %s | %s |\n", resizes[meta->limits.split], resizes[meta->limits.grow],
               meta->root_is_held ? words[PT64_NEED_ALL] : "the same");
    }
}

static void print_sequences(bool of_ids)
{
    with_id = of_ids;
    printf("\n| meta%s |", of_ids ? ", of a table with an id" : "");
    for (size_t need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++)
        printf(" %s |", words[need]);
    printf("\n| --- | --- | --- | --- | --- |\n");
    for (size_t row = 0; row < ROWS; row++) {
        if (!print_names(row, same_sequences))
            continue;
        for (unsigned need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++)
            printf(" %s |", sequence(rows[row].name, rows[row].meta, (enum pt64_need)need));
        printf("\n");
    }
}

int main(void)
{
    printf("\n");
    print_needs();
    printf("\nWhere it says break, the entry is made absent and flushed before it is made anew.\n");
    print_sequences(false);
    print_sequences(true);
    printf("\n");
    return 0;
}
