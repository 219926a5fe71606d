# SPDX-License-Identifier: MIT
# rule: second-stage
# file: meta/riscv.h
# formats: riscv_sv48x4
/^PT64_TRAIT struct pt64_meta pt64_riscv_sv48x4 =/,/;$/s/pt64_riscv_gstage_flush/pt64_riscv_flush/
