# SPDX-License-Identifier: MIT
# formats: riscv_sv39
# optimization: -O0
s/if \(pt64_is_ranged\(guard\) && progress->lacks\)/if (false)/
s/^( +)pt64_reserve_return\(traits, table, reserve, frame\);/&\n        else\n            traits->ops->gather(guard, PT64_LINKED, vaddr, 1, level);/
