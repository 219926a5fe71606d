# SPDX-License-Identifier: MIT
# trap: 32
# file: meta/riscv.h
# formats: riscv_sv39
s/\.unlinked = PT64_NEED_ALL,/.unlinked = PT64_NEED_LEAF,/
