# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/loongarch64.h
# formats: loongarch64_4k48
/^PT64_[A-Z]* void pt64_loongarch64_invalidate_range(/,/^}/s/range->stride > pair ? range->stride : pair;/range->bytes > pair ? range->bytes : pair;/
