/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the kernel asks of a machine. Each folder under arch/ answers with
 *
 *     machine.h      its table's geometry and format, its memory and its devices
 *     entry.S        from the loader's state to kernel_main
 *     vectors.S      exception entry, and the probes
 *     exceptions.c   what an exception means
 *     paging.c       the registers that switch the table on
 *     console.c      a byte out, and the way out
 *     link.ld        where the image stands
 *     machine.sh     how to build it and what boots it
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <page_table64.h>

#include "machine.h"

/** A part of the physical address space that is not memory. */
struct device {
    const char *name;
    pt64_paddr_t paddr;
    uint64_t bytes;
};

void console_put(char c);

/** Ends the emulator, with a status that says whether everything passed. */
_Noreturn void machine_exit(bool pass);

void exceptions_on(void);

/** Loads the table at `lower`. A machine with a root for each half also loads `upper`. */
void paging_on(pt64_paddr_t lower, pt64_paddr_t upper);

/** The entry code calls this once it has a stack. */
_Noreturn void kernel_main(void);

/* Accesses that may fault. Each is a single instruction in a function of its own. The exception
 * handler can make that function return. */
uint64_t probe_load(pt64_vaddr_t vaddr);
void probe_store(pt64_vaddr_t vaddr, uint64_t value);
void probe_call(pt64_vaddr_t vaddr);

#endif
