/* SPDX-License-Identifier: MIT */
/* The PL011, and semihosting. */
#include "arch.h"

#define PL011_DATA        UINT32_C(0x09000000)
#define PL011_FLAGS       UINT32_C(0x09000018)
#define FLAGS_TX_FULL     UINT32_C(0x20)
#define SYS_EXIT_EXTENDED UINT32_C(0x20)
#define APPLICATION_EXIT  UINT32_C(0x20026)

void console_put(char c)
{
    while (*(volatile uint32_t *)PL011_FLAGS & FLAGS_TX_FULL)
        ;
    *(volatile uint32_t *)PL011_DATA = (unsigned char)c;
}

_Noreturn void machine_exit(bool pass)
{
    const uint32_t arguments[2] = {APPLICATION_EXIT, pass ? 0 : 1};
    register uint32_t operation __asm__("r0") = SYS_EXIT_EXTENDED;
    register const uint32_t *block __asm__("r1") = arguments;

    __asm__ volatile("svc #0x123456" : : "r"(operation), "r"(block) : "memory");
    for (;;)
        __asm__ volatile("wfi");
}
