# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: meta/armv7.h
# formats: armv7_short
s/\.split = PT64_RESIZE_BREAK,/.split = PT64_RESIZE_FLUSH,/
