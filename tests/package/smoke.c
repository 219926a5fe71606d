/* SPDX-License-Identifier: MIT */
/*
 * What a user of the installed library writes. HEADER is the header, META and PTE name the format,
 * and TERMS, if defined, names its terms for the reports. It needs no C library, so that it also
 * compiles for a kernel.
 */
#include HEADER
#ifdef META_HEADER
#include META_HEADER
#endif

#if PT64_VERSION < PT64_VERSION_OF(0, 2, 0) || PT64_VERSION >= PT64_VERSION_OF(1, 0, 0)
#error "the version is not comparable"
#endif

#define FRAME_SIZE 65536 /* the largest node of any format */
#define FRAMES     32

/* Frames are at physical addresses from 0 on. The arena is their memory. */
struct arena {
    unsigned char used[FRAMES];
    unsigned count;
};

static unsigned char memory[FRAMES][FRAME_SIZE] __attribute__((aligned(FRAME_SIZE)));

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    struct arena *arena = (struct arena *)ctx;

    for (unsigned i = 0; i < FRAMES && bytes <= FRAME_SIZE; i++) {
        if (arena->used[i])
            continue;
        arena->used[i] = 1;
        arena->count++;
        return (pt64_paddr_t)i * FRAME_SIZE;
    }
    return PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    struct arena *arena = (struct arena *)ctx;

    (void)bytes;
    arena->used[frame / FRAME_SIZE] = 0;
    arena->count--;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return frame < sizeof(memory) ? memory[frame / FRAME_SIZE] : NULL;
}

static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler handler = {alloc_frame, free_frame, phys_to_virt,
                                            flush,       NULL,       NULL};

#ifndef TABLE_DEFINE
#define TABLE_DEFINE PAGE_TABLE64_DEFINE
#endif

TABLE_DEFINE(space, META, PTE, handler);

#ifdef TERMS
PAGE_TABLE64_DEFINE_DUMP(space, TERMS);

static void count_line(void *ctx, const char *text, size_t length)
{
    *(unsigned *)ctx += text[length - 1] == '\n';
}
#endif

/* Whether the reports, if there are any, have a line for what is mapped, and more for its walk. */
static bool is_reported(const space_t *table, pt64_vaddr_t vaddr)
{
#ifdef TERMS
    unsigned dumped = 0;
    unsigned explained = 0;

    space_dump(table, count_line, &dumped);
    space_explain(table, vaddr, count_line, &explained);
    return dumped == 1 && explained > META.limits.levels;
#else
    (void)table;
    (void)vaddr;
    return true;
#endif
}

/* A page of 32-bit x86 is always executable. */
#define RO (PT64_READ | (META.limits.no_execute ? 0 : PT64_EXECUTE))
#define RW (RO | PT64_WRITE)

#define BYTES (3 * PT64_SIZE_2M)

static bool is_mapped_as(const space_t *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                         pt64_flags_t flags)
{
    struct pt64_mapping page;
    pt64_paddr_t exact;

    return space_query(table, vaddr, &page) == PT64_OK &&
           space_translate(table, vaddr, &exact) == PT64_OK && exact == paddr &&
           (page.flags & PT64_PERMISSIONS) == flags;
}

static bool map_and_unmap(space_t *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr)
{
    space_guard_t guard;
    pt64_vaddr_t last = vaddr + BYTES - 1;
    struct pt64_mapping run;
    bool good;

    space_begin(&guard, table);
    good = space_map_region(&guard, vaddr, paddr, BYTES, RW, PT64_SIZE_ANY) == PT64_OK &&
           is_mapped_as(table, last, paddr + BYTES - 1, RW) && is_reported(table, vaddr) &&
           space_next(table, vaddr, UINT64_MAX, &run) == PT64_OK && run.size == BYTES &&
           space_map(&guard, vaddr, paddr, PT64_SIZE_2M + 1, RO) == PT64_BAD_SIZE &&
           space_protect_region(&guard, vaddr, PT64_SIZE_64K, RO) == PT64_OK &&
           is_mapped_as(table, vaddr, paddr, RO) &&
           is_mapped_as(table, last, paddr + BYTES - 1, RW) &&
           space_unmap_region(&guard, vaddr, BYTES) == PT64_OK &&
           space_translate(table, vaddr, &paddr) == PT64_NOT_MAPPED;
    space_ignore(&guard);
    return good;
}

/* Returns 0 if all is well. */
int smoke(void);
int smoke(void)
{
    static struct arena arena;
    space_t table;
    pt64_vaddr_t vaddr = META.space == PT64_SPACE_UPPER ? ~(pt64_vaddr_t)0 << 30 : PT64_SIZE_1G;
    bool good;

    if (space_create(&table, &arena) != PT64_OK)
        return 1;
    good = map_and_unmap(&table, vaddr, 16 * PT64_SIZE_2M);
    space_destroy(&table);
    return good && arena.count == 0 ? 0 : 1;
}

#if __STDC_HOSTED__
int main(void)
{
    return smoke();
}
#endif
