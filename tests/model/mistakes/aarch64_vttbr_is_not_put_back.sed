# SPDX-License-Identifier: MIT
# rule: stage-2
# file: meta/aarch64_stage2.h
# formats: aarch64_stage2_4k40
s/pt64_aarch64_stage2_write_vttbr(before);/(void)0;/
