/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include "access.h"
#include "cpu.h"
#include "frames.h"
#include "guest.h"
#include "image.h"
#include "print.h"
#include "scenarios.h"
#include "second.h"
#include "tap.h"

enum ending tables_ending = COMMIT;
unsigned tables_at, tables_bad_ranges;
void (*tables_watcher)(bool executed);
size_t tables_frames, tables_frames_limit = TABLES_FRAMES_UNLIMITED;
pt64_paddr_t arena, tables_far;

/** The first frame after the image. */
static pt64_paddr_t pool;

const struct window windows[2] = {
    {"lower", ARCH_LOWER_WINDOW},
    {"upper", ARCH_UPPER_WINDOW},
};

static bool is_far(pt64_paddr_t frame)
{
    return frame >> 48 != 0;
}

static pt64_paddr_t take_far(size_t bytes)
{
    size_t whole = bytes < PAGE ? PAGE : bytes;
    pt64_paddr_t first = pt64_align_up(tables_far, whole);

    tables_far = first + whole;
    return first;
}

/** A root that is smaller than a page is not at the start of one: it is aligned to its size. */
static pt64_paddr_t handler_alloc(void *ctx, size_t bytes)
{
    pt64_paddr_t frame;

    (void)ctx;
    if (tables_frames >= tables_frames_limit)
        return PT64_NO_FRAME;
    tables_frames++;
    frame = tables_far != 0 ? take_far(bytes) : frames_alloc(bytes);
    return frame == PT64_NO_FRAME || bytes >= PAGE ? frame : frame + bytes;
}

static void handler_free(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    tables_frames--;
    if (!is_far(frame))
        frames_free(pt64_align_down(frame, PAGE), bytes);
}

static void *handler_pointer(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    return is_far(frame) ? (void *)(uintptr_t)(ARCH_LINEAR_MAP + frame) : frame_pointer(frame);
}

/** Whether a range goes past the last address, or is not of whole pages. */
static bool is_bad(const struct pt64_flush_range *range)
{
    pt64_vaddr_t last = range->vaddr + (range->bytes - 1);

    return range->bytes == 0 || last < range->vaddr || last - (PAGE - 1) > last_page() ||
           !pt64_is_aligned(range->vaddr | range->bytes, range->stride);
}

/** Runs the request as `tables_ending` says. */
static void run_request(const struct half *half, const struct pt64_flush *request)
{
    struct pt64_flush others;

    switch (tables_ending) {
    case COMMIT_HERE:
        cpu_flush_here(request);
        break;
    case COMMIT_ELSEWHERE:
        if (pt64_flush_for_others(request, &others))
            half->flush_local(&others);
        break;
    case COMMIT_ENDED:
        half->flush_local(request);
        if (pt64_flush_for_others(request, &others))
            second_flush(half, &others);
        break;
    case COMMIT:
    case IGNORE:
    default:
        half->flush_local(request);
        second_flush(half, request);
        break;
    }
}

/** `ctx` is the half whose table changed. */
static void handler_flush(void *ctx, const struct pt64_flush *request)
{
    for (unsigned i = 0; i < request->count; i++)
        tables_bad_ranges += is_bad(&request->ranges[i]);
    if (tables_watcher != NULL)
        tables_watcher(false);
    run_request(ctx, request);
    if (tables_watcher != NULL)
        tables_watcher(true);
}

static const struct pt64_limits *handler_limits(void *ctx)
{
    (void)ctx;
    return ARCH_LIMITS;
}

static const struct pt64_handler tables_handler = {
    .alloc_frame = handler_alloc,
    .free_frame = handler_free,
    .phys_to_virt = handler_pointer,
    .flush = handler_flush,
    .limits = ARCH_FINDS_LIMITS ? handler_limits : NULL,
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
#define HALF_META CPU_UPPER_META
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

bool halves_are_apart(void)
{
    return ARCH_META.space == PT64_SPACE_SIGN_EXTENDED || half_of(0) != half_of(ARCH_UPPER_HALF);
}

pt64_vaddr_t last_page(void)
{
    return (halves_are_apart() ? 0 : (pt64_vaddr_t)1 << ARCH_LIMITS->vaddr_bits) - PAGE;
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
                                            (uint64_t)(end - start), flags, PT64_SIZE_ANY));
}

