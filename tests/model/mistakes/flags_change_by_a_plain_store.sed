# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: protect.h
# formats: x86_64_la48
/^PT64_[A-Z]* size_t pt64_update_leaf(/,/^}/s/!pt64_is_volatile(traits->pte, entry, level))/true)/
