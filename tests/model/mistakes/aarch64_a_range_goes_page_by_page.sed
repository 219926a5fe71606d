# SPDX-License-Identifier: MIT
# rule: few-broadcasts
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
s/^\( *\)pt64_aarch64_flush_by_range)/\1pt64_aarch64_flush)/
s/\.counts_pages = (counts_pages_)/.counts_pages = false/
