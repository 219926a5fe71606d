# SPDX-License-Identifier: MIT
# rule: dirty-is-writable
# file: pte/i386.h
# formats: i386
/^PT64_[A-Z]* pt64_entry_t pt64_i386_from_x86_64(/,/^}/s/ | dirt >> PT64_I386_SOFT_DIRTY_SHIFT//
