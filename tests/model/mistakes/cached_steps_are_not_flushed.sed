# SPDX-License-Identifier: MIT
# rule: free-after-flush
# file: guard.h
# formats: aarch64_4k48
/^PT64_[A-Z]* void pt64_gather_range(/,/^}/s/need == PT64_NEED_WALK}/false}/
