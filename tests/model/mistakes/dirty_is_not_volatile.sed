# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* bool pt64_x86_64_is_volatile(/,/^}/s/return .*/return !(entry \& PT64_X86_64_A);/
