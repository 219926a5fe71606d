# SPDX-License-Identifier: MIT
# rule: free-after-flush
# file: guard.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* void pt64_retire(/,/^}/s/^    guard->retired\[pt64_retired_count(guard)\].*/    pt64_store(meta, pt64_entries(traits, guard->table, frame), 0);\n&/
