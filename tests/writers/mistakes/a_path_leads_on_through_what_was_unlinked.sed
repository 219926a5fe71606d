# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE void pt64_prune/,/^}/s/path->level = above;//
