# SPDX-License-Identifier: MIT
# rule: dirty-is-writable
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* pt64_entry_t pt64_x86_64_settle(/,/^}/s/^{$/{\n    return entry;/
