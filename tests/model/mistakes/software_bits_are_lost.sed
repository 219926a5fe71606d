# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_protect(/,/^}/s/PT64_X86_64_RW |/PT64_X86_64_RW | PT64_X86_64_SOFT0 | PT64_X86_64_SOFT1 |/
