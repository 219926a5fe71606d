# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/riscv.h
# formats: riscv_sv39
s/\.linked = (linked_),/.linked = PT64_NEED_LEAF,/
