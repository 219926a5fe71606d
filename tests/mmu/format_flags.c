/* SPDX-License-Identifier: MIT */
/*
 * Flags that only one format has, where the emulated CPU acts on them. No emulator here has
 * CR4.CET, and caches, which would tell Device-nGnRnE from nGnRE, are not emulated. Tags take a
 * board with tag memory.
 */
#include "access.h"
#include "cpu.h"
#include "scenarios.h"
#include "tap.h"

#if defined(__x86_64__) && !CPU_HAS_GUEST

/* SDM 3A, 2.5 "Control Registers"; 2.7 "Protection-Key Rights Registers": AD at 2n, WD at 2n + 1.
 */
#define CR4_PKE         (UINT64_C(1) << 22)
#define ACCESS_OFF(key) (1U << 2 * (key))
#define STORES_OFF(key) (2U << 2 * (key))

static void cpuid(uint32_t leaf, uint32_t *eax, uint32_t *ecx)
{
    uint32_t ebx;
    uint32_t edx;

    *eax = leaf;
    *ecx = 0;
    __asm__ volatile("cpuid" : "+a"(*eax), "=b"(ebx), "+c"(*ecx), "=d"(edx));
}

/* CPUID.07H.0:ECX bit 3: PKU. */
static bool has_keys(void)
{
    uint32_t last;
    uint32_t features;

    cpuid(0, &last, &features);
    if (last < 7)
        return false;
    cpuid(7, &last, &features);
    return (features >> 3 & 1) != 0;
}

static void use_keys(bool on)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("mov %0, %%cr4" : : "r"(on ? cr4 | CR4_PKE : cr4 & ~CR4_PKE) : "memory");
}

static void set_rights(uint32_t pkru)
{
    __asm__ volatile("wrpkru" : : "a"(pkru), "c"(0), "d"(0) : "memory");
}

static bool is_refused(pt64_vaddr_t vaddr)
{
    return fault_on(FAULT_READ, vaddr, FAULT_REFUSED) &&
           fault_on(FAULT_WRITE, vaddr, FAULT_REFUSED);
}

static bool is_allowed(pt64_vaddr_t vaddr)
{
    return loads(vaddr, tag(arena)) && stores(vaddr, tag(arena));
}

/** The rights of one key after the other. Protecting keeps a key, or gives another. */
static bool try_keys(const struct half *half, pt64_vaddr_t vaddr, pt64_size_t size)
{
    pt64_flags_t flags = RW | PT64_USER;
    struct pt64_mapping page;

    set_rights(ACCESS_OFF(5) | STORES_OFF(9));
    return half->map(vaddr, arena, size, flags | PT64_X86_64_PKEY(5)) == PT64_OK &&
           half->query(vaddr, &page) == PT64_OK && PT64_X86_64_PKEY_OF(page.flags) == 5 &&
           is_refused(vaddr) && half->protect(vaddr, flags) == PT64_OK && is_refused(vaddr) &&
           half->protect(vaddr, flags | PT64_X86_64_PKEY(6)) == PT64_OK && is_allowed(vaddr) &&
           half->protect(vaddr, flags | PT64_X86_64_PKEY(9)) == PT64_OK &&
           loads(vaddr, tag(arena)) && fault_on(FAULT_WRITE, vaddr, FAULT_REFUSED) &&
           half->unmap_region(vaddr, size) == PT64_OK &&
           half->map(vaddr, arena, size, flags) == PT64_OK && is_allowed(vaddr);
}

void test_format_flags(const struct window *window)
{
    const struct half *half = half_of(window->base);

    if (!has_keys()) {
        tap_skip("protection keys", "%s half", window->half);
        return;
    }
    use_keys(true);
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
        bool good = try_keys(half, window->base, size);

        good = half->unmap_region(window->base, size) == PT64_OK && good;
        tap(good, "%s half: protection keys, %" PRIu64 " KiB", window->half, size >> 10);
    }
    set_rights(0);
    use_keys(false);
}

#elif defined(__aarch64__) && CPU_HAS_GUEST

/** What may execute a page by FEAT_XNX: the Exception levels of the guest. */
static bool try_execution(const struct half *half, pt64_vaddr_t vaddr, pt64_size_t size,
                          pt64_flags_t flag)
{
    bool by_el1 = flag != PT64_AARCH64_EXECUTE_EL0, by_el0 = flag != PT64_AARCH64_EXECUTE_EL1;
    bool good;

    *(volatile uint32_t *)arena_word(arena) = cpu_return_code;
    *((volatile uint32_t *)arena_word(arena) + 2) = cpu_exit_code;
    cpu_sync_code();
    good = half->map_region(vaddr, arena, size, RX | flag, PT64_SIZE_ANY) == PT64_OK &&
           (by_el1 ? calls(vaddr) : fault_on(FAULT_EXECUTE, vaddr, FAULT_REFUSED)) &&
           (by_el0 ? user_may(FAULT_EXECUTE, vaddr + 8)
                   : user_fault_on(FAULT_EXECUTE, vaddr + 8, FAULT_REFUSED)) &&
           loads(vaddr + PAGE, tag(arena + PAGE)) &&
           half->change_region(vaddr, size, 0, flag) == PT64_OK && calls(vaddr) &&
           user_may(FAULT_EXECUTE, vaddr + 8);
    return half->unmap_region(vaddr, size) == PT64_OK && good;
}

