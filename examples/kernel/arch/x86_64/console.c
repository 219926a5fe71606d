/* SPDX-License-Identifier: MIT */
/* The first serial port, and QEMU's debug-exit device. Bochs has neither: it prints what is written
 * to another port, and ends when a word is. */
#include "arch.h"

#define COM1            UINT16_C(0x3f8)
#define COM1_STATUS     UINT16_C(0x3fd)
#define STATUS_TX_EMPTY UINT8_C(0x20)
#define DEBUG_EXIT      UINT16_C(0xf4)
#define BOCHS_CONSOLE   UINT16_C(0xe9)
#define BOCHS_SHUTDOWN  UINT16_C(0x8900)

static void write_port(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t read_port(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void console_put(char c)
{
    while (!(read_port(COM1_STATUS) & STATUS_TX_EMPTY))
        ;
    write_port(COM1, (uint8_t)c);
    write_port(BOCHS_CONSOLE, (uint8_t)c);
}

/** QEMU then ends with status 33 or 35. */
_Noreturn void machine_exit(bool pass)
{
    write_port(DEBUG_EXIT, pass ? 0x10 : 0x11);
    for (const char *word = "Shutdown"; *word != '\0'; word++)
        write_port(BOCHS_SHUTDOWN, (uint8_t)*word);
    for (;;)
        __asm__ volatile("hlt");
}
