/* SPDX-License-Identifier: MIT */
/**
 * @file
 * page_table64: page tables for kernels, generic over architecture, without a run-time dependency.
 *
 * Include this header and the meta header of an architecture, which brings its entry format. Then
 * write
 *
 *     static const struct pt64_handler frames = {
 *         .alloc_frame = alloc_frame, .free_frame = free_frame, .phys_to_virt = phys_to_virt};
 *     PAGE_TABLE64_DEFINE(space, pt64_x86_64_la48, pt64_x86_64_pte, frames);
 *
 * This defines `space_t`, `space_map` and the rest. See page_table64/define.h for what they do.
 *
 * What these headers put under Doxygen's condition `engine` is not for users and may change. All
 * else is in the reference.
 *
 * @mainpage page_table64
 *
 * To learn:
 * - @ref tutorial
 * - @ref cookbook
 * - @ref flushing, and [what each change executes](page_table64/doc/needs.md)
 * - @ref adding_a_format
 *
 * To look up:
 * - page_table64/define.h: the calls of a table type
 * - page_table64/types.h: flags, sizes and statuses; page_table64/text.h: their names
 * - page_table64/traits.h: what a table type is made of; page_table64/flush.h: flush requests
 * - page_table64/dump.h: reports for people
 * - page_table64/version.h
 *
 * The geometries and entry formats of each architecture. Its meta header also computes the values
 * of its registers:
 * - **x86-64**: page_table64/meta/x86_64.h, page_table64/regs/x86_64.h
 *   - geometries: ::pt64_x86_64_la48, ::pt64_x86_64_la48_no1g, ::pt64_x86_64_la57,
 *     ::pt64_x86_64_any
 *   - entries: ::pt64_x86_64_pte, ::pt64_x86_64_cet_pte
 * - **32-bit x86**: page_table64/meta/i386.h, page_table64/regs/i386.h
 *   - geometries: ::pt64_i386, ::pt64_i386_pae
 *   - entries: ::pt64_i386_pte, ::pt64_i386_pae_pte
 * - **Intel EPT**: page_table64/meta/ept.h, page_table64/regs/ept.h
 *   - geometries: ::pt64_ept_gpa48, ::pt64_ept_gpa57, ::pt64_ept_gpa48_least, ::pt64_ept_any
 *   - entries: ::pt64_ept_pte, ::pt64_ept_noad_pte, ::pt64_ept_mbec_pte
 * - **AMD nested paging**: page_table64/meta/npt.h, page_table64/regs/npt.h
 *   - geometries: ::pt64_npt_gpa48, ::pt64_npt_gpa57, ::pt64_npt_any
 *   - entries: ::pt64_npt_pte
 * - **AArch64**: page_table64/meta/aarch64.h, page_table64/regs/aarch64.h
 *   - geometries: ::pt64_aarch64_4k48, ::pt64_aarch64_4k48_upper, ::pt64_aarch64_4k48_bbm2,
 *     ::pt64_aarch64_4k48_upper_bbm2, ::pt64_aarch64_4k48_tlbirange,
 *     ::pt64_aarch64_4k48_upper_tlbirange, ::pt64_aarch64_el2_4k48, ::pt64_aarch64_any,
 *     ::pt64_aarch64_any_upper
 *   - entries: ::pt64_aarch64_pte, ::pt64_aarch64_hafdbs_pte, ::pt64_aarch64_el2_pte
 * - **ARMv7-A**: page_table64/meta/armv7.h, page_table64/regs/armv7.h
 *   - geometries: ::pt64_armv7_short, ::pt64_armv7_lpae
 *   - entries: ::pt64_armv7_short_pte, ::pt64_armv7_short_afe_pte, ::pt64_armv7_lpae_pte
 * - **RISC-V**: page_table64/meta/riscv.h, page_table64/regs/riscv.h
 *   - geometries: ::pt64_riscv_sv32, ::pt64_riscv_sv39, ::pt64_riscv_sv48, ::pt64_riscv_sv57,
 *     ::pt64_riscv_sv39_svvptc, ::pt64_riscv_sv48_svvptc, ::pt64_riscv_sv57_svvptc,
 *     ::pt64_riscv_sv39_svinval, ::pt64_riscv_sv39_full_fence, ::pt64_riscv_any
 *   - entries: ::pt64_riscv_sv32_pte, ::pt64_riscv_pte, ::pt64_riscv_svpbmt_pte,
 *     ::pt64_riscv_svrsw60t59b_pte, ::pt64_riscv_zicfiss_pte, ::pt64_riscv_xuantie_pte
 * - **LoongArch64**: page_table64/meta/loongarch64.h, page_table64/regs/loongarch64.h
 *   - geometries: ::pt64_loongarch64_4k48, ::pt64_loongarch64_16k47,
 *     ::pt64_loongarch64_16k47_upper
 *   - entries: ::pt64_loongarch64_pte, ::pt64_loongarch64_plv_pte,
 *     ::pt64_loongarch64_hptw_pte
 */
#ifndef PAGE_TABLE64_H
#define PAGE_TABLE64_H

#include "page_table64/machine.h"

#include "page_table64/define.h"
#include "page_table64/text.h"
#include "page_table64/version.h"

#endif