static bool knows(pt64_flags_t flags)
{
    return (ARCH_PTE.flags & flags) == flags;
}

/** Under HCR_EL2.FWB the CPU takes a type that other CPUs reserve. */
static bool try_as_stage1(const struct half *half, pt64_vaddr_t vaddr)
{
    bool good = half->map(vaddr, arena, PAGE, RW | PT64_AARCH64_AS_STAGE1) == PT64_OK &&
                loads(vaddr, tag(arena)) && stores(vaddr, tag(arena)) &&
                half->protect(vaddr, RW) == PT64_OK && loads(vaddr, tag(arena));

    return half->unmap_region(vaddr, PAGE) == PT64_OK && good;
}

void test_format_flags(const struct window *window)
{
    static const pt64_flags_t who[] = {0, PT64_AARCH64_EXECUTE_EL0, PT64_AARCH64_EXECUTE_EL1};
    static const char *const names[] = {"both levels execute", "EL0 alone executes",
                                        "EL1 alone executes"};
    const struct half *half = half_of(window->base);

    for (unsigned i = 0; i < 3; i++)
        for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
            /* The second small page is read as well. */
            pt64_size_t bytes = size == PAGE ? 2 * PAGE : size;

            if (!knows(who[i]))
                tap_skip("FEAT_XNX", "%s half: %s", window->half, names[i]);
            else
                tap(try_execution(half, window->base, bytes, who[i]),
                    "%s half: %s, %" PRIu64 " KiB", window->half, names[i], size >> 10);
        }
    arena_fill();
    if (knows(PT64_AARCH64_AS_STAGE1))
        tap(try_as_stage1(half, window->base), "%s half: the type of stage 1", window->half);
    else
        tap_skip("FEAT_S2FWB", "%s half: the type of stage 1", window->half);
}

#elif defined(__aarch64__)

#define LANDING_PAD   0xd503245fU /* bti c */

static bool has_guarded_pages(void)
{
    uint64_t features;

    __asm__ volatile("mrs %0, id_aa64pfr1_el1" : "=r"(features));
    return (features & 15) != 0; /* BT: FEAT_BTI */
}

static void plant(uint32_t first)
{
    *(volatile uint32_t *)arena_word(arena) = first;
    *((volatile uint32_t *)arena_word(arena) + 1) = cpu_return_code;
    cpu_sync_code();
}

/**
 * A call is an indirect branch. It ends at a landing pad, or anywhere in a page without GP. The
 * code is stored anew each time, because the emulator does not look at GP again for code that it
 * knows.
 */
static bool call_ends(pt64_vaddr_t vaddr, uint32_t first)
{
    plant(first);
    return calls(vaddr);
}

static bool try_guarded(const struct half *half, pt64_vaddr_t vaddr, pt64_size_t size)
{
    return half->map(vaddr, arena, size, RX) == PT64_OK && call_ends(vaddr, cpu_return_code) &&
           half->unmap_region(vaddr, size) == PT64_OK &&
           half->map(vaddr, arena, size, RX | PT64_AARCH64_GUARDED) == PT64_OK &&
           !call_ends(vaddr, cpu_return_code) && call_ends(vaddr, LANDING_PAD) &&
           half->protect(vaddr, RX) == PT64_OK && !call_ends(vaddr, cpu_return_code);
}

static void test_guarded(const struct window *window)
{
    const struct half *half = half_of(window->base);

    if (!has_guarded_pages()) {
        tap_skip("guarded pages", "%s half", window->half);
        return;
    }
    for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
        bool good = try_guarded(half, window->base, size);

        good = half->unmap_region(window->base, size) == PT64_OK && good;
        tap(good, "%s half: a guarded page, %" PRIu64 " KiB", window->half, size >> 10);
    }
    arena_fill();
}

/* Memory of this board that Non-secure addresses do not have, and NS of an entry. */
#define SECURE_MEMORY UINT64_C(0x0e000000)
#define NON_SECURE    (UINT64_C(1) << 5)

/**
 * The library makes Secure addresses. Where the owner of a table has made one Non-secure, other
 * permissions leave it so.
 */
static bool try_secure(const struct half *half, pt64_vaddr_t vaddr)
{
    bool good = half->map(vaddr, SECURE_MEMORY, PAGE, RW) == PT64_OK && stores(vaddr, vaddr) &&
                loads(vaddr, vaddr) && half->protect(vaddr, RO) == PT64_OK && loads(vaddr, vaddr);
    pt64_slot_t *slot = slot_of(vaddr, 0);

    put_entry(slot, entry_in(slot) | NON_SECURE);
    tables_flush_everything();
    good = good && fault_on(FAULT_READ, vaddr, FAULT_OTHER) &&
           half->protect(vaddr, RW) == PT64_OK && fault_on(FAULT_READ, vaddr, FAULT_OTHER) &&
           (entry_in(slot) & NON_SECURE);
    return half->unmap_region(vaddr, PAGE) == PT64_OK && good;
}

void test_format_flags(const struct window *window)
{
    test_guarded(window);
    if (ARCH_LEVEL == 3)
        tap(try_secure(half_of(window->base), window->base), "%s half: a Secure address",
            window->half);
}

#else

void test_format_flags(const struct window *window)
{
    tap_skip("flags of the format that it acts on", "%s half", window->half);
}

#endif
