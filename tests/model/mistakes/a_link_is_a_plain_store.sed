# SPDX-License-Identifier: MIT
# rule: filled-before-linked
# file: map.h
# formats: aarch64_4k48 riscv_sv39
/^PT64_[A-Z]* void pt64_link_detached(/,/^}/s/pt64_put_link(/pt64_put(/
