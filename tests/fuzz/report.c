/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <page_table64.h>
#include <page_table64/dump.h>
#include <page_table64/terms/aarch64.h>
#include <page_table64/terms/aarch64_stage2.h>
#include <page_table64/terms/amdvi.h>
#include <page_table64/terms/armv7.h>
#include <page_table64/terms/armv7_stage2.h>
#include <page_table64/terms/ept.h>
#include <page_table64/terms/i386.h>
#include <page_table64/terms/loongarch64.h>
#include <page_table64/terms/npt.h>
#include <page_table64/terms/riscv.h>
#include <page_table64/terms/vtd.h>
#include <page_table64/terms/x86_64.h>

#include <stdlib.h>
#include <string.h>

#include "support/arena.h"

static const struct pt64_handler arena_handler = ARENA_HANDLER;

static struct pt64_meta reader_meta;
static struct pt64_pte reader_pte;
static struct pt64_terms reader_terms;

PT64_DEFINE_(reader, reader_meta, reader_pte, arena_handler, 0);
PAGE_TABLE64_DEFINE_DUMP(reader, reader_terms);

/* By the entry format, because each file has constants of its own. */
#define TERMS_OF(name) {#name "_pte", &name##_terms}

static const struct {
    const char *pte_name;
    const struct pt64_terms *terms;
} terms_of[] = {
    TERMS_OF(pt64_x86_64),
    TERMS_OF(pt64_x86_64_cet),
    TERMS_OF(pt64_i386),
    TERMS_OF(pt64_i386_pae),
    TERMS_OF(pt64_ept),
    TERMS_OF(pt64_ept_noad),
    TERMS_OF(pt64_ept_mbec),
    TERMS_OF(pt64_npt),
    TERMS_OF(pt64_aarch64),
    TERMS_OF(pt64_aarch64_hafdbs),
    TERMS_OF(pt64_aarch64_el2),
    TERMS_OF(pt64_aarch64_lpa),
    TERMS_OF(pt64_aarch64_hafdbs_lpa),
    TERMS_OF(pt64_aarch64_el2_lpa),
    TERMS_OF(pt64_aarch64_lpa2),
    TERMS_OF(pt64_aarch64_hafdbs_lpa2),
    TERMS_OF(pt64_aarch64_el2_lpa2),
    TERMS_OF(pt64_aarch64_stage2),
    TERMS_OF(pt64_aarch64_stage2_xnx),
    TERMS_OF(pt64_aarch64_stage2_fwb),
    TERMS_OF(pt64_aarch64_stage2_hafdbs),
    TERMS_OF(pt64_aarch64_stage2_fwb_lpa),
    TERMS_OF(pt64_aarch64_stage2_fwb_lpa2),
    TERMS_OF(pt64_armv7_short),
    TERMS_OF(pt64_armv7_short_afe),
    TERMS_OF(pt64_armv7_lpae),
    TERMS_OF(pt64_armv7_stage2),
    TERMS_OF(pt64_riscv),
    TERMS_OF(pt64_riscv_sv32),
    TERMS_OF(pt64_riscv_svpbmt),
    TERMS_OF(pt64_riscv_xuantie),
    TERMS_OF(pt64_loongarch64),
    TERMS_OF(pt64_loongarch64_hptw),
    TERMS_OF(pt64_loongarch64_plv),
    TERMS_OF(pt64_loongarch64_hptw_plv),
    TERMS_OF(pt64_loongarch64_lvz),
    TERMS_OF(pt64_riscv_svrsw60t59b),
    TERMS_OF(pt64_riscv_zicfiss),
    TERMS_OF(pt64_riscv_gstage),
    TERMS_OF(pt64_riscv_gstage_sv32),
    TERMS_OF(pt64_riscv_gstage_svpbmt),
    TERMS_OF(pt64_vtd_ss),
    TERMS_OF(pt64_vtd_ss_snp),
    TERMS_OF(pt64_vtd_ss_ad),
    TERMS_OF(pt64_vtd_ss_ad_snp),
    TERMS_OF(pt64_vtd_fs),
    TERMS_OF(pt64_amdvi_v1),
    TERMS_OF(pt64_amdvi_v1_ad),
    TERMS_OF(pt64_amdvi_v2),
};

static const reader_t *reader_of(const struct subject *subject, const void *table)
{
    size_t i = 0;

    while (strcmp(terms_of[i].pte_name, subject->pte_name) != 0)
        if (++i == sizeof terms_of / sizeof *terms_of)
            abort();
    reader_meta = *subject->meta;
    reader_pte = *subject->pte;
    reader_terms = *terms_of[i].terms;
    return table;
}

/* Lines longer than the library's buffer come in pieces. */
static void hear(void *ctx, const char *text, size_t length)
{
    char *last = ctx;

    for (size_t i = 0; i < length; i++) {
        *last = text[i];
        if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
            abort();
    }
}

void report_dump(const struct subject *subject, const void *table)
{
    char last = '\n';

    reader_dump(reader_of(subject, table), hear, &last);
    if (last != '\n')
        abort();
}

void report_explain(const struct subject *subject, const void *table, pt64_vaddr_t vaddr)
{
    char last = '\0';

    reader_explain(reader_of(subject, table), vaddr, hear, &last);
    if (last != '\n')
        abort();
}
