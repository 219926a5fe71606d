# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_el20_4k48
s/false, pt64_aarch64_el20_flush/false, pt64_aarch64_flush/
