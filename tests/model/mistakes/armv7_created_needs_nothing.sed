# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/armv7.h
# formats: armv7_short
s/\.created = PT64_NEED_BARRIER,/.created = PT64_NEED_NOTHING,/
