# SPDX-License-Identifier: MIT
# rule: collapse-keeps
# file: collapse.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_status_t pt64_check_piece(/,/^}/s/return PT64_BAD_FLAGS;/;/
