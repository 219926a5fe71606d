# SPDX-License-Identifier: MIT
# rule: full-fences
# file: meta/riscv.h
# formats: riscv_sv39_full_fence
s/PT64_NEED_ALL, 0, pt64_riscv_flush/PT64_NEED_ALL, PT64_RISCV_FLUSH_LIMIT, pt64_riscv_flush/
