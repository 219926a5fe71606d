/* SPDX-License-Identifier: MIT */
/* The board under the IOMMU: a console, PCI and QEMU's edu, a device that copies memory. */
#ifndef TESTS_IOMMU_BOARD_H
#define TESTS_IOMMU_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void board_put(char character);
_Noreturn void board_exit(bool good);

/* Configuration space of a device on bus 0. */
uint32_t board_pci_read(unsigned device, unsigned offset);
void board_pci_write(unsigned device, unsigned offset, uint32_t value);

/* A register of 8 bytes, written at once. */
void board_write64(uintptr_t address, uint64_t value);
/* What devices read and write is as the program's order says. */
void board_order(void);

static inline uint32_t read32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static inline uint64_t read64(uintptr_t address)
{
    return read32(address) | (uint64_t)read32(address + 4) << 32;
}

/* For registers that take their halves one by one. */
static inline void write64(uintptr_t address, uint64_t value)
{
    write32(address, (uint32_t)value);
    write32(address + 4, (uint32_t)(value >> 32));
}

/* A physical address is the address of memory: nothing is translated for the CPU. */
static inline uint64_t paddr_of(const volatile void *memory)
{
    return (uintptr_t)memory;
}

#endif
