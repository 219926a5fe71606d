# SPDX-License-Identifier: MIT
# rule: stage-2
# file: meta/aarch64_stage2.h
# formats: aarch64_stage2_4k40
s/page_shift, pt64_aarch64_stage2_flush,/page_shift, pt64_aarch64_flush,/
