# SPDX-License-Identifier: MIT
# rule: full-fences
# file: meta/riscv.h
# formats: riscv_sv39_full_fence
/^PT64_TRAIT struct pt64_meta pt64_riscv_sv39_full_fence =/,/;$/{s/pt64_riscv_flush_fully/pt64_riscv_flush/;s/PT64_NEED_ALL, 0,/PT64_NEED_ALL, PT64_RISCV_FLUSH_LIMIT,/}
