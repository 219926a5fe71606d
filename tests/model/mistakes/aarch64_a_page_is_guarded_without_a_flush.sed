# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: pte/aarch64.h
# formats: aarch64_4k48
/^PT64_[A-Z]* enum pt64_change pt64_aarch64_change(/,/^}/s/PT64_AARCH64_GP | //
