# SPDX-License-Identifier: MIT
# trap: 17
# file: life.h
# formats: x86_64_la48
/^PT64_INLINE void pt64_destroy(/,/^}/s/pt64_is_borrowed(traits, table, .* \* i)/false/
