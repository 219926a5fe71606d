/* SPDX-License-Identifier: MIT */
/* A kernel that makes its own address space and moves to it. This takes, in order: frames, a table,
 * the mappings, the switch. Then it runs processes on two CPUs. Everything else here proves that it
 * worked. */
#include "arch.h"
#include "frames.h"
#include "image.h"
#include "print.h"
#include "processes.h"
#include "proof.h"
#include "space.h"
#include "stack.h"

struct region {
    const char *name;
    pt64_vaddr_t vaddr;
    pt64_paddr_t paddr;
    uint64_t bytes;
    pt64_flags_t flags;
};

#define MAX_REGIONS 8

static struct region regions[MAX_REGIONS];
static unsigned region_count;

static const struct device devices[] = {ARCH_DEVICES};

static void must(const char *what, pt64_status_t status)
{
    if (status == PT64_OK)
        return;
    print("cannot %s: %s\nFAIL\n", what, pt64_status_name(status));
    machine_exit(false);
}

static void map(const char *name, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                pt64_flags_t flags)
{
    struct region region = {name, vaddr, paddr, bytes, flags};

    must(name, space_map(vaddr, paddr, bytes, flags));
    regions[region_count++] = region;
}

/** The image stays at the addresses where it is linked, which is where the loader put it. */
static void map_image(const char *name, const char *start, const char *end, pt64_flags_t flags)
{
    map(name, (uintptr_t)start, (uintptr_t)start, (uint64_t)(end - start), flags);
}

/** No page can be both written and executed. Free memory is mapped in the upper half, as data. */
static void map_everything(pt64_paddr_t free_start)
{
    map_image("text", text_start, text_end, PT64_READ | PT64_EXECUTE);
    map_image("rodata", rodata_start, rodata_end, PT64_READ);
    map_image("data", data_start, data_end, PT64_READ | PT64_WRITE);
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        map(devices[i].name, devices[i].paddr, devices[i].paddr, devices[i].bytes,
            PT64_READ | PT64_WRITE | PT64_DEVICE);
    map("free memory", ARCH_LINEAR_MAP + free_start, free_start, ARCH_RAM_END - free_start,
        PT64_READ | PT64_WRITE);
}

static const char *name_of(pt64_vaddr_t vaddr)
{
    for (unsigned i = 0; i < region_count; i++)
        if (vaddr - regions[i].vaddr < regions[i].bytes)
            return regions[i].name;
    return "?";
}

static void print_map(void)
{
    struct pt64_mapping run;
    pt64_vaddr_t from = 0;

    while (space_next(from, &run) == PT64_OK) {
        char flags[PT64_FLAGS_TEXT_SIZE];

        print("%016" PRIx64 " to %016" PRIx64 " at %010" PRIx64 " %6" PRIu64 " KiB %s %s\n",
              run.vaddr, run.vaddr + run.size - 1, run.paddr, run.size / 1024,
              pt64_flags_text(run.flags, flags, sizeof(flags)), name_of(run.vaddr));
        from = run.vaddr + run.size;
        if (from == 0)
            break;
    }
}

/** How much of a stack was used: its lowest words were never written. */
static uint64_t stack_used(const uint64_t *stack)
{
    unsigned unused = 0;

    while (unused < BOOT_STACK_BYTES / sizeof(uint64_t) && stack[unused] == 0)
        unused++;
    return BOOT_STACK_BYTES - unused * sizeof(uint64_t);
}

static bool stack_suffices(const char *name, const uint64_t *stack)
{
    uint64_t used = stack_used(stack);

    print("%" PRIu64 " of %" PRIu64 " bytes of %s used\n", used, (uint64_t)BOOT_STACK_BYTES, name);
    return used < BOOT_STACK_BYTES;
}

_Noreturn void kernel_main(void)
{
    pt64_paddr_t free_start = (uintptr_t)data_end;
    bool pass;

    exceptions_on();
    if (ARCH_FINDS_LIMITS)
        paging_find_limits();
    frames_init(free_start, ARCH_RAM_END, (pt64_size_t)1 << ARCH_META.page_shift);

    must("make a table", space_create());
    map_everything(free_start);
    space_switch();
    frames_at(ARCH_LINEAR_MAP);

    print("this kernel runs on a table of its own, of %u levels\n", ARCH_LIMITS->levels);
    pass = proof();
    if (ARCH_HAS_PROCESSES) {
        pass &= prove_processes();
        pass &= stack_suffices("the second stack", second_stack);
    }
    print_map();
    pass &= stack_suffices("stack", boot_stack);
    print(pass ? "PASS\n" : "FAIL\n");
    machine_exit(pass);
}
