# SPDX-License-Identifier: MIT
# rule: stage-2-whole
# file: meta/armv7_stage2.h
# formats: armv7_stage2_4k40
s/3, 40, 40, pt64_armv7_stage2_flush/3, 40, 40, pt64_armv7_flush/
