# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
s/\(!PT64_RARELY\(pt64_is_ranged\(guard\)\) \|\| pt64_owns_page\(guard, vaddr\)\) &&//
