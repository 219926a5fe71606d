# SPDX-License-Identifier: MIT
# rule: unknown-stays
# file: pte/riscv.h
# formats: riscv_sv39
s/PT64_UNKNOWN/PT64_EMPTY/
