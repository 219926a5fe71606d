# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: unmap.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* size_t pt64_clear_slots(/,/^}/s/traits->ops->retire(guard, entry, at, level, 0);/traits->ops->retire(guard, entry, at, level, level);/
