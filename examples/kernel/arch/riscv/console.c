/* SPDX-License-Identifier: MIT */
/* The 16550, and the board's power switch. */
#include "arch.h"

#define UART            ((uintptr_t)0x10000000)
#define UART_STATUS     ((uintptr_t)0x10000005)
#define STATUS_TX_EMPTY UINT8_C(0x20)
#define POWER           ((uintptr_t)0x100000)
#define POWER_PASS      UINT32_C(0x5555)
#define POWER_FAIL      UINT32_C(0x13333)

void console_put(char c)
{
    while (!(*(volatile uint8_t *)UART_STATUS & STATUS_TX_EMPTY))
        ;
    *(volatile uint8_t *)UART = (uint8_t)c;
}

_Noreturn void machine_exit(bool pass)
{
    *(volatile uint32_t *)POWER = pass ? POWER_PASS : POWER_FAIL;
    for (;;)
        __asm__ volatile("wfi");
}
