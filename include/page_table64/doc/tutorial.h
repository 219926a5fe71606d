/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page tutorial From nothing to a kernel with W^X
 *
 * This page explains examples/kernel, which boots on x86-64, AArch64, RISC-V and LoongArch64 with
 * `examples/boot.sh`. Each step names the file that has all of it.
 *
 * @section frames 1. Frames
 *
 * A table takes its memory from you. Three functions are enough. Each gets the context that you
 * give to `name_create` (space_handler.h, frames.c):
 *
 * @code
 * static pt64_paddr_t handler_alloc(void *ctx, size_t bytes) { ... or PT64_NO_FRAME ... }
 * static void handler_free(void *ctx, pt64_paddr_t frame, size_t bytes) { ... }
 * static void *handler_pointer(void *ctx, pt64_paddr_t frame) { ... }
 *
 * static const struct pt64_handler kernel_handler = {
 *     .alloc_frame = handler_alloc,
 *     .free_frame = handler_free,
 *     .phys_to_virt = handler_pointer,
 * };
 * @endcode
 *
 * A frame is aligned to its size, which is one page for every node but the root nodes of some
 * geometries. The contents of a new frame do not matter.
 *
 * `phys_to_virt` returns where the kernel itself sees a frame: at the same address before paging is
 * on, and at an address of the upper half once free memory is mapped there. It returns NULL for
 * what is not memory, so that an adopted table cannot lead the library astray.
 *
 * @section table 2. A table type
 *
 * Two constants describe the machine. Pick them from the meta header of your architecture, which
 * also says what each of them needs of the CPU (arch/ARCH/machine.h):
 *
 * - meta/x86_64.h: `pt64_x86_64_la48` or `pt64_x86_64_la57`, with `pt64_x86_64_pte`;
 * - meta/aarch64.h: `pt64_aarch64_4k48` and `pt64_aarch64_4k48_upper`, with `pt64_aarch64_pte`;
 * - meta/riscv.h: `pt64_riscv_sv39`, `pt64_riscv_sv48` or `pt64_riscv_sv57`, with `pt64_riscv_pte`;
 *   `pt64_riscv_sv32` with `pt64_riscv_sv32_pte` on a hart with 32-bit registers;
 * - meta/loongarch64.h: `pt64_loongarch64_16k47` and `pt64_loongarch64_16k47_upper`, with
 *   `pt64_loongarch64_pte`.
 *
 * @code
 * #include <page_table64.h>
 * #include <page_table64/meta/x86_64.h>
 *
 * PAGE_TABLE64_DEFINE(table, pt64_x86_64_la48, pt64_x86_64_pte, kernel_handler);
 * static table_t kernel;
 * @endcode
 *
 * x86-64 and RISC-V have one root for all addresses (space_one_root.c). AArch64 has TTBR0_EL1 and
 * TTBR1_EL1, LoongArch64 has PGDL and PGDH: there are two table types, and a bit of the address
 * says which of them translates it (space_two_roots.c). A type that several files use is declared
 * in a header by PAGE_TABLE64_DECLARE, and one file has PAGE_TABLE64_IMPLEMENT in place of
 * PAGE_TABLE64_DEFINE (table.h).
 *
 * @section map 3. Mappings
 *
 * Changes go through a guard. This one commits at the end of its scope, which flushes what must be
 * flushed. While no CPU has the table loaded, `table_ignore` would do:
 *
 * @code
 * PT64_SCOPED_GUARD(table, guard, &kernel);
 * status = table_map_region(&guard, vaddr, paddr, bytes, PT64_READ | PT64_EXECUTE, PT64_SIZE_ANY);
 * @endcode
 *
 * W^X is a matter of the flags that you pass. Let the linker put text, read-only data and data on
 * pages of their own (image.ld), and map (main.c)
 *
 * | what                           | flags                                 |
 * |--------------------------------|---------------------------------------|
 * | text                           | PT64_READ, PT64_EXECUTE               |
 * | read-only data                 | PT64_READ                             |
 * | data, stack                    | PT64_READ, PT64_WRITE                 |
 * | device registers               | PT64_READ, PT64_WRITE, PT64_DEVICE    |
 * | free memory, in the upper half | PT64_READ, PT64_WRITE                 |
 *
 * A CPU that does not set accessed and dirty by itself faults until software does. A kernel that
 * does not swap out its own pages adds `table_flags() & (PT64_ACCESSED | PT64_DIRTY)` to all of
 * them. Check every status: a call that failed has changed nothing.
 *
 * Map all that the CPU needs for the very next instruction: the code that switches, its stack, and
 * what prints if that goes wrong. On AArch64 the blocks that hold text, stack and nodes stay as
 * they are from then on: a split breaks the block first (@ref ground).
 *
 * Until the switch the MMU is off, or, on x86-64, the entry code's table is in use. On AArch64 all
 * data is Device memory until then. A kernel for real machines defines PT64_MMU_OFF in the file
 * that builds the tables, before it includes page_table64.h: the library then uses no exclusive and
 * no atomic read-modify-write instruction. It also invalidates the nodes in the data cache by DC
 * IVAC before the switch (@ref mmu_off). The example does neither: QEMU has no caches, and executes
 * exclusives with the MMU off too.
 *
 * @section switch 4. The switch
 *
 * The meta headers compute the register values, and page_table64/regs/ARCH.h has their bits, for
 * assembly too. The order depends on the architecture (arch/ARCH/paging.c):
 *
 * - **x86-64**: EFER.NXE, without which an entry of a page that is not executable is malformed;
 *   IA32_PAT = `PT64_X86_64_PAT_VALUE` if you use PT64_WRITE_COMBINE; CR0.WP, without which the
 *   kernel can write its own text; CR3 = `pt64_x86_64_cr3(table_root(&kernel))`; CR4.PGE. Set
 *   CR4.LA57, for five levels, before paging is first on.
 * - **AArch64**: MAIR_EL1 = `PT64_AARCH64_MAIR_VALUE`, or `PT64_AARCH64_MAIR_TAGGED_VALUE` if you
 * use PT64_AARCH64_TAGGED; TCR_EL1 = `pt64_aarch64_tcr_el1(...)` by the geometry and the limits of
 * the CPU; TTBR0_EL1 and TTBR1_EL1 = `pt64_aarch64_ttbr(...)`; DSB, ISB, TLBI VMALLE1, DSB, ISB;
 * SCTLR_EL1.M, C and I; ISB.
 * - **RISC-V**: SFENCE.VMA; satp = `pt64_riscv_satp(mode, 0, root)`, or `pt64_riscv_satp32` with
 *   32-bit registers; SFENCE.VMA.
 * - **LoongArch64**: PWCL, PWCH, STLBPS and TLBREHI from `pt64_loongarch64_pwcl`,
 *   `pt64_loongarch64_pwch` and `pt64_loongarch64_ps`; PGDL and PGDH; a refill handler in
 *   TLBRENTRY; INVTLB 0; CRMD = `PT64_LOONGARCH64_CRMD_VALUE`.
 *
 * @section proof 5. Proof
 *
 * A table that looks right may still be wrong. The example writes to its own text, calls into its
 * data, and touches what it has unmapped. Each time it expects the fault (proof.c). Then look at
 * what the hardware sees:
 *
 * @code
 * #include <page_table64/dump.h>
 * #include <page_table64/terms/x86_64.h>
 *
 * PAGE_TABLE64_DEFINE_DUMP(table, pt64_x86_64_terms);
 * ...
 * table_dump(&kernel, print_piece, NULL);
 * table_explain(&kernel, faulting_address, print_piece, NULL);
 * @endcode
 *
 * @section processes 6. Processes, and a second CPU
 *
 * The example goes on to two processes on two CPUs, where the machine has them: x86-64, AArch64 and
 * RISC-V. A process has a table of its own and borrows the kernel's root slots (process.c). Its
 * pages are filled on demand and copied on write (page_fault.c); fork.c shares them, and exit.c
 * gives their frames back. shootdown.c is the handler's `flush` for several CPUs. The README of
 * the example says which file shows what.
 *
 * Read @ref flushing "the page on guards and flushes" before you do the same: who receives a
 * request, what the kernel's fault handler must do, and which cache maintenance new code needs. The
 * @ref cookbook has more of it as code.
 *
 * If the kernel no longer prints, save its memory and let examples/ptdump read it: `ptdump map`,
 * `ptdump explain`, and `ptdump audit`, which exits with 1 if a page is writable and executable.
 */
#ifndef PAGE_TABLE64_DOC_TUTORIAL_H
#define PAGE_TABLE64_DOC_TUTORIAL_H

#include "../types.h"

#endif
