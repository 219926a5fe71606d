# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE bool pt64_enter_shared/,/^}/{
s/^ +pt64_fill_empty\(.*//
s/^( +)pt64_reserve_return\(traits, table, reserve, frame\);/&\n        else\n            pt64_fill_empty(traits, table, frame, level - 1);/
}
