# SPDX-License-Identifier: MIT
# rule: few-broadcasts
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
s/(space_, pt64_aarch64_flush_by_range,/(space_, pt64_aarch64_flush,/
s/\.by_range = (by_range_)/.by_range = false/
