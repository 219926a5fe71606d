# SPDX-License-Identifier: MIT
# rule: sharing
# file: life.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_free_nodes(/,/^}/s/pt64_share_at(traits, table, i) == PT64_SHARE_BORROWED/false/
