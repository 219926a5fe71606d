# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: split.h
# formats: aarch64_4k48
/^PT64_INLINE void pt64_split(/,/^}/s/if (traits->meta->break_to_resize)/if (false)/
