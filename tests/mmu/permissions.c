/* SPDX-License-Identifier: MIT */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

/* A page under test holds code for either privilege, and data, at these offsets. */
enum {
    KERNEL_CODE = 0,
    USER_CODE_HERE = 16,
    DATA = 32,
};

static const char *const access_names[] = {"read", "write", "execute"};
static const pt64_flags_t access_flags[] = {PT64_READ, PT64_WRITE, PT64_EXECUTE};

static bool kernel_should(enum fault_access access, pt64_flags_t flags)
{
    if ((flags & PT64_USER) && access == FAULT_EXECUTE && !CPU_KERNEL_EXECUTES_USER_PAGES)
        return false;
    if ((flags & PT64_USER) && access != FAULT_EXECUTE && !CPU_KERNEL_USES_USER_PAGES)
        return false;
    if (access == FAULT_READ && (flags & PT64_PERMISSIONS) == (PT64_EXECUTE | PT64_USER))
        return CPU_KERNEL_READS_EXECUTE_ONLY;
    return (flags & access_flags[access]) != 0;
}

static bool user_should(enum fault_access access, pt64_flags_t flags)
{
    return (flags & CPU_USER) == CPU_USER && (flags & access_flags[access]);
}

static bool kernel_may(enum fault_access access, pt64_vaddr_t vaddr)
{
    switch (access) {
    case FAULT_READ:
        return loads(vaddr, tag(arena));
    case FAULT_WRITE:
        return stores(vaddr, tag(arena));
    default:
        return calls(vaddr);
    }
}

/** A page that nobody can access is hidden: the CPU finds none. */
static enum fault_cause refusal_of(pt64_flags_t flags)
{
    return (flags & PT64_ACCESS) == 0 ? FAULT_ABSENT : FAULT_REFUSED;
}

static bool try_kernel(enum fault_access access, pt64_vaddr_t page, pt64_flags_t flags)
{
    pt64_vaddr_t vaddr = page + (access == FAULT_EXECUTE ? KERNEL_CODE : DATA);

    return kernel_should(access, flags) ? kernel_may(access, vaddr)
                                        : fault_on(access, vaddr, refusal_of(flags));
}

static bool try_user(enum fault_access access, pt64_vaddr_t page, pt64_flags_t flags)
{
    pt64_vaddr_t vaddr = page + (access == FAULT_EXECUTE ? USER_CODE_HERE : DATA);

    if (!user_should(access, flags))
        return user_fault_on(access, vaddr, refusal_of(flags));
    return user_may(access, vaddr) && (access != FAULT_WRITE || *arena_word(arena + DATA) == vaddr);
}

/**
 * Whether the emulator shows the outcome. It may drop NX and NR, and hang when it refuses
 * execution. Then it shows only accesses that are allowed, refused writes, and refused reads of
 * pages with PT64_READ.
 */
static bool can_show(enum fault_access access, pt64_flags_t flags, bool allowed)
{
    if (ARCH_REFUSES_EXECUTION || allowed || access == FAULT_WRITE)
        return true;
    return access == FAULT_READ && (flags & PT64_READ);
}

static void try_page(const struct window *window, pt64_flags_t flags, pt64_size_t size)
{
    char text[PT64_FLAGS_TEXT_SIZE];
    const char *name = pt64_flags_text(flags, text, sizeof(text));

    for (enum fault_access access = FAULT_READ; access <= FAULT_EXECUTE; access++) {
        bool kernel = kernel_should(access, flags);
        bool user = user_should(access, flags);

        if (!can_show(access, flags, kernel) || !can_show(access, flags, user))
            tap_skip("execution that is refused", "%s", name);
        if (can_show(access, flags, kernel))
            tap(try_kernel(access, window->base, flags),
                "%s half: %s, %" PRIu64 " KiB: the kernel's %s is %s", window->half, name,
                size >> 10, access_names[access], kernel ? "allowed" : "refused");
        if (!CPU_HAS_USER)
            tap_skip("unprivileged code", "%s", name);
        else if (can_show(access, flags, user))
            tap(try_user(access, window->base, flags),
                "%s half: %s, %" PRIu64 " KiB: a user's %s is %s", window->half, name, size >> 10,
                access_names[access], user ? "allowed" : "refused");
    }
}

static void plant(void)
{
    *(volatile uint32_t *)arena_word(arena + KERNEL_CODE) = cpu_return_code;
    *(volatile uint32_t *)arena_word(arena + USER_CODE_HERE) = cpu_exit_code;
    *arena_word(arena + DATA) = tag(arena);
    cpu_sync_code();
}

static void test_absent(const struct window *window)
{
    for (enum fault_access access = FAULT_READ; access <= FAULT_EXECUTE; access++) {
        tap(fault_on(access, window->base, FAULT_ABSENT), "%s half: absent: the kernel's %s faults",
            window->half, access_names[access]);
        if (CPU_HAS_USER)
            tap(user_fault_on(access, window->base, FAULT_ABSENT),
                "%s half: absent: a user's %s faults", window->half, access_names[access]);
        else
            tap_skip("unprivileged code", "absent: a user's %s faults", access_names[access]);
    }
}

static pt64_flags_t permissions(unsigned number)
{
    static const pt64_flags_t each[] = {PT64_READ, PT64_WRITE, PT64_EXECUTE, PT64_USER};
    pt64_flags_t flags = 0;

    for (unsigned i = 0; i < 4; i++)
        flags |= number >> i & 1 ? each[i] : 0;
    return flags;
}

/** Combinations that the format cannot encode are refused, and so not tested here. */
void test_permissions(const struct window *window)
{
    const struct half *half = half_of(window->base);

    plant();
    test_absent(window);
    for (unsigned number = 0; number < 16; number++) {
        for (pt64_size_t size = PAGE; size <= HUGE; size <<= ARCH_META.index_bits) {
            pt64_flags_t flags = permissions(number);
            pt64_status_t status = half->map(window->base, arena, size, complete(flags));
            char text[PT64_FLAGS_TEXT_SIZE];

            if (status == PT64_BAD_FLAGS) {
                tap_skip("words for the permissions", "%s",
                         pt64_flags_text(flags, text, sizeof(text)));
                continue;
            }
            if (status != PT64_OK) {
                tap(false, "%s half: map", window->half);
                continue;
            }
            plant();
            try_page(window, flags, size);
            if (half->unmap_region(window->base, size) != PT64_OK)
                tap(false, "%s half: unmap_region", window->half);
        }
    }
    arena_fill();
}
