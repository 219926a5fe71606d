# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/riscv.h
# formats: riscv_sv39
s/\.unlinked = PT64_NEED_ALL,/.unlinked = PT64_NEED_LEAF,/
