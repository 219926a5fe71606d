# SPDX-License-Identifier: MIT
# rule: split-keeps
# file: split.h
# formats: x86_64_la48 riscv_sv39
/^PT64_INLINE void pt64_split(/,/^}/s/while (!pt64_compare_exchange(spot->slot, &leaf, link));/while (pt64_store_link(spot->slot, link), false);/
