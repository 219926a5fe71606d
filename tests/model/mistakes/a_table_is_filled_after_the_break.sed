# SPDX-License-Identifier: MIT
# rule: same-ground
# file: split.h
# formats: aarch64_4k48
/^PT64_[A-Z]* void pt64_split(/,/^}/s/^    traits->ops->flush_pending(guard);/&\n    pt64_fill_split(traits, guard->table, entries, leaf, cursor->level);/
