# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
/^PT64_[A-Z]* uint64_t pt64_aarch64_tlbi_range_operand(/,/^}/s/(uint64_t)range.num << 39/(uint64_t)(range.num \/ 2) << 39/
