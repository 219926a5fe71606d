/* SPDX-License-Identifier: MIT */
/*
 * Every format of the library: X(id, header, meta, pte). `header` is the file under
 * page_table64/meta/ that defines it. It names the architecture. All tests run over this one list.
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
    X(armv7_short, armv7, pt64_armv7_short, pt64_armv7_short_pte)                                 \
    X(armv7_short_afe, armv7, pt64_armv7_short, pt64_armv7_short_afe_pte)                         \
    X(armv7_lpae, armv7, pt64_armv7_lpae, pt64_armv7_lpae_pte)                                    \
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
    X(loongarch64_4k48, loongarch64, pt64_loongarch64_4k48, pt64_loongarch64_pte)                 \
    X(loongarch64_16k47, loongarch64, pt64_loongarch64_16k47, pt64_loongarch64_pte)               \
    X(loongarch64_16k47_upper, loongarch64, pt64_loongarch64_16k47_upper, pt64_loongarch64_pte)   \
    X(loongarch64_4k48_plv, loongarch64, pt64_loongarch64_4k48, pt64_loongarch64_plv_pte)         \
    X(loongarch64_16k47_hptw, loongarch64, pt64_loongarch64_16k47, pt64_loongarch64_hptw_pte)     \
    X(ept_gpa48, ept, pt64_ept_gpa48, pt64_ept_pte)                                               \
    X(ept_gpa57, ept, pt64_ept_gpa57, pt64_ept_pte)                                               \
    X(ept_gpa48_least, ept, pt64_ept_gpa48_least, pt64_ept_pte)                                   \
    X(ept_gpa48_noad, ept, pt64_ept_gpa48, pt64_ept_noad_pte)                                     \
    X(ept_gpa48_mbec, ept, pt64_ept_gpa48, pt64_ept_mbec_pte)                                     \
    X(npt_gpa48, npt, pt64_npt_gpa48, pt64_npt_pte)                                               \
    X(npt_gpa57, npt, pt64_npt_gpa57, pt64_npt_pte)

#endif
