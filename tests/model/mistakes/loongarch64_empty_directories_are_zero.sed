# SPDX-License-Identifier: MIT
# rule: sink
# file: table.h
# formats: loongarch64_4k48
/^PT64_[A-Z]* pt64_entry_t pt64_empty_entry(/,/^}/s/return pt64_link.*/return 0;/
