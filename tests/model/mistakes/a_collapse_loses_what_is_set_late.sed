# SPDX-License-Identifier: MIT
# rule: collapse-keeps
# file: collapse.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_collapse_node(/,/^}/s/^ *pt64_gather_flags(.*/        ;/
