# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
s/^( +)pt64_reserve_return\(traits, table, reserve, frame\);/\1(void)reserve;/
