# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: split.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_changed(/,/^}/s/level), cleaned, level/level), PT64_ACCESSED | PT64_DIRTY, level/
