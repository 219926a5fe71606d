# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: guard.h
# formats: x86_64_la48
/^PT64_INLINE void pt64_note(/,/^}/{/else if (flush->count == PT64_FLUSH_RANGES)/{n
s/.*/        return;/
}}
