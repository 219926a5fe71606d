# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_change_source(/,/^}/s/if ((clone->changed.set | clone->changed.clear) != 0)/if (clone->changed.set != 0)/
