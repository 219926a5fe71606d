# SPDX-License-Identifier: MIT
# rule: dirty-is-writable
# file: pte/x86_64.h
# formats: x86_64_la48_cet
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_cet_settle(/,/^}/s/entry & PT64_X86_64_SOFT_SHADOW ? \(.*\) : 0/\1/