static void map_memory(void)
{
    must("the memory",
         half_of(ARCH_UPPER_HALF)
             ->map_region(ARCH_LINEAR_MAP + pool, pool, ARCH_RAM_END - pool, RW, PT64_SIZE_ANY));
}

static void map_kernel(void)
{
    static const struct device devices[] = {ARCH_DEVICES};

    map_image(text_start, text_end, RX);
    map_image(rodata_start, rodata_end, RO);
    map_image(data_start, data_end, RW);
    for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        must(devices[i].name,
             lower_half.map_region(devices[i].paddr, devices[i].paddr, devices[i].bytes,
                                   RW | PT64_DEVICE, PT64_SIZE_ANY));
    map_memory();
    if (CPU_HAS_USER)
        must("the user's code", lower_half.map(USER_CODE, (uintptr_t)cpu_user_page, PAGE,
                                               complete(PT64_READ | PT64_EXECUTE | CPU_USER)));
}

static bool create(void)
{
    const struct half *upper = half_of(ARCH_UPPER_HALF);

    return lower_half.create((void *)(uintptr_t)&lower_half) == PT64_OK &&
           (upper == &lower_half || upper->create((void *)(uintptr_t)upper) == PT64_OK);
}

bool tables_make(unsigned at)
{
    unsigned before = tables_at;
    bool made;

    tables_at = at;
    made = create();
    if (made && CPU_HAS_GUEST)
        lower_half.set_id(cpu_id(0));
    if (made)
        map_kernel();
    tables_at = before;
    return made;
}

void tables_load(unsigned at)
{
    unsigned before = tables_at;

    tables_at = at;
#if CPU_HAS_GUEST
    guest_load_stage(lower_half.root(), 0);
#else
    paging_on(lower_half.root(), half_of(ARCH_UPPER_HALF)->root());
#endif
    tables_at = before;
}

void tables_drop(unsigned at)
{
    const struct half *upper = half_of(ARCH_UPPER_HALF);
    unsigned before = tables_at;

    tables_at = at;
    lower_half.destroy();
    if (upper != &lower_half)
        upper->destroy();
    tables_at = before;
}

#ifndef CPU_POOL
/** From where on memory is free. A machine whose memory is in parts has it elsewhere. */
#define CPU_POOL ((uintptr_t)data_end)
#endif

/** All frames are in huge pages of the mapping of memory, also those that hold nodes. */
void tables_init(void)
{
    pool = pt64_align_up(CPU_POOL, HUGE);
    arena = pt64_align_down(ARCH_RAM_END, HUGE) - 2 * HUGE;
    frames_init(pool, arena, PAGE);
    if (!part(tables_make(0), "no frame for a table"))
        machine_exit(false);
    tables_load(0);
    frames_at(ARCH_LINEAR_MAP);
    arena_fill();
}

/** The root may have more or fewer entries than other nodes. */
static size_t index_of(pt64_vaddr_t vaddr, unsigned level)
{
    unsigned shift = ARCH_META.page_shift + level * ARCH_META.index_bits;
    unsigned end = level == ROOT_LEVEL ? ARCH_LIMITS->vaddr_bits : shift + ARCH_META.index_bits;

    return (size_t)((vaddr & (((pt64_vaddr_t)1 << end) - 1)) >> shift);
}

pt64_entry_t entry_in(const pt64_slot_t *slot)
{
    return pt64_load(&ARCH_META, slot);
}

void put_entry(pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store(&ARCH_META, slot, entry);
}

pt64_slot_t *slot_of(pt64_vaddr_t vaddr, unsigned level)
{
    pt64_paddr_t table = half_of(vaddr)->root();

    for (unsigned at = ROOT_LEVEL;; at--) {
        pt64_slot_t *slot = pt64_slot_at(&ARCH_META, frame_pointer(table), index_of(vaddr, at));

        if (at == level)
            return slot;
        table = ARCH_PTE.link_address(entry_in(slot), at);
    }
}

void tables_flush_everything(void)
{
    struct pt64_flush request = {.everything = true};

    lower_half.flush_local(&request);
}

uint64_t *arena_word(pt64_paddr_t paddr)
{
    return (uint64_t *)(uintptr_t)(ARCH_LINEAR_MAP + paddr);
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

void test_requests(void)
{
    tap(tables_bad_ranges == 0, "no request wraps, and all are whole pages (%u)",
        tables_bad_ranges);
}
