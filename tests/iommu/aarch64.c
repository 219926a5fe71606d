/* SPDX-License-Identifier: MIT */
/* QEMU's virt board with highmem=off, the MMU off. Nobody has given the devices addresses. */
#include "board.h"

#define UART 0x09000000U
#define ECAM 0x3f000000U

void board_put(char character)
{
    write32(UART, (uint8_t)character);
}

/* SYS_EXIT of semihosting, with ADP_Stopped_ApplicationExit and a status. */
_Noreturn void board_exit(bool good)
{
    uint64_t block[2] = {0x20026, good ? 33 : 1};

    for (;;)
        __asm__ volatile("mov x0, #0x18\n\tmov x1, %0\n\thlt #0xf000"
                         :
                         : "r"(block)
                         : "x0", "x1", "memory");
}

uint32_t board_pci_read(unsigned device, unsigned offset)
{
    return read32(ECAM + (device << 15) + offset);
}

void board_pci_write(unsigned device, unsigned offset, uint32_t value)
{
    write32(ECAM + (device << 15) + offset, value);
}

void board_write64(uintptr_t address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}

void board_order(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}
