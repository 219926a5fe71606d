# SPDX-License-Identifier: MIT
# rule: widths
# file: geometry.h
# formats: armv7_short
/^PT64_[A-Z]* size_t pt64_node_entries(/,/^}/s/level == pt64_root_level(limits) ?/false ?/
