# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: meta/armv7.h
# formats: armv7_short
s/\.grow = PT64_RESIZE_BREAK,/.grow = PT64_RESIZE_AT_ONCE,/
