/* SPDX-License-Identifier: MIT */
/* The PL011, and semihosting. */
#include "arch.h"

#define PL011_DATA       UINT64_C(0x09000000)
#define PL011_FLAGS      UINT64_C(0x09000018)
#define FLAGS_TX_FULL    UINT32_C(0x20)
#define SYS_EXIT         UINT64_C(0x18)
#define APPLICATION_EXIT UINT64_C(0x20026)

void console_put(char c)
{
    while (*(volatile uint32_t *)PL011_FLAGS & FLAGS_TX_FULL)
        ;
    *(volatile uint32_t *)PL011_DATA = (unsigned char)c;
}

_Noreturn void machine_exit(bool pass)
{
    const uint64_t arguments[2] = {APPLICATION_EXIT, pass ? 0 : 1};
    register uint64_t operation __asm__("x0") = SYS_EXIT;
    register const uint64_t *block __asm__("x1") = arguments;

    __asm__ volatile("hlt #0xf000" : : "r"(operation), "r"(block) : "memory");
    for (;;)
        __asm__ volatile("wfi");
}
