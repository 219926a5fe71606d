# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: guard.h
# formats: aarch64_4k48
/^PT64_[A-Z]* pt64_status_t pt64_secure(/,/^}/s/pt64_has_stale(.*))/false)/
