# SPDX-License-Identifier: MIT
# trap: 16
# file: guard.h
# formats: x86_64_la48
/^PT64_INLINE void pt64_retire(/,/^}/s/traits->settle(guard);/pt64_free_retired(traits, guard);/
