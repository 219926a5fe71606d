/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/riscv.h>
#include <page_table64/terms/riscv.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT32(riscv_sv32, pt64_riscv_sv32, pt64_riscv_sv32_pte, pt64_riscv_sv32_terms);
DEFINE_FORMAT(riscv_sv39, pt64_riscv_sv39, pt64_riscv_pte, pt64_riscv_terms);
DEFINE_FORMAT(riscv_sv48, pt64_riscv_sv48, pt64_riscv_pte, pt64_riscv_terms);
DEFINE_FORMAT(riscv_sv57, pt64_riscv_sv57, pt64_riscv_pte, pt64_riscv_terms);
DEFINE_FORMAT(riscv_svpbmt_sv39, pt64_riscv_sv39, pt64_riscv_svpbmt_pte, pt64_riscv_svpbmt_terms);
DEFINE_FORMAT(riscv_svpbmt_sv48, pt64_riscv_sv48, pt64_riscv_svpbmt_pte, pt64_riscv_svpbmt_terms);
DEFINE_FORMAT(riscv_svpbmt_sv57, pt64_riscv_sv57, pt64_riscv_svpbmt_pte, pt64_riscv_svpbmt_terms);
DEFINE_FORMAT(riscv_svrsw60t59b_sv39, pt64_riscv_sv39, pt64_riscv_svrsw60t59b_pte,
              pt64_riscv_svrsw60t59b_terms);
DEFINE_FORMAT(riscv_svrsw60t59b_sv48, pt64_riscv_sv48, pt64_riscv_svrsw60t59b_pte,
              pt64_riscv_svrsw60t59b_terms);
DEFINE_FORMAT(riscv_svrsw60t59b_sv57, pt64_riscv_sv57, pt64_riscv_svrsw60t59b_pte,
              pt64_riscv_svrsw60t59b_terms);
DEFINE_FORMAT(riscv_zicfiss_sv39, pt64_riscv_sv39, pt64_riscv_zicfiss_pte,
              pt64_riscv_zicfiss_terms);
DEFINE_FORMAT(riscv_zicfiss_sv48, pt64_riscv_sv48, pt64_riscv_zicfiss_pte,
              pt64_riscv_zicfiss_terms);
DEFINE_FORMAT(riscv_zicfiss_sv57, pt64_riscv_sv57, pt64_riscv_zicfiss_pte,
              pt64_riscv_zicfiss_terms);
DEFINE_FORMAT(riscv_xuantie_sv39, pt64_riscv_sv39, pt64_riscv_xuantie_pte,
              pt64_riscv_xuantie_terms);
DEFINE_FORMAT32(riscv_sv32x4, pt64_riscv_sv32x4, pt64_riscv_gstage_sv32_pte,
                pt64_riscv_gstage_sv32_terms);
DEFINE_FORMAT(riscv_sv39x4, pt64_riscv_sv39x4, pt64_riscv_gstage_pte, pt64_riscv_gstage_terms);
DEFINE_FORMAT(riscv_sv48x4, pt64_riscv_sv48x4, pt64_riscv_gstage_pte, pt64_riscv_gstage_terms);
DEFINE_FORMAT(riscv_sv57x4, pt64_riscv_sv57x4, pt64_riscv_gstage_pte, pt64_riscv_gstage_terms);
DEFINE_FORMAT(riscv_svpbmt_sv39x4, pt64_riscv_sv39x4, pt64_riscv_gstage_svpbmt_pte,
              pt64_riscv_gstage_svpbmt_terms);
DEFINE_FORMAT(riscv_svpbmt_sv48x4, pt64_riscv_sv48x4, pt64_riscv_gstage_svpbmt_pte,
              pt64_riscv_gstage_svpbmt_terms);
DEFINE_FORMAT(riscv_svpbmt_sv57x4, pt64_riscv_sv57x4, pt64_riscv_gstage_svpbmt_pte,
              pt64_riscv_gstage_svpbmt_terms);
