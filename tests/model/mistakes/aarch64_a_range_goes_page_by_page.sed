# SPDX-License-Identifier: MIT
# rule: few-broadcasts
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
s/true, pt64_aarch64_flush_by_range_4k /true, pt64_aarch64_flush /
s/\.by_range = (by_range_)/.by_range = false/
