/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#define CODE_SYSTEM_CALL UINT64_C(11)

void cpu_init(void)
{
}

unsigned cpu_index(void)
{
    return 0;
}

void cpu_sync_code(void)
{
    __asm__ volatile("ibar 0" : : : "memory");
}

const uint32_t cpu_return_code = 0x4c000020; /* jirl $zero, $ra, 0 */
const uint32_t cpu_exit_code = 0x002b0000;   /* syscall 0 */

bool cpu_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == CODE_SYSTEM_CALL;
}

void cpu_start_second(void)
{
}

void cpu_interrupts_on(void)
{
}

void cpu_interrupt_other(void)
{
}

bool cpu_take_interrupt(const struct fault *fault)
{
    (void)fault;
    return false;
}

void cpu_flush_here(const struct pt64_flush *request)
{
    ARCH_META.flush(request);
}
