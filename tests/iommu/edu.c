/* SPDX-License-Identifier: MIT */
#include "edu.h"

#include "board.h"

#define EDU_ID     0x11e81234U
#define EDU_BUFFER 0x40000U
/* Where its registers go if nobody has given them a place. */
#define EDU_PLACE 0x10000000U

/* Registers: QEMU, docs/specs/edu.txt. */
#define EDU_SOURCE  0x80U
#define EDU_TARGET  0x88U
#define EDU_COUNT   0x90U
#define EDU_COMMAND 0x98U
#define EDU_START   1U
#define EDU_TO_RAM  2U

static unsigned number;
static uintptr_t registers;

bool edu_find(void)
{
    for (number = 0; number < 32; number++)
        if (board_pci_read(number, 0) == EDU_ID)
            break;
    if (number == 32)
        return false;
    if ((board_pci_read(number, 0x10) & ~15U) == 0)
        board_pci_write(number, 0x10, EDU_PLACE);
    board_pci_write(number, 4, board_pci_read(number, 4) | 6); /* memory, bus master */
    registers = board_pci_read(number, 0x10) & ~15U;
    return true;
}

unsigned edu_device(void)
{
    return number;
}

static void copy(uint64_t source, uint64_t target, uint32_t command)
{
    board_order();
    board_write64(registers + EDU_SOURCE, source);
    board_write64(registers + EDU_TARGET, target);
    board_write64(registers + EDU_COUNT, 8);
    board_write64(registers + EDU_COMMAND, command | EDU_START);
    while (read32(registers + EDU_COMMAND) & EDU_START)
        ;
    board_order();
}

void edu_read(uint64_t iova)
{
    copy(iova, EDU_BUFFER, 0);
}

void edu_write(uint64_t iova)
{
    copy(EDU_BUFFER, iova, EDU_TO_RAM);
}
