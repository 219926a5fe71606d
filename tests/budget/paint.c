/* SPDX-License-Identifier: MIT */
/*
 * Runs the calls of a table type on a painted stack, each where it goes deepest. Prints how deep
 * that was: lines of function and bytes, return address included. Before them it prints the sizes
 * of a table and a guard.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"

#define STACK_BYTES ((size_t)64 << 10)
#define PAINT       UINT64_C(0x5a5aa5a5c3c33c3c)
#define ARENA_BYTES ((size_t)96 << 20)

#define ROOT_LEVEL        (META.limits.levels - 1)
#define SLOT_SHIFT(level) (META.page_shift + (level) * META.index_bits)
#define SLOT(level)       ((pt64_size_t)1 << SLOT_SHIFT(level))
/* The lowest address, and an address in another slot of the root. */
#define BASE     (META.space == PT64_SPACE_UPPER ? ~(pt64_vaddr_t)0 << META.limits.vaddr_bits : 0)
#define FAR_AWAY (BASE + SLOT(ROOT_LEVEL))

/* ---- the handler: frames from an arena, each used once ---- */

static unsigned char *arena;
static size_t arena_used;

pt64_paddr_t handler_alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    /* A frame is aligned for every node, whatever came before. */
    arena_used = (arena_used + bytes - 1) / bytes * bytes + bytes;
    return arena_used - bytes;
}

void handler_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

void *handler_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return frame < ARENA_BYTES ? arena + frame : NULL;
}

void handler_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

/* ---- the painted stack ---- */

static uint64_t stack[STACK_BYTES / sizeof(uint64_t)];
/* The end of the stack at the time of the call: what is below belongs to the call. */
static uintptr_t stack_at_call;

#define NOTE_STACK() __asm__ volatile("mov %%rsp, %0" : "=m"(stack_at_call)::"memory")

static void on_painted_stack(void (*run)(void))
{
    __asm__ volatile(
        "mov %%rsp, %%rbx\n\t"
        "mov %0, %%rsp\n\t"
        "call *%1\n\t"
        "mov %%rbx, %%rsp"
        :
        : "r"(stack + STACK_BYTES / sizeof(uint64_t)), "r"(run)
        : "rbx", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
}

/* The calls in order. Each is printed once, with its greatest depth. */
static struct {
    const char *name;
    size_t depth;
} told[32];
static size_t told_count;

static void tell(const char *name, size_t depth)
{
    size_t i = 0;

    while (i < told_count && strcmp(told[i].name, name) != 0)
        i++;
    if (i == told_count)
        told[told_count++].name = name;
    if (depth > told[i].depth)
        told[i].depth = depth;
}

static void measure(const char *name, void (*run)(void))
{
    const uint64_t *lowest = stack;

    for (size_t i = 0; i < STACK_BYTES / sizeof(uint64_t); i++)
        stack[i] = PAINT;
    on_painted_stack(run);
    while (*lowest == PAINT)
        lowest++;
    tell(name, stack_at_call - (uintptr_t)lowest);
}

/* ---- the calls ---- */

static space_t table;
static space_t other;
static space_guard_t guard;
static pt64_status_t status;
static struct pt64_mapping mapping;
static struct pt64_flaw flaw;
static pt64_paddr_t root;
static pt64_vaddr_t at;
static uint64_t length;
static pt64_size_t max_size = PT64_SIZE_ANY;

/* The call must not be made as a tail call in the place of the function's return. */
#define CALL(name, ...)                    \
    static void run_##name(void)           \
    {                                      \
        NOTE_STACK();                      \
        __VA_ARGS__;                       \
        __asm__ volatile("" ::: "memory"); \
    }
#define MEASURE(name) measure("space_" #name, run_##name)

static pt64_paddr_t frame_of(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return (vaddr - BASE) & (SLOT(META.limits.leaf_levels) - 1);
}

static enum pt64_walk visit(void *arg, const struct pt64_visit *shown)
{
    (void)arg;
    (void)shown;
    return PT64_WALK_ON;
}

static void report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    (void)page;
}

/* Where no page refuses execution, each has it. */
#define READ_ONLY (PT64_READ | (META.limits.no_execute ? 0 : PT64_EXECUTE))
#define FLAGS     (READ_ONLY | PT64_WRITE)

