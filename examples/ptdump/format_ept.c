/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/ept.h>
#include <page_table64/terms/ept.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(ept_gpa48, pt64_ept_gpa48, pt64_ept_pte, pt64_ept_terms);
DEFINE_FORMAT(ept_gpa57, pt64_ept_gpa57, pt64_ept_pte, pt64_ept_terms);
DEFINE_FORMAT(ept_noad_gpa48, pt64_ept_gpa48, pt64_ept_noad_pte, pt64_ept_noad_terms);
DEFINE_FORMAT(ept_noad_gpa57, pt64_ept_gpa57, pt64_ept_noad_pte, pt64_ept_noad_terms);
DEFINE_FORMAT(ept_mbec_gpa48, pt64_ept_gpa48, pt64_ept_mbec_pte, pt64_ept_mbec_terms);
DEFINE_FORMAT(ept_mbec_gpa57, pt64_ept_gpa57, pt64_ept_mbec_pte, pt64_ept_mbec_terms);
