# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_4k48
s/\.created = PT64_NEED_BARRIER,/.created = PT64_NEED_NOTHING,/