CALL(create, status = space_create(&table, NULL))
CALL(adopt, status = space_adopt(&table, root, NULL))
CALL(readopt, status = space_readopt(&table, root, NULL))
CALL(release, root = space_release(&table))
CALL(destroy, space_destroy(&table))
CALL(query, status = space_query(&table, at, &mapping))
CALL(translate, status = space_translate(&table, at, &root))
CALL(next, status = space_next(&table, at, UINT64_MAX, &mapping))
CALL(walk, status = space_walk(&table, visit, NULL))
CALL(walk_range, status = space_walk_range(&table, at, length, visit, NULL))
CALL(check, status = space_check(&table, 0, &flaw))
CALL(begin, space_begin(&guard, &table))
CALL(commit, space_commit(&guard))
CALL(ignore, space_ignore(&guard))
CALL(map, status = space_map(&guard, at, 0, length, FLAGS))
CALL(unmap, status = space_unmap(&guard, at, &mapping))
CALL(protect, status = space_protect(&guard, at, READ_ONLY))
CALL(remap, status = space_remap(&guard, at, length, FLAGS))
CALL(map_region, status = space_map_region(&guard, at, 0, length, FLAGS, max_size))
CALL(map_pages, status = space_map_pages(&guard, at, frame_of, NULL, length, FLAGS, max_size))
CALL(unmap_region, status = space_unmap_region(&guard, at, length))
CALL(unmap_pages, status = space_unmap_pages(&guard, at, length, report, NULL))
CALL(protect_region, status = space_protect_region(&guard, at, length, READ_ONLY))
CALL(change_region, status = space_change_region(&guard, at, length, PT64_WRITE, 0))
CALL(test_and_clear_accessed,
     status = space_test_and_clear_accessed(&guard, at, length, report, NULL))
CALL(test_and_clear_dirty, status = space_test_and_clear_dirty(&guard, at, length, report, NULL))
CALL(test_accessed, status = space_test_accessed(&table, at, length, report, NULL))
CALL(test_dirty, status = space_test_dirty(&table, at, length, report, NULL))
CALL(populate, status = space_populate(&guard, at, length, SLOT(0)))
CALL(collapse, status = space_collapse(&guard, at, length))
CALL(pin, status = space_pin(&guard, at, length))
CALL(copy_from, status = space_copy_from(&guard, &other, at, length))

static void expect(pt64_status_t expected, int line)
{
    if (status == expected)
        return;
    fprintf(stderr, "paint.c:%d: status %d where %d was expected\n", line, (int)status,
            (int)expected);
    exit(1);
}

#define MEASURE_OK(name)           \
    do {                           \
        MEASURE(name);             \
        expect(PT64_OK, __LINE__); \
    } while (0)

static void use(pt64_vaddr_t vaddr, uint64_t bytes)
{
    at = vaddr;
    length = bytes;
}

/* Single pages. Each takes the place of empty nodes and is flushed by itself. */
static void single_pages(void)
{
    use(BASE, SLOT(1));
    MEASURE_OK(map);
    MEASURE_OK(query);
    MEASURE_OK(translate);
    MEASURE_OK(next);
    MEASURE_OK(protect);
    MEASURE_OK(remap);
    MEASURE_OK(unmap);
    use(BASE, SLOT(0));
    MEASURE_OK(map);
    MEASURE_OK(protect);
    MEASURE_OK(remap);
    MEASURE_OK(unmap);
    use(BASE, SLOT(1));
    MEASURE_OK(map);
    MEASURE_OK(unmap);
}

