# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE bool pt64_enter_shared/,/^}/s/^( +)entry = pt64_load_link\(traits->meta, slot\);/\1entry = link;/
