# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE pt64_status_t pt64_end_stage/,/^}/s/^( +)pt64_reserve_drop\(.*/\1(void)0;/
