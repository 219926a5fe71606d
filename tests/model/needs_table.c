/* SPDX-License-Identifier: MIT */
/*
 * Prints, as Markdown, what each kind of change costs on each architecture: what the metas say, and
 * what their flush then executes, by running it.
 */
#include "instructions.h"

#include <stdio.h>
#include <string.h>

#include <page_table64.h>
#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/x86_64.h>

#include "../support/formats.h"

/* ---- what a flush executes ---- */

static char executed[256];
static const char *newest;

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

void model_x86_64_invalidate_all(void)
{
    execute("mov cr4");
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

void model_aarch64_invalidate(uint64_t vaddr, bool tables)
{
    (void)vaddr;
    execute(tables ? "tlbi vaae1is" : "tlbi vaale1is");
}

void model_aarch64_invalidate_range(uint64_t operand, bool tables)
{
    (void)operand;
    execute(tables ? "tlbi rvaae1is" : "tlbi rvaale1is");
}

void model_aarch64_invalidate_all(void)
{
    execute("tlbi vmalle1is");
}

void model_aarch64_el2_invalidate(uint64_t vaddr, bool tables)
{
    (void)vaddr;
    execute(tables ? "tlbi vae2is" : "tlbi vale2is");
}

void model_aarch64_el2_invalidate_all(void)
{
    execute("tlbi alle2is");
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

void model_loongarch64_invalidate_all(void)
{
    execute("invtlb 0");
}

static bool has_need(const struct pt64_meta *meta, enum pt64_need need);

/* For a change of two smallest pages, so that a range invalidation shows. Everything is what many
 * changes come to. */
static const char *sequence(const struct pt64_meta *meta, enum pt64_need need)
{
    struct pt64_flush request = {.everything = need == PT64_NEED_ALL,
                                 .tables = need == PT64_NEED_WALK,
                                 .count = need == PT64_NEED_LEAF || need == PT64_NEED_WALK ? 1 : 0};
    pt64_size_t page = (pt64_size_t)1 << meta->page_shift;

    request.ranges[0] = (struct pt64_flush_range){0, 2 * page, page};
    executed[0] = 0;
    newest = NULL;
    if (need != PT64_NEED_ALL && !has_need(meta, need))
        return "";
    meta->flush(&request);
    return executed;
}

/* ---- the tables ---- */

struct row {
    const char *name;
    const struct pt64_meta *meta;
};

#define ROW(id, header, meta, pte) {#meta, &meta},

static const struct row rows[] = {FORMATS(ROW)};

#define ROWS (sizeof rows / sizeof *rows)

static const char *const words[] = {"nothing", "barrier", "leaf by address", "walk caches too",
                                    "everything"};

/* pt64_needs in its order. */
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

static bool needs_alike(const struct pt64_meta *a, const struct pt64_meta *b)
{
    return memcmp(&a->needs, &b->needs, sizeof a->needs) == 0 &&
           a->break_to_move == b->break_to_move && a->break_to_resize == b->break_to_resize;
}

/* The architecture's name is the second word of a meta's: pt64_riscv_sv39, pt64_x86_64_la48. */
static bool is_same_arch(const char *a, const char *b)
{
    return strncmp(a, b, strlen("pt64_") + 4) == 0;
}

static bool same_sequences(const struct pt64_meta *a, const struct pt64_meta *b)
{
    char first[sizeof executed];

    for (unsigned need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++) {
        snprintf(first, sizeof first, "%s", sequence(a, (enum pt64_need)need));
        if (strcmp(first, sequence(b, (enum pt64_need)need)) != 0)
            return false;
    }
    return true;
}

typedef bool alike(const struct pt64_meta *a, const struct pt64_meta *b);

static bool is_like(size_t a, size_t b, alike *is_alike)
{
    return is_same_arch(rows[a].name, rows[b].name) && is_alike(rows[a].meta, rows[b].meta);
}

/* The names of all metas that are like the one of a row; nothing if an earlier row has said it. */
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

static void print_needs(void)
{
    printf("| meta |");
    for (size_t i = 0; i < CHANGES; i++)
        printf(" %s |", changes[i]);
    printf("\n| --- |");
    for (size_t i = 0; i < CHANGES; i++)
        printf(" --- |");
    printf("\n");
    for (size_t row = 0; row < ROWS; row++) {
        if (!print_names(row, needs_alike))
            continue;
        for (size_t i = 0; i < CHANGES; i++) {
            bool breaks = (i == 4 && rows[row].meta->break_to_move) ||
                          (i == 5 && rows[row].meta->break_to_resize);

            printf(" %s%s |", breaks ? "break, " : "", words[needs_of(rows[row].meta)[i]]);
        }
        printf("\n");
    }
}

static void print_sequences(void)
{
    printf("\n| meta |");
    for (size_t need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++)
        printf(" %s |", words[need]);
    printf("\n| --- | --- | --- | --- | --- |\n");
    for (size_t row = 0; row < ROWS; row++) {
        if (!print_names(row, same_sequences))
            continue;
        for (unsigned need = PT64_NEED_BARRIER; need <= PT64_NEED_ALL; need++)
            printf(" %s |", sequence(rows[row].meta, (enum pt64_need)need));
        printf("\n");
    }
}

int main(void)
{
    printf("\n");
    print_needs();
    printf("\nWhere it says break, the entry is emptied and flushed before it is made anew.\n");
    print_sequences();
    printf("\n");
    return 0;
}
