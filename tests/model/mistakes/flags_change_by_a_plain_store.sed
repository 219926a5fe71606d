# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: protect.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_replace(/,/^}/s/if (!traits->pte->is_volatile(entry, level))/if (true)/
