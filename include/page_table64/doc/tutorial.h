/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page tutorial From nothing to a kernel with W^X
 *
 * What follows is examples/kernel, which boots on x86-64, AArch64, RISC-V and LoongArch64 under
 * `examples/boot.sh`. Each step names the file that has all of it.
 *
 * @section frames 1. Frames
 *
 * A table takes its memory from you. Three functions are enough, and the context that you give to
 * `name_create` reaches each of them (space_handler.h, frames.c):
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
 * A frame is naturally aligned to the bytes that are asked for, which is one page for every table
 * but the wide roots of some geometries. What it holds does not matter.
 *
 * `phys_to_virt` is where the kernel itself sees a frame: the same address before paging is on, and
 * an address of the upper half once free memory is mapped there. It answers NULL for what is not
 * memory, so that an adopted table cannot lead the library astray.
 *
 * @section table 2. A table type
 *
 * Two constants say what the machine is. Pick them from the meta header of your architecture, which
 * also tells what each of them asks of the CPU (arch/ARCH/machine.h):
 *
 * - meta/x86_64.h: `pt64_x86_64_la48` or `pt64_x86_64_la57`, with `pt64_x86_64_pte`;
 * - meta/aarch64.h: `pt64_aarch64_4k48` and `pt64_aarch64_4k48_upper`, with `pt64_aarch64_pte`;
 * - meta/riscv.h: `pt64_riscv_sv39`, `pt64_riscv_sv48` or `pt64_riscv_sv57`, with `pt64_riscv_pte`;
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
 * TTBR1_EL1, LoongArch64 PGDL and PGDH: two table types, and a bit of the address that says whose
 * it is (space_two_roots.c).
 *
 * @section map 3. Mappings
 *
 * Changes go through a guard. This one commits at the end of its scope, which flushes what must be
 * flushed; while no CPU has the table loaded, `table_ignore` would do:
 *
 * @code
 * PT64_SCOPED_GUARD(table, guard, &kernel);
 * status = table_map_region(&guard, vaddr, paddr, bytes, PT64_READ | PT64_EXECUTE, true);
 * @endcode
 *
 * W^X is nothing but which flags you pass: have the linker put text, read-only data and data on
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
 * A CPU that does not set accessed and dirty by itself faults until software does: a kernel that
 * does not swap out its own pages adds `table_flags() & (PT64_ACCESSED | PT64_DIRTY)` to all of
 * them. And every status is an error that must be read: a call that failed has changed nothing.
 *
 * Map all that the CPU needs for the very next instruction: the code that switches, its stack, and
 * what prints if that goes wrong. On AArch64 the blocks that hold text, stack and tables stay as
 * they are from then on: to split one is to break it first (@ref ground).
 *
 * Until the switch the MMU is off, or, on x86-64, the entry code's tables are in use. On AArch64
 * all data is Device memory until then. A kernel for real machines defines PT64_MMU_OFF in the file
 * that builds the tables, before it includes page_table64.h: the library then uses no exclusive and
 * no atomic read-modify-write instruction. And it invalidates the tables from the data cache by DC
 * IVAC before the switch (@ref mmu_off). The example does neither: QEMU has no caches, and executes
 * exclusives with the MMU off too.
 *
 * @section switch 4. The switch
 *
 * The meta headers make the register values, and page_table64/regs/ARCH.h has their bits, for
 * assembly too; the order is the architecture's (arch/ARCH/paging.c):
 *
 * - **x86-64**: EFER.NXE, without which a page that is not executable is malformed; IA32_PAT =
 *   `PT64_X86_64_PAT_VALUE` if you use PT64_WRITE_COMBINE; CR0.WP, without which the kernel writes
 *   its own text; CR3 = `pt64_x86_64_cr3(table_root(&kernel))`; CR4.PGE. Five levels are chosen
 *   before paging is first on, by CR4.LA57.
 * - **AArch64**: MAIR_EL1 = `PT64_AARCH64_MAIR_VALUE`; TCR_EL1 = `pt64_aarch64_tcr_el1(...)`;
 *   TTBR0_EL1 and TTBR1_EL1 = `pt64_aarch64_ttbr(...)`; DSB, ISB, TLBI VMALLE1, DSB, ISB;
 *   SCTLR_EL1.M, C and I; ISB.
 * - **RISC-V**: SFENCE.VMA; satp = `pt64_riscv_satp(mode, 0, root)`; SFENCE.VMA.
 * - **LoongArch64**: PWCL, PWCH, STLBPS, TLBREHI from `pt64_loongarch64_pwcl` and its kin; PGDL and
 *   PGDH; a refill handler in TLBRENTRY; INVTLB 0; CRMD = `PT64_LOONGARCH64_CRMD_VALUE`.
 *
 * @section proof 5. Proof
 *
 * A table that looks right may still be wrong. The example writes to its own text, calls into its
 * data, and touches what it has unmapped, and each time expects the fault (proof.c). Then look at
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
 * Before processes and a second CPU come, read @ref flushing "the page on guards and flushes": who
 * receives a request, what stays with the kernel's fault handler, and which cache maintenance new
 * code needs.
 * The @ref cookbook has processes, page faults, fork and shootdown as code.
 *
 * If the kernel no longer prints, save its memory and let examples/ptdump read it: `ptdump map`,
 * `ptdump explain`, and `ptdump audit`, which ends with 1 where a page is writable and executable.
 */
#ifndef PAGE_TABLE64_DOC_TUTORIAL_H
#define PAGE_TABLE64_DOC_TUTORIAL_H

#include "../types.h"

#endif
