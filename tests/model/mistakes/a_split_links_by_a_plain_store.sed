# SPDX-License-Identifier: MIT
# rule: filled-before-linked
# file: split.h
# formats: aarch64_4k48
/^PT64_INLINE void pt64_split(/,/^}/s/pt64_store_link(/pt64_store(/
