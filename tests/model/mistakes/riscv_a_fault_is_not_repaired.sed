# SPDX-License-Identifier: MIT
# rule: began
# file: meta/riscv.h
# formats: riscv_sv39
/^PT64_[A-Z]* void pt64_riscv_fix_fault(/,/^}/s/pt64_riscv_sfence_all();//
