/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include "access.h"
#include "frames.h"
#include "image.h"
#include "print.h"
#include "second.h"

enum ending tables_ending = COMMIT;
size_t tables_frames, tables_frames_limit = TABLES_FRAMES_UNLIMITED;
pt64_paddr_t arena;

const struct window windows[2] = {
    {"lower", PT64_SIZE_64G},
    {"upper", ARCH_UPPER_HALF + PT64_SIZE_64G},
};

static pt64_paddr_t handler_alloc(void *ctx, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    if (tables_frames >= tables_frames_limit)
        return PT64_NO_FRAME;
    tables_frames++;
    return frame_alloc();
}

static void handler_free(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    tables_frames--;
    frame_free(frame);
}

static void *handler_pointer(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return frame_pointer(frame);
}

/** `ctx` is the half whose table changed. */
static void handler_flush(void *ctx, const struct pt64_flush *request)
{
    const struct half *half = ctx;

    if (tables_ending == COMMIT_HERE)
        cpu_flush_here(request);
    else
        half->flush_local(request);
    if (tables_ending == COMMIT)
        second_flush(half, request);
}

static const struct pt64_handler tables_handler = {
    .alloc_frame = handler_alloc,
    .free_frame = handler_free,
    .phys_to_virt = handler_pointer,
    .flush = handler_flush,
};

#define PASTE_(a, b) a##b
#define PASTE(a, b)  PASTE_(a, b)
#define OF(name)     PASTE(HALF, name)

#define HALF      lower
#define HALF_META ARCH_META
#include "half.inc"
#undef HALF
#undef HALF_META

#ifdef ARCH_UPPER_META
#define HALF      upper
#define HALF_META ARCH_UPPER_META
#include "half.inc"
#undef HALF
#undef HALF_META
#endif

const struct half *half_of(pt64_vaddr_t vaddr)
{
#ifdef ARCH_UPPER_META
    if (vaddr >> 63 != 0)
        return &upper_half;
#endif
    (void)vaddr;
    return &lower_half;
}

pt64_flags_t complete(pt64_flags_t flags)
{
    return flags | (lower_flags() & CPU_NEEDS);
}

static void must(const char *what, pt64_status_t status)
{
    if (status == PT64_OK)
        return;
    print("# cannot map %s: %s\n", what, pt64_status_name(status));
    machine_exit(false);
}

static void map_image(const char *start, const char *end, pt64_flags_t flags)
{
    must("the image", lower_half.map_region((uintptr_t)start, (uintptr_t)start,
                                            (uint64_t)(end - start), flags, true));
}

static void map_kernel(pt64_paddr_t free_start)
{
    static const struct device devices[] = {ARCH_DEVICES};

    map_image(text_start, text_end, RX);
    map_image(rodata_start, rodata_end, RO);
    map_image(data_start, data_end, RW);
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        must(devices[i].name, lower_half.map_region(devices[i].paddr, devices[i].paddr,
                                                    devices[i].bytes, RW | PT64_DEVICE, true));
    must("the memory", half_of(ARCH_UPPER_HALF)
                           ->map_region(ARCH_UPPER_HALF + free_start, free_start,
                                        ARCH_RAM_END - free_start, RW, true));
    must("the user's code", lower_half.map(USER_CODE, (uintptr_t)cpu_user_page, PAGE,
                                           complete(PT64_READ | PT64_EXECUTE | PT64_USER)));
}

void tables_init(void)
{
    pt64_paddr_t free_start = (uintptr_t)data_end;

    arena = pt64_align_down(ARCH_RAM_END, HUGE) - 2 * HUGE;
    frames_init(free_start, arena, PAGE);
    must("the lower half", lower_create(&lower_table, (void *)(uintptr_t)&lower_half));
#ifdef ARCH_UPPER_META
    must("the upper half", upper_create(&upper_table, (void *)(uintptr_t)&upper_half));
#endif
    map_kernel(free_start);
    paging_on(lower_half.root(), half_of(ARCH_UPPER_HALF)->root());
    frames_at(ARCH_UPPER_HALF);
    arena_fill();
}

void tables_flush_everything(void)
{
    struct pt64_flush request = {.everything = true};

    lower_half.flush_local(&request);
}

uint64_t *arena_word(pt64_paddr_t paddr)
{
    return (uint64_t *)(uintptr_t)(ARCH_UPPER_HALF + paddr);
}

uint64_t tag(pt64_paddr_t paddr)
{
    return paddr ^ UINT64_C(0x7a670000deadbeef);
}

void arena_fill(void)
{
    for (pt64_paddr_t paddr = arena; paddr < arena + 2 * HUGE; paddr += PAGE)
        *arena_word(paddr) = tag(paddr);
}
