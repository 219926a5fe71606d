# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_4k48
/^PT64_[A-Z]* void pt64_aarch64_run(/,/^}/s/pt64_aarch64_complete();/;/
