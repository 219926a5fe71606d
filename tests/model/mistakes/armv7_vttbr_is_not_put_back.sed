# SPDX-License-Identifier: MIT
# rule: stage-2-whole
# file: meta/armv7_stage2.h
# formats: armv7_stage2_4k40
s/pt64_armv7_stage2_write_vttbr(before);/(void)0;/
