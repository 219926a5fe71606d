# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: guard.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* void pt64_gather_range(/,/^}/s/pt64_size_t size = /pt64_size_t size = 2 * /
