# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_4k52_lpa2_tlbirange
/^PT64_[A-Z]* uint64_t pt64_aarch64_invalidate_step(/,/^}/s/ || vaddr % unit != 0//
