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
 *   - geometries: ::pt64_aarch64_4k39, ::pt64_aarch64_4k39_upper, ::pt64_aarch64_4k48,
 *     ::pt64_aarch64_4k48_upper, ::pt64_aarch64_4k48_bbm2, ::pt64_aarch64_4k48_upper_bbm2,
 *     ::pt64_aarch64_4k48_tlbirange, ::pt64_aarch64_4k48_upper_tlbirange, ::pt64_aarch64_16k36,
 *     ::pt64_aarch64_16k36_upper, ::pt64_aarch64_16k47, ::pt64_aarch64_16k47_upper,
 *     ::pt64_aarch64_16k47_tlbirange, ::pt64_aarch64_16k47_upper_tlbirange, ::pt64_aarch64_16k48,
 *     ::pt64_aarch64_16k48_upper, ::pt64_aarch64_64k42, ::pt64_aarch64_64k42_upper,
 *     ::pt64_aarch64_64k48, ::pt64_aarch64_64k48_upper, ::pt64_aarch64_64k48_tlbirange,
 *     ::pt64_aarch64_64k48_upper_tlbirange, ::pt64_aarch64_el2_4k48, ::pt64_aarch64_el20_4k48,
 *     ::pt64_aarch64_el20_4k48_upper, ::pt64_aarch64_el3_4k48, ::pt64_aarch64_any,
 *     ::pt64_aarch64_any_upper, ::pt64_aarch64_16k_any, ::pt64_aarch64_16k_any_upper
 *   - entries: ::pt64_aarch64_pte, ::pt64_aarch64_hafdbs_pte, ::pt64_aarch64_el2_pte
 * - **AArch64 with 52-bit addresses**: the same headers
 *   - geometries of FEAT_LPA: ::pt64_aarch64_64k48_lpa, ::pt64_aarch64_64k48_upper_lpa,
 *     ::pt64_aarch64_64k52, ::pt64_aarch64_64k52_upper, ::pt64_aarch64_el2_64k52,
 *     ::pt64_aarch64_64k_any, ::pt64_aarch64_64k_any_upper
 *   - entries of FEAT_LPA: ::pt64_aarch64_lpa_pte, ::pt64_aarch64_hafdbs_lpa_pte,
 *     ::pt64_aarch64_el2_lpa_pte
 *   - geometries of FEAT_LPA2: ::pt64_aarch64_4k52, ::pt64_aarch64_4k52_upper,
 *     ::pt64_aarch64_4k52_tlbirange, ::pt64_aarch64_4k52_upper_tlbirange, ::pt64_aarch64_16k52,
 *     ::pt64_aarch64_16k52_upper, ::pt64_aarch64_16k52_tlbirange,
 *     ::pt64_aarch64_16k52_upper_tlbirange, ::pt64_aarch64_el2_4k52, ::pt64_aarch64_4k_lpa2_any,
 *     ::pt64_aarch64_4k_lpa2_any_upper, ::pt64_aarch64_16k_lpa2_any,
 *     ::pt64_aarch64_16k_lpa2_any_upper
 *   - entries of FEAT_LPA2: ::pt64_aarch64_lpa2_pte, ::pt64_aarch64_hafdbs_lpa2_pte,
 *     ::pt64_aarch64_el2_lpa2_pte
 * - **AArch64 stage 2**: page_table64/meta/aarch64_stage2.h, page_table64/regs/aarch64_stage2.h
 *   - geometries: ::pt64_aarch64_stage2_4k39, ::pt64_aarch64_stage2_4k40,
 *     ::pt64_aarch64_stage2_4k40_bbm2, ::pt64_aarch64_stage2_4k40_tlbirange,
 *     ::pt64_aarch64_stage2_4k48, ::pt64_aarch64_stage2_16k40, ::pt64_aarch64_stage2_16k47,
 *     ::pt64_aarch64_stage2_64k40, ::pt64_aarch64_stage2_64k48, ::pt64_aarch64_stage2_any
 *   - geometries of 52-bit addresses: ::pt64_aarch64_stage2_64k52 (FEAT_LPA),
 *     ::pt64_aarch64_stage2_4k52, ::pt64_aarch64_stage2_16k52 (FEAT_LPA2)
 *   - entries: ::pt64_aarch64_stage2_pte, ::pt64_aarch64_stage2_xnx_pte,
 *     ::pt64_aarch64_stage2_fwb_pte, ::pt64_aarch64_stage2_hafdbs_pte,
 *     ::pt64_aarch64_stage2_fwb_lpa_pte, ::pt64_aarch64_stage2_fwb_lpa2_pte
 * - **ARMv7-A**: page_table64/meta/armv7.h, page_table64/regs/armv7.h
 *   - geometries: ::pt64_armv7_short, ::pt64_armv7_lpae
 *   - entries: ::pt64_armv7_short_pte, ::pt64_armv7_short_afe_pte, ::pt64_armv7_lpae_pte
 * - **ARMv7-A stage 2**: page_table64/meta/armv7_stage2.h, page_table64/regs/armv7_stage2.h
 *   - geometry: ::pt64_armv7_stage2_4k40
 *   - entries: ::pt64_armv7_stage2_pte
 * - **RISC-V**: page_table64/meta/riscv.h, page_table64/regs/riscv.h
 *   - geometries: ::pt64_riscv_sv32, ::pt64_riscv_sv39, ::pt64_riscv_sv48, ::pt64_riscv_sv57,
 *     ::pt64_riscv_sv39_svvptc, ::pt64_riscv_sv48_svvptc, ::pt64_riscv_sv57_svvptc,
 *     ::pt64_riscv_sv39_svinval, ::pt64_riscv_sv39_full_fence, ::pt64_riscv_any
 *   - of a guest's second stage: ::pt64_riscv_sv32x4, ::pt64_riscv_sv39x4, ::pt64_riscv_sv48x4,
 *     ::pt64_riscv_sv57x4, ::pt64_riscv_sv39x4_svvptc, ::pt64_riscv_sv48x4_svvptc,
 *     ::pt64_riscv_sv57x4_svvptc, ::pt64_riscv_sv39x4_svinval, ::pt64_riscv_gstage_any
 *   - entries: ::pt64_riscv_sv32_pte, ::pt64_riscv_pte, ::pt64_riscv_svpbmt_pte,
 *     ::pt64_riscv_svrsw60t59b_pte, ::pt64_riscv_zicfiss_pte, ::pt64_riscv_xuantie_pte,
 *     ::pt64_riscv_gstage_sv32_pte, ::pt64_riscv_gstage_pte, ::pt64_riscv_gstage_svpbmt_pte
 * - **LoongArch64**: page_table64/meta/loongarch64.h, page_table64/regs/loongarch64.h
 *   - geometries: ::pt64_loongarch64_4k39, ::pt64_loongarch64_4k39_upper,
 *     ::pt64_loongarch64_4k48, ::pt64_loongarch64_4k48_1g, ::pt64_loongarch64_16k36,
 *     ::pt64_loongarch64_16k36_upper, ::pt64_loongarch64_16k47, ::pt64_loongarch64_16k47_upper,
 *     ::pt64_loongarch64_16k47_64g, ::pt64_loongarch64_16k47_upper_64g,
 *     ::pt64_loongarch64_64k42, ::pt64_loongarch64_64k42_upper, ::pt64_loongarch64_64k48,
 *     ::pt64_loongarch64_64k48_upper, ::pt64_loongarch64_64k55, ::pt64_loongarch64_64k55_upper,
 *     ::pt64_loongarch64_4k_any, ::pt64_loongarch64_4k_any_upper, ::pt64_loongarch64_16k_any,
 *     ::pt64_loongarch64_16k_any_upper, ::pt64_loongarch64_64k_any,
 *     ::pt64_loongarch64_64k_any_upper, ::pt64_loongarch64_lvz_4k48,
 *     ::pt64_loongarch64_lvz_16k47, ::pt64_loongarch64_lvz_64k55
 *   - entries: ::pt64_loongarch64_pte, ::pt64_loongarch64_plv_pte,
 *     ::pt64_loongarch64_hptw_pte, ::pt64_loongarch64_hptw_plv_pte, ::pt64_loongarch64_lvz_pte
 * - **VT-d**, for devices: page_table64/meta/vtd.h, page_table64/regs/vtd.h
 *   - geometries: ::pt64_vtd_ss39, ::pt64_vtd_ss48, ::pt64_vtd_ss57, ::pt64_vtd_ss48_cm,
 *     ::pt64_vtd_ss_any, ::pt64_vtd_ss_any_cm, ::pt64_vtd_fs48, ::pt64_vtd_fs57,
 *     ::pt64_vtd_fs_any
 *   - entries: ::pt64_vtd_ss_pte, ::pt64_vtd_ss_snp_pte, ::pt64_vtd_ss_ad_pte,
 *     ::pt64_vtd_ss_ad_snp_pte, ::pt64_vtd_fs_pte
 * - **AMD-Vi**, for devices: page_table64/meta/amdvi.h, page_table64/regs/amdvi.h
 *   - geometries: ::pt64_amdvi_v1_30, ::pt64_amdvi_v1_39, ::pt64_amdvi_v1_48, ::pt64_amdvi_v1_57,
 *     ::pt64_amdvi_v1_48_np, ::pt64_amdvi_v1_any, ::pt64_amdvi_v1_any_np, ::pt64_amdvi_v2_48,
 *     ::pt64_amdvi_v2_57, ::pt64_amdvi_v2_any
 *   - entries: ::pt64_amdvi_v1_pte, ::pt64_amdvi_v1_ad_pte, ::pt64_amdvi_v2_pte
 *
 * An SMMUv3 and a RISC-V IOMMU walk the formats of their CPUs. The folder examples/iommu has a
 * header for each IOMMU that makes its commands of a flush request.
 */
#ifndef PAGE_TABLE64_H
#define PAGE_TABLE64_H

#include "page_table64/machine.h"

#include "page_table64/define.h"
#include "page_table64/text.h"
#include "page_table64/version.h"

#endif
