# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: guard.h
# formats: aarch64_4k48
/^PT64_[A-Z]* void pt64_make_way(/,/^}/s/if (pt64_has_stale(.*))/if (false)/
