/* SPDX-License-Identifier: MIT */
/*
 * All subjects with one table type between them, whose traits are variables: the engine is compiled
 * once for all formats, so that a tool which counts lines counts each once. One format at a time:
 * `select` says which.
 */
#include <page_table64.h>
#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/x86_64.h>

#include "support/formats.h"
#include "support/subject.h"
#include "unit/odd.h"

static struct pt64_meta any_meta;
static struct pt64_pte any_pte;

#define SUBJECT_NAME   "any"
#define SUBJECT_META   any_meta
#define SUBJECT_PTE    any_pte
#define SUBJECT_OBJECT subject_any

#include "support/subject.inc"

static void any_select(const struct subject *subject)
{
    any_meta = *subject->meta;
    any_pte = *subject->pte;
}

#define ALL_FORMATS(X) FORMATS(X) ODD_FORMATS(X)

#define MEMORY_TYPES_x86_64      PT64_X86_64_PAT_VALUE
#define MEMORY_TYPES_aarch64     PT64_AARCH64_MAIR_VALUE
#define MEMORY_TYPES_riscv       0
#define MEMORY_TYPES_loongarch64 0

#define SPACE_OF(id, header, meta, pte) static struct subject subject_##id;
#define POINTER(id, header, meta, pte)  &subject_##id,
#define MAKE(id, header, meta_, pte_)                  \
    subject_##id = subject_any;                        \
    subject_##id.name = #id;                           \
    subject_##id.pte_name = #pte_;                     \
    subject_##id.meta = &meta_;                        \
    subject_##id.pte = &pte_;                          \
    subject_##id.memory_types = MEMORY_TYPES_##header; \
    subject_##id.select = any_select;

ALL_FORMATS(SPACE_OF)

const struct subject *const subjects[] = {ALL_FORMATS(POINTER) NULL};

__attribute__((constructor(101))) static void make_subjects(void)
{
    ALL_FORMATS(MAKE)
}
