# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: harvest.h
# seed: 6
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* bool pt64_take_flag(/,/^}/s/if (.*!pt64_is_volatile(pte, \*entry, level))/if (true)/
