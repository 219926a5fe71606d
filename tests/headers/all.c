/* SPDX-License-Identifier: MIT */
/* Tables of every architecture in one file. */
#include "page_table64.h"
#include "page_table64/meta/aarch64.h"
#include "page_table64/meta/aarch64_stage2.h"
#include "page_table64/meta/amdvi.h"
#include "page_table64/meta/armv7.h"
#include "page_table64/meta/armv7_stage2.h"
#include "page_table64/meta/ept.h"
#include "page_table64/meta/i386.h"
#include "page_table64/meta/loongarch64.h"
#include "page_table64/meta/npt.h"
#include "page_table64/meta/riscv.h"
#include "page_table64/meta/vtd.h"
#include "page_table64/meta/x86_64.h"

#include "support/formats.h"

static pt64_paddr_t no_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    return PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    (void)frame;
    return NULL;
}

static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler handler = {no_frame, free_frame, phys_to_virt, flush, NULL, NULL};

#define DEFINE(id, header, meta, pte)         \
    PT64_DEFINE_(id, meta, pte, handler, 0);  \
    pt64_status_t create_##id(id##_t *table); \
    pt64_status_t create_##id(id##_t *table)  \
    {                                         \
        return id##_create(table, NULL);      \
    }
FORMATS(DEFINE)

int main(void)
{
    int created = 0;

#define CREATE(id, header, meta, pte)              \
    {                                              \
        id##_t table;                              \
                                                   \
        created += create_##id(&table) == PT64_OK; \
    }
    FORMATS(CREATE)
    return created;
}
