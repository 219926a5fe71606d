# SPDX-License-Identifier: MIT
# rule: absent-shows-nothing
# file: protect.h
# formats: x86_64_la48 riscv_sv39
s/? PT64_UNCHANGED : PT64_REMOVED/? PT64_UNCHANGED : PT64_UNCHANGED/
