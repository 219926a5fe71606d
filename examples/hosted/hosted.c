/* SPDX-License-Identifier: MIT */
/*
 * The smallest complete program: a page table in the ordinary memory of this process, which no CPU
 * walks. It is how a tool, a hypervisor or a test builds and reads the tables of any machine.
 *
 *     cc -I include examples/hosted/hosted.c && ./a.out
 *
 * makes one for x86-64. For another format say which, as the build of this folder does:
 *
 *     cc -I include -DHEADER='"page_table64/meta/riscv.h"' \
 *         -DMETA=pt64_riscv_sv39 -DPTE=pt64_riscv_pte examples/hosted/hosted.c
 */
#ifndef HEADER
#define HEADER "page_table64/meta/x86_64.h"
#define META   pt64_x86_64_la48
#define PTE    pt64_x86_64_pte
#endif

#define PT64_HOSTED /* execute no privileged instruction */
#include "page_table64.h"
#include HEADER

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the handler: what the library asks of an operating system ---- */

/* A frame's physical address is its address in this process, and `ctx` counts the frames in use. */

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    void *memory = aligned_alloc(bytes, bytes);

    if (memory == NULL)
        return PT64_NO_FRAME;
    ++*(unsigned *)ctx;
    return (pt64_paddr_t)(uintptr_t)memory;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)bytes;
    --*(unsigned *)ctx;
    free((void *)(uintptr_t)frame);
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return (void *)(uintptr_t)frame;
}

/* No CPU and no device uses the table: there is nothing to invalidate. */
static void run_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler handler = {alloc_frame, free_frame, phys_to_virt,
                                            run_flush,   NULL,       NULL};

/* ---- the table ---- */

PAGE_TABLE64_DEFINE(table, META, PTE, handler);

#define CODE       UINT64_C(0x40000000) /* physical addresses */
#define DATA       UINT64_C(0x80000000)
#define CODE_BYTES (8 * PT64_SIZE_64K)
#define DATA_BYTES (64 * PT64_SIZE_2M)

/* An address that every format has. An upper half ends at the last address. */
static pt64_vaddr_t base(void)
{
    return META.space == PT64_SPACE_UPPER ? ~(pt64_vaddr_t)0 << 31 : PT64_SIZE_1G;
}

/* Code that can be executed, data after it, and a guard page within the data. */
static pt64_status_t fill(table_t *table)
{
    table_guard_t guard;
    pt64_vaddr_t data = base() + PT64_SIZE_32M;
    pt64_status_t status;

    table_begin(&guard, table);
    status =
        table_map_region(&guard, base(), CODE, CODE_BYTES, PT64_READ | PT64_EXECUTE, PT64_SIZE_ANY);
    if (status == PT64_OK)
        status =
            table_map_region(&guard, data, DATA, DATA_BYTES, PT64_READ | PT64_WRITE, PT64_SIZE_ANY);
    if (status == PT64_OK)
        status = table_unmap_region(&guard, data + PT64_SIZE_2M, PT64_SIZE_64K);
    table_ignore(&guard); /* no CPU has this table loaded: there is nothing to flush */
    return status;
}

static void print(const table_t *table)
{
    struct pt64_mapping run = {0, 0, 0, 0};
    pt64_vaddr_t from = 0;

    do {
        if (table_next(table, from, UINT64_MAX, &run) != PT64_OK)
            break;
        printf("%016" PRIx64 " -> %016" PRIx64 "  %9" PRIu64 " KiB  %c%c%c\n", run.vaddr, run.paddr,
               run.size / 1024, run.flags & PT64_READ ? 'r' : '-',
               run.flags & PT64_WRITE ? 'w' : '-', run.flags & PT64_EXECUTE ? 'x' : '-');
        from = run.vaddr + run.size;
    } while (from != 0); /* past the last address, `from` is 0 */
}

int main(void)
{
    unsigned frames = 0;
    table_t table;
    pt64_status_t status = table_create(&table, &frames);

    if (status == PT64_OK) {
        status = fill(&table);
        print(&table);
        printf("%u frames of tables, the root at %#" PRIx64 "\n", frames, table_root(&table));
        table_destroy(&table);
    }
    printf("%s, %u frames left\n", pt64_status_name(status), frames);
    return status == PT64_OK && frames == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
