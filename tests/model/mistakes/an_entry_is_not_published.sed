# SPDX-License-Identifier: MIT
# rule: published-first
# file: put.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_put(/,/^}/s/pt64_publish_slots(traits, table, slot, 1)/(void)table/
