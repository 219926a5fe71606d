/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/loongarch64.h>
#include <page_table64/terms/loongarch64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(loongarch64_4k48, pt64_loongarch64_4k48, pt64_loongarch64_pte,
              pt64_loongarch64_terms);
DEFINE_FORMAT(loongarch64_16k47, pt64_loongarch64_16k47, pt64_loongarch64_pte,
              pt64_loongarch64_terms);
DEFINE_FORMAT(loongarch64_16k47_upper, pt64_loongarch64_16k47_upper, pt64_loongarch64_pte,
              pt64_loongarch64_terms);

DEFINE_FORMAT(loongarch64_hptw_4k48, pt64_loongarch64_4k48, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);
DEFINE_FORMAT(loongarch64_hptw_16k47, pt64_loongarch64_16k47, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);
DEFINE_FORMAT(loongarch64_hptw_16k47_upper, pt64_loongarch64_16k47_upper, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);
