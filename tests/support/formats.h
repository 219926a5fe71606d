/* SPDX-License-Identifier: MIT */
/*
 * Every format of the library: X(id, header, meta, pte). `header` is the file under
 * page_table64/meta/ that defines it. It names the architecture. All tests run over this one list.
 * Geometries of LoongArch that differ from others in numbers alone are compared with them instead,
 * in unit/registers.c: tests over nodes of 64 KiB are slow.
 */
#ifndef TESTS_SUPPORT_FORMATS_H
#define TESTS_SUPPORT_FORMATS_H

#define FORMATS(X)                                                                                \
    X(x86_64_la48, x86_64, pt64_x86_64_la48, pt64_x86_64_pte)                                     \
    X(x86_64_la48_no1g, x86_64, pt64_x86_64_la48_no1g, pt64_x86_64_pte)                           \
    X(x86_64_la57, x86_64, pt64_x86_64_la57, pt64_x86_64_pte)                                     \
    X(x86_64_la48_cet, x86_64, pt64_x86_64_la48, pt64_x86_64_cet_pte)                             \
    X(i386, i386, pt64_i386, pt64_i386_pte)                                                       \
    X(i386_pae, i386, pt64_i386_pae, pt64_i386_pae_pte)                                           \
    X(aarch64_4k48, aarch64, pt64_aarch64_4k48, pt64_aarch64_pte)                                 \
    X(aarch64_4k48_upper, aarch64, pt64_aarch64_4k48_upper, pt64_aarch64_pte)                     \
    X(aarch64_4k48_bbm2, aarch64, pt64_aarch64_4k48_bbm2, pt64_aarch64_pte)                       \
    X(aarch64_4k48_upper_bbm2, aarch64, pt64_aarch64_4k48_upper_bbm2, pt64_aarch64_pte)           \
    X(aarch64_4k48_tlbirange, aarch64, pt64_aarch64_4k48_tlbirange, pt64_aarch64_pte)             \
    X(aarch64_4k48_upper_tlbirange, aarch64, pt64_aarch64_4k48_upper_tlbirange, pt64_aarch64_pte) \
    X(aarch64_4k48_hafdbs, aarch64, pt64_aarch64_4k48, pt64_aarch64_hafdbs_pte)                   \
    X(aarch64_el2_4k48, aarch64, pt64_aarch64_el2_4k48, pt64_aarch64_el2_pte)                     \
    X(aarch64_4k39, aarch64, pt64_aarch64_4k39, pt64_aarch64_pte)                                 \
    X(aarch64_16k36, aarch64, pt64_aarch64_16k36, pt64_aarch64_pte)                               \
    X(aarch64_16k47_upper, aarch64, pt64_aarch64_16k47_upper, pt64_aarch64_pte)                   \
    X(aarch64_16k47_tlbirange, aarch64, pt64_aarch64_16k47_tlbirange, pt64_aarch64_pte)           \
    X(aarch64_64k42, aarch64, pt64_aarch64_64k42, pt64_aarch64_pte)                               \
    X(aarch64_64k48_upper, aarch64, pt64_aarch64_64k48_upper, pt64_aarch64_pte)                   \
    X(aarch64_64k48_tlbirange, aarch64, pt64_aarch64_64k48_tlbirange, pt64_aarch64_pte)           \
    X(aarch64_64k52_lpa, aarch64, pt64_aarch64_64k52, pt64_aarch64_lpa_pte)                       \
    X(aarch64_64k48_lpa_hafdbs, aarch64, pt64_aarch64_64k48_lpa, pt64_aarch64_hafdbs_lpa_pte)     \
    X(aarch64_4k52_lpa2, aarch64, pt64_aarch64_4k52, pt64_aarch64_lpa2_pte)                       \
    X(aarch64_4k52_lpa2_tlbirange, aarch64, pt64_aarch64_4k52_tlbirange, pt64_aarch64_lpa2_pte)   \
    X(aarch64_16k52_upper_lpa2, aarch64, pt64_aarch64_16k52_upper, pt64_aarch64_lpa2_pte)         \
    X(aarch64_16k52_lpa2_tlbirange, aarch64, pt64_aarch64_16k52_tlbirange, pt64_aarch64_lpa2_pte) \
    X(aarch64_16k52_lpa2_hafdbs, aarch64, pt64_aarch64_16k52, pt64_aarch64_hafdbs_lpa2_pte)       \
    X(aarch64_el2_64k52_lpa, aarch64, pt64_aarch64_el2_64k52, pt64_aarch64_el2_lpa_pte)           \
    X(aarch64_el2_4k52_lpa2, aarch64, pt64_aarch64_el2_4k52, pt64_aarch64_el2_lpa2_pte)           \
    X(aarch64_el20_4k48, aarch64, pt64_aarch64_el20_4k48, pt64_aarch64_pte)                       \
    X(aarch64_el3_4k48, aarch64, pt64_aarch64_el3_4k48, pt64_aarch64_el2_pte)                     \
    X(aarch64_stage2_4k40, aarch64_stage2, pt64_aarch64_stage2_4k40, pt64_aarch64_stage2_pte)     \
    X(aarch64_stage2_4k40_bbm2, aarch64_stage2, pt64_aarch64_stage2_4k40_bbm2,                    \
      pt64_aarch64_stage2_pte)                                                                    \
    X(aarch64_stage2_4k40_tlbirange, aarch64_stage2, pt64_aarch64_stage2_4k40_tlbirange,          \
      pt64_aarch64_stage2_pte)                                                                    \
    X(aarch64_stage2_4k39, aarch64_stage2, pt64_aarch64_stage2_4k39, pt64_aarch64_stage2_pte)     \
    X(aarch64_stage2_4k48, aarch64_stage2, pt64_aarch64_stage2_4k48, pt64_aarch64_stage2_pte)     \
    X(aarch64_stage2_16k40, aarch64_stage2, pt64_aarch64_stage2_16k40, pt64_aarch64_stage2_pte)   \
    X(aarch64_stage2_16k47, aarch64_stage2, pt64_aarch64_stage2_16k47, pt64_aarch64_stage2_pte)   \
    X(aarch64_stage2_64k40, aarch64_stage2, pt64_aarch64_stage2_64k40, pt64_aarch64_stage2_pte)   \
    X(aarch64_stage2_64k48, aarch64_stage2, pt64_aarch64_stage2_64k48, pt64_aarch64_stage2_pte)   \
    X(aarch64_stage2_4k40_xnx, aarch64_stage2, pt64_aarch64_stage2_4k40,                          \
      pt64_aarch64_stage2_xnx_pte)                                                                \
    X(aarch64_stage2_4k40_fwb, aarch64_stage2, pt64_aarch64_stage2_4k40,                          \
      pt64_aarch64_stage2_fwb_pte)                                                                \
    X(aarch64_stage2_4k40_hafdbs, aarch64_stage2, pt64_aarch64_stage2_4k40,                       \
      pt64_aarch64_stage2_hafdbs_pte)                                                             \
    X(aarch64_stage2_4k52_fwb_lpa2, aarch64_stage2, pt64_aarch64_stage2_4k52,                     \
      pt64_aarch64_stage2_fwb_lpa2_pte)                                                           \
    X(aarch64_stage2_16k52_fwb_lpa2, aarch64_stage2, pt64_aarch64_stage2_16k52,                   \
      pt64_aarch64_stage2_fwb_lpa2_pte)                                                           \
    X(aarch64_stage2_64k52_fwb_lpa, aarch64_stage2, pt64_aarch64_stage2_64k52,                    \
      pt64_aarch64_stage2_fwb_lpa_pte)                                                            \
    X(armv7_short, armv7, pt64_armv7_short, pt64_armv7_short_pte)                                 \
    X(armv7_short_afe, armv7, pt64_armv7_short, pt64_armv7_short_afe_pte)                         \
    X(armv7_lpae, armv7, pt64_armv7_lpae, pt64_armv7_lpae_pte)                                    \
    X(armv7_stage2_4k40, armv7_stage2, pt64_armv7_stage2_4k40, pt64_armv7_stage2_pte)             \
    X(riscv_sv32, riscv, pt64_riscv_sv32, pt64_riscv_sv32_pte)                                    \
    X(riscv_sv39, riscv, pt64_riscv_sv39, pt64_riscv_pte)                                         \
    X(riscv_sv48, riscv, pt64_riscv_sv48, pt64_riscv_pte)                                         \
    X(riscv_sv57, riscv, pt64_riscv_sv57, pt64_riscv_pte)                                         \
    X(riscv_sv39_svvptc, riscv, pt64_riscv_sv39_svvptc, pt64_riscv_pte)                           \
    X(riscv_sv39_svinval, riscv, pt64_riscv_sv39_svinval, pt64_riscv_pte)                         \
    X(riscv_sv39_full_fence, riscv, pt64_riscv_sv39_full_fence, pt64_riscv_pte)                   \
    X(riscv_sv48_svpbmt, riscv, pt64_riscv_sv48, pt64_riscv_svpbmt_pte)                           \
    X(riscv_sv39_svrsw60t59b, riscv, pt64_riscv_sv39, pt64_riscv_svrsw60t59b_pte)                 \
    X(riscv_sv39_zicfiss, riscv, pt64_riscv_sv39, pt64_riscv_zicfiss_pte)                         \
    X(riscv_sv39_xuantie, riscv, pt64_riscv_sv39, pt64_riscv_xuantie_pte)                         \
    X(riscv_sv32x4, riscv, pt64_riscv_sv32x4, pt64_riscv_gstage_sv32_pte)                         \
    X(riscv_sv39x4, riscv, pt64_riscv_sv39x4, pt64_riscv_gstage_pte)                              \
    X(riscv_sv48x4, riscv, pt64_riscv_sv48x4, pt64_riscv_gstage_pte)                              \
    X(riscv_sv57x4, riscv, pt64_riscv_sv57x4, pt64_riscv_gstage_pte)                              \
    X(riscv_sv39x4_svvptc, riscv, pt64_riscv_sv39x4_svvptc, pt64_riscv_gstage_pte)                \
    X(riscv_sv39x4_svinval, riscv, pt64_riscv_sv39x4_svinval, pt64_riscv_gstage_pte)              \
    X(riscv_sv48x4_svpbmt, riscv, pt64_riscv_sv48x4, pt64_riscv_gstage_svpbmt_pte)                \
    X(loongarch64_4k48, loongarch64, pt64_loongarch64_4k48, pt64_loongarch64_pte)                 \
    X(loongarch64_16k47, loongarch64, pt64_loongarch64_16k47, pt64_loongarch64_pte)               \
    X(loongarch64_16k47_upper, loongarch64, pt64_loongarch64_16k47_upper, pt64_loongarch64_pte)   \
    X(loongarch64_4k48_plv, loongarch64, pt64_loongarch64_4k48, pt64_loongarch64_plv_pte)         \
    X(loongarch64_16k47_hptw, loongarch64, pt64_loongarch64_16k47, pt64_loongarch64_hptw_pte)     \
    X(loongarch64_4k39, loongarch64, pt64_loongarch64_4k39, pt64_loongarch64_pte)                 \
    X(loongarch64_16k36_upper, loongarch64, pt64_loongarch64_16k36_upper, pt64_loongarch64_pte)   \
    X(loongarch64_64k42, loongarch64, pt64_loongarch64_64k42, pt64_loongarch64_pte)               \
    X(loongarch64_64k48_upper, loongarch64, pt64_loongarch64_64k48_upper, pt64_loongarch64_pte)   \
    X(loongarch64_4k48_1g, loongarch64, pt64_loongarch64_4k48_1g, pt64_loongarch64_pte)           \
    X(loongarch64_16k47_64g, loongarch64, pt64_loongarch64_16k47_64g, pt64_loongarch64_pte)       \
    X(loongarch64_4k48_hptw_plv, loongarch64, pt64_loongarch64_4k48,                              \
      pt64_loongarch64_hptw_plv_pte)                                                              \
    X(loongarch64_4k48_lvz, loongarch64, pt64_loongarch64_lvz_4k48, pt64_loongarch64_lvz_pte)     \
    X(vtd_ss39, vtd, pt64_vtd_ss39, pt64_vtd_ss_pte)                                              \
    X(vtd_ss48, vtd, pt64_vtd_ss48, pt64_vtd_ss_pte)                                              \
    X(vtd_ss48_cm, vtd, pt64_vtd_ss48_cm, pt64_vtd_ss_pte)                                        \
    X(vtd_ss57_snp, vtd, pt64_vtd_ss57, pt64_vtd_ss_snp_pte)                                      \
    X(vtd_ss48_ad, vtd, pt64_vtd_ss48, pt64_vtd_ss_ad_pte)                                        \
    X(vtd_ss48_ad_snp, vtd, pt64_vtd_ss48, pt64_vtd_ss_ad_snp_pte)                                \
    X(vtd_fs48, vtd, pt64_vtd_fs48, pt64_vtd_fs_pte)                                              \
    X(vtd_fs57, vtd, pt64_vtd_fs57, pt64_vtd_fs_pte)                                              \
    X(amdvi_v1_30, amdvi, pt64_amdvi_v1_30, pt64_amdvi_v1_pte)                                    \
    X(amdvi_v1_39, amdvi, pt64_amdvi_v1_39, pt64_amdvi_v1_pte)                                    \
    X(amdvi_v1_48, amdvi, pt64_amdvi_v1_48, pt64_amdvi_v1_pte)                                    \
    X(amdvi_v1_48_np, amdvi, pt64_amdvi_v1_48_np, pt64_amdvi_v1_pte)                              \
    X(amdvi_v1_57, amdvi, pt64_amdvi_v1_57, pt64_amdvi_v1_pte)                                    \
    X(amdvi_v1_48_ad, amdvi, pt64_amdvi_v1_48, pt64_amdvi_v1_ad_pte)                              \
    X(amdvi_v2_48, amdvi, pt64_amdvi_v2_48, pt64_amdvi_v2_pte)                                    \
    X(amdvi_v2_57, amdvi, pt64_amdvi_v2_57, pt64_amdvi_v2_pte)                                    \
    X(ept_gpa48, ept, pt64_ept_gpa48, pt64_ept_pte)                                               \
    X(ept_gpa57, ept, pt64_ept_gpa57, pt64_ept_pte)                                               \
    X(ept_gpa48_least, ept, pt64_ept_gpa48_least, pt64_ept_pte)                                   \
    X(ept_gpa48_noad, ept, pt64_ept_gpa48, pt64_ept_noad_pte)                                     \
    X(ept_gpa48_mbec, ept, pt64_ept_gpa48, pt64_ept_mbec_pte)                                     \
    X(npt_gpa48, npt, pt64_npt_gpa48, pt64_npt_pte)                                               \
    X(npt_gpa57, npt, pt64_npt_gpa57, pt64_npt_pte)

#endif
