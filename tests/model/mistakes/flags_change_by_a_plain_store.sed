# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: protect.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_replace(/,/^}/s/if (!pt64_is_volatile(traits->pte, entry, level))/if (true)/
