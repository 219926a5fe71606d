# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: guard.h
# formats: aarch64_4k48
/^PT64_INLINE void pt64_make_way(/,/^}/s/if (pt64_breaks_before_make(traits->meta) &&/if (false \&\&/
