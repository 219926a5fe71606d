# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/vtd.h
# formats: vtd_ss48
s/\.unlinked = PT64_NEED_WALK,/.unlinked = PT64_NEED_LEAF,/
