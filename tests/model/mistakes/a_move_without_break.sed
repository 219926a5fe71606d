# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: protect.h
# formats: aarch64_4k48
/^PT64_[A-Z]* bool pt64_is_broken_first(/,/^}/s/return .*/return false \&\& change == PT64_MOVED \&\& meta->break_to_move;/
