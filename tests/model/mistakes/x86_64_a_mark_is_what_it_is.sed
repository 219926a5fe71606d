# SPDX-License-Identifier: MIT
# rule: absent-shows-nothing
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_mark(/,/^}/s/~mark/mark/
/^PT64_[A-Z]* bool pt64_x86_64_mark_of(/,/^}/s/= ~(entry | PT64_X86_64_TAG)/= (entry \& ~PT64_X86_64_TAG)/