/* Regions over many nodes, cut within huge pages. */
static void regions(void)
{
    uint64_t tables = 24;

    use(BASE, tables * SLOT(1));
    max_size = SLOT(0);
    MEASURE_OK(populate);
    MEASURE_OK(map_region);
    MEASURE(test_and_clear_accessed); /* refused if hardware has no such flag */
    MEASURE(test_and_clear_dirty);
    MEASURE(test_accessed);
    MEASURE(test_dirty);
    MEASURE_OK(unmap_region);
    max_size = PT64_SIZE_ANY;
    MEASURE_OK(map_region);
    use(BASE + SLOT(0), (tables - 1) * SLOT(1));
    MEASURE_OK(protect_region);
    use(BASE + 2 * SLOT(0), (tables - 2) * SLOT(1));
    MEASURE_OK(change_region);
    use(BASE + 2 * SLOT(1), SLOT(1));
    max_size = SLOT(0);
    MEASURE_OK(unmap_region);
    MEASURE_OK(map_region);
    MEASURE_OK(collapse);
    max_size = PT64_SIZE_ANY;
    use(BASE + SLOT(0), (tables - 1) * SLOT(1));
    MEASURE_OK(unmap_region);
    MEASURE_OK(map_region);
    use(BASE, tables * SLOT(1));
    MEASURE_OK(unmap_region);
    MEASURE(commit);
    MEASURE_OK(map_pages);
    MEASURE_OK(next);
    MEASURE_OK(walk);
    MEASURE_OK(walk_range);
    MEASURE_OK(check);
    MEASURE(ignore);
    MEASURE_OK(unmap_region);
    max_size = SLOT(0);
    MEASURE_OK(map_pages);
    MEASURE_OK(walk);
    MEASURE_OK(check);
    MEASURE_OK(unmap_pages);
    max_size = PT64_SIZE_ANY;
    MEASURE_OK(map_region);
    use(BASE + SLOT(0), (tables - 1) * SLOT(1));
    MEASURE_OK(unmap_pages);
    use(BASE, tables * SLOT(1));
    MEASURE_OK(unmap_pages);
    max_size = SLOT(0);
    /* More nodes than can be held until the commit. */
    for (unsigned i = 0; i < tables; i++) {
        use(BASE + i * SLOT(1), SLOT(0));
        MEASURE_OK(map);
        MEASURE_OK(unmap);
    }
    use(BASE, tables * SLOT(1));
    max_size = PT64_SIZE_ANY;
    MEASURE_OK(map_region);
    MEASURE_OK(unmap_region);
}

static void sharing(void)
{
    use(FAR_AWAY, SLOT(ROOT_LEVEL));
    MEASURE_OK(pin);
    MEASURE(commit);
    other = table;
    MEASURE_OK(create);
    MEASURE(begin);
    use(FAR_AWAY, SLOT(0));
    MEASURE_OK(map);
    MEASURE_OK(unmap);
    use(FAR_AWAY, SLOT(ROOT_LEVEL));
    MEASURE_OK(copy_from);
    MEASURE(commit);
    MEASURE(destroy);
    table = other;
}

static void adopted(void)
{
    MEASURE(release);
    MEASURE_OK(readopt);
    MEASURE(begin);
    use(BASE, 4 * SLOT(1));
    max_size = SLOT(0);
    MEASURE_OK(map_region);
    MEASURE(commit);
    MEASURE(release);
    MEASURE_OK(adopt);
    MEASURE(begin);
    max_size = PT64_SIZE_ANY;
    use(BASE, 2 * SLOT(1));
    MEASURE_OK(unmap_region);
    MEASURE_OK(map_pages);
    MEASURE_OK(unmap_pages);
    MEASURE_OK(map_region);
    use(BASE + SLOT(0), SLOT(1));
    MEASURE_OK(protect_region);
    MEASURE_OK(change_region);
    MEASURE_OK(unmap_region);
    use(BASE + 2 * SLOT(1), SLOT(0));
    MEASURE_OK(query);
    MEASURE_OK(protect);
    MEASURE_OK(remap);
    MEASURE_OK(unmap);
    MEASURE_OK(map);
    MEASURE_OK(walk);
    MEASURE_OK(check);
    MEASURE(commit);
    MEASURE(destroy);
}

int main(void)
{
    arena = aligned_alloc(1 << 16, ARENA_BYTES);
    if (arena == NULL)
        return 1;
    MEASURE_OK(create);
    MEASURE(begin);
    single_pages();
    MEASURE(commit);
    regions();
    MEASURE(commit);
    sharing();
    adopted();

    printf("sizeof(name_t) %zu\n", sizeof(space_t));
    printf("sizeof(name_guard_t) %zu\n", sizeof(space_guard_t));
    for (size_t i = 0; i < told_count; i++)
        printf("%s %zu\n", told[i].name, told[i].depth);
    return 0;
}
