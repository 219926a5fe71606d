# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: split.h
# formats: aarch64_4k48
/^PT64_[A-Z]* void pt64_split(/,/^}/s/bool breaks = .*/bool breaks = false;/
