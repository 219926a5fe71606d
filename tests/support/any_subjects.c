/* SPDX-License-Identifier: MIT */
/*
 * Subjects that share one table type. Its traits are variables, so that the engine is compiled once
 * for all formats, and a tool that counts lines counts each line once. One format is in use at a
 * time: `select` says which.
 */
#include <page_table64.h>
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

#include "support/arena.h"
#include "support/formats.h"
#include "support/subject.h"
#include "unit/odd.h"

static struct pt64_meta any_meta;
static struct pt64_pte any_pte;
static struct pt64_handler any_handler = ARENA_HANDLER;

#define SUBJECT_META    any_meta
#define SUBJECT_PTE     any_pte
#define SUBJECT_HANDLER any_handler

#include "support/subject.inc"

/* As a kernel finds them at boot. */
static struct pt64_limits found_limits;

static const struct pt64_limits *any_limits(void *ctx)
{
    (void)ctx;
    return &found_limits;
}

/* Of every two formats that follow each other, one has limits in its geometry, and one has them
 * from its handler alone. Of every four, two have walkers that see only what is published. */
static void any_select(const struct subject *subject)
{
    size_t number = 0;

    while (subjects[number] != NULL && subjects[number] != subject)
        number++;
    any_meta = *subject->meta;
    any_pte = *subject->pte;
    any_handler.limits = NULL;
    any_handler.publish = number & 2 ? arena_publish : NULL;
    if (!(number & 1))
        return;
    found_limits = any_meta.limits;
    any_meta.limits = (struct pt64_limits){.levels = 0};
    any_handler.limits = any_limits;
}

/* A header that subjects.cmake writes names the formats that have no engine of their own. */
#ifdef ANY_FORMATS_HEADER
#include ANY_FORMATS_HEADER
#else
#define ANY_FORMATS(X) FORMATS(X) ODD_FORMATS(X)
#endif

#define SUBJECT(id, header, meta_, pte_)              \
    extern const struct subject subject_##id;         \
    const struct subject subject_##id = {             \
        .name = #id,                                  \
        .pte_name = #pte_,                            \
        .meta = &meta_,                               \
        .pte = &pte_,                                 \
        .memory_types = MEMORY_TYPES_##header(meta_), \
        .select = any_select,                         \
        SUBJECT_CALLS,                                \
    };

ANY_FORMATS(SUBJECT)

#ifndef ANY_FORMATS_HEADER
#define POINTER(id, header, meta, pte) &subject_##id,
const struct subject *const subjects[] = {ANY_FORMATS(POINTER) NULL};
#endif
