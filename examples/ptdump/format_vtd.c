/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/vtd.h>
#include <page_table64/terms/vtd.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

/* With SNP: where the IOMMU lacks snoop control, no entry of a sound table has it. */
DEFINE_FORMAT(vtd_ss39, pt64_vtd_ss39, pt64_vtd_ss_snp_pte, pt64_vtd_ss_snp_terms);
DEFINE_FORMAT(vtd_ss48, pt64_vtd_ss48, pt64_vtd_ss_snp_pte, pt64_vtd_ss_snp_terms);
DEFINE_FORMAT(vtd_ss57, pt64_vtd_ss57, pt64_vtd_ss_snp_pte, pt64_vtd_ss_snp_terms);
DEFINE_FORMAT(vtd_ss_ad48, pt64_vtd_ss48, pt64_vtd_ss_ad_snp_pte, pt64_vtd_ss_ad_snp_terms);

DEFINE_FORMAT(vtd_fs48, pt64_vtd_fs48, pt64_vtd_fs_pte, pt64_vtd_fs_terms);
DEFINE_FORMAT(vtd_fs57, pt64_vtd_fs57, pt64_vtd_fs_pte, pt64_vtd_fs_terms);
