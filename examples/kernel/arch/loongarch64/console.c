/* SPDX-License-Identifier: MIT */
/* The 16550, the power switch, and a PCI device that ends the emulator with an error. */
#include "arch.h"
#include "csr.h"

#define UART            UINT64_C(0x1fe001e0)
#define UART_STATUS     UINT64_C(0x1fe001e5)
#define STATUS_TX_EMPTY UINT8_C(0x20)
#define POWER           UINT64_C(0x100e001c)
#define POWER_OFF       UINT8_C(0x34)

#define PCI_CONFIG         UINT64_C(0x20000000)
#define PCI_FUNCTION_BYTES UINT64_C(0x1000)
#define PCI_FUNCTIONS      256
#define PCI_PVPANIC        UINT32_C(0x00111b36)
#define PCI_COMMAND        UINT64_C(0x04)
#define PCI_BAR0           UINT64_C(0x10)
#define PCI_MEMORY_ON      UINT32_C(2)
#define PVPANIC            UINT32_C(0x40000000)

void console_put(char c)
{
    while (!(*(volatile uint8_t *)UART_STATUS & STATUS_TX_EMPTY))
        ;
    *(volatile uint8_t *)UART = (uint8_t)c;
}

static void panic_device(void)
{
    for (uint64_t i = 0; i < PCI_FUNCTIONS; i++) {
        uint64_t config = PCI_CONFIG + i * PCI_FUNCTION_BYTES;

        if (*(volatile uint32_t *)config != PCI_PVPANIC)
            continue;
        *(volatile uint32_t *)(config + PCI_BAR0) = PVPANIC;
        *(volatile uint32_t *)(config + PCI_COMMAND) = PCI_MEMORY_ON;
        *(volatile uint8_t *)(uintptr_t)PVPANIC = 1;
    }
}

/** Turns paging off first: then it reaches these devices whatever the table maps. */
_Noreturn void machine_exit(bool pass)
{
    write_csr(PT64_LOONGARCH64_CSR_CRMD, PT64_LOONGARCH64_CRMD_DA);
    if (pass)
        *(volatile uint8_t *)POWER = POWER_OFF;
    else
        panic_device();
    for (;;)
        __asm__ volatile("idle 0");
}
