# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/loongarch64.h
# formats: loongarch64_4k48
/^PT64_INLINE bool pt64_loongarch64_is_exact(/,/^}/s/if (request->ranges\[i\].stride != .*)$/if (false)/
/^PT64_INLINE void pt64_loongarch64_invalidate_range(/,/^}/s/pair++/pair += range->stride >> (page_shift + 1) > 0 ? range->stride >> (page_shift + 1) : 1/
