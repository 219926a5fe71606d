# SPDX-License-Identifier: MIT
# trap: 29
# file: meta/aarch64.h
# formats: aarch64_4k48_tlbirange
/^PT64_INLINE struct pt64_aarch64_tlbi_range pt64_aarch64_tlbi_range(/,/^}/s/range.num = units > 32 ? 31 : (unsigned)units - 1;/range.num = (units > 32 ? 31 : (unsigned)units - 1) \/ 2;/
