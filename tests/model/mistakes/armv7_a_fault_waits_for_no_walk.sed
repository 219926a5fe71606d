# SPDX-License-Identifier: MIT
# rule: spurious
# file: meta/armv7.h
# formats: armv7_short
/^PT64_[A-Z]* void pt64_armv7_fix_fault(/,/^}/s/pt64_armv7_complete();//
