/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/amdvi.h>
#include <page_table64/terms/amdvi.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(amdvi_v1_30, pt64_amdvi_v1_30, pt64_amdvi_v1_pte, pt64_amdvi_v1_terms);
DEFINE_FORMAT(amdvi_v1_39, pt64_amdvi_v1_39, pt64_amdvi_v1_pte, pt64_amdvi_v1_terms);
DEFINE_FORMAT(amdvi_v1_48, pt64_amdvi_v1_48, pt64_amdvi_v1_pte, pt64_amdvi_v1_terms);
DEFINE_FORMAT(amdvi_v1_57, pt64_amdvi_v1_57, pt64_amdvi_v1_pte, pt64_amdvi_v1_terms);
DEFINE_FORMAT(amdvi_v1_ad48, pt64_amdvi_v1_48, pt64_amdvi_v1_ad_pte, pt64_amdvi_v1_ad_terms);

DEFINE_FORMAT(amdvi_v2_48, pt64_amdvi_v2_48, pt64_amdvi_v2_pte, pt64_amdvi_v2_terms);
DEFINE_FORMAT(amdvi_v2_57, pt64_amdvi_v2_57, pt64_amdvi_v2_pte, pt64_amdvi_v2_terms);
