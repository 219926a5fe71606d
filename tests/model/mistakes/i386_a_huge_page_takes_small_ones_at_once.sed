# SPDX-License-Identifier: MIT
# rule: resize-alone
# file: meta/i386.h
# formats: i386
s/\.grow = PT64_RESIZE_BREAK,/.grow = PT64_RESIZE_AT_ONCE,/
