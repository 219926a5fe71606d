# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE void pt64_fill_empty/,/^}/s/pt64_put_fill\(traits, table, /pt64_fill(traits->meta, /
