# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: map.h
# formats: aarch64_4k48
/^PT64_INLINE void pt64_take_out(/,/^}/s/if (traits->meta->break_to_resize)/if (false)/
