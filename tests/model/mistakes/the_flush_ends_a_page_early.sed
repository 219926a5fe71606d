# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: guard.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_gather_range(/,/^}/s/ count << / (count - (count > 1)) << /
