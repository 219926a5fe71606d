# SPDX-License-Identifier: MIT
# formats: riscv_sv39
# optimization: -O0
s/if \(pt64_is_ranged\(guard\) && progress->lacks\)/if (false)/
/^PT64_INLINE bool pt64_enter_shared/,/^}/s/^( +)guard->path.nodes\[level - 1\] =/\1traits->ops->gather(guard, PT64_LINKED, vaddr, 1, level);\n&/
