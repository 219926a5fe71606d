# SPDX-License-Identifier: MIT
# rule: resize-alone
# file: meta/x86_64.h
# formats: i386
s/\.grow = PT64_RESIZE_BREAK/.grow = PT64_RESIZE_AT_ONCE/
