# SPDX-License-Identifier: MIT
# rule: free-after-flush
# file: guard.h
# formats: x86_64_la48
/^PT64_[A-Z]* bool pt64_make_room(/,/^}/s/traits->ops->commit(guard);/pt64_free_retired(traits, guard);/
