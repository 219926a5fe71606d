# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: meta/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_x86_64_invalidate_range(/,/^}/s/offset += range->stride/offset += 2 * range->stride/
