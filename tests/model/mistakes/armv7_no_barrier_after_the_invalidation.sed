# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/armv7.h
# formats: armv7_short
/^PT64_[A-Z]* void pt64_armv7_flush(/,/^}/s/pt64_armv7_complete();/;/
