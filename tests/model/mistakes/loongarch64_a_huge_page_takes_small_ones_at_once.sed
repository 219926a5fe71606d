# SPDX-License-Identifier: MIT
# rule: one-match
# file: meta/loongarch64.h
# formats: loongarch64_16k47
s/\.grow = PT64_RESIZE_BREAK_EMPTY,/.grow = PT64_RESIZE_AT_ONCE,/
