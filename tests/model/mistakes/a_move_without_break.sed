# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: protect.h
# formats: aarch64_4k48
/^PT64_INLINE size_t pt64_revise(/,/^}/s/if (\*change == PT64_MOVED && traits->meta->break_to_move)/if (false)/
