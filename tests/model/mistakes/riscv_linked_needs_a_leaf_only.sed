# SPDX-License-Identifier: MIT
# trap: 32
# file: meta/riscv.h
# formats: riscv_sv39
s/\.linked = (linked_),/.linked = PT64_NEED_LEAF,/
