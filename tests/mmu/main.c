/* SPDX-License-Identifier: MIT */
#include "cpu.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

static void test_half(const struct window *window)
{
    test_sizes(window);
    test_permissions(window);
    test_types(window);
    test_format_flags(window);
    test_wide(window);
    test_changes(window);
    test_together(window);
    test_stale(window);
    test_combined(window);
    test_spurious(window);
    test_notes(window);
    test_sink(window);
}

_Noreturn void kernel_main(void)
{
#if CPU_HAS_GUEST
    guest_begin();
#endif
    cpu_init();
    exceptions_on();
#if CPU_HAS_GUEST && ARCH_FINDS_LIMITS
    guest_find_limits();
#elif ARCH_FINDS_LIMITS
    paging_find_limits();
#endif
    wide_begin();
    tables_init();
    test_limits();
    test_entries();
    test_ends();
    test_ends_together();
    test_half(&windows[0]);
    test_half(&windows[1]);
    test_root();
    test_ground();
    test_ids();
    test_sharing();
    test_pressure();
    test_second(&windows[0]);
    test_second(&windows[1]);
    test_requests();
    machine_exit(tap_done());
}
