# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/armv7.h
# formats: armv7_short
s/\.unlinked = PT64_NEED_[A-Z]*,/.unlinked = PT64_NEED_BARRIER,/
