# SPDX-License-Identifier: MIT
# rule: split-keeps
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_demote(/,/^}/s/= entry;/= entry \& ~(PT64_X86_64_A | PT64_X86_64_D);/
