/* SPDX-License-Identifier: MIT */
/* QEMU's q35, in 32-bit mode. */
#include "board.h"

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void board_put(char character)
{
    out8(0x3f8, (uint8_t)character);
}

/* isa-debug-exit ends with twice the value and 1. */
_Noreturn void board_exit(bool good)
{
    out8(0xf4, good ? 16 : 17);
    for (;;)
        __asm__ volatile("hlt");
}

uint32_t board_pci_read(unsigned device, unsigned offset)
{
    out32(0xcf8, 0x80000000U | device << 11 | offset);
    return in32(0xcfc);
}

void board_pci_write(unsigned device, unsigned offset, uint32_t value)
{
    out32(0xcf8, 0x80000000U | device << 11 | offset);
    out32(0xcfc, value);
}

/* The FPU stores integers of 64 bits at once. */
void board_write64(uintptr_t address, uint64_t value)
{
    __asm__ volatile("fildll %1\n\tfistpll %0"
                     : "=m"(*(volatile uint64_t *)address)
                     : "m"(value)
                     : "memory");
}

void board_order(void)
{
    __asm__ volatile("" : : : "memory");
}
