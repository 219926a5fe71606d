# SPDX-License-Identifier: MIT
# rule: dirty-is-writable
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_with_dirt(/,/^}/s/^{$/{\n    return dirt ? entry | PT64_X86_64_D : entry;/
