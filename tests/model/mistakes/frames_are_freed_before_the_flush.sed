# SPDX-License-Identifier: MIT
# rule: free-after-flush
# file: guard.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* void pt64_commit(/,/^}/s/^        traits->ops->flush_pending(guard);/        pt64_free_retired(traits, guard);\n&/
