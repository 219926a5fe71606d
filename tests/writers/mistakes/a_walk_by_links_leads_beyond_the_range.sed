# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O1
/^PT64_INLINE pt64_slot_t \*pt64_reach/,/^}/s/!pt64_owns_page\(guard, vaddr\) \|\|//
