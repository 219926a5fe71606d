# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_64k48_tlbirange
/^PT64_[A-Z]* uint64_t pt64_aarch64_tlbi_tg(/,/^}/s/(page_shift - 10) \/ 2/1/
