# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/loongarch64.h
# formats: loongarch64_4k48_lvz
/^PT64_[A-Z]* void pt64_loongarch64_invalidate_by(/,/^}/s/pt64_loongarch64_invalidate_gpa(/pt64_loongarch64_invalidate_own(/
