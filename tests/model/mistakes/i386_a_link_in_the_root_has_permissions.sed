# SPDX-License-Identifier: MIT
# rule: root-registers
# file: pte/i386.h
# formats: i386_pae
/^PT64_[A-Z]* pt64_entry_t pt64_i386_pae_link(/,/^}/s/return level == 2/return level == 3/
