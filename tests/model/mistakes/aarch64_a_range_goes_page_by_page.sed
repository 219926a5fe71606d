# SPDX-License-Identifier: MIT
# rule: few-broadcasts
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
s/^                      pt64_aarch64_flush_by_range)/                      pt64_aarch64_flush)/
