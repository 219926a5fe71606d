# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: pte/x86_64.h
# formats: x86_64_la48
s/bits\.trades = PT64_X86_64_US | PT64_X86_64_KEY;/bits.trades = PT64_X86_64_US;/
